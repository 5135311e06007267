// What the page asks its node, with the two tokens that live in this page's memory and nowhere else.
import { hearClock } from "./words.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Obj = { [key: string]: Json };

export class Refused extends Error {
    constructor(
        readonly code: string,
        readonly detail: string,
    ) {
        super(code);
    }
}

let seat = "";
let session = "";
let lost = () => {};

export const hasSession = () => session !== "";
export function onLost(then: () => void) {
    lost = then;
}
export function forgetSession() {
    session = "";
}
export function forgetAll() {
    seat = "";
    session = "";
}

type Options = { args?: Obj; dryRun?: boolean; automatic?: boolean; secrets?: string[] };

function bodyOf({ args = {}, dryRun = false, automatic = false, secrets = [] }: Options): string {
    const json = JSON.stringify({ args, dry_run: dryRun, automatic, secrets: secrets.length });
    return [json, ...secrets].join("\0");
}

async function post(path: string, options: Options, stop?: AbortSignal): Promise<Obj> {
    const headers: Record<string, string> = { "Content-Type": "application/vnd.leeward.request" };
    if (seat) headers["X-Leeward-Seat"] = seat;
    if (session) headers["X-Leeward-Session"] = session;
    const sent = session;
    let answer: Obj;
    try {
        const response = await fetch(path, {
            method: "POST",
            body: bodyOf(options),
            headers,
            cache: "no-store",
            credentials: "omit",
            redirect: "error",
            referrerPolicy: "no-referrer",
            ...(stop ? { signal: stop } : {}),
        });
        hearClock(response.headers.get("Date"));
        answer = (await response.json()) as Obj;
        if (response.status === 401 && sent && sent === session && !isProof(path, answer)) {
            session = "";
            lost();
        }
    } catch (fault) {
        if (stop?.aborted) throw fault;
        throw new Refused("unreachable", "");
    }
    if (answer.ok === true) return (answer.result ?? {}) as Obj;
    const error = (answer.error ?? {}) as Obj;
    throw new Refused(String(error.code ?? "malformed"), String(error.message ?? ""));
}

// A wrong passphrase for one act ends no session.
const isProof = (path: string, answer: Obj) =>
    path.startsWith("/api/do/") && !String((answer.error as Obj)?.message ?? "").startsWith("sign in again");

export async function sit(launch: string): Promise<Obj> {
    const house = await post("/api/sit", { args: { launch } });
    seat = String(house.seat);
    delete house.seat;
    return house;
}
export const house = () => post("/api/house", { automatic: true });
export async function signIn(name: string, passphrase: string): Promise<Obj> {
    const who = await post("/api/sign-in", { args: { name }, secrets: [passphrase] });
    session = String(who.session);
    delete who.session;
    return who;
}
export const words = (language: string) => post("/api/words", { args: { language }, automatic: true });
export const here = () => post("/api/here", {});
export const wait = (since: number, stop: AbortSignal) =>
    post("/api/wait", { args: { since }, automatic: true }, stop);
export async function lock() {
    const done = post("/api/lock", {}).catch(() => {});
    session = "";
    await done;
}
export function leave() {
    // Goes out even while this page is taken down.
    fetch("/api/leave", {
        method: "POST",
        keepalive: true,
        body: bodyOf({}),
        headers: {
            "Content-Type": "application/vnd.leeward.request",
            "X-Leeward-Seat": seat,
            "X-Leeward-Session": session,
        },
    }).catch(() => {});
    forgetAll();
}
export const act = (command: string, options: Options = {}) => post(`/api/do/${command}`, options);
