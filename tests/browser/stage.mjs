// The stage: real nodes of five organisations, driven line by line, and a browser of Debian's to look at
// their pages with. A page's console errors, CSP violations and requests to any other host are faults.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

export class Stage {
    static async open(bin) {
        const stage = new Stage();
        stage.process = spawn(`${bin}/leeward-stage`, { stdio: ["pipe", "pipe", "inherit"] });
        stage.lines = createInterface({ input: stage.process.stdout })[Symbol.asyncIterator]();
        stage.parties = await stage.answer();
        return stage;
    }
    async answer() {
        const { value, done } = await this.lines.next();
        if (done) throw new Error("the stage has ended");
        const answer = JSON.parse(value);
        if (!answer.ok) throw new Error(answer.why);
        return answer.result;
    }
    // One order at a time.
    order(order) {
        this.last = (this.last ?? Promise.resolve()).catch(() => {}).then(() => {
            this.process.stdin.write(JSON.stringify(order) + "\n");
            return this.answer();
        });
        return this.last;
    }
    run(who, ...args) {
        return this.order({ who, args });
    }
    // Every node's clock; pages tell the time by their node's.
    advance(seconds) {
        return this.order({ advance: seconds });
    }
    passphrase(who) {
        return readFileSync(this.parties[who].passphrase_file, "utf8").trim();
    }
    // Memory of a node in KiB that is its own.
    memory(who) {
        const rollup = readFileSync(`/proc/${this.parties[who].pid}/smaps_rollup`, "utf8");
        return Number(/Private_Dirty:\s+(\d+)/.exec(rollup)[1]);
    }
    async close() {
        this.process.stdin.end();
        await new Promise((then) => this.process.once("exit", then));
    }
}

export const chromiumPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

export async function openBrowser(args = []) {
    return chromium.launch({
        executablePath: chromiumPath,
        args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", ...args],
    });
}

// With --sources the page comes from its sources, not from the program: a round without building.
let fresh;
export async function useSources() {
    fresh = (await import("../../node/console/web/bundle.mjs")).files;
}
async function serveFresh(context) {
    for (const file of fresh ?? [])
        if (/\.(js|css)$/.test(file.path)) await context.route((url) => url.pathname === file.path, (route) => route.fulfill({ contentType: file.type, body: Buffer.from(file.bytes) }));
}

// A page of its own, in one language and size; `faults` fills with what must not happen.
export async function openPage(browser, { language = "en", width = 1200, height = 900, dark = false, faults = [] } = {}) {
    const context = await browser.newContext({
        locale: language === "es" ? "es-ES" : "en-GB",
        viewport: { width, height },
        colorScheme: dark ? "dark" : "light",
        reducedMotion: "reduce",
        serviceWorkers: "block",
    });
    await serveFresh(context);
    const page = await context.newPage();
    page.on("console", (line) => {
        if (["error", "warning"].includes(line.type()) && !/status of (4|5)\d\d/.test(line.text())) faults.push(`console: ${line.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
    page.on("request", (request) => {
        const host = new URL(request.url()).hostname;
        if (!request.url().startsWith("blob:") && host !== "127.0.0.1" && host !== "localhost") faults.push(`another host: ${request.url()}`);
    });
    await page.addInitScript(() => {
        window.violations = [];
        document.addEventListener("securitypolicyviolation", (event) => {
            window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
            console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`);
        });
    });
    return { context, page, faults };
}

export async function enter(stage, page, who) {
    const { url } = await stage.run(who, "console");
    await page.goto(url);
    const field = page.locator('input[type="password"]');
    await field.waitFor();
    const first = page.locator('input[type="radio"][value="desk 1"]');
    if (await first.count()) await first.check();
    await field.fill(stage.passphrase(who));
    await page.keyboard.press("Enter");
    await page.locator("nav").waitFor({ state: "attached" });
}
