// Two thousand things at once, as a node with a long night behind it would say them.
import { enter, openPage } from "./stage.mjs";
import { expect } from "./expect.mjs";

export const manyLegs = () =>
    Array.from({ length: 2000 }, (_, n) => ({
        id: n.toString(16).padStart(32, "0"), peer: "Harbor Light Recovery Unit", alias: `copper-lark-${n}`, side: "recipient", service: "PLACEMENT",
        priority: "URGENT", state: n % 2 ? "DELIVERED" : "SEEN", ask: "OPEN", answer: "STORED", since: 1_790_000_000, due: Math.floor(Date.now() / 1000) + n * 60,
    }));
export const answerWith = (page, command, result) => page.route(`**/api/do/${command}`, (route) => route.fulfill({ json: { ok: true, result } }));

// A sheet comes in several frames: it must be whole in the end, in order, and lead where its rows say.
async function longList({ stage, browser, faults }) {
    const { context, page } = await openPage(browser, { faults });
    await enter(stage, page, "LANTERN");
    await answerWith(page, "inbox", { waiting: manyLegs().reverse(), notices: [{ code: "BED_LOST", about: manyLegs()[7].id, kind: "leg", at: 1_790_000_000, peer: "Harbor Light Recovery Unit" }] });
    await answerWith(page, "leg.list", { legs: manyLegs() });
    await page.getByRole("button", { name: "Questions", exact: true }).click();
    await page.getByRole("button", { name: "Now", exact: true }).click();
    await page.getByText("2,000 things wait").waitFor();
    const list = page.locator("main section").first();
    const rows = list.locator("button.row");
    const whole = async (from, to) => {
        await rows.nth(to - from).waitFor();
        expect((await rows.count()) === to - from + 1, `there are ${to - from + 1} rows`);
        expect((await rows.first().innerText()).includes(`copper-lark-${from}`), "the first of the sheet is first");
        expect((await rows.last().innerText()).includes(`copper-lark-${to}`), "the last of the sheet is last");
    };
    await whole(0, 49);
    await list.getByRole("button", { name: "Next", exact: true }).click();
    await whole(50, 99);
    await list.getByLabel("Search in this list").fill("Copper-Lark-199");
    await page.waitForFunction(() => document.querySelectorAll("main section:first-of-type button.row").length === 11);
    await list.getByLabel("Search in this list").fill("nobody");
    await list.getByText("Nothing here has these words.").waitFor();
    await page.locator("main section").last().locator("button.row").click(); // what a notice is about
    await page.locator(".note.bad").waitFor(); // the node knows of no such question
    await context.close();
}

export const lists = { longList };
