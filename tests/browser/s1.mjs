// S1 at the page: intake, three asked, one waiting list, a coded question, an offer, her choice, a firm
// bed, a permission, what it opens, the meeting, the arrival. All of it by keyboard.
import { expect, eventually } from "./expect.mjs";

const secret = "Wren Example-Canary";

export async function intake({ harbor }) {
    await harbor.go("nav.cases");
    await harbor.pushButton("intake.title");
    await harbor.write(harbor.field("child_wishes"), "Please call before you come.");
    await harbor.pushButton("next");
    await harbor.write(harbor.field("unsafe_persons"), "Mr Uncle Canary");
    await harbor.pushButton("next");
    await harbor.write(harbor.field("preferred_name"), secret);
    await harbor.write(harbor.field("allergies"), "Nuts.");
    await harbor.pushButton("next");
    await harbor.write(harbor.field("handoff_meeting_place"), "By the station clock.");
    await harbor.pushButton("next");
    await harbor.pushButton("next");
    await harbor.pushButton("next");
    await harbor.pickRadio(harbor.page.getByLabel(harbor.say("intake.check.none"), { exact: true }));
    await harbor.pushButton("intake.save");
    await harbor.seesWord("need.new");
    harbor.codename = /(\p{L}+(?:-\p{L}+){2,})/u.exec(await harbor.page.locator("p.note.good").innerText())?.[1];
    expect(harbor.codename, "the case has a name of its own");
}

const ofValue = (hand, id, value) =>
    hand.page.locator("fieldset", { has: hand.page.locator("legend", { hasText: hand.field(id) }) }).locator(`input[value="${value}"]`);

export async function need({ harbor }) {
    await harbor.press(harbor.page.getByLabel(harbor.say("need.wishes"), { exact: true }), "Space");
    for (const [id, value] of [
        ["age_band", "15_to_17"],
        ["programme_gender_need", "girls"],
        ["access_needs", "step_free"],
        ["language_support", "interpreter_needed"],
        ["start_window", "today"],
        ["length_expected", "up_to_90_days"],
    ])
        await harbor.pickRadio(ofValue(harbor, id, value));
    await harbor.seesWord("meter.over");
    await harbor.pushButton("need.save");
    await harbor.seesWord("say.need.READY");
}

export async function ask({ harbor }, shelters) {
    await harbor.pushButton("ask.title");
    for (const name of shelters) await harbor.press(harbor.page.locator(`input[value="${name}"]`), "Space");
    await harbor.seesWord("meter.over");
    await harbor.press(harbor.page.locator('input[value="length_expected"]'), "Space");
    await harbor.seesWord("meter.within");
    await harbor.pushButton("preview.show");
    await harbor.seesWord("ask.nothing_else");
    await harbor.doesNotSee("Canary");
    await harbor.doesNotSee(harbor.value("up_to_90_days"));
    await harbor.press(harbor.page.locator("button.main-act"));
    await harbor.seesWord("done.queued");
    for (const name of shelters) await harbor.page.locator("button.row", { hasText: name }).locator("text=" + harbor.say("leg.DELIVERED")).waitFor();
}

// One press says how many beds are free; more than are free cannot be offered.
export async function beds(lantern) {
    await lantern.go("nav.beds");
    await lantern.press(lantern.button("6"));
    await lantern.seesWord("beds.said");
}

export async function answers({ harbor, juniper, lantern }) {
    await juniper.go("nav.inbox");
    await juniper.openRow(juniper.say("want.DELIVERED.recipient"));
    await juniper.seesWord("leg.no_names");
    await juniper.pushButton("act.leg.waitlist");
    await juniper.pickRadio(juniper.page.getByLabel(juniper.say("choice.first_3"), { exact: true }));
    await juniper.pushButton("act.leg.waitlist");
    await juniper.seesWord("done.saved");

    await beds(lantern);
    await lantern.go("nav.inbox");
    await lantern.openRow(lantern.say("want.DELIVERED.recipient"));
    await lantern.pushButton("act.leg.question.recipient");
    await lantern.pickRadio(lantern.page.getByLabel(lantern.code("Q_NIGHT_STAFF"), { exact: true }));
    await lantern.pushButton("act.leg.question.recipient");

    await harbor.go("nav.inbox");
    await harbor.openRow(harbor.say("want.INFO_REQUESTED.referrer"));
    await harbor.sees(harbor.code("Q_NIGHT_STAFF"));
    await harbor.pushButton("act.leg.question.referrer");
    await harbor.pickRadio(harbor.page.getByLabel(harbor.code("A_CANNOT_SAY"), { exact: true }));
    await harbor.pushButton("act.leg.question.referrer");

    await lantern.sees(lantern.code("A_CANNOT_SAY"));
    await lantern.pushButton("act.leg.offer");
    await lantern.press(lantern.page.getByLabel(lantern.code("CONDITION_INTAKE_HOURS_ONLY"), { exact: true }), "Space");
    await lantern.pushButton("act.leg.offer");
    await lantern.seesWord("say.OFFERED.recipient");
}

export async function choice({ harbor, juniper, lantern }) {
    await harbor.go("nav.cases");
    await harbor.openRow(harbor.codename);
    await harbor.page.locator("article.offer").nth(1).waitFor();
    await harbor.sees(harbor.code("CONDITION_INTAKE_HOURS_ONLY"));
    await harbor.pushButton("act.need.choose");
    await harbor.pickRadio(harbor.page.getByLabel(harbor.code("CHOICE_BASIS_IN_PERSON"), { exact: true }));
    await harbor.press(harbor.page.getByLabel(harbor.say("arg.read-back"), { exact: true }), "Space");
    await harbor.pushButton("act.need.choose");

    await lantern.seesWord("say.SELECTED.recipient");
    await lantern.pushButton("act.leg.confirm");
    await lantern.pushButton("act.leg.confirm");
    await lantern.seesWord("say.ACCEPTED.recipient");
    await lantern.doesNotSee("Canary");
    await juniper.go("nav.legs");
    await juniper.press(juniper.page.getByLabel(juniper.say("legs.all"), { exact: true }), "Space");
    await juniper.seesWord("leg.NOT_SELECTED");
}

export async function permission({ harbor }, shelter) {
    await harbor.go("nav.cases");
    await harbor.press(harbor.page.locator("section", { hasText: harbor.say("cases.list") }).locator("button.row", { hasText: harbor.codename }).last());
    await harbor.pushButton("release.new");
    await harbor.pickRadio(harbor.page.locator(`input[type="radio"][value="${shelter}"]`));
    await harbor.pickRadio(harbor.page.getByLabel(harbor.code("PURPOSE_PLACEMENT"), { exact: true }));
    await harbor.press(harbor.page.locator('form button[type="submit"]'));
    await present(harbor);
    await sign(harbor, "MINOR", "A. Example");
    await sign(harbor, "GUARDIAN", "B. Example", { authority: "AUTHORITY_PARENT" });
    await harbor.seesWord("say.release.ACTIVE");
}

// The text is frozen, then read aloud.
export async function present(hand) {
    await hand.seesWord("say.release.DRAFT");
    await hand.pushButton("act.release.present");
    await hand.pushButton("act.release.present");
    await hand.seesWord("say.release.PENDING_SIGNATURES");
}

export async function sign(hand, signer, name, { refuse = false, authority = "" } = {}) {
    await hand.pushButton("act.release.sign");
    await hand.pickRadio(hand.page.getByLabel(hand.say(`choice.${signer}`), { exact: true }));
    await hand.write(hand.say("arg.name"), name);
    await hand.press(hand.page.getByLabel(hand.say("arg.read-back"), { exact: true }), "Space");
    if (refuse) await hand.press(hand.page.getByLabel(hand.say("arg.refuse"), { exact: true }), "Space");
    if (authority) await hand.pickRadio(hand.page.getByLabel(hand.code(authority), { exact: true }));
    await hand.pushButton("act.release.sign");
}

export async function reading({ lantern }) {
    await lantern.go("nav.grants");
    await lantern.openRow(lantern.field("preferred_name")); // the meeting place is shared apart
    await read(lantern);
}

// With a purpose; names are covered until pressed, and cover themselves again.
export async function read(lantern) {
    await lantern.pickRadio(lantern.page.getByLabel(lantern.code("PURPOSE_INTAKE"), { exact: true }));
    await lantern.pushButton("read.open");
    await lantern.seesWord("grant.record");
    await lantern.doesNotSee(secret);
    const covered = lantern.page.locator("button.masked").first();
    await lantern.press(covered);
    await lantern.sees(secret);
    await lantern.press(covered);
    await lantern.doesNotSee(secret);
    await lantern.doesNotSee("Mr Uncle");
}

export async function meeting({ harbor, lantern }) {
    await harbor.go("nav.inbox");
    await harbor.openRow(harbor.say("want.ACCEPTED.referrer"));
    await harbor.pushButton("act.leg.plan.referrer");
    await harbor.write(harbor.say("arg.code-word"), "lantern");
    await harbor.pushButton("act.leg.plan.referrer");

    await lantern.go("nav.inbox");
    await lantern.openRow(lantern.say("want.ACCEPTED.recipient"));
    await lantern.pushButton("act.leg.plan.recipient");
    await lantern.write(lantern.say("arg.person"), "night worker");
    await lantern.pushButton("act.leg.plan.recipient");

    await harbor.seesWord("say.HANDOFF_SCHEDULED");
    await harbor.pushButton("act.leg.departed");
    await harbor.pushButton("act.leg.departed");
    await lantern.seesWord("say.IN_TRANSIT");
    await lantern.pushButton("act.leg.arrived");
    await lantern.pushButton("act.leg.arrived");
    await lantern.seesWord("say.ARRIVED");
    await harbor.seesWord("say.ARRIVED");
    await harbor.go("nav.follow");
    await harbor.sees(harbor.codename);
}

export async function playS1(hands, parties) {
    const name = (who) => parties[who].organisation;
    await intake(hands);
    await need(hands);
    await ask(hands, [name("JUNIPER"), name("LANTERN")]);
    await answers(hands);
    await choice(hands);
    await permission(hands, name("LANTERN"));
    await reading(hands);
    await meeting(hands);
}
export { eventually };
