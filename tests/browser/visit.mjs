// Every screen of every kind of house, looked at by axe and kept as a picture.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { enter, openPage } from "./stage.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// axe comes in beside the page's policy, by the debugger: the page itself could not load it.
async function violations(page) {
    const session = await page.context().newCDPSession(page);
    const evaluate = async (expression) => {
        const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? "axe did not run");
        return result.value;
    };
    await evaluate(axe);
    const found = await evaluate(
        `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
            .then(({ violations }) => violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")))`,
    );
    await session.detach();
    return found;
}

// One screen as it stands: nothing for axe to say, nothing to scroll sideways, and its picture.
export async function lookAt(page, name, { faults, shots, language, size }) {
    await page.locator("main .quiet[role=status]").waitFor({ state: "detached" }).catch(() => {});
    await page.evaluate(() => window.scrollTo(0, 0));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 1) faults.push(`${name}: ${wide} px too wide`);
    for (const one of await violations(page)) faults.push(`${name}: ${one}`);
    if (shots) await page.screenshot({ path: `${shots}/${language}-${size}-${name}.png`, fullPage: true });
}

export async function visitAll({ stage, browser, language, size, width, height, shots, words }) {
    const faults = [];
    const look = (page, name) => lookAt(page, name, { faults, shots, language, size });
    for (const who of ["HARBOR", "LANTERN"]) {
        const { context, page } = await openPage(browser, { language, width, height, dark: size === "narrow", faults });
        const named = (name) => `${who.toLowerCase()}-${name}`;
        const { url } = await stage.run(who, "console");
        await page.goto(url);
        await page.locator('input[type="password"]').waitFor();
        await look(page, named("sign-in"));
        await page.locator('input[type="password"]').fill(stage.passphrase(who));
        await page.keyboard.press("Enter");
        await page.locator("nav").waitFor({ state: "attached" });
        const entries = await page.locator("nav button").allInnerTexts();
        const all = await page.locator("nav button").evaluateAll((buttons) => buttons.map((button) => button.textContent));
        for (const entry of all.length ? all : entries) {
            const place = page.locator("nav button", { hasText: new RegExp(`^${entry.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`) });
            if (!(await place.isVisible())) await page.locator("button.menu").click();
            await place.click();
            await page.locator("main h1").waitFor();
            await look(page, named(all.indexOf(entry) + "-" + entry.toLowerCase().normalize("NFD").replace(/[^a-z0-9]+/g, "-")));
            const first = page.locator("main button.row:visible").first();
            if (await first.count()) {
                await first.click();
                await page.locator("main button.back").waitFor();
                await look(page, named(all.indexOf(entry) + "b-one"));
                const act = page.locator("main button.main-act:enabled:visible, main .acts button.act:visible").first();
                if (await act.count()) {
                    const label = await act.innerText();
                    if (![words["sign.in"], words["log.verify"], words["read.open"], words["words.show"]].includes(label)) {
                        await act.click();
                        await page.locator("main h1").waitFor();
                        await look(page, named(all.indexOf(entry) + "c-act"));
                    }
                }
            }
        }
        if (who === "HARBOR") {
            const menu = async (key) => {
                const place = page.locator("nav button", { hasText: new RegExp(`^${words[key]}$`) });
                if (!(await place.isVisible())) await page.locator("button.menu").click();
                await place.click();
            };
            await menu("nav.cases");
            await page.getByRole("button", { name: words["intake.title"], exact: true }).click();
            for (let step = 1; step <= 7; step++) {
                await page.locator("main h1").waitFor();
                await look(page, named(`intake-${step}`));
                if (step < 7) await page.getByRole("button", { name: words.next, exact: true }).click();
            }
        }
        await page.getByRole("button", { name: words.lock, exact: true }).click();
        await page.locator('input[type="password"]').waitFor();
        await look(page, named("locked"));
        await page.getByRole("button", { name: words.leave, exact: true }).click();
        await page.waitForURL("**/away");
        await look(page, named("away"));
        await context.close();
    }
    if (faults.length) throw new Error([...new Set(faults)].join("\n"));
}
export { enter };
