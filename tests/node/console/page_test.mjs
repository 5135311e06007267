// The page's words and sources, without a browser: node --test.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

const root = new URL("../../../", import.meta.url);
const web = new URL("node/console/web/", root);
const read = (name) => readFileSync(new URL(name, root), "utf8");
const { buildSync, transformSync } = createRequire(web)("esbuild");
async function words(language) {
    const { code } = transformSync(read(`node/console/web/src/words.${language}.ts`), { loader: "ts", format: "esm" });
    return (await import(`data:text/javascript,${encodeURIComponent(code)}`))[language];
}
const en = await words("en");
const es = await words("es");
const sources = readdirSync(new URL("src/", web))
    .filter((name) => /\.tsx?$/.test(name) && !/^words\.e[ns]\./.test(name))
    .map((name) => [name, read(`node/console/web/src/${name}`)]);

test("both languages have the same words, none empty, with the same places to fill", () => {
    assert.deepEqual(Object.keys(es), Object.keys(en));
    for (const key of Object.keys(en)) {
        assert.ok(en[key].trim() && es[key].trim(), key);
        const places = (text) => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort();
        assert.deepEqual(places(es[key]), places(en[key]), key);
    }
});

test("every word that the sources ask for is there, and none lies unused", () => {
    const all = sources.map(([, text]) => text).join("\n");
    for (const [, key] of all.matchAll(/\bt\("([^"]+)"/g)) assert.ok(key in en, key);
    const built = [...all.matchAll(/`([a-z.]+)\$\{/g)].map((match) => match[1]);
    const byKind = [...all.matchAll(/stateText\("?(\w+)?/g)].map((match) => `${match[1]}.`);
    const prefixes = [...built, ...byKind, "leg.", "need.", "grant.", "given.", "release.", "case.", "priority.", "service."];
    const bases = Object.keys(en).map((key) => key.replace(/\.time$/, "")); // the same word, of time instead of a bed
    for (const key of bases)
        assert.ok(all.includes(`"${key}"`) || prefixes.some((prefix) => prefix.length > 2 && key.startsWith(prefix)), `unused: ${key}`);
});

test("no sentence stands in the sources", () => {
    for (const [name, text] of sources) {
        if (!name.endsWith(".tsx")) continue;
        const code = text.replace(/\/\/.*$/gm, "").replace(/<code>leeward console<\/code>/, "");
        for (const [, between] of code.matchAll(/>([^<>{}=;()]*)<\/?[a-zA-Z]/g))
            assert.ok(!/[A-Za-zÁ-ú]{2,}/.test(between.replace(/&\w+;/g, "")), `${name}: ${between.trim()}`);
        for (const [attribute] of code.matchAll(/\b(placeholder|aria-label|title|label|alt|lead|legend|hint)="[^"]*[A-Za-z]{2,}[^"]*"/g))
            if (!/label="(until|ends|due)"/.test(attribute)) assert.fail(`${name}: ${attribute}`);
    }
});

test("every noun of a command has a word in the menu", () => {
    const nouns = [...read("schema/commands.cpp").matchAll(/^ +\{"([a-z]+)\.[a-z-]+",/gm)].map((match) => match[1]);
    assert.ok(new Set(nouns).size > 20);
    for (const noun of new Set(nouns)) assert.ok(noun === "shift" || `noun.${noun}` in en, noun);
});

// What a state is called in schema/, read from its table of names.
const names = (file, table) => {
    const text = read(file);
    const from = text.indexOf(`${table}{`);
    assert.ok(from > 0, table);
    return [...text.slice(from, text.indexOf("};", from)).matchAll(/"([A-Z_]+)"/g)].map((match) => match[1]);
};
test("every state that the node can show has a word in both languages", () => {
    const kinds = [
        ["leg", names("schema/leg.cpp", "leg_state_names")],
        ["need", names("schema/need.cpp", "state_names")],
        ["priority", names("schema/need.cpp", "priority_names")],
        ["service", names("schema/need.cpp", "service_names")],
        ["release", names("schema/release.cpp", "state_names")],
        ["grant", names("schema/grant.cpp", "state_names")],
        ["given", names("schema/grant.cpp", "state_names")],
        ["case", names("schema/case.cpp", "state_names")],
        ["kind", names("schema/audit_event.cpp", "kind_names")],
        ["machine", names("schema/audit_event.cpp", "machine_names")],
        ["approval", [...names("schema/approval.cpp", "act_names"), ...names("schema/approval.cpp", "state_names")]],
    ];
    for (const [kind, list] of kinds)
        for (const name of list) assert.ok(en[`${kind}.${name}`] && es[`${kind}.${name}`], `${kind}.${name}`);
});
test("what is kept, and what is looked at, has words in both languages", () => {
    const clocks = [...read("node/exchange/retention.cpp").matchAll(/Clock\{"([^"]+)",\s*"([^"]+)"\}/g)].flatMap(([, what, ends]) => [what, ends]);
    assert.ok(clocks.length >= 16, "the clocks were found");
    for (const said of clocks) assert.ok(en[`keep.${said}`] && es[`keep.${said}`], said);
    for (const [, check] of read("node/app/node_api.cpp").matchAll(/\bcheck\("(\w+)"/g)) assert.ok(en[`check.${check}`] && es[`check.${check}`], check);
});
test("every code of an error has a sentence", () => {
    for (const [, code] of read("crypto/base/result.h").matchAll(/return "(\w+)";/g))
        if (code !== "unknown") assert.ok(en[`error.${code}`] && es[`error.${code}`], code);
});

test("no word is of the trade, and none blames", () => {
    const trade = /\b(crypt\w*|cipher|hash|key pair|public key|signature key|TLS|token|merkle|leaf|cifra(?!s)\w*|clave|criptograf\w*|v[ií]ctim\w*)\b/i;
    for (const [language, all] of [["en", en], ["es", es]])
        for (const [key, text] of Object.entries(all)) assert.ok(!trade.test(text), `${language} ${key}: ${text}`);
    assert.equal(en["leg.QUEUED"], "Saved here");
    assert.equal(en["leg.DELIVERED"], "Delivered");
    assert.equal(en["leg.SEEN"], "Opened");
});

// Flesch-Kincaid grade for English, Fernández Huerta for Spanish, over all sentences together.
test("the words can be read at about eleven", () => {
    const sentences = (all) => Object.values(all).filter((text) => /[.!?]$/.test(text)).map((text) => text.replace(/\{[^}]*\}/g, "two"));
    const count = (text, pattern) => (text.match(pattern) ?? []).length;
    const english = sentences(en).join(" ");
    const spanish = sentences(es).join(" ");
    const wordsOf = (text) => count(text, /[\p{L}]+/gu);
    const syllables = (text) =>
        (text.toLowerCase().match(/[a-z]+/g) ?? []).reduce((sum, word) => sum + Math.max(1, count(word.replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, ""), /[aeiouy]{1,2}/g)), 0);
    const silabas = (text) => count(text.toLowerCase(), /[aáeéoó]?[iuü]?[aáeéiíoóuú][iuy]?(?![aeiouáéíóú]{2})/g);
    const grade = 0.39 * (wordsOf(english) / count(english, /[.!?]/g)) + 11.8 * (syllables(english) / wordsOf(english)) - 15.59;
    const ease = 206.84 - 60 * (silabas(spanish) / wordsOf(spanish)) - 1.02 * (wordsOf(spanish) / count(spanish, /[.!?]/g));
    assert.ok(grade <= 6, `grade ${grade}`);
    assert.ok(ease >= 80, `ease ${ease}`);
});

test("the page keeps nothing, asks nobody else and makes no markup of text", () => {
    for (const [name, text] of sources)
        assert.ok(!/localStorage|sessionStorage|indexedDB|document\.cookie|serviceWorker|innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|\beval\(|new Function|document\.write|https?:\/\/|pushState|new WebSocket|EventSource/.test(text), name);
});

// What is said twice is the same as once: a house's own places, and what only shows.
const twiceIsOnce = /api\.act\("capacity\.set"|dryRun: true/;
test("what is sent once is not sent again by a second press", () => {
    let found = 0;
    for (const [name, text] of sources)
        for (const [, act] of text.matchAll(/ = async \([^)]*\) => \{\n([\s\S]*?)\n    \};/g)) {
            if (!act.includes("api.act(") || twiceIsOnce.test(act)) continue;
            assert.match(act, /setBusy\(true\)[\s\S]*finally \{\s*setBusy\(false\)/, `${name}: ${act}`);
            found++;
        }
    assert.equal(found, 5);
    for (const [name, text] of sources) {
        const times = (pattern) => (text.match(pattern) ?? []).length;
        assert.ok(times(/disabled=\{busy/g) >= times(/\[busy, setBusy\]/g), name);
    }
});

test("an answer that comes after a lock moves nobody and says nothing to the next", async () => {
    const source = new URL("src/state.ts", web).pathname;
    const [{ text }] = buildSync({ entryPoints: [source], bundle: true, format: "esm", minify: true, write: false }).outputFiles;
    globalThis.window = { scrollTo() {} };
    globalThis.navigator ??= { language: "en" };
    const { go, goBack, state } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    state.stage = "open";
    go({ screen: "cases" }, "saved");
    assert.deepEqual([state.place.screen, state.note], ["cases", "saved"]);
    Object.assign(state, { stage: "seated", note: "" });
    go({ screen: "need", id: "77ab01" }, "saved");
    goBack("saved");
    assert.deepEqual([state.place, state.note], [{ screen: "cases" }, ""]);
});

test("what was not done is not said to be, and whoever is to be phoned is shown", async () => {
    const source = new URL("src/form.tsx", web).pathname;
    const [{ text }] = buildSync({ entryPoints: [source], bundle: true, format: "esm", minify: true, write: false, jsx: "automatic", jsxImportSource: "preact" }).outputFiles;
    const { isToRead, notDone } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    const approval = (state, done) => ({ id: "5c20aa", what: "RETIRE", state, ...(done ? { done } : {}) });
    assert.ok(notDone(approval("VOID")) && isToRead(approval("VOID")));
    assert.ok(!notDone(approval("GIVEN")) && !isToRead(approval("GIVEN", { to_phone: [] })));
    assert.ok(isToRead(approval("GIVEN", { to_phone: [{ peer: "Birch" }] })));
    assert.ok(isToRead({ questions_ended: 2, to_phone: [{ peer: "Birch" }] }));
    assert.ok(!notDone({ id: "aa01", state: "VOID" }), "a release is none");
});

test("what a partner asks our supervisor for is on the page, with the same two answers", () => {
    const [, house] = sources.find(([name]) => name === "house.tsx");
    assert.match(house, /value\.for_partners/);
    assert.equal(house.match(/<YesOrNo /g).length, 2);
    assert.match(house.match(/const ForPartner[^]*?\n\);/)[0], /_SUPERVISOR"\)\) && <YesOrNo /, "a supervisor alone answers");
});

test("a list is fetched to its end, each thing once", async () => {
    const source = new URL("src/state.ts", web).pathname;
    const [{ text }] = buildSync({ entryPoints: [source], bundle: true, format: "esm", minify: true, write: false }).outputFiles;
    globalThis.navigator ??= { language: "en" };
    const { whole } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    const pages = [["a", "b"], ["b", "c"], ["d"]];
    let asked = 0;
    globalThis.fetch = async (_, { body }) => {
        const { page = 1, all } = JSON.parse(body).args;
        assert.equal(all, true);
        asked += 1;
        const result = { legs: pages[page - 1].map((id) => ({ id })), page, ...(page < pages.length ? { more: true } : {}) };
        return { status: 200, headers: new Headers(), json: async () => ({ ok: true, result }) };
    };
    const { legs } = await whole("leg.list", { all: true }, true);
    assert.deepEqual(legs.map((one) => one.id), ["a", "b", "c", "d"]);
    asked = 0;
    await whole("leg.list", { all: true }, true, () => asked === 2);
    assert.equal(asked, 2, "and no further once nobody looks any more");
});

test("the types hold", () => {
    execFileSync("node", [new URL("node_modules/typescript/bin/tsc", web).pathname, "-p", new URL(".", web).pathname, "--noUnusedLocals"], { stdio: "pipe" });
});

test("the lockfiles name no host, and the page is made of one package", () => {
    for (const file of ["node/console/web/package-lock.json", "tests/browser/package-lock.json"]) assert.ok(!read(file).includes('"resolved"'), file);
    assert.deepEqual(Object.keys(JSON.parse(read("node/console/web/package.json")).dependencies), ["preact"]);
});

// Where ops/docs/ASVS.md rests on a test, the test is there: "`file` *sentence…*", a sentence or its parts.
test("every test that ASVS.md names is there", () => {
    const homes = [(name) => `tests/node/console/${name}.cpp`, (name) => `tests/node/console/${name}.mjs`, (name) => `tests/browser/${name}.mjs`, (name) => `tests/${name}.cpp`];
    const home = (name) => homes.map((of) => of(name)).find((file) => existsSync(new URL(file, root)));
    let sentences = 0;
    for (const [, quoted, plain, said] of read("ops/docs/ASVS.md").matchAll(/(?:`(\w+)`|\b([\w/]+_test))((?:,? \*[^*\n]+\*)*)/g)) {
        const name = quoted ?? plain;
        const file = home(name) ?? (name.includes("_test") ? undefined : null);
        assert.notEqual(file, undefined, `no test is called ${name}`);
        if (file === null) continue; // a word that is no test
        const text = read(file).replace(/"\s*\n\s*"/g, "");
        for (const [, sentence] of said.matchAll(/\*([^*]+)\*/g)) {
            let from = 0;
            for (const part of sentence.split("…").map((one) => one.trim()).filter(Boolean)) {
                from = text.indexOf(part, from);
                assert.ok(from >= 0, `${file} has no test “${sentence}”`);
            }
            sentences++;
        }
    }
    assert.ok(sentences > 30, `only ${sentences} were looked for`);
});
