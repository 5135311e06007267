// The few parts that every screen is made of.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Json, Obj, Refused } from "./api.ts";
import { fieldOf, go, goBack, state, type Loaded, type Place } from "./state.ts";
import { count, distance, maybe, now, t, time, type Key } from "./words.ts";

export const codeText = (code: string) =>
    state.words.codes[code] ?? maybe(`code.${code}`) ?? t("code.unknown", { code });
export const valueText = (value: string) => {
    const said = state.words.values[value]?.text; // of the schema, which has none for every value
    return said === undefined || said.includes("_") ? (maybe(`value.${value}`) ?? spoken(value)) : said;
};
export const spoken = (word: string) => {
    const text = word.replace(/[_-]+/g, " ").toLowerCase();
    return text.charAt(0).toUpperCase() + text.slice(1);
};
export const stateText = (kind: string, name: string) => maybe(`${kind}.${name}`) ?? spoken(name);
export const roleText = (role: string) => maybe(`role.${role}`) ?? spoken(role);
export const argText = (name: string) => maybe(`arg.${name}`) ?? keyText(name);
export const keyText = (key: string) => fieldOf(key)?.label ?? maybe(`key.${key}`) ?? spoken(key);

export function Page({ title, lead, children }: { title: string; lead?: string; children: ComponentChildren }) {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => heading.current?.focus({ preventScroll: true }), [state.place]);
    return (
        <main id="main">
            {state.back.length > 0 && (
                <button type="button" class="back" onClick={() => goBack()}>
                    {t("back")}
                </button>
            )}
            <h1 tabIndex={-1} ref={heading}>
                {title}
            </h1>
            {lead && <p class="lead">{lead}</p>}
            {state.note && (
                <p class="note good" role="status">
                    {state.note}
                </p>
            )}
            {children}
        </main>
    );
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
    const id = useId();
    return (
        <section aria-labelledby={id}>
            <h2 id={id}>{title}</h2>
            {children}
        </section>
    );
}

export function Fault({ fault }: { fault: Refused }) {
    // Some refusals have a sentence of their own, by the code that the node names.
    const own = (fault.detail.match(/[A-Z]{2,}(_[A-Z]+)+/g) ?? []).map((code) => maybe(`fault.${code}`)).find(Boolean);
    const detail = !own && fault.detail && fault.code !== "locked" && fault.code !== "unreachable";
    return (
        <div class="note bad" role="alert">
            <p>{own ?? maybe(`error.${fault.code}`) ?? t("error.other")}</p>
            {detail && (
                <p class="small" lang="en">
                    {t("error.said", { detail: fault.detail })}
                </p>
            )}
        </div>
    );
}

// `title` where the whole page waits: then a fault is a page too, with a way back.
export function Wait({ load, title, children }: { load: Loaded; title?: string; children: (value: Obj) => ComponentChildren }) {
    if (load.fault && !load.value) {
        const fault = <Fault fault={load.fault} />;
        return title ? <Page title={title}>{fault}</Page> : fault;
    }
    if (!load.value) return <p class="quiet" role="status">{t("loading")}</p>;
    return <>{children(load.value)}</>;
}

export function Empty({ children }: { children: ComponentChildren }) {
    return <p class="empty">{children}</p>;
}

export type Tone = "calm" | "good" | "warm" | "urgent";
export function Tag({ tone = "calm", children }: { tone?: Tone; children: ComponentChildren }) {
    return <span class={`tag ${tone}`}>{children}</span>;
}

export function Due({ at, label = "due" }: { at: Json | undefined; label?: Key }) {
    if (typeof at !== "number" || at <= 0) return null;
    const away = at - now();
    const tone: Tone = away < 0 ? "urgent" : away < 3600 ? "warm" : "calm";
    return (
        <span class={`due ${tone}`} title={time(at)}>
            {t(label, { when: distance(at) })}
        </span>
    );
}

// A row that leads somewhere: the whole of it is one button.
export function Row({ to, title, tags, foot }: { to: Place; title: string; tags?: ComponentChildren; foot?: ComponentChildren }) {
    return (
        <li>
            <button type="button" class="row" onClick={() => go(to)}>
                <span class="row-title">{title}</span>
                {tags && <span class="row-tags">{tags}</span>}
                {foot && <span class="row-foot">{foot}</span>}
            </button>
        </li>
    );
}

export function Go({ to, children, main = false }: { to: Place; children: ComponentChildren; main?: boolean }) {
    return (
        <button type="button" class={main ? "main-act" : "act"} onClick={() => go(to)}>
            {children}
        </button>
    );
}

// What names somebody stays covered until it is pressed, and covers itself again.
export function Masked({ text }: { text: string }) {
    const [open, set] = useState(false);
    useEffect(() => {
        if (!open) return;
        const timer = setTimeout(() => set(false), 20_000);
        return () => clearTimeout(timer);
    }, [open]);
    return (
        <button type="button" class="masked" aria-pressed={open} onClick={() => set(!open)}>
            {open ? text : t("masked")}
        </button>
    );
}

const timeKeys = /(^(since|due|at|expires|opened|closed|erased|until|from|created|written|withdrawn|starts|signed|sent|received|delivered|asked|last_heard|card_expires)$)|_at$|_until$|_start$|_end$/;
export const isTime = (key: string, value: Json) =>
    typeof value === "number" && value > 1_000_000_000 && timeKeys.test(key);

function text(key: string, value: Json): string {
    if (value === null) return "";
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (typeof value === "number") return isTime(key, value) ? time(value) : count(value);
    if (Array.isArray(value)) return value.map((one) => text(key, one)).join(", ");
    if (typeof value === "object")
        return Object.entries(value)
            .map(([name, one]) => `${keyText(name)}: ${text(name, one)}`)
            .join("; ");
    if (/^[0-9a-f]{32,}$/.test(value)) return value.slice(0, 8);
    if (state.words.codes[value]) return codeText(value);
    if (state.words.values[value]) return valueText(value);
    if (fieldOf(value)) return fieldOf(value)!.label;
    return maybe(`role.${value}`) ?? maybe(`leg.${value}`) ?? maybe(`need.${value}`) ?? maybe(`value.${value}`) ?? value;
}
const blank = (value: Json | undefined, key = "") =>
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0) || (value === 0 && timeKeys.test(key));
const nested = (value: Json) =>
    typeof value === "object" && value !== null && (!Array.isArray(value) || value.some((one) => typeof one === "object"));

// Anything that the node answers, readable without a screen of its own.
export function Data({ value, hide = [], label = keyText }: { value: Obj; hide?: string[]; label?: (key: string) => string }) {
    const shown = Object.entries(value).filter(([key, one]) => !blank(one, key) && !hide.includes(key));
    const plain = shown.filter(([, one]) => !nested(one));
    const deep = shown.filter(([, one]) => nested(one));
    return (
        <>
            {plain.length > 0 && (
                <dl class="facts">
                    {plain.map(([key, one]) => (
                        <div key={key}>
                            <dt>{label(key)}</dt>
                            <dd>{fieldOf(key)?.identifying ? <Masked text={text(key, one)} /> : text(key, one)}</dd>
                        </div>
                    ))}
                </dl>
            )}
            {deep.map(([key, one]) => (
                <div class="block" key={key}>
                    <p class="block-title">{keyText(key)}</p>
                    {Array.isArray(one) ? (
                        <ul class="cards">
                            {one.map((each, at) => (
                                <li key={at}>{nested(each) ? <Data value={each as Obj} /> : text(key, each)}</li>
                            ))}
                        </ul>
                    ) : (
                        <Data value={one as Obj} />
                    )}
                </div>
            ))}
        </>
    );
}

// Fields of a record with their labels. Names and places are covered.
export function Fields({ record, cover = true }: { record: Obj; cover?: boolean }) {
    const shown = state.words.fields.filter((field) => !blank(record[field.id]));
    return (
        <dl class="facts">
            {shown.map((field) => {
                const words = text(field.id, record[field.id] ?? null);
                const covered = cover && (field.identifying || field.free_text);
                return (
                    <div key={field.id}>
                        <dt>{field.label}</dt>
                        <dd>{covered ? <Masked text={words} /> : words}</dd>
                    </div>
                );
            })}
        </dl>
    );
}

export function Contact({ contact, who }: { contact: Json | undefined; who: string }) {
    const one = (contact ?? {}) as Obj;
    if (!one.duty_line) return null;
    return (
        <p class="contact">
            {t("phone.them", { who })} <strong>{String(one.duty_line)}</strong>
            {one.hours ? ` · ${String(one.hours)}` : ""}
        </p>
    );
}
