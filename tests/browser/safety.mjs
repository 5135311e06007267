// Safety at the seat, tried in the browser: leaving, coming back, locking while typing, another origin,
// another name for the machine, names that are code.
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { enter, openBrowser, openPage } from "./stage.mjs";
import { expect, eventually } from "./expect.mjs";
import { Hand, learnWords } from "./hand.mjs";
import { addSupervisor } from "./s1.mjs";

async function leaving({ stage, browser, faults }) {
    const { context, page } = await openPage(browser, { faults });
    await page.goto("about:blank");
    await enter(stage, page, "LANTERN");
    const before = await page.evaluate(() => history.length);
    for (const screen of [1, 2, 3]) await page.locator("nav button").nth(screen).click();
    expect((await page.evaluate(() => history.length)) === before, "no history entry per record");
    expect((await page.evaluate(() => location.href)).endsWith("/"), "the token has left the address");
    expect((await page.title()) === "Desk", "a neutral title");
    const devtools = await context.newCDPSession(page);
    const { entries } = await devtools.send("Page.getNavigationHistory");
    expect(entries.length === 2 && entries.every((entry) => !entry.url.includes("#") && !entry.userTypedURL.includes("#")), "the token is not in the history");
    const stored = await page.evaluate(async () => ({
        local: localStorage.length, session: sessionStorage.length, cookie: document.cookie, bases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
    }));
    expect(JSON.stringify(stored) === '{"local":0,"session":0,"cookie":"","bases":0,"caches":0}', "nothing is stored");
    for (let i = 0; i < 3; i++) await page.keyboard.press("Escape");
    await page.waitForURL("**/away");
    expect((await page.title()) === "Calendar", "a neutral page");
    await page.goBack().catch(() => {});
    expect((await page.locator("nav button").count()) === 0, "back after leaving shows nothing");
    expect(!(await page.content()).includes("Lantern"), "back after leaving names nobody");
    await page.goForward().catch(() => {});
    expect((await page.locator("nav button").count()) === 0, "forward shows nothing");
    await context.close();
}

async function lockingWhileTyping({ stage, browser, faults }) {
    const { context, page } = await openPage(browser, { faults });
    await enter(stage, page, "HARBOR");
    await page.getByRole("button", { name: "Cases and needs" }).click();
    await page.getByRole("button", { name: "Start a new case" }).click();
    await page.locator("textarea").first().fill("typed and not sent");
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await page.getByRole("heading", { name: "Locked" }).waitFor();
    expect(!(await page.content()).includes("typed and not sent"), "nothing is left behind on the page");
    await page.locator('input[type="password"]').fill("a wrong guess");
    await page.keyboard.press("Enter");
    await page.locator(".note.bad").waitFor();
    await page.locator('input[type="password"]').fill(stage.passphrase("HARBOR"));
    await page.keyboard.press("Enter");
    await page.locator("textarea").first().waitFor();
    expect((await page.locator("textarea").first().inputValue()) === "typed and not sent", "nothing typed is lost");
    await page.evaluate(() => window.dispatchEvent(new Event("blur")));
    expect(await page.evaluate(() => document.documentElement.classList.contains("covered")), "covered when another window is in front");
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await context.close();
}

// A link is good for one page: a second tab with the same address gets nothing.
async function secondTab({ stage, browser, faults }) {
    const { context, page } = await openPage(browser, { faults });
    const { url } = await stage.run("LANTERN", "console");
    await page.goto(url);
    await page.locator('input[type="password"]').waitFor();
    const second = await context.newPage();
    await second.goto(url);
    await second.getByRole("heading", { name: "This page is closed" }).waitFor();
    await second.goto(new URL("/", url).href);
    await second.getByRole("heading", { name: "This page is closed" }).waitFor();
    await second.goto((await stage.run("LANTERN", "console")).url); // a fresh link in the same tab
    await second.locator('input[type="password"]').waitFor();
    expect(new URL(second.url()).hash === "", "the token has left the address");
    await context.close();
}

async function otherSite({ stage, browser }) {
    const { url } = await stage.run("LANTERN", "console");
    const target = new URL("/", url);
    const evil = createServer((_, response) => response.end("<!doctype html><title>elsewhere</title>"));
    await new Promise((then) => evil.listen(0, "127.0.0.1", then));
    const { context, page } = await openPage(browser);
    await page.goto(`http://localhost:${evil.address().port}/`);
    const tried = await page.evaluate(async (host) => {
        const result = {};
        const attempt = async (name, path, options) => {
            try {
                const answer = await fetch(host + path, options);
                result[name] = answer.type === "opaque" ? "opaque" : answer.status;
            } catch {
                result[name] = "refused";
            }
        };
        const type = { "Content-Type": "application/vnd.leeward.request" };
        await attempt("page", "", {});
        await attempt("act", "api/do/inbox", { method: "POST", headers: type, body: "{}" });
        await attempt("simple", "api/sit", { method: "POST", mode: "no-cors", body: "{}" });
        await attempt("script", "app.js", { mode: "no-cors" });
        const frame = document.createElement("iframe");
        frame.src = host;
        document.body.append(frame);
        await new Promise((then) => frame.addEventListener("load", then));
        let inside = "closed";
        try {
            inside = frame.contentDocument?.title ?? "closed";
        } catch {}
        return { ...result, frame: inside };
    }, target.href);
    expect(tried.page === "refused" && tried.act === "refused", "another site reads nothing");
    expect(tried.script === "refused", "another site loads nothing");
    expect(tried.frame !== "Desk", "another site frames nothing");
    const inner = page.frames().find((frame) => frame !== page.mainFrame());
    expect(inner !== undefined && !(await inner.content()).includes('id="page"'), "what it frames is not the page");
    await context.close();
    evil.close();
}

async function rebinding({ stage }) {
    const { url } = await stage.run("LANTERN", "console");
    const target = new URL(url);
    const browser = await openBrowser(["--host-resolver-rules=MAP evil.test 127.0.0.1"]);
    const page = await browser.newPage();
    const answer = await page.goto(`http://evil.test:${target.port}/`);
    expect(answer.status() === 421, "another name for this machine is refused");
    await browser.close();
}

// A name that would be a script elsewhere is words here.
async function hostileNames({ stage, browser, faults }) {
    const name = `<img src=x onerror="alert(1)"><script>alert(2)</script>{{7*7}}\u202Eevil`;
    const { context, page } = await openPage(browser, { faults });
    await enter(stage, page, "HARBOR");
    await page.getByRole("button", { name: "Cases and needs" }).click();
    await page.getByRole("button", { name: "Start a new case" }).click();
    await page.locator("textarea").first().fill(name);
    for (let i = 0; i < 6; i++) await page.getByRole("button", { name: "Next", exact: true }).click();
    await page.getByLabel("Nobody who could be her").check();
    await page.getByRole("button", { name: "Save the case" }).click();
    await page.getByRole("heading", { name: "Write down a need" }).waitFor();
    await page.getByRole("button", { name: "Cases and needs" }).click();
    await page.locator("section").last().locator("button.row").first().click();
    await page.getByRole("button", { name: "Read the record" }).click();
    await page.locator('input[type="radio"]').first().check();
    await page.getByRole("button", { name: "Open it" }).click();
    await page.locator("button.masked").first().click();
    await page.getByText("onerror").waitFor();
    expect((await page.locator("main img, main script").count()) === 0, "a name is words, never markup");
    await context.close();
}

// Her session ends at the node, here because she has signed in at another page, while she is typing: the
// page locks by itself, shows nothing of what was typed, and has it again for her alone.
async function lostSession({ stage, browser, faults }) {
    const { context, page } = await openPage(browser, { faults });
    await enter(stage, page, "HARBOR");
    await page.getByRole("button", { name: "Cases and needs" }).click();
    await page.getByRole("button", { name: "Start a new case" }).click();
    await page.locator("textarea").first().fill("typed and not sent");
    const other = await openPage(browser, { faults });
    await enter(stage, other.page, "HARBOR");
    await page.getByRole("heading", { name: "Locked" }).waitFor();
    expect(!(await page.content()).includes("typed and not sent"), "nothing is left behind on the page");
    await page.locator('input[type="password"]').fill(stage.passphrase("HARBOR"));
    await page.keyboard.press("Enter");
    await page.locator("textarea").first().waitFor();
    expect((await page.locator("textarea").first().inputValue()) === "typed and not sent", "nothing typed is lost");
    await other.page.getByRole("heading", { name: "Locked" }).waitFor();
    await other.context.close();
    await context.close();
}

// What cannot be read is still a page, with a heading and a way back.
async function cannotBeRead({ stage, browser, faults }) {
    const { context, page } = await openPage(browser, { faults });
    const out = `/tmp/leeward-record-${process.pid}.json`;
    writeFileSync(out, "{}");
    await stage.run("HARBOR", "case", "new", out, "--duplicate-check", "none");
    rmSync(out);
    await enter(stage, page, "HARBOR");
    await page.getByRole("button", { name: "Cases and needs" }).click();
    await page.route(/case\.show/, (route) => route.fulfill({ status: 500, contentType: "application/json", body: '{"ok":false,"error":{"code":"io","message":""}}' }));
    await page.locator("section").last().locator("button.row").first().click();
    await page.getByRole("heading", { name: "Cases", exact: true }).waitFor();
    await page.locator(".note.bad").waitFor();
    await page.locator("button.back").click();
    await page.getByRole("button", { name: "Start a new case" }).waitFor();
    await context.close();
}

// Each refusal is in the log, and a page is told of whatever is stored: it is refused once and does not ask on.
async function rolesTaken({ stage, browser, faults }) {
    const { context, page } = await openPage(browser, { faults });
    await enter(stage, page, "LANTERN");
    const hand = new Hand(page, "en", await learnWords("en"));
    hand.passphrase = stage.passphrase("LANTERN");
    const lead = await addSupervisor(hand, "night lead");
    await hand.pushButton("lock");
    await hand.signIn(lead.name, lead.passphrase);
    await hand.go("nav.inbox");
    await page.locator("main h1").waitFor();
    let refused = 0;
    page.on("response", (response) => (refused += response.status() === 403));
    const first = page.waitForResponse((response) => response.status() === 403);
    await stage.run("LANTERN", "people", "roles", lead.name, "--roles", "AUDITOR", "--passphrase-file", stage.parties.LANTERN.passphrase_file);
    await first;
    const out = `/tmp/leeward-offer-${process.pid}.json`;
    for (const somebody of ["Willow House", "Alder House"]) {
        const told = page.waitForRequest(/api\/wait/);
        await stage.run("LANTERN", "peer", "offer", "--for", somebody, "--out", out, "--force");
        await told;
    }
    rmSync(out);
    expect(refused === 1, "refused once");
    await context.close();
}

export const safety = { leaving, lockingWhileTyping, secondTab, otherSite, rebinding, hostileNames, lostSession, cannotBeRead, rolesTaken };
export { eventually };
