// The page in a real browser, over real nodes:  node run.mjs BIN [--shots DIR] [--only NAME] [--all] [--sources]
// Prints what held; ends with 1 if anything did not. Without a browser it says so and ends with 77.
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";

const [bin, ...options] = process.argv.slice(2);
const option = (name) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
const skip = (why) => {
    console.log(`skipped: ${why}`);
    process.exit(77);
};
const has = (module) => {
    try {
        return createRequire(import.meta.url).resolve(module);
    } catch {
        return undefined;
    }
};
if (!has("playwright-core") || !has("axe-core")) skip("playwright-core is not installed (ops/setup --browser)");
const { Stage, chromiumPath, enter, openBrowser, openPage, useSources } = await import("./stage.mjs");
if (!chromiumPath) skip("no Chromium on this machine (ops/setup --browser)");
const { Hand, learnWords } = await import("./hand.mjs");
const { playS1 } = await import("./s1.mjs");
const { playS2 } = await import("./s2.mjs");
const { safety } = await import("./safety.mjs");
const { lists } = await import("./lists.mjs");
const { lookAt, visitAll } = await import("./visit.mjs");

const shots = option("--shots");
if (shots) mkdirSync(shots, { recursive: true });
if (options.includes("--sources")) await useSources();
const only = option("--only");
const vocabulary = { en: await learnWords("en"), es: await learnWords("es") };
const sizes = { desk: { width: 1280, height: 900 }, narrow: { width: 360, height: 740 } };

let failed = 0;
async function check(name, work) {
    if (only && !name.includes(only)) return;
    const started = Date.now();
    try {
        await work();
        console.log(`ok      ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (fault) {
        failed++;
        console.log(`FAILED  ${name}\n${fault.stack ?? fault}`);
    }
}

const started = Date.now();
const stage = await Stage.open(bin);
const browser = await openBrowser();
console.log(`the stage stands after ${((Date.now() - started) / 1000).toFixed(1)} s`);

const desks = { harbor: "HARBOR", juniper: "JUNIPER", lantern: "LANTERN", tide: "TIDE" };
async function withHands(title, language, size, names, play) {
    const faults = [];
    const seen = {};
    // Each page that shows something else than when it was last looked at.
    const look = async (row) => {
        for (const { page, name } of opened) {
            const shown = await page.locator("main").innerHTML().catch(() => "");
            if (shown && shown !== seen[name]) await lookAt(page, `${title}-${row}-${name}`, { faults, shots, language, size });
            seen[name] = shown;
        }
    };
    const hands = {};
    const opened = [];
    try {
        for (const name of names) {
            const who = desks[name];
            const { context, page } = await openPage(browser, { language, ...sizes[size], faults, dark: size === "narrow" });
            opened.push({ context, page, name });
            await enter(stage, page, who);
            hands[name] = new Hand(page, language, vocabulary[language]);
            hands[name].passphrase = stage.passphrase(who);
            if (name === "tide") hands[name].about = hands[name].own = "COUNSELLING";
            hands[name].organisation = stage.parties[who].organisation;
        }
        await play(hands, stage, look);
        if (faults.length) throw new Error(faults.join("\n"));
    } catch (fault) {
        if (shots) for (const { page, name } of opened) await page.screenshot({ path: `${shots}/failed-${language}-${size}-${name}.png`, fullPage: true });
        throw fault;
    } finally {
        for (const { context } of opened) await context.close();
    }
}

// Each scenario in each language and at each size; with --all in each pair of them.
const all = options.includes("--all");
const plays = { S1: [playS1, ["harbor", "juniper", "lantern"]], S2: [playS2, ["harbor", "juniper", "lantern", "tide"]] };
const pairs = [["en", "desk"], ["es", "narrow"], ["es", "desk"], ["en", "narrow"]];
for (const [name, [play, who]] of Object.entries(plays))
    for (const [language, size] of all ? pairs : name === "S1" ? pairs.slice(0, 2) : pairs.slice(2))
        await check(`${name}, ${language}, ${size}`, () => withHands(name, language, size, who, play));
for (const [name, work] of Object.entries({ ...safety, ...lists }))
    await check(`${name in safety ? "safety" : "lists"}: ${name}`, async () => {
        const faults = [];
        await work({ stage, browser, faults });
        if (faults.length) throw new Error(faults.join("\n"));
    });
for (const language of ["en", "es"])
    for (const size of ["desk", "narrow"])
        await check(`every screen in ${language}, ${size}: axe, no scrolling sideways`, () =>
            visitAll({ stage, browser, language, size, ...sizes[size], shots, words: vocabulary[language] }),
        );

await browser.close();
await stage.close();
console.log(`together ${((Date.now() - started) / 1000).toFixed(0)} s; ${failed ? `${failed} FAILED` : "all held"}`);
process.exit(failed ? 1 : 0);
