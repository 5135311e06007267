// What needs a person now, every question that was asked, and one of them: the card and the answer.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Json, Obj } from "./api.ts";
import { actName, actsFor, nextAct } from "./acts.ts";
import { Line } from "./fields.tsx";
import { CommandForm } from "./form.tsx";
import { codeText, Contact, Due, Empty, Fields, Go, keyText, Page, Row, Section, stateText, Tag, valueText, Wait, type Tone } from "./parts.tsx";
import { can, useDraft, useLive, useLoad, type Place } from "./state.ts";
import { count, distance, list, maybe, now, said, t, time } from "./words.ts";

const tones: Record<string, Tone> = {
    NOT_ARRIVED: "urgent", BED_LOST: "urgent", MISDIRECTED: "urgent", OFFERED: "good", ACCEPTED: "good",
    ARRIVED: "good", SELECTED: "warm", INFO_REQUESTED: "warm", PHONE_ACCEPTED: "warm",
};
const legState = (leg: Obj) => said(`leg.${leg.state}`, leg.service) ?? stateText("leg", String(leg.state));
export const LegState = ({ leg }: { leg: Obj }) => (
    <Tag tone={tones[String(leg.state)] ?? "calm"}>{legState(leg)}</Tag>
);
export const Priority = ({ of }: { of: Json | undefined }) => (
    <Tag tone={of === "EMERGENCY" ? "urgent" : of === "URGENT" ? "warm" : "calm"}>{stateText("priority", String(of))}</Tag>
);

export const legTitle = (leg: Obj) =>
    leg.side === "recipient" ? t("leg.of", { alias: String(leg.alias) }) : String(leg.peer);
const wanted = (leg: Obj) =>
    said(`want.${leg.state}.${leg.side}`, leg.service) ?? maybe(`want.${leg.state}`) ?? legState(leg);

// What a row says of one thing. It is made for the rows that are drawn, and for none before: of two
// thousand things fifty are.
type Item = { key: string; title: string; place?: Place | undefined; tags: preact.ComponentChildren; foot: string };
type Say = (one: Obj) => Item;

const legPlace = (leg: Obj): Place => ({ screen: "leg", id: String(leg.id) });
const legItem: Say = (leg) => ({
    key: String(leg.id),
    title: wanted(leg),
    place: legPlace(leg),
    tags: (
        <>
            <Priority of={leg.priority} />
            <Due at={leg.due} />
        </>
    ),
    foot: [legTitle(leg), leg.side === "recipient" ? String(leg.peer) : legState(leg)].join(" · "),
});
const legLine: Say = (leg) => ({
    key: String(leg.id),
    title: legTitle(leg),
    place: legPlace(leg),
    tags: (
        <>
            <LegState leg={leg} />
            <Due at={leg.due} />
        </>
    ),
    foot: [stateText("service", String(leg.service)), leg.side === "recipient" ? String(leg.peer) : "", distance(Number(leg.since))].filter(Boolean).join(" · "),
});
const noticeItem: Say = (notice) => {
    const about = String(notice.about);
    const screen = String(notice.kind ?? "");
    return {
        key: `${notice.code}${about}${notice.at}`,
        title: codeText(String(notice.code).replace(/^REFUSED_/, "")),
        place: can(`${screen}.list`) ? { screen, id: about } : undefined,
        tags: Number(notice.times) > 1 ? <Tag>{t("inbox.times", { n: Number(notice.times) })}</Tag> : null,
        foot: [notice.peer, distance(Number(notice.at))].filter(Boolean).join(" · "),
    };
};
const by = (key: string) => (a: Obj, b: Obj) => (Number(a[key]) || Infinity) - (Number(b[key]) || Infinity);

const sheet = 50; // rows on one sheet: two thousand at once would stutter
const atOnce = 12; // as many as a screen shows

// A sheet begins with what a screen shows of it; each of the next frames adds as much.
function useDrawn(what: string, whole: number): number {
    const [drawn, draw] = useState({ what, rows: atOnce });
    const rows = drawn.what === what ? drawn.rows : atOnce;
    useEffect(() => {
        if (rows >= whole) return;
        const frame = requestAnimationFrame(() => draw({ what, rows: rows + atOnce }));
        return () => cancelAnimationFrame(frame);
    }, [what, rows, whole]);
    return rows;
}

// Those that hold the words; what a row says in small letters is put together once.
function useFound(things: Obj[], say: Say, words: string): Obj[] {
    const texts = useRef(new WeakMap<Obj, string>());
    const text = (one: Obj) => {
        const known = texts.current.get(one);
        if (known !== undefined) return known;
        const { title, foot } = say(one);
        const made = `${title} ${foot}`.toLowerCase();
        texts.current.set(one, made);
        return made;
    };
    return useMemo(() => (words ? things.filter((one) => text(one).includes(words.toLowerCase())) : things), [things, words]);
}

export function Rows({ name, things, say, empty }: { name: string; things: Obj[]; say: Say; empty: string }) {
    const [at, turn] = useDraft<number>(`${name} sheet`, 0); // where she was when she comes back
    const [search, find] = useDraft<string>(`${name} search`, "");
    const top = useRef<HTMLDivElement>(null);
    const found = useFound(things, say, search);
    const from = Math.min(at, Math.max(0, Math.ceil(found.length / sheet) - 1)) * sheet;
    const shown = found.slice(from, from + sheet);
    const drawn = useDrawn(`${from} ${search}`, shown.length);
    if (things.length === 0) return <Empty>{empty}</Empty>;
    const to = (next: number) => {
        turn(next / sheet);
        top.current?.scrollIntoView();
    };
    return (
        <div ref={top}>
            {things.length > 8 && <Line label={t("search")} type="search" value={search} onInput={(text) => { find(text); turn(0); }} />}
            {found.length === 0 && <Empty>{t("search.none")}</Empty>}
            <ul class="rows">
                {shown.slice(0, drawn).map(say).map((one) =>
                    one.place ? (
                        <Row key={one.key} to={one.place} title={one.title} tags={one.tags} foot={one.foot} />
                    ) : (
                        <li key={one.key} class="row plain">
                            <span class="row-title">{one.title}</span>
                            <span class="row-tags">{one.tags}</span>
                            <span class="row-foot">{one.foot}</span>
                        </li>
                    ),
                )}
            </ul>
            {found.length > sheet && (
                <div class="acts pager">
                    <button type="button" class="act" disabled={from === 0} onClick={() => to(from - sheet)}>{t("previous")}</button>
                    <button type="button" class="act" disabled={from + sheet >= found.length} onClick={() => to(from + sheet)}>{t("next")}</button>
                    <span class="quiet" role="status">{t("rows.range", { from: count(from + 1), to: count(Math.min(from + sheet, found.length)), of: count(found.length) })}</span>
                </div>
            )}
        </div>
    );
}

function Waiting({ all }: { all: Obj[] }) {
    const waiting = useMemo(() => [...all].sort(by("due")), [all]);
    return (
        <>
            {all.filter((one) => one.state === "NOT_ARRIVED").map((one) => (
                <div class="note bad" role="alert" key={String(one.id)}>
                    <p>
                        <strong>{t("inbox.phone_now")}</strong>
                    </p>
                    {one.phone && (
                        <p>
                            {String(one.peer)}: <strong>{String(one.phone)}</strong>
                        </p>
                    )}
                </div>
            ))}
            <Section title={all.length ? t("inbox.waiting", { n: all.length }) : t("inbox.all_done")}>
                <Rows name="waiting" things={waiting} say={legItem} empty={t("inbox.nothing")} />
            </Section>
        </>
    );
}

export function Inbox() {
    const inbox = useLive("inbox");
    return (
        <Page title={t("inbox.title")}>
            <Wait load={inbox}>
                {(value) => {
                    const notices = (value.notices ?? []) as Obj[];
                    return (
                        <>
                            <Waiting all={(value.waiting ?? []) as Obj[]} />
                            {notices.length > 0 && (
                                <Section title={t("inbox.notices")}>
                                    <Rows name="notices" things={notices} say={noticeItem} empty="" />
                                </Section>
                            )}
                        </>
                    );
                }}
            </Wait>
        </Page>
    );
}

export function Questions() {
    const [all, setAll] = useState(false);
    const legs = useLive("leg.list", all ? { all: true } : {});
    return (
        <Page title={t("legs.title")} lead={t("legs.lead")}>
            <label class="pick lone">
                <input type="checkbox" checked={all} onChange={() => setAll(!all)} />
                <span>{t("legs.all")}</span>
            </label>
            <Wait load={legs}>
                {(value) => <Rows name="legs" empty={t("legs.none")} things={(value.legs ?? []) as Obj[]} say={legLine} />}
            </Wait>
        </Page>
    );
}

function Card({ leg }: { leg: Obj }) {
    if (leg.card === "erased") return <p class="note">{t("leg.erased")}</p>;
    if (!leg.card || leg.side === "referrer") return null;
    return (
        <Section title={t("leg.card")}>
            <Fields record={leg.card as Obj} cover={false} />
            <p class="quiet">{said("leg.no_names", leg.service)}</p>
        </Section>
    );
}

function Standing({ leg }: { leg: Obj }) {
    const plan = Object.fromEntries(["roles", "person", "their_person", "code_word"].map((key) => [key, leg[key] ?? ""]));
    const conditions = (leg.conditions ?? []) as Json[];
    return (
        <dl class="facts">
            {leg.question && (
                <div>
                    <dt>{t("leg.question")}</dt>
                    <dd>{codeText(String(leg.question))}</dd>
                </div>
            )}
            {leg.reply && (
                <div>
                    <dt>{t("leg.reply")}</dt>
                    <dd>{codeText(String(leg.reply))}</dd>
                </div>
            )}
            {conditions.length > 0 && (
                <div>
                    <dt>{t("leg.conditions")}</dt>
                    <dd>{conditions.map((one) => codeText(String(one))).join(" ")}</dd>
                </div>
            )}
            {leg.band && (
                <div>
                    <dt>{t("leg.band")}</dt>
                    <dd>{maybe(`choice.${leg.band}`) ?? String(leg.band)}</dd>
                </div>
            )}
            {leg.reason && (
                <div>
                    <dt>{t("leg.reason")}</dt>
                    <dd>{codeText(String(leg.reason))}</dd>
                </div>
            )}
            {typeof leg.hold_until === "number" && (
                <div>
                    <dt>{t("leg.held")}</dt>
                    <dd>{time(leg.hold_until)}</dd>
                </div>
            )}
            {typeof leg.window_start === "number" && leg.window_start > 0 && (
                <div>
                    <dt>{t("leg.window")}</dt>
                    <dd>{t("leg.window_text", { from: time(leg.window_start), to: time(Number(leg.window_end)) })}</dd>
                </div>
            )}
            {Object.entries(plan)
                .filter(([, value]) => value !== "" && !(Array.isArray(value) && value.length === 0))
                .map(([key, value]) => (
                    <div key={key}>
                        <dt>{maybe(`key.${key}`) ?? key}</dt>
                        <dd>{Array.isArray(value) ? value.map((one) => maybe(`choice.${one}`) ?? valueText(String(one))).join(", ") : String(value)}</dd>
                    </div>
                ))}
        </dl>
    );
}

// What was shared under this leg, and what can be.
function Shared({ leg }: { leg: Obj }) {
    const grants = useLive("grant.list", { leg: leg.id ?? "", all: true });
    const mine = (grants.value?.grants ?? []) as Obj[];
    if (mine.length === 0) return null;
    return (
        <Section title={t("leg.shared")}>
            <ul class="rows">
                {mine.map((one) => (
                    <Row
                        key={String(one.id)}
                        to={{ screen: "grant", id: String(one.id) }}
                        title={t(one.direction === "received" ? "grant.received" : "grant.given", { who: String(one.peer) })}
                        tags={<Tag>{stateText(one.direction === "given" ? "given" : "grant", String(one.state))}</Tag>}
                        foot={list(((one.fields ?? []) as Json[]).map((each) => keyText(String(each))))}
                    />
                ))}
            </ul>
        </Section>
    );
}

// From here on something about her may have been shared.
const known = ["ACCEPTED", "HANDOFF_SCHEDULED", "IN_TRANSIT", "NOT_ARRIVED", "ARRIVED", "ENDED"];

export function Leg({ id }: { id: string }) {
    const rows = useLive("leg.list", { leg: id, all: true });
    const row = ((rows.value?.legs ?? []) as Obj[])[0];
    // Opening a card is an act that the other side is told of: once, and again when it stands otherwise.
    const leg = useLoad("leg.show", { id }, JSON.stringify(row ? [row.ask, row.answer, row.state, row.papers ?? "", row.window_end ?? 0, row.hold_until ?? 0] : ""));
    return (
        <Wait load={leg} title={t("noun.leg")}>
            {(one) => {
                const acts = actsFor(((one.possible ?? []) as Json[]).map(String), String(one.state));
                const next = nextAct(acts, String(one.state), String(one.side));
                const to = (command: string): Place => ({
                    screen: "act",
                    id,
                    more: { command, side: one.side ?? "", service: one.service ?? "", need: one.need ?? "", title: legTitle(one) },
                });
                return (
                    <Page title={legTitle(one)}>
                        <p class="tags">
                            <LegState leg={one} /> <Priority of={one.priority} />
                            <Tag>{stateText("service", String(one.service))}</Tag> <Due at={one.due} />
                        </p>
                        <p class="quiet">{said(`say.${one.state}.${one.side}`, one.service) ?? maybe(`say.${one.state}`)}</p>
                        {one.papers && <p class="note warm">{said(`leg.papers.${one.papers}`, one.service)}</p>}
                        <Contact contact={one.contact} who={String(one.peer)} />
                        <Standing leg={one} />
                        <Card leg={one} />
                        <Shared leg={one} />
                        {acts.length > 0 && (
                            <Section title={t("leg.acts")}>
                                <div class="acts">
                                    {[...acts].sort((a, b) => Number(b === next) - Number(a === next)).map((command) => (
                                        <Go key={command} to={to(command)} main={command === next}>
                                            {actName(command, String(one.side), one.service)}
                                        </Go>
                                    ))}
                                </div>
                            </Section>
                        )}
                        <div class="acts">
                        {one.side === "referrer" && <Go to={{ screen: "told", id }}>{t("leg.sent")}</Go>}
                        {one.side === "recipient" && known.includes(String(one.state)) && can("release.new") && (
                            <Go to={{ screen: "do", more: { command: "release.new", fixed: { leg: id }, only: ["return", "days", "language"] } }}>{t("release.return")}</Go>
                        )}
                        {one.side === "referrer" && can("need.show") && one.need && (
                            <Go to={{ screen: "need", id: String(one.need) }}>{t("leg.need")}</Go>
                        )}
                        {one.side === "recipient" && known.includes(String(one.state)) && can("release.withdraw") && (
                            <Go to={{ screen: "withdraw", more: { leg: id } }}>{t("withdraw.title")}</Go>
                        )}
                        </div>
                    </Page>
                );
            }}
        </Wait>
    );
}

// What we told them: it is of her, so it is read with a purpose and the log keeps it.
export function Told({ id }: { id: string }) {
    const leg = useLoad("leg.show", { id, purpose: "PURPOSE_PLACEMENT" });
    return (
        <Page title={t("leg.sent")} lead={t("read.logged")}>
            <Wait load={leg}>
                {(one) => (
                    <>
                        <p class="lead">{legTitle(one)}</p>
                        <Standing leg={one} />
                        {typeof one.card === "object" && <Fields record={one.card as Obj} cover={false} />}
                    </>
                )}
            </Wait>
        </Page>
    );
}

// One act on one leg: a page of its own.
export function Act({ id, more }: { id: string; more: Obj }) {
    const command = String(more.command);
    const side = String(more.side ?? "");
    const choosing = command === "need.choose";
    const plan = command === "leg.plan";
    const hour = Math.ceil(now() / 3600) * 3600;
    const start: Obj = plan && side === "referrer" ? { "window-start": hour + 3600, "window-end": hour + 3 * 3600 } : {};
    const hide = plan ? (side === "referrer" ? [] : ["window-start", "window-end", "roles", "code-word"]) : [];
    return (
        <Page title={actName(command, side, more.service)} lead={String(more.title ?? "")}>
            <CommandForm
                command={command}
                name={actName(command, side, more.service)}
                fixed={choosing ? { id: more.need ?? "", leg: id } : { id }}
                start={start}
                hide={hide}
                lead={maybe(`lead.${command}.${side}`) ?? said(`lead.${command}`, more.service)}
            />
        </Page>
    );
}
