// S1 at the page, row by row: three houses are asked, one has only a list, one is off, one says no and is
// overruled at home; an offer, her choice after a day, a firm bed; the plan, the permission, what it opens;
// the way there, the arrival, a month of follow-ups, and the end. All of it by keyboard.
import { expect } from "./expect.mjs";
import { beds, makeFirm, offer, present, read, secret, sign, Survivor, uncover } from "./flows.mjs";

const hour = 3600;
const day = 24 * hour;

class S1 {
    constructor(hands, stage) {
        Object.assign(this, hands);
        this.stage = stage;
        this.survivor = new Survivor(stage, hands.harbor);
        this.at = 0;
    }
    // The clock of the scenario, in seconds since she was found.
    async until(then) {
        await this.stage.advance(then - this.at);
        this.at = then;
    }
    async hears(code) {
        await this.harbor.go("nav.inbox");
        await this.harbor.sees(this.harbor.code(code));
    }

    async figuresOfTheEvening() {
        await this.stage.advance(25 * hour); // what Quay Cottage said is of yesterday
        await beds(this.juniper, this.juniper.say("capacity.none_with_waitlist"));
        await beds(this.lantern, "6");
        await this.stage.advance(hour);
    }
    // 1.1 to 1.3
    async writtenDown() {
        const { harbor, survivor } = this;
        await survivor.intake();
        await survivor.need("PLACEMENT", {
            age_band: "15_to_17", programme_gender_need: "girls", access_needs: "step_free", language_support: "interpreter_needed",
            start_window: "today", length_expected: "up_to_90_days", special_request: "can_discuss",
        });
        await harbor.seesWord("meter.over");
        await harbor.pushButton("need.save");
        await harbor.seesWord("say.need.READY");
        await harbor.go("nav.beds");
        await harbor.seesAt(this.juniper.organisation, "capacity.none_with_waitlist");
        await harbor.seesAt(this.lantern.organisation, "capacity.has");
        await harbor.seesAt(this.quay, "capacity.stale");
    }
    // 1.4
    async asked() {
        const { harbor, survivor } = this;
        await this.stage.order({ who: "QUAY", machine: "off" });
        await survivor.openNeed();
        const all = [this.juniper.organisation, this.lantern.organisation, this.quay];
        await survivor.ask(all, ["length_expected", "special_request"]);
        await harbor.seesAt(this.juniper.organisation, "leg.DELIVERED");
        await harbor.seesAt(this.lantern.organisation, "leg.DELIVERED");
        await harbor.seesAt(this.quay, "leg.QUEUED");
        expect(new Set(Object.values(survivor.aliases)).size === 3, "three different names");
    }
    // 1.5
    async juniperHasAList() {
        const { juniper } = this;
        await juniper.go("nav.inbox");
        await juniper.openRow(juniper.say("want.DELIVERED.recipient"), this.survivor.aliases[juniper.organisation]);
        await juniper.seesWord("leg.no_names");
        await juniper.doesNotSee(juniper.value("up_to_90_days"));
        await juniper.pushButton("act.leg.offer");
        await juniper.pushButton("act.leg.offer");
        await juniper.refusedWith("wrong_state"); // its own figures have no bed
        await juniper.back();
        await juniper.pushButton("act.leg.waitlist");
        await juniper.choose(juniper.say("choice.first_3"));
        await juniper.pushButton("act.leg.waitlist");
        await juniper.seesState("leg.WAITLISTED");
        await this.harbor.seesAt(juniper.organisation, "leg.WAITLISTED");
    }
    // 1.6, 1.7
    async lanternAsks() {
        const { harbor, lantern } = this;
        await lantern.go("nav.inbox");
        await lantern.openRow(lantern.say("want.DELIVERED.recipient"), this.survivor.aliases[lantern.organisation]);
        await harbor.seesAt(lantern.organisation, "leg.SEEN");
        await lantern.pushButton("act.leg.question.recipient");
        await lantern.choose(lantern.code("Q_NIGHT_STAFF"));
        await lantern.pushButton("act.leg.question.recipient");
        await lantern.seesState("leg.INFO_REQUESTED");
        await harbor.go("nav.inbox");
        await harbor.openRow(harbor.say("want.INFO_REQUESTED.referrer"), lantern.organisation);
        await harbor.sees(harbor.code("Q_NIGHT_STAFF"));
        await harbor.pushButton("act.leg.question.referrer");
        await harbor.choose(harbor.code("A_CANNOT_SAY"));
        await harbor.pushButton("act.leg.question.referrer");
        await lantern.sees(lantern.code("A_CANNOT_SAY"));
    }
    // 1.8
    async quayDoesNotAnswer() {
        const { harbor } = this;
        await this.until(70 * 60);
        await this.hears("PHONE_THEM");
        await harbor.openRow(harbor.code("PHONE_THEM"), this.quay);
        await harbor.sees("555-0140");
        await harbor.seesState("leg.QUEUED");
    }
    // 1.9, 1.10: another person at the same desk, with her own passphrase.
    async reviewedNo() {
        const { harbor, lantern } = this;
        await lantern.pushButton("act.leg.decline");
        await lantern.choose(lantern.code("DECLINE_LEVEL_OF_CARE_MISMATCH"));
        await lantern.pushButton("act.leg.decline");
        await lantern.seesState("leg.DECLINE_UNDER_REVIEW");
        await this.survivor.openNeed();
        await harbor.seesAt(lantern.organisation, "leg.DECLINE_UNDER_REVIEW");
        await harbor.doesNotSee(harbor.code("DECLINE_LEVEL_OF_CARE_MISMATCH"));
        const supervisor = await addSupervisor(lantern);
        await lantern.pushButton("lock");
        await lantern.signIn(supervisor.name, supervisor.passphrase);
        await lantern.go("nav.inbox");
        await lantern.openRow(lantern.say("want.DECLINE_UNDER_REVIEW.recipient"), this.survivor.aliases[lantern.organisation]);
        await lantern.pushButton("act.leg.review");
        await lantern.choose(lantern.code("REVIEW_RETURNED"));
        await lantern.write(lantern.say("form.again"), supervisor.passphrase);
        await lantern.pushButton("act.leg.review");
        await lantern.seesState("leg.SEEN");
        await lantern.pushButton("lock");
        await lantern.signIn("desk 1", lantern.passphrase);
        await harbor.seesAt(lantern.organisation, "leg.SEEN");
    }
    // 1.11
    async lanternOffers() {
        await this.until(130 * 60);
        await this.survivor.findAt(this.lantern);
        await offer(this.lantern, "CONDITION_INTAKE_BEFORE_18");
        await this.harbor.seesAt(this.lantern.organisation, "leg.OFFERED");
        await this.harbor.sees(this.harbor.code("CONDITION_INTAKE_BEFORE_18"));
    }
    // 1.12, 1.13
    async quayIsLookedFor() {
        for (const [at, code] of [[250, "SLOT_FREE"], [730, "PHONE_ON_CALL"], [1090, "PHONE_DEPUTY"]]) {
            await this.until(at * 60);
            await this.hears(code);
        }
        await this.until(24 * hour + 600);
        await this.survivor.openNeed();
        await this.harbor.seesAt(this.quay, "leg.LAPSED");
        await this.harbor.sees(this.harbor.code("NOT_DELIVERED"));
        await this.stage.order({ who: "QUAY", machine: "on" });
    }
    // 1.14, 1.15
    async sheChooses() {
        const { harbor, juniper, lantern } = this;
        await this.until(25 * hour);
        await this.survivor.choose(lantern);
        await harbor.seesAt(lantern.organisation, "leg.SELECTED");
        await makeFirm(lantern);
        await harbor.seesAt(lantern.organisation, "leg.ACCEPTED");
        await harbor.seesAt(juniper.organisation, "leg.NOT_SELECTED");
        await juniper.seesState("leg.NOT_SELECTED");
        await juniper.doesNotSee(lantern.organisation);
        await lantern.doesNotSee(lantern.say("leg.shared")); // there is no permission yet
    }
    // 1.16
    async planned() {
        const { harbor, lantern } = this;
        await harbor.go("nav.inbox");
        await harbor.openRow(harbor.say("want.ACCEPTED.referrer"), lantern.organisation);
        await harbor.pushButton("act.leg.plan.referrer");
        await harbor.tick(harbor.labelled(harbor.say("choice.INVESTIGATOR")));
        await harbor.write(harbor.say("arg.code-word"), "lamplight");
        await harbor.write(harbor.say("arg.person"), "Ada");
        await harbor.pushButton("act.leg.plan.referrer");
        await lantern.sees("lamplight");
        await lantern.pushButton("act.leg.plan.recipient");
        await lantern.write(lantern.say("arg.person"), "the night worker");
        await lantern.pushButton("act.leg.plan.recipient");
        await lantern.seesState("leg.HANDOFF_SCHEDULED");
        await harbor.seesState("leg.HANDOFF_SCHEDULED");
        await harbor.pushButton("leg.sent"); // with a purpose, and in the log
        await harbor.sees("the night worker");
    }
    // 1.17
    async released() {
        const { harbor } = this;
        await this.survivor.writePermission(this.lantern.organisation, "PURPOSE_PLACEMENT");
        await sign(harbor, "MINOR", "A. Example");
        await harbor.seesWord("say.release.PENDING_SIGNATURES");
        await sign(harbor, "GUARDIAN", "B. Example", { authority: "AUTHORITY_PARENT" });
        await harbor.seesState("release.ACTIVE");
    }
    // The sheet is covered on the screen and whole on paper, but for what was left out; the page itself is
    // never on paper.
    async onPaper() {
        const { page } = this.lantern;
        await this.lantern.seesWord("print.mind");
        await this.lantern.doesNotSee("Canary");
        await this.lantern.pushButton("print.look");
        await this.lantern.sees(secret);
        await this.look("paper");
        await this.lantern.pushButton("print.look");
        await page.evaluate(() => ((window.print = () => (window.printed = true)), 0));
        await this.lantern.pushButton("print.now");
        expect(await page.evaluate(() => window.printed), "the browser was asked to print");
        await page.emulateMedia({ media: "print" });
        const text = await page.locator("body").innerText();
        expect(text.includes(secret) && !text.includes("Nuts."), "what was left out is not on the sheet");
        expect(!text.includes(this.lantern.say("print.now")) && !text.includes(this.lantern.say("print.not_here")), "only the sheet is printed");
        await page.emulateMedia({ media: "screen" });
        await this.lantern.back();
        await page.locator("main .facts").first().waitFor();
        await page.emulateMedia({ media: "print" });
        const other = await page.locator("body").innerText();
        expect(other.trim() === this.lantern.say("print.not_here"), "nothing but a sheet is printed");
        await page.emulateMedia({ media: "screen" });
    }
    // 1.18, 1.19
    async opened() {
        const { harbor, lantern } = this;
        await lantern.openRow(lantern.field("preferred_name")); // where they meet is shared apart
        await read(lantern, "PURPOSE_INTAKE");
        await uncover(lantern, secret);
        await lantern.doesNotSee("station");
        await lantern.pushButton("act.grant.print");
        await lantern.choose(lantern.code("PURPOSE_INTAKE"));
        await lantern.write(lantern.say("form.again"), lantern.passphrase);
        await lantern.tick(lantern.labelled(lantern.field("allergies")));
        await lantern.pushButton("print.make");
        await this.onPaper();
        await this.survivor.findAt(lantern);
        await lantern.openRow(lantern.field("handoff_meeting_place").slice(0, 12));
        await read(lantern, "PURPOSE_HANDOFF");
        await uncover(lantern, "station clock");
        await harbor.go("nav.grants");
        await harbor.seesAt(lantern.organisation, "given.OPENED");
    }
    // 1.20
    async wayBack() {
        const { lantern } = this;
        await this.survivor.findAt(lantern);
        await lantern.pushButton("release.return");
        await lantern.choose(lantern.say("choice.COARSE"));
        await lantern.press(lantern.page.locator('form button[type="submit"]'));
        await lantern.seesWord("done.saved");
        await lantern.go("nav.papers");
        await lantern.openRow(lantern.say("release.to", { who: this.harbor.organisation }), lantern.say("release.DRAFT"));
        await present(lantern);
        await sign(lantern, "MINOR", "A. Example");
        await sign(lantern, "GUARDIAN", "B. Example", { authority: "AUTHORITY_PARENT" });
        await lantern.seesState("release.ACTIVE");
    }
    // 1.21, 1.22: the plan's own proposal is from the hour after next, for two hours.
    async underWay() {
        const { harbor, lantern } = this;
        await this.until(27 * hour);
        await this.survivor.openNeed();
        await harbor.openRow(lantern.organisation);
        await harbor.pushButton("act.leg.departed");
        await harbor.pushButton("act.leg.departed");
        await harbor.seesState("leg.IN_TRANSIT");
        await this.until(29 * hour + 600); // the window is over, the grace is not
        await this.survivor.findAt(lantern);
        await lantern.seesState("leg.IN_TRANSIT");
        await lantern.pushButton("act.leg.arrived");
        await lantern.pushButton("act.leg.arrived");
        await lantern.seesState("leg.ARRIVED");
        await harbor.seesState("leg.ARRIVED");
    }
    // 1.23, 1.24
    async afterwards() {
        const { harbor, juniper, lantern } = this;
        await this.until(54 * hour);
        await juniper.go("nav.legs");
        await juniper.tick(juniper.labelled(juniper.say("legs.all")));
        await juniper.openRow(this.survivor.aliases[juniper.organisation]);
        await juniper.seesWord("leg.erased");
        await lantern.go("nav.grants");
        await lantern.tick(lantern.labelled(lantern.say("grants.all")));
        await lantern.seesAt(lantern.field("handoff_meeting_place").slice(0, 12), "grant.ERASURE_ATTESTED");
        await this.until(9 * day);
        await this.hears("FOLLOW_UP_DUE");
        await this.survivor.findAt(lantern);
        await lantern.pushButton("act.leg.follow-up");
        await lantern.choose(lantern.say("choice.yes"));
        await lantern.pushButton("act.leg.follow-up");
        await this.hears("FOLLOW_UP");
        await harbor.go("nav.follow");
        await harbor.openRow(this.survivor.codename);
        await harbor.seesWord("follow.may");
        await harbor.press(harbor.page.locator("summary", { hasText: harbor.say("need.other") }));
        await harbor.pushButton("act.need.follow-up");
        await harbor.choose(harbor.code("OUTCOME_STABLE_IN_PLACEMENT"));
        await harbor.pushButton("act.need.follow-up");
        await harbor.seesWord("done.saved");
        await this.until(33 * day);
        await this.hears("FOLLOW_UP_NO_AUTHORITY");
        await this.survivor.openNeed();
        await harbor.seesWord("follow.may_not");
    }
    // 1.25, 1.26
    async closed() {
        const { harbor } = this;
        await harbor.press(harbor.page.locator("summary", { hasText: harbor.say("need.other") }));
        await harbor.pushButton("act.need.close");
        await harbor.choose(harbor.code("OUTCOME_NOT_DISCLOSED"));
        await harbor.pushButton("act.need.close");
        await harbor.seesState("need.CLOSED");
        await harbor.go("nav.log");
        await harbor.pushButton("log.verify");
        await harbor.page.locator("main .note.good").waitFor();
        await harbor.doesNotSee(this.survivor.codename);
        await harbor.doesNotSee("Canary");
    }
}

// A supervisor gets a place at the desk; nobody but her will know her passphrase.
export async function addSupervisor(hand, name = `lead ${hand.language}`) {
    const passphrase = "kestrel-orbit-fathom-plume-62";
    const choice = hand.say("role.SHELTER_SUPERVISOR");
    await hand.go("nav.people");
    await hand.pushButton("act.people.add");
    await hand.write(hand.say("arg.name"), name);
    await hand.tick(hand.labelled(choice));
    await hand.write(hand.say("form.again"), hand.passphrase);
    await hand.write(hand.say("form.new_passphrase"), passphrase);
    await hand.pushButton("act.people.add");
    await hand.seesWord("done.saved");
    await hand.sees(name);
    return { name, passphrase };
}

const rows = [
    "figuresOfTheEvening",
    "writtenDown",
    "asked",
    "juniperHasAList",
    "lanternAsks",
    "quayDoesNotAnswer",
    "reviewedNo",
    "lanternOffers",
    "quayIsLookedFor",
    "sheChooses",
    "planned",
    "released",
    "opened",
    "wayBack",
    "underWay",
    "afterwards",
    "closed",
];
export async function playS1(hands, stage, look) {
    const play = new S1({ ...hands, quay: stage.parties.QUAY.organisation, look }, stage);
    for (const row of rows) {
        await play[row]();
        await look(row);
    }
}
