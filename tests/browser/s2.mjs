// S2 at the page: consent that is refused, a signer who may not sign, another who may, counselling on its
// own permission, and a withdrawal that anybody may write down.
import { ask, beds, choice, intake, need, present, read, sign } from "./s1.mjs";

async function newRelease(hand, codename, to, purpose) {
    await hand.go("nav.cases");
    await hand.press(hand.page.locator("section", { hasText: hand.say("cases.list") }).locator("button.row", { hasText: codename }).last());
    await hand.pushButton("release.new");
    await hand.pickRadio(hand.page.locator(`input[type="radio"][value="${to}"]`));
    await hand.pickRadio(hand.page.getByLabel(hand.code(purpose), { exact: true }));
    await hand.press(hand.page.locator('form button[type="submit"]'));
    await present(hand);
}

async function firmBed({ harbor, juniper, lantern }) {
    await juniper.go("nav.inbox");
    await juniper.openRow(juniper.say("want.DELIVERED.recipient"));
    await juniper.pushButton("act.leg.waitlist");
    await juniper.pickRadio(juniper.page.getByLabel(juniper.say("choice.later"), { exact: true }));
    await juniper.pushButton("act.leg.waitlist");
    await beds(lantern);
    await lantern.go("nav.inbox");
    await lantern.openRow(lantern.say("want.DELIVERED.recipient"));
    await lantern.pushButton("act.leg.offer");
    await lantern.press(lantern.page.getByLabel(lantern.code("CONDITION_INTAKE_HOURS_ONLY"), { exact: true }), "Space");
    await lantern.pushButton("act.leg.offer");
    await lantern.seesWord("say.OFFERED.recipient");
    await choice({ harbor, juniper, lantern });
}

export async function playS2(hands, parties) {
    const { harbor, lantern } = hands;
    const name = (who) => parties[who].organisation;
    await intake(hands);
    await need(hands);
    await ask(hands, [name("JUNIPER"), name("LANTERN")]);
    await firmBed(hands);

    // 2.1: the minor says yes, a guardian says no: nothing is shared.
    await newRelease(harbor, harbor.codename, name("LANTERN"), "PURPOSE_PLACEMENT");
    await sign(harbor, "MINOR", "A. Example");
    await sign(harbor, "GUARDIAN", "B. Example", { refuse: true, authority: "AUTHORITY_PARENT" });
    await harbor.seesWord("say.release.CONFLICTED");
    await lantern.seesWord("say.ACCEPTED.recipient");
    await lantern.doesNotSee(lantern.say("leg.shared"));

    // 2.2 and 2.3: another permission; who is on the list of the unsafe is refused, the agency is not.
    await newRelease(harbor, harbor.codename, name("LANTERN"), "PURPOSE_PLACEMENT");
    await sign(harbor, "GUARDIAN", "Mr Uncle Canary", { authority: "AUTHORITY_PARENT" });
    await harbor.page.locator(".note.bad").waitFor();
    await harbor.press(harbor.page.locator("button.back"));
    await sign(harbor, "AGENCY_REPRESENTATIVE", "C. Example", { authority: "AUTHORITY_AGENCY_CUSTODY" });
    await sign(harbor, "MINOR", "A. Example");
    await harbor.seesWord("say.release.ACTIVE");

    // 2.4: one house, and no other, reads who is coming.
    await lantern.openRow(lantern.field("preferred_name"));
    await read(lantern);
    await lantern.press(lantern.page.locator("button.back"));

    // 2.5: some of it no longer: the rest lives on.
    await harbor.pushButton("act.release.narrow");
    await harbor.press(harbor.page.getByLabel(harbor.field("allergies"), { exact: true }), "Space");
    await harbor.pushButton("act.release.narrow");
    await harbor.seesWord("release.NARROWED");

    // 2.8: told to anybody, it ends at once, and takes no bed away.
    await harbor.pushButton("withdraw.title");
    await harbor.pushButton("withdraw.now");
    await harbor.seesWord("done.saved");
    await harbor.seesWord("release.WITHDRAWN");
    await lantern.seesWord("say.ACCEPTED.recipient");
    await lantern.openRow(lantern.say("grant.ERASURE_REQUESTED"));
    await lantern.pushButton("act.grant.erase");
    await lantern.write(lantern.say("form.again"), lantern.passphrase);
    await lantern.pushButton("act.grant.erase");
    await lantern.seesWord("grant.ERASURE_ATTESTED");

    // 2.12: she would rather go elsewhere: called off, and the house lets the bed go.
    await harbor.go("nav.cases");
    await harbor.openRow(harbor.codename);
    await harbor.openRow(name("LANTERN"));
    await harbor.pushButton("act.leg.cancel.referrer");
    await harbor.pickRadio(harbor.page.getByLabel(harbor.code("CANCEL_NO_LONGER_NEEDED"), { exact: true }));
    await harbor.pushButton("act.leg.cancel.referrer");
    await lantern.go("nav.inbox");
    await lantern.openRow(lantern.say("want.CANCEL_REQUESTED.recipient"));
    await lantern.pushButton("act.leg.cancel.recipient");
    await lantern.pushButton("act.leg.cancel.recipient");
    await harbor.seesWord("leg.CANCEL_CONFIRMED");
}
