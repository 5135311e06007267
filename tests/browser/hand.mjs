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

export class Hand {
    constructor(page, language, vocabulary) {
        this.page = page;
        this.language = language;
        this.words = vocabulary;
    }
    say(key, values = {}) {
        const text = this.words[key];
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
    // Moves by Tab until what has the focus is `target`.
    async reach(target) {
        await target.waitFor();
        for (let i = 0; i < 400; i++) {
            if (await target.evaluate((element) => element === document.activeElement)) return;
            await this.page.keyboard.press("Tab");
        }
        throw new Error("the keyboard does not get there");
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
    row(text) {
        return this.page.locator("button.row", { hasText: text }).first();
    }
    async openRow(text) {
        await this.press(this.row(text));
    }
    // A tick, or one of several.
    async pick(label) {
        const input = this.page.getByLabel(label, { exact: true }).first();
        await input.waitFor();
        if ((await input.getAttribute("type")) === "radio") return this.pickRadio(input);
        await this.press(input, "Space");
    }
    // Tab reaches a group of radio buttons once; arrows move inside it.
    async pickRadio(input) {
        const name = await input.getAttribute("name");
        const group = this.page.locator(`input[name="${name}"]`);
        const inside = () => this.page.evaluate((n) => document.activeElement?.getAttribute("name") === n, name);
        for (let i = 0; i < 400 && !(await inside()); i++) await this.page.keyboard.press("Tab");
        const many = await group.count();
        if (!(await input.isChecked())) await this.page.keyboard.press("Space");
        for (let i = 0; i < many && !(await input.isChecked()); i++) await this.page.keyboard.press("ArrowDown");
        expect(await input.isChecked(), "the choice is made");
    }
    async write(label, text) {
        const input = this.page.getByLabel(label).first();
        await this.reach(input);
        await this.page.keyboard.insertText(text);
    }
    async go(key) {
        const menu = this.page.locator("button.menu");
        const entry = this.page.locator("nav button", { hasText: new RegExp(`^${this.say(key)}$`) }).first();
        if (!(await entry.isVisible())) await this.press(menu);
        await this.press(entry);
    }
    async sees(text) {
        await this.page.getByText(text).first().waitFor();
    }
    async seesWord(key, values) {
        await this.sees(this.say(key, values));
    }
    async doesNotSee(text) {
        expect((await this.page.locator("body").innerText()).includes(text) === false, `“${text}” is not on the page`);
    }
}
