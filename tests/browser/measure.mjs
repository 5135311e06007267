// What the page weighs and how long it takes:  node measure.mjs BIN
import { connect } from "node:net";
import { answerWith, manyLegs } from "./lists.mjs";
import { chromiumPath, enter, openBrowser, openPage, Stage, useSources } from "./stage.mjs";

const bin = process.argv[2];
if (!chromiumPath) {
    console.log("skipped: no Chromium on this machine (ops/setup --browser)");
    process.exit(77);
}
const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const tell = (what, value) => console.log(`${what.padEnd(68)} ${value}`);

if (process.argv.includes("--sources")) await useSources();
const stage = await Stage.open(bin);
const browser = await openBrowser();
const before = stage.memory("LANTERN");

const { context, page } = await openPage(browser, {});
const { url } = await stage.run("LANTERN", "console");
const port = Number(new URL(url).port);

let weight = 0;
for (const path of ["/", "/app.js", "/style.css", "/icon.svg"]) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    weight += Number(response.headers.get("content-length"));
    await response.arrayBuffer();
}
tell("page, gzipped, with its style and icon", `${(weight / 1000).toFixed(1)} kB`);

// First paint: of an empty page of the same server, then of the page itself.
async function paint(address) {
    const times = [];
    for (let i = 0; i < 21; i++) {
        await page.goto(address);
        times.push(await page.evaluate(async () => {
            const entry = () => performance.getEntriesByName("first-contentful-paint")[0];
            while (!entry()) await new Promise((then) => setTimeout(then, 5));
            return entry().startTime;
        }));
    }
    return median(times.slice(1)).toFixed(0);
}
tell("first paint of the neutral page, median of 20", `${await paint(`http://127.0.0.1:${port}/away`)} ms`);
tell("first paint of the page, median of 20", `${await paint(`http://127.0.0.1:${port}/`)} ms`);

await enter(stage, page, "LANTERN");
await page.getByRole("button", { name: "Beds", exact: true }).click();
const saved = [];
for (let i = 0; i < 20; i++) {
    const button = page.locator("button.big").nth(i % 6);
    saved.push(await button.evaluate(
        (element) =>
            new Promise((then) => {
                const started = performance.now();
                const look = () => (element.getAttribute("aria-pressed") === "true" ? then(performance.now() - started) : requestAnimationFrame(look));
                element.click();
                look();
            }),
    ));
}
tell("an act shows as saved, median of 20", `${median(saved).toFixed(0)} ms`);

// A new inquiry: from the moment the asking command has ended until the row stands there.
const fields = JSON.stringify({ age_band: "15_to_17", programme_gender_need: "girls", start_window: "today" });
const { mkdtempSync, writeFileSync, rmSync } = await import("node:fs");
const desk = mkdtempSync("/tmp/leeward-measure-");
writeFileSync(`${desk}/record.json`, "{}");
writeFileSync(`${desk}/need.json`, `{"service":"PLACEMENT","priority":"URGENT","wishes_asked":true,"fields":${fields}}`);
await page.getByRole("button", { name: "Now", exact: true }).click();
const appear = [];
for (let i = 0; i < 5; i++) {
    const made = await stage.run("HARBOR", "case", "new", `${desk}/record.json`, "--duplicate-check", "none");
    const need = await stage.run("HARBOR", "need", "new", `${desk}/need.json`, "--case", made.id);
    const rows = await page.locator("main button.row").count();
    await stage.run("HARBOR", "need", "ask", need.id, "--to", stage.parties.LANTERN.organisation, "--yes");
    const asked = Date.now();
    await page.waitForFunction((n) => document.querySelectorAll("main button.row").length > n, rows, { polling: 10 });
    appear.push(Date.now() - asked);
}
rmSync(desk, { recursive: true });
tell("a new inquiry stands there after the asking node was told, median of 5", `${median(appear)} ms`);

// What the machine gives a page that does nothing, beside which the next figure is to be read.
const idleFrames = await page.evaluate(async () => {
    const all = [];
    let last = performance.now();
    for (let i = 0; i < 240; i++) {
        const now = await new Promise((then) => requestAnimationFrame(then));
        all.push(now - last);
        last = now;
    }
    all.sort((a, b) => b - a);
    return { longest: all[0], p95: all[12] };
});
tell("longest frame of a page that does nothing", `${idleFrames.longest.toFixed(0)} ms; 95th percentile ${idleFrames.p95.toFixed(0)} ms`);

// A frame's length is also what other programs leave of the machine. Beside it stands the processor time of
// the longest task of the page's main thread, which they do not stretch; where the browser is not told that, the
// time that passed meanwhile.
function longestTask(trace) {
    const { traceEvents } = JSON.parse(trace.toString());
    const main = traceEvents.filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain");
    const mine = (event) => main.some(({ pid, tid }) => event.pid === pid && event.tid === tid);
    const tasks = traceEvents.filter((one) => one.ph === "X" && one.name.endsWith("RunTask") && mine(one)).map((one) => (one.tdur ?? one.dur) / 1000);
    if (tasks.length < 10) throw new Error("the browser's record has no tasks");
    return Math.max(...tasks);
}

// Two thousand rows: scrolled from end to end, and filtered letter by letter.
await answerWith(page, "inbox", { waiting: manyLegs(), notices: [] });
await page.getByRole("button", { name: "Questions", exact: true }).click();
await browser.startTracing(page, { categories: ["toplevel"] });
await page.getByRole("button", { name: "Now", exact: true }).click();
await page.getByText("2,000 things wait").waitFor();
tell("2,000 rows opened: the page's own time for its longest task", `${longestTask(await browser.stopTracing()).toFixed(0)} ms`);
await browser.startTracing(page, { categories: ["toplevel"] });
const frames = await page.evaluate(async () => {
    const all = [];
    let doing = "";
    let last = performance.now();
    let on = true;
    const frame = (now) => {
        all.push([now - last, doing]);
        last = now;
        if (on) requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => ((last = now), requestAnimationFrame(frame)));
    for (;;) {
        doing = `scrolling, ${document.querySelector("main .pager .quiet").textContent}`;
        const before = document.documentElement.scrollHeight;
        for (let y = scrollY; y < before; y += 400) {
            scrollTo(0, y);
            await new Promise((then) => requestAnimationFrame(then));
        }
        const more = document.querySelector("main .pager button:nth-of-type(2)");
        if (more.disabled) break;
        more.click();
        await new Promise((then) => requestAnimationFrame(then));
    }
    scrollTo(0, 0);
    const input = document.querySelector('input[type="search"]');
    for (const text of ["c", "co", "copper-lark-1", "copper-lark-19", "copper-lark-199", ""]) {
        doing = `filtering by “${text}”`;
        input.value = text;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((then) => requestAnimationFrame(then));
        await new Promise((then) => requestAnimationFrame(then));
    }
    on = false;
    all.sort((a, b) => b[0] - a[0]);
    return { longest: all[0][0], where: all[0][1], p95: all[Math.floor(all.length / 20)][0] };
});
tell("longest frame, 2,000 rows scrolled and filtered", `${frames.longest.toFixed(0)} ms (${frames.where}); 95th percentile ${frames.p95.toFixed(0)} ms`);
tell("the same: the page's own time for its longest task", `${longestTask(await browser.stopTracing()).toFixed(0)} ms`);
await page.unroute("**/api/do/inbox");

tell("memory of the node's own that the console adds, one page open", `${((stage.memory("LANTERN") - before) / 1024).toFixed(1)} MiB`);

// A hundred and twenty-five seats that wait, each on a connection of its own.
const idle = [];
for (let i = 0; i < 125; i++) {
    const link = new URL((await stage.run("LANTERN", "console")).url).hash.slice(1);
    const socket = connect(port, "127.0.0.1");
    const body = JSON.stringify({ args: { launch: link } });
    socket.write(`POST /api/sit HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/vnd.leeward.request\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await new Promise((then) => socket.once("data", then));
    idle.push(socket);
}
tell("the same with 125 more seats taken", `${((stage.memory("LANTERN") - before) / 1024).toFixed(1)} MiB`);
for (const socket of idle) socket.destroy();

const slow = Array.from({ length: 200 }, () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("POST /api/do/inbox HTTP/1.1\r\nHost: ");
    return socket;
});
const started = Date.now();
await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer();
tell("the page is served beside 200 connections that dribble", `${Date.now() - started} ms`);
for (const socket of slow) socket.destroy();

await context.close();
await browser.close();
await stage.close();
process.exit(0);
