// A worker at the keyboard: what she does is done with Tab, Enter, Space and letters alone, and found by
// the words that stand on the page in her language.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "./expect.mjs";

const web = new URL("../../node/console/web/", import.meta.url);
const { transformSync } = createRequire(web)("esbuild");

export async function learnWords(language) {
    const source = readFileSync(new URL(`src/words.${language}.ts`, web), "utf8");
    const { code } = transformSync(source, { loader: "ts", format: "esm" });
    return (await import(`data:text/javascript,${encodeURIComponent(code)}`))[language];
}
// Sentences of schema/: what the page shows for a code, a field or a value.
const read = (file) => JSON.parse(readFileSync(new URL(`../../schema/${file}`, import.meta.url), "utf8"));
export const codes = Object.fromEntries(read("codes.json").codes.map((one) => [one.code, one]));
export const fields = Object.fromEntries(read("catalogue.json").fields.map((one) => [one.id, one]));
export const values = read("value_words.json");

export const exactly = (text) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);

// How many steps of Tab lie between what has the focus and `target`; a group of radio buttons is one.
function tabsTo(target) {
    const seen = new Set();
    const stops = [...document.querySelectorAll("a[href], button, input, textarea, select, summary, [tabindex]")].filter((one) => {
        if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
        if (one.type !== "radio" || one === target || one === document.activeElement) return true;
        if (seen.has(one.name)) return false;
        seen.add(one.name);
        return true;
    });
    const here = stops.indexOf(document.activeElement);
    const first = stops.findIndex((one) => document.activeElement.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    return stops.indexOf(target) - (here >= 0 ? here : first - 1);
}

export class Hand {
    constructor(page, language, vocabulary) {
        this.page = page;
        this.language = language;
        this.words = vocabulary;
        this.about = this.own = "PLACEMENT"; // the service that the page before her is about, and her house's own
    }
    // Whose work is about time, not about a bed, reads the words of that.
    say(key, values = {}) {
        const text = (this.about !== "PLACEMENT" && this.words[`${key}.time`]) || this.words[key];
        if (text === undefined) throw new Error(`no word ${key}`);
        return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
            const value = values[name] ?? "";
            return one === undefined ? String(value) : (value === 1 ? one : many).replace("#", String(value));
        });
    }
    code(code) {
        return codes[code][this.language];
    }
    field(id) {
        return fields[id][this.language];
    }
    value(value) {
        return values[value]?.[this.language === "es" ? 1 : 0] ?? value;
    }
    // Moves by Tab and Shift+Tab until what has the focus is `target`.
    async reach(target) {
        await target.waitFor();
        const there = () => target.evaluate((element) => element === document.activeElement);
        for (let round = 0; round < 12; round++) {
            if (await there()) return;
            const away = (await target.evaluate(tabsTo)) || 1;
            for (let i = 0; i < Math.abs(away); i++) await this.page.keyboard.press(away > 0 ? "Tab" : "Shift+Tab");
        }
        for (let i = 0; i < 400 && !(await there()); i++) await this.page.keyboard.press("Tab");
        expect(await there(), "the keyboard gets there");
    }
    async press(target, key = "Enter") {
        await this.reach(target);
        await this.page.keyboard.press(key);
    }
    button(text) {
        return this.page.getByRole("button", { name: text, exact: true }).first();
    }
    async pushButton(key, values) {
        await this.press(this.button(this.say(key, values)));
    }
    row(...texts) {
        return texts.reduce((rows, text) => rows.filter({ hasText: text }), this.page.locator("main button.row")).first();
    }
    async openRow(...texts) {
        await this.press(this.row(...texts));
    }
    // Sets a tick, or takes it away.
    async tick(target, on = true) {
        await target.waitFor();
        if ((await target.isChecked()) !== on) await this.press(target, "Space");
        expect((await target.isChecked()) === on, "the tick is set");
    }
    labelled(text) {
        return this.page.getByLabel(text, { exact: true }).first();
    }
    // Tab reaches a group of radio buttons once; arrows move inside it.
    async pickRadio(input) {
        await input.waitFor();
        const name = await input.getAttribute("name");
        const group = this.page.locator(`input[name="${name}"]`);
        const chosen = group.and(this.page.locator(":checked"));
        if (await input.isChecked()) return;
        await this.reach((await chosen.count()) ? chosen.first() : group.first());
        const many = await group.count();
        if (!(await chosen.count())) await this.page.keyboard.press("Space");
        for (let i = 0; i < many && !(await input.isChecked()); i++) await this.page.keyboard.press("ArrowDown");
        expect(await input.isChecked(), "the choice is made");
    }
    async choose(text) {
        await this.pickRadio(this.labelled(text));
    }
    async write(label, text) {
        const input = this.page.getByLabel(label).first();
        await this.reach(input);
        await this.page.keyboard.press("Control+A");
        await this.page.keyboard.insertText(text);
    }
    async go(key) {
        this.about = this.own;
        const entry = this.page.locator("nav button", { hasText: exactly(this.say(key)) }).first();
        if (!(await entry.isVisible())) await this.press(this.page.locator("button.menu"));
        await this.press(entry);
    }
    async back() {
        await this.press(this.page.locator("button.back"));
    }
    async sees(text) {
        await this.page.getByText(text).first().waitFor();
    }
    async seesWord(key, values) {
        await this.sees(this.say(key, values));
    }
    // How the thing that is looked at stands.
    async seesState(key) {
        await this.page.locator("main .tag", { hasText: exactly(this.say(key)) }).first().waitFor();
    }
    // How one of several stands, where they are beside each other.
    async seesAt(name, key) {
        await this.page.locator("main button.row, main article.offer, main .cards li").filter({ hasText: name }).filter({ hasText: this.say(key) }).first().waitFor();
    }
    async refusedWith(code) {
        const note = this.page.locator("main .note.bad");
        await note.filter({ hasText: this.say(`error.${code}`) }).first().waitFor();
        return note.first().innerText();
    }
    async doesNotSee(text) {
        expect((await this.page.locator("main").innerText()).includes(text) === false, `“${text}” is not on the page`);
    }
    // What stands there now is gone in a moment, by itself.
    async seesNoMore(text) {
        await this.page.locator("main").getByText(text).first().waitFor({ state: "detached" });
    }
    // A passphrase, for herself or once more for one act.
    async signIn(name, passphrase) {
        const field = this.page.locator('input[type="password"]');
        await field.waitFor();
        const choice = this.page.locator(`input[type="radio"][value="${name}"]`);
        await choice.or(this.page.getByText(name, { exact: true })).first().waitFor();
        if (await choice.count()) await this.pickRadio(choice);
        await this.reach(field);
        await this.page.keyboard.insertText(passphrase);
        await this.page.keyboard.press("Enter");
        await this.page.locator("nav").waitFor({ state: "attached" });
    }
}
