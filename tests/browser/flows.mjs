// What workers do at the page again and again: intake, asking, offering, choosing, permissions, reading.
import { expect } from "./expect.mjs";

export const secret = "Wren Example-Canary";
export const unsafe = "Mr Uncle Canary";

// What stands in the record of every case here, by the step of intake that asks for it.
const record = [
    { child_wishes: "Please call before you come." },
    { unsafe_persons: unsafe },
    { preferred_name: secret, allergies: "Nuts." },
    { handoff_meeting_place: "By the station clock.", diet: "No pork.", practice: "Prays on Friday." },
    { health_summary: "Sleeps badly." },
    {},
];

// One survivor and one worker's telling of her: what is found again by her name here.
export class Survivor {
    constructor(stage, harbor) {
        this.stage = stage;
        this.harbor = harbor;
        this.aliases = {};
    }
    async intake() {
        const { harbor } = this;
        await harbor.go("nav.cases");
        await harbor.pushButton("intake.title");
        for (const step of record) {
            for (const [id, text] of Object.entries(step)) await harbor.write(harbor.field(id), text);
            await harbor.pushButton("next");
        }
        await harbor.choose(harbor.say("intake.check.none"));
        await harbor.pushButton("intake.save");
        await harbor.seesWord("need.new");
        this.codename = /(\p{L}+(?:-\p{L}+){2,})/u.exec(await harbor.page.locator("p.note.good").innerText())?.[1];
        expect(this.codename, "the case has a name of its own");
    }
    // From the page on which a need is written down to the need itself.
    async need(service, fields) {
        const { harbor } = this;
        harbor.about = service;
        if (service !== "PLACEMENT") await harbor.pickRadio(harbor.page.locator(`input[value="${service}"]`).first());
        await harbor.tick(harbor.labelled(harbor.say("need.wishes")));
        for (const [id, value] of Object.entries(fields)) {
            const input = harbor.page.locator("fieldset", { has: harbor.page.locator("legend", { hasText: harbor.field(id) }) }).locator(`input[value="${value}"]`);
            if ((await input.getAttribute("type")) === "radio") await harbor.pickRadio(input);
            else await harbor.tick(input);
        }
    }
    async openCase() {
        await this.harbor.go("nav.cases");
        await this.harbor.press(this.harbor.page.locator("section", { hasText: this.harbor.say("cases.list") }).locator("button.row", { hasText: this.codename }).last());
    }
    async openNeed(service = "PLACEMENT") {
        await this.harbor.go("nav.cases");
        await this.harbor.openRow(`${this.codename}: ${this.harbor.say(`service.${service}`)}`);
        this.harbor.about = service;
    }
    // Asks them all in one act, without the fields that are left out, after seeing what each is told.
    async ask(names, leaveOut = []) {
        const { harbor } = this;
        await harbor.pushButton("ask.title");
        for (const name of names) await harbor.tick(harbor.page.locator(`input[value="${name}"]`));
        if (leaveOut.length) {
            await harbor.seesWord("meter.over");
            await harbor.pushButton("preview.show");
            await harbor.page.locator("main .note.bad").waitFor(); // all of it is refused without a reason
        }
        for (const id of leaveOut) await harbor.tick(harbor.page.locator(`input[value="${id}"]`));
        await harbor.seesWord("meter.within");
        await harbor.pushButton("preview.show");
        await harbor.seesWord("ask.nothing_else");
        await harbor.doesNotSee("Canary");
        await harbor.press(harbor.page.locator("button.main-act"));
        await harbor.seesWord("done.queued");
        await this.learnAliases(names);
    }
    async learnAliases(names) {
        const { legs } = await this.stage.run("HARBOR", "leg", "list", "--all");
        for (const name of names) this.aliases[name] = legs.filter((leg) => leg.peer === name).sort((a, b) => b.since - a.since)[0].alias;
    }
    // At the house that was asked: her question among all others.
    async findAt(house) {
        await house.go("nav.legs");
        await house.openRow(this.aliases[house.organisation]);
    }
    async choose(house, basis = "CHOICE_BASIS_IN_PERSON") {
        const { harbor } = this;
        await harbor.press(harbor.page.locator("article.offer", { hasText: house.organisation }).getByRole("button", { name: harbor.say("act.need.choose"), exact: true }));
        await harbor.choose(harbor.code(basis));
        await harbor.tick(harbor.labelled(harbor.say("arg.read-back")));
        await harbor.pushButton("act.need.choose");
    }
    // A permission of one organisation, up to the moment at which it has been read aloud.
    async writePermission(to, purpose, fields = ["T2"]) {
        const { harbor } = this;
        await this.openCase();
        await harbor.pushButton("release.new");
        const of = (value) => harbor.page.locator(`input[type="checkbox"][value="${value}"]`);
        if (!fields.includes("T2")) await harbor.tick(of("T2"), false);
        for (const one of fields.filter((field) => /^T\d$/.test(field))) await harbor.tick(of(one));
        const single = fields.filter((field) => !/^T\d$/.test(field));
        if (single.length) await harbor.press(harbor.page.locator("summary", { hasText: harbor.say("release.single") }));
        for (const one of single) await harbor.tick(of(one));
        await harbor.pickRadio(harbor.page.locator(`input[type="radio"][value="${to}"]`));
        await harbor.choose(harbor.code(purpose));
        await harbor.press(harbor.page.locator('form button[type="submit"]'));
        await present(harbor);
    }
}

// One press says how many beds are free; more than are free cannot be offered.
export async function beds(house, said) {
    await house.go("nav.beds");
    await house.press(house.button(said));
    await house.seesWord("beds.said");
}

export async function offer(house, condition) {
    await house.pushButton("act.leg.offer");
    if (condition) await house.tick(house.labelled(house.code(condition)));
    await house.pushButton("act.leg.offer");
    await house.seesWord("say.OFFERED.recipient");
}

export async function makeFirm(house) {
    await house.seesWord("say.SELECTED.recipient");
    await house.pushButton("act.leg.confirm");
    await house.pushButton("act.leg.confirm");
    await house.seesState("leg.ACCEPTED");
}

// The text is frozen, then read aloud.
export async function present(hand) {
    await hand.seesWord("say.release.DRAFT");
    await hand.pushButton("act.release.present");
    await hand.pushButton("act.release.present");
    await hand.seesWord("say.release.PENDING_SIGNATURES");
    await hand.sees(hand.language === "es" ? "No tienes que decir que sí." : "You do not have to say yes.");
}

const whole = ["CAPACITY_KNOWS_WHAT", "CAPACITY_KNOWS_WHY", "CAPACITY_CAN_WEIGH", "CAPACITY_SAID_IT_BACK"];
export async function sign(hand, signer, name, { refuse = false, authority = "" } = {}) {
    await hand.pushButton("act.release.sign");
    await hand.choose(hand.say(`choice.${signer}`));
    await hand.write(hand.say("arg.name"), name);
    await hand.tick(hand.labelled(hand.say("arg.read-back")));
    await hand.tick(hand.labelled(hand.say("arg.refuse")), refuse);
    if (signer === "MINOR") for (const code of whole) await hand.tick(hand.labelled(hand.code(code)));
    if (authority) await hand.choose(hand.code(authority));
    await hand.pushButton("act.release.sign");
    const gone = hand.labelled(hand.say("arg.read-back")).waitFor({ state: "detached" });
    await Promise.any([gone, hand.page.locator("main .note.bad").waitFor()]); // the next form has the same fields
}

// With a purpose; what names her is covered until pressed, and covers itself again.
export async function read(hand, purpose) {
    await hand.choose(hand.code(purpose));
    await hand.pushButton("read.open");
    await hand.seesWord("grant.record");
    await hand.doesNotSee("Canary");
}
export async function uncover(hand, text) {
    const covered = hand.page.locator("main button.masked");
    for (let at = 0; at < (await covered.count()); at++) {
        await hand.press(covered.nth(at));
        const shown = (await covered.nth(at).innerText()).includes(text);
        if (shown) await hand.sees(text);
        await hand.press(covered.nth(at));
        if (shown) return hand.doesNotSee(text);
    }
    throw new Error(`“${text}” stands nowhere`);
}
