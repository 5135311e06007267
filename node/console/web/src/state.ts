// What the page knows while it is open. Nothing of it is written anywhere; closing forgets it.
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "./api.ts";
import type { Json, Obj } from "./api.ts";
import { language } from "./words.ts";

export type Arg = {
    name: string;
    type: string;
    required: boolean;
    help: string;
    codes?: string[];
    choices?: string[];
};
export type Command = { name: string; summary: string; changes: boolean; asks_again: boolean; args: Arg[] };
export type FieldSpec = {
    id: string;
    tier: string;
    type: string;
    values: string[];
    min: number;
    max: number;
    tonight: boolean;
    free_text: boolean;
    identifying: boolean;
    group: string;
    millibits: number;
    counts: boolean;
    label: string;
};
export type Words = {
    commands: Command[];
    fields: FieldSpec[];
    codes: Record<string, string>;
    values: Record<string, { text: string; silent: boolean }>;
};
export type Place = { screen: string; id?: string; more?: Obj };
type State = {
    stage: "closed" | "seated" | "open";
    house: Obj;
    name: string;
    roles: string[];
    lockSeconds: number;
    serial: number;
    words: Words;
    place: Place;
    back: Place[];
    note: string;
};

const noWords: Words = { commands: [], fields: [], codes: {}, values: {} };
export const state: State = {
    stage: "closed",
    house: {},
    name: "",
    roles: [],
    lockSeconds: 300,
    serial: 0,
    words: noWords,
    place: { screen: "inbox" },
    back: [],
    note: "",
};

const watchers = new Set<() => void>();
export function update(change: Partial<State>) {
    Object.assign(state, change);
    for (const tell of [...watchers]) tell();
}
export function useWatch() {
    const [, again] = useState(0);
    useEffect(() => {
        const tell = () => again((n) => n + 1);
        watchers.add(tell);
        return () => void watchers.delete(tell);
    }, []);
}

// An answer that comes after a lock moves nobody: the next who signs in may be another.
function show(place: Place, back: Place[], note: string) {
    if (state.stage !== "open") return;
    update({ place, back, note });
    window.scrollTo(0, 0);
}
export function go(place: Place, note = "") {
    show(place, [...state.back, state.place].slice(-20), note);
}
export function goBack(note = "") {
    const back = [...state.back];
    show(back.pop() ?? { screen: "inbox" }, back, note);
}

export const can = (command: string) => state.words.commands.some((one) => one.name === command);
export const commandOf = (name: string) => state.words.commands.find((one) => one.name === name);
export const fieldOf = (id: string) => state.words.fields.find((one) => one.id === id);

// What this house is there for: where she lives, or somebody's time.
export const ownService = () => (((state.house.roles ?? []) as Json[]).includes("counselling") && !((state.house.roles ?? []) as Json[]).includes("shelter") ? "COUNSELLING" : "PLACEMENT");

export async function loadWords() {
    update({ words: (await api.words(language())) as unknown as Words });
}

// What was typed and not sent survives a lock, for the same worker and in memory alone.
const drafts = new Map<string, Json>();
export function useDraft<T extends Json>(key: string, start: T): [T, (next: T) => void, () => void] {
    const [value, set] = useState<T>((drafts.get(key) as T | undefined) ?? start);
    const keep = (next: T) => {
        drafts.set(key, next);
        set(next);
    };
    const drop = () => {
        drafts.delete(key);
        set(start);
    };
    return [value, keep, drop];
}
export const forgetDrafts = () => drafts.clear();

// A list with all its pages, for as long as somebody looks: the rows of each go to those before, each thing once.
export async function whole(command: string, args: Obj, automatic: boolean, left = () => false): Promise<Obj> {
    const first = await api.act(command, { args, automatic });
    for (let last = first; last.more === true && !left(); ) {
        last = await api.act(command, { args: { ...args, page: Number(last.page) + 1 }, automatic });
        for (const [name, rows] of Object.entries(last))
            if (Array.isArray(rows)) first[name] = [...new Map([...(first[name] as Obj[]), ...(rows as Obj[])].map((one) => [one.id, one])).values()] as Json[];
    }
    return first;
}

export type Loaded = { value?: Obj; fault?: api.Refused; again: () => void };
// The answer of a command that only reads. Asked again when `key` changes, by the page itself.
export function useLoad(command: string, args: Obj = {}, key: Json = 0): Loaded {
    const [loaded, set] = useState<{ value?: Obj; fault?: api.Refused }>({});
    const [turn, again] = useState(0);
    const first = useRef(true);
    const refused = useRef(false);
    const asked = JSON.stringify([command, args]);
    useEffect(() => {
        first.current = true;
        refused.current = false;
        set({});
    }, [asked]);
    useEffect(() => {
        let stale = false;
        const automatic = !first.current;
        first.current = false;
        // A refusal is in the log, and whatever is stored is told to the page: it would ask for ever.
        if (!can(command) || (automatic && refused.current)) return;
        let later = 0;
        whole(command, args, automatic, () => stale)
            .then((value) => stale || set({ value }))
            .catch((fault) => {
                if (stale) return;
                set((was) => ({ ...was, fault }));
                refused.current = fault.code === "not_permitted";
                // What is shown is older than what it was told of.
                if (automatic && fault.code === "unreachable") later = window.setTimeout(() => again((n) => n + 1), 3000);
            });
        return () => {
            stale = true;
            clearTimeout(later);
        };
    }, [asked, key, turn]);
    return { ...loaded, again: () => again((n) => n + 1) };
}
// The same, asked again with whatever changes at the node.
export const useLive = (command: string, args: Obj = {}) => useLoad(command, args, state.serial);

let waiting: AbortController | undefined;
export async function listen() {
    waiting?.abort();
    const mine = (waiting = new AbortController());
    while (!mine.signal.aborted && api.hasSession()) {
        try {
            const told = await api.wait(state.serial, mine.signal);
            if (mine.signal.aborted) return;
            if (told.serial !== state.serial) {
                update({ serial: Number(told.serial) });
                await new Promise((then) => setTimeout(then, 400)); // a burst is one change
            }
        } catch (fault) {
            if (mine.signal.aborted || !api.hasSession()) return;
            await new Promise((then) => setTimeout(then, 3000));
        }
    }
}
export function stopListening() {
    waiting?.abort();
}
