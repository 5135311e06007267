// Everything the page says, in the language that is chosen. `{n|one|many}` picks by number; `{name}`
// is put in as it is.
import { en } from "./words.en.ts";
import { es } from "./words.es.ts";

export type Key = keyof typeof en;
export type Language = "en" | "es";
type Values = Record<string, string | number>;

const all: Record<Language, Record<Key, string>> = { en, es };
let chosen: Language = (navigator.language || "en").toLowerCase().startsWith("es") ? "es" : "en";

export const language = () => chosen;
// The country that the machine is set to, where it speaks this language: 24 hours or twelve, day or month first.
const locale = () => (navigator.language.startsWith(chosen) ? navigator.language : chosen);
export function choose(next: Language) {
    chosen = next;
    document.documentElement.lang = next;
}

export function t(key: Key, values: Values = {}): string {
    return all[chosen][key].replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
        const value = values[name] ?? "";
        if (one === undefined) return String(value);
        const few = once("plural", () => new Intl.PluralRules(chosen)).select(Number(value)) === "one";
        return (few ? one : many).replace("#", count(Number(value)));
    });
}

// A word that may be new: undefined where the page has none for it.
export function maybe(key: string): string | undefined {
    return (all[chosen] as Record<string, string>)[key];
}

// The same about one service: a house offers a bed; whoever counsels, treats or teaches offers time.
export function said<K extends string>(key: K, service: unknown): K extends Key ? string : string | undefined;
export function said(key: string, service: unknown): string | undefined {
    const time = typeof service === "string" && service !== "PLACEMENT" ? maybe(`${key}.time`) : undefined;
    return time ?? maybe(key);
}

// The node's clock, which deadlines are told by: to the second while it agrees with the browser's own.
let ahead = 0;
export function hearClock(date: string | null) {
    const away = Date.parse(date ?? "") - Date.now();
    if (Number.isFinite(away)) ahead = Math.abs(away) < 5_000 ? 0 : away;
}
export const now = () => (Date.now() + ahead) / 1000;

// Making one of these takes longer than a hundred uses of it: two thousand rows would stutter.
const made = new Map<string, unknown>();
function once<T>(kind: string, make: () => T): T {
    const key = `${kind} ${chosen}`;
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
}

export const count = (n: number) => once("number", () => new Intl.NumberFormat(chosen)).format(n);

export const list = (items: string[]) =>
    once("list", () => new Intl.ListFormat(chosen, { style: "long", type: "conjunction" })).format(items);

const sameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString();

export function time(seconds: number): string {
    const at = new Date(seconds * 1000);
    const clock = once("clock", () => new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" })).format(at);
    const today = new Date(now() * 1000);
    const tomorrow = new Date(today.getTime() + 86_400_000);
    if (sameDay(at, today)) return t("time.today", { clock });
    if (sameDay(at, tomorrow)) return t("time.tomorrow", { clock });
    const short = { weekday: "short", day: "numeric", month: "short" } as const;
    const day =
        at.getFullYear() === today.getFullYear()
            ? once("day", () => new Intl.DateTimeFormat(locale(), short)).format(at)
            : once("year", () => new Intl.DateTimeFormat(locale(), { ...short, year: "numeric" })).format(at);
    return t("time.day", { day, clock });
}

// "in 3 hours", "20 minutes ago".
export function distance(seconds: number): string {
    const away = seconds - now();
    const far = Math.abs(away);
    const say = once("distance", () => new Intl.RelativeTimeFormat(chosen, { numeric: "auto" }));
    if (far < 5400) return say.format(Math.round(away / 60), "minute");
    if (far < 172_800) return say.format(Math.round(away / 3600), "hour");
    return say.format(Math.round(away / 86_400), "day");
}
