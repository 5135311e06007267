// S2 at the page, row by row: signers who disagree, one who may never sign, a representative who may; some
// of it taken back; counselling on a permission of its own; a withdrawal that the counsellor hears; another
// place; an end after a month, and its renewal; who has seen what. All of it by keyboard.
import { expect } from "./expect.mjs";
import { beds, makeFirm, offer, read, secret, sign, Survivor, uncover, unsafe } from "./flows.mjs";

const hour = 3600;
const day = 24 * hour;
const forTide = ["T3", "preferred_name"];

class S2 {
    constructor(hands, stage) {
        Object.assign(this, hands);
        this.stage = stage;
        this.survivor = new Survivor(stage, hands.harbor);
    }
    async firmAt(house, service, fields) {
        const { harbor, survivor } = this;
        await survivor.need(service, fields);
        await harbor.pushButton("need.save");
        await harbor.seesWord("say.need.READY");
        await survivor.ask([house.organisation]);
        await house.go("nav.inbox");
        await house.openRow(house.say("want.DELIVERED.recipient"), survivor.aliases[house.organisation]);
        await offer(house);
        await harbor.seesAt(house.organisation, "leg.OFFERED");
        await survivor.choose(house);
        await makeFirm(house);
        await harbor.seesAt(house.organisation, "leg.ACCEPTED");
    }
    async twoNeeds() {
        await beds(this.juniper, "6");
        await this.survivor.intake();
        await this.firmAt(this.juniper, "PLACEMENT", { age_band: "15_to_17" });
        await this.survivor.openCase();
        await this.harbor.pushButton("need.new");
        await this.firmAt(this.tide, "COUNSELLING", { age_band: "15_to_17" });
    }
    // 2.1, 2.2
    async conflict() {
        const { harbor, juniper } = this;
        await this.survivor.writePermission(juniper.organisation, "PURPOSE_PLACEMENT");
        await sign(harbor, "MINOR", "A. Example");
        await sign(harbor, "GUARDIAN", "B. Example", { refuse: true, authority: "AUTHORITY_PARENT" });
        await harbor.seesState("release.CONFLICTED");
        await harbor.seesWord("say.release.CONFLICTED");
        await juniper.doesNotSee(juniper.say("leg.shared"));
        await sign(harbor, "GUARDIAN", unsafe, { authority: "AUTHORITY_PARENT" });
        await harbor.seesWord("fault.RELEASE_INVALID_SIGNER");
        expect(!(await harbor.page.locator("main .note.bad").innerText()).includes("Canary"), "the refusal does not repeat the name");
        await harbor.back();
        await harbor.seesState("release.CONFLICTED");
    }
    // 2.3
    async representative() {
        const { harbor, juniper } = this;
        await this.survivor.writePermission(juniper.organisation, "PURPOSE_PLACEMENT");
        await sign(harbor, "MINOR", "A. Example");
        await sign(harbor, "AGENCY_REPRESENTATIVE", "C. Example", { authority: "AUTHORITY_COURT_ORDER" });
        await harbor.seesState("release.ACTIVE");
        await this.survivor.openCase();
        await harbor.seesAt(juniper.organisation, "release.SUPERSEDED");
    }
    // 2.4
    async opened() {
        const { juniper } = this;
        await this.survivor.findAt(juniper);
        await juniper.openRow(juniper.field("preferred_name"));
        await read(juniper, "PURPOSE_INTAKE");
        await uncover(juniper, secret);
        await juniper.doesNotSee(juniper.field("health_summary"));
    }
    // 2.5, 2.6
    async narrowed() {
        const { harbor, juniper } = this;
        await harbor.openRow(juniper.organisation, harbor.say("release.ACTIVE"));
        await harbor.pushButton("act.release.narrow");
        for (const id of ["diet", "practice"]) await harbor.tick(harbor.labelled(harbor.field(id)));
        await harbor.pushButton("act.release.narrow");
        await harbor.seesState("release.NARROWED");
        await this.survivor.findAt(juniper);
        await juniper.openRow(juniper.field("preferred_name"));
        await read(juniper, "PURPOSE_PLACEMENT");
        await juniper.doesNotSee(juniper.field("practice"));
        await harbor.go("nav.grants");
        await harbor.tick(harbor.labelled(harbor.say("grants.all")));
        const gone = [juniper.organisation, harbor.say("given.ERASURE_ATTESTED"), harbor.field("practice")];
        await harbor.openRow(...gone);
        await harbor.seesWord("grant.erased_means");
    }
    // 2.7
    async counsellorReads() {
        const { tide } = this;
        await this.survivor.writePermission(tide.organisation, "PURPOSE_COUNSELLING", forTide);
        await this.signedForTide();
        await this.survivor.findAt(tide);
        await tide.openRow(tide.field("preferred_name"));
        await read(tide, "PURPOSE_COUNSELLING");
        await uncover(tide, secret);
        await tide.sees(tide.field("health_summary"));
        for (const id of ["allergies", "diet", "handoff_meeting_place"]) await tide.doesNotSee(`${tide.field(id)}\n`);
        await tide.go("nav.legs");
        await tide.row(this.survivor.aliases[tide.organisation]).waitFor();
        await tide.doesNotSee(this.survivor.aliases[this.juniper.organisation]);
    }
    async signedForTide() {
        await sign(this.harbor, "MINOR", "A. Example");
        await sign(this.harbor, "AGENCY_REPRESENTATIVE", "C. Example", { authority: "AUTHORITY_COURT_ORDER" });
        await this.harbor.seesState("release.ACTIVE");
    }
    // 2.8, 2.9: told to the counsellor, by voice, while the house is off.
    async withdrawnAtTide() {
        const { harbor, juniper, tide } = this;
        await juniper.page.goto("about:blank"); // her machine is off, and with it her browser
        await this.stage.order({ who: "JUNIPER", machine: "off" });
        await this.survivor.findAt(tide);
        await tide.pushButton("withdraw.title");
        await tide.choose(tide.say("choice.PLACEMENT"));
        await tide.pushButton("withdraw.now");
        await tide.seesWord("done.saved");
        await tide.seesState("leg.ACCEPTED");
        await harbor.go("nav.inbox");
        await harbor.sees(harbor.code("WITHDRAWAL_HEARD"));
        await this.survivor.openCase();
        await harbor.seesAt(juniper.organisation, "release.WITHDRAWN");
        await harbor.seesAt(tide.organisation, "release.ACTIVE");
        await this.survivor.openNeed();
        await harbor.openRow(juniper.organisation);
        await harbor.seesState("leg.ACCEPTED");
        await harbor.seesWord("leg.papers.WITHDRAWN");
    }
    // 2.10, 2.11: its machine comes back, and with it everybody signs in anew.
    async juniperComesBack() {
        const { harbor, juniper } = this;
        await this.stage.order({ who: "JUNIPER", machine: "on" });
        await juniper.page.goto((await this.stage.run("JUNIPER", "console")).url);
        await juniper.signIn("desk 1", juniper.passphrase);
        await this.survivor.findAt(juniper);
        await juniper.seesWord("leg.papers.WITHDRAWN");
        await juniper.seesState("leg.ACCEPTED");
        await juniper.go("nav.grants");
        await juniper.seesNoMore(juniper.field("preferred_name"));
        await juniper.tick(juniper.labelled(juniper.say("grants.all")));
        await juniper.openRow(juniper.field("preferred_name"), juniper.say("grant.ERASURE_ATTESTED"));
        await juniper.seesWord("grant.erased_means");
        expect((await juniper.page.getByRole("button", { name: juniper.say("read.open"), exact: true }).count()) === 0, "nothing is left to open");
        await harbor.seesState("leg.ACCEPTED");
    }
    // 2.12
    async anotherPlace() {
        const { harbor, juniper, lantern } = this;
        const before = this.survivor.aliases[juniper.organisation];
        await beds(lantern, "6");
        await harbor.pushButton("act.leg.cancel.referrer");
        await harbor.choose(harbor.code("CANCEL_WANTS_OTHER_PLACE"));
        await harbor.choose(harbor.code("CLIENT_PREFERS_OTHER"));
        await harbor.pushButton("act.leg.cancel.referrer");
        await harbor.seesState("leg.CANCEL_REQUESTED");
        await this.survivor.openNeed();
        await this.survivor.ask([lantern.organisation]);
        await harbor.seesAt(lantern.organisation, "leg.DELIVERED");
        expect(this.survivor.aliases[lantern.organisation] !== before, "another name");
        await juniper.go("nav.inbox");
        await juniper.openRow(juniper.say("want.CANCEL_REQUESTED.recipient"), before);
        await juniper.pushButton("act.leg.cancel.recipient");
        await juniper.pushButton("act.leg.cancel.recipient");
        await harbor.seesAt(juniper.organisation, "leg.CANCEL_CONFIRMED");
    }
    // 2.13, 2.14
    async endsAndIsRenewed() {
        const { harbor, tide } = this;
        await this.stage.advance(24 * day);
        await tide.go("nav.inbox");
        await tide.sees(tide.code("GRANT_ENDS_SOON"));
        await this.survivor.openCase();
        await harbor.seesAt(tide.organisation, "release.EXPIRING");
        await this.stage.advance(7 * day);
        await harbor.seesAt(tide.organisation, "release.EXPIRED");
        await this.survivor.findAt(tide);
        await tide.seesState("leg.ACCEPTED");
        await tide.openRow(tide.field("preferred_name"));
        await tide.seesState("grant.ERASURE_ATTESTED");
        expect((await tide.page.getByRole("button", { name: tide.say("read.open"), exact: true }).count()) === 0, "what has ended does not open");
        await this.survivor.writePermission(tide.organisation, "PURPOSE_COUNSELLING", forTide);
        await this.signedForTide();
        await this.survivor.findAt(tide);
        await tide.openRow(tide.field("preferred_name"), tide.say("grant.OPENABLE"));
        await read(tide, "PURPOSE_COUNSELLING");
    }
    // 2.15, 2.16
    async whoHasSeenThis() {
        const { harbor, juniper, tide } = this;
        await this.survivor.openCase();
        await harbor.pushButton("case.seen");
        await harbor.sees(juniper.organisation);
        await harbor.sees(tide.organisation);
        await harbor.sees(harbor.code("PURPOSE_INTAKE"));
        await harbor.doesNotSee("Canary");
        await harbor.pushButton("act.case.print");
        await harbor.write(harbor.say("form.again"), harbor.passphrase);
        await harbor.pushButton("print.make");
        await harbor.seesWord("print.mind");
        await harbor.pushButton("print.look");
        await harbor.sees(harbor.code("PURPOSE_INTAKE"));
    }
}

const rows = [
    "twoNeeds",
    "conflict",
    "representative",
    "opened",
    "narrowed",
    "counsellorReads",
    "withdrawnAtTide",
    "juniperComesBack",
    "anotherPlace",
    "endsAndIsRenewed",
    "whoHasSeenThis",
];
export async function playS2(hands, stage, look) {
    const play = new S2(hands, stage);
    for (const row of rows) {
        await play[row]();
        await look(row);
    }
}
