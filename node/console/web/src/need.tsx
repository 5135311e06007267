// The referrer's side: a case, its needs, the meter, who is asked, what they answer, what she chooses.
import { useState } from "preact/hooks";
import * as api from "./api.ts";
import type { Json, Obj, Refused } from "./api.ts";
import { Choice, cleaned, fieldsOf, Many, RecordForm } from "./fields.tsx";
import { CommandForm, doneNote } from "./form.tsx";
import { LegState, legTitle, Priority } from "./inbox.tsx";
import { codeText, Data, Due, Empty, Fault, Fields, Go, keyText, Page, Row, Section, stateText, Tag, valueText, Wait } from "./parts.tsx";
import { can, commandOf, fieldOf, go, goBack, state, useDraft, useLive, useLoad, type FieldSpec } from "./state.ts";
import { actName } from "./acts.ts";
import { count, distance, list, maybe, said, t, time } from "./words.ts";

const budget = 8000; // thousandths of a bit, to one recipient (schema/risk.h)

const tells = (field: FieldSpec, value: Json | undefined) => {
    const silent = (one: Json) => state.words.values[String(one)]?.silent ?? false;
    if (Array.isArray(value)) return value.some((one) => !silent(one));
    return value !== undefined && value !== null && value !== "" && !silent(value);
};
const weight = (fields: Obj) =>
    state.words.fields
        .filter((field) => field.counts && (field.id === "priority" || tells(field, fields[field.id])))
        .reduce((sum, field) => sum + field.millibits, 0);

// How far these words could point to one person. Moves with every choice.
export function Meter({ fields, budgetOf = budget }: { fields: Obj; budgetOf?: number }) {
    const all = weight(fields);
    const over = all > budgetOf;
    return (
        <div class={over ? "meter over" : "meter"} role="status">
            <p>
                <strong>{t("meter.title")}</strong> {t(over ? "meter.over" : "meter.within")}
            </p>
            <meter min={0} max={budgetOf * 1.5} high={budgetOf} value={all} aria-label={t("meter.title")} />
            <p class="small">
                {t("meter.bits", { bits: (all / 1000).toFixed(1), budget: (budgetOf / 1000).toFixed(0), one: count(Math.round(2 ** (all / 1000))) })}
            </p>
            <p class="small">{t("meter.beside", { which: list(state.words.fields.filter((one) => one.tier === "T1" && one.millibits > 0 && !one.counts).map((one) => one.label.toLowerCase())) })}</p>
        </div>
    );
}

export function Cases() {
    const [all, setAll] = useState(false);
    const needs = useLive("need.list", all ? { all: true } : {});
    const cases = useLive("case.list", all ? { all: true } : {});
    return (
        <Page title={t("cases.title")}>
            {can("case.new") && <Go main to={{ screen: "intake" }}>{t("intake.title")}</Go>}
            <label class="pick lone">
                <input type="checkbox" checked={all} onChange={() => setAll(!all)} />
                <span>{t("cases.all")}</span>
            </label>
            <Section title={t("needs.title")}>
                <Wait load={needs}>
                    {(value) => <NeedRows needs={(value.needs ?? []) as Obj[]} />}
                </Wait>
            </Section>
            <Section title={t("cases.list")}>
                <Wait load={cases}>
                    {(value) => {
                        const found = (value.cases ?? []) as Obj[];
                        return found.length === 0 ? (
                            <Empty>{t("cases.none")}</Empty>
                        ) : (
                            <ul class="rows">
                                {found.map((one) => (
                                    <Row
                                        key={String(one.id)}
                                        to={{ screen: "case", id: String(one.id) }}
                                        title={String(one.codename)}
                                        tags={<Tag>{stateText("case", String(one.state))}</Tag>}
                                        foot={time(Number(one.opened))}
                                    />
                                ))}
                            </ul>
                        );
                    }}
                </Wait>
            </Section>
        </Page>
    );
}

function NeedRows({ needs }: { needs: Obj[] }) {
    if (needs.length === 0) return <Empty>{t("needs.none")}</Empty>;
    return (
        <ul class="rows">
            {needs.map((one) => (
                <Row
                    key={String(one.id)}
                    to={{ screen: "need", id: String(one.id) }}
                    title={`${one.codename}: ${stateText("service", String(one.service))}`}
                    tags={
                        <>
                            <Tag tone={one.state === "OPTIONS" ? "good" : "calm"}>{stateText("need", String(one.state))}</Tag>
                            <Priority of={one.priority} />
                            <Due at={one.due} />
                        </>
                    }
                    foot={distance(Number(one.since))}
                />
            ))}
        </ul>
    );
}

export function FollowUps() {
    const needs = useLive("need.list");
    return (
        <Page title={t("follow.title")} lead={t("follow.lead")}>
            <Wait load={needs}>
                {(value) => (
                    <NeedRows needs={((value.needs ?? []) as Obj[]).filter((one) => one.state === "PLACED" || one.state === "FOLLOW_UP")} />
                )}
            </Wait>
        </Page>
    );
}

// ---------------------------------------------------------------- intake

const wishes = (field: FieldSpec) => field.group === "own_words";
const safety = ["alleged_abusers", "unsafe_persons", "exclusion_areas", "unsafe_organisations", "survivor_location_now", "chronology", "investigator_notes", "source_of_referral", "holding_basis"];
const steps: { key: "wishes" | "safe" | "tonight" | "about" | "health" | "evidence"; fields: () => FieldSpec[] }[] = [
    { key: "wishes", fields: () => fieldsOf("T2").filter(wishes) },
    { key: "safe", fields: () => safety.flatMap((id) => fieldOf(id) ?? []) },
    { key: "tonight", fields: () => fieldsOf("T2").filter((field) => field.tonight && !wishes(field)) },
    { key: "about", fields: () => fieldsOf("T2").filter((field) => !field.tonight && !wishes(field)) },
    { key: "health", fields: () => fieldsOf("T3") },
    { key: "evidence", fields: () => fieldsOf("T4") },
];

export function Intake() {
    const [record, setRecord, drop] = useDraft<Obj>("intake", {});
    const [at, setAt] = useDraft<number>("intake step", 0);
    const [check, setCheck] = useDraft<string>("intake check", "");
    const [fault, setFault] = useState<Refused | undefined>();
    const [busy, setBusy] = useState(false);
    const step = steps[at];
    const save = async () => {
        setBusy(true);
        try {
            const made = await api.act("case.new", { args: { record: JSON.stringify(cleaned(record)), "duplicate-check": check || "none" } });
            drop();
            setAt(0);
            setCheck("");
            state.back = [];
            go({ screen: "need-new", id: String(made.id), more: { alike: made.possible_duplicates ?? [] } }, t("intake.done", { codename: String(made.codename) }));
        } catch (fault) {
            setFault(fault as Refused);
        } finally {
            setBusy(false);
        }
    };
    return (
        <Page title={step ? t(`intake.${step.key}`) : t("intake.check")} lead={step ? t(`intake.${step.key}.lead`) : t("intake.check.lead")}>
            <p class="quiet">{t("intake.step", { at: at + 1, of: steps.length + 1 })}</p>
            {step ? (
                <RecordForm fields={step.fields()} value={record} onChange={setRecord} />
            ) : (
                <Choice
                    legend={t("intake.check.ask")}
                    options={["none", "seen"]}
                    label={(one) => t(one === "none" ? "intake.check.none" : "intake.check.seen")}
                    value={check}
                    onChange={setCheck}
                />
            )}
            {fault && <Fault fault={fault} />}
            <div class="acts">
                {step ? (
                    <button type="button" class="main-act" onClick={() => { setAt(at + 1); window.scrollTo(0, 0); }}>
                        {t("next")}
                    </button>
                ) : (
                    <button type="button" class="main-act" disabled={busy || !check} onClick={() => void save()}>
                        {t("intake.save")}
                    </button>
                )}
                {at > 0 && (
                    <button type="button" class="act" onClick={() => setAt(at - 1)}>
                        {t("previous")}
                    </button>
                )}
            </div>
        </Page>
    );
}

export function Case({ id }: { id: string }) {
    const one = useLive("case.show", { id });
    return (
        <Wait load={one} title={t("noun.case")}>
            {(value) => (
                <Page title={String(value.codename)}>
                    <p class="tags"><Tag>{stateText("case", String(value.state))}</Tag></p>
                    <Section title={t("needs.title")}><NeedRows needs={(value.needs ?? []) as Obj[]} /></Section>
                    <div class="acts">
                        <Go main to={{ screen: "need-new", id }}>{t("need.new")}</Go>
                        <Go to={{ screen: "release-new", id }}>{t("release.new")}</Go>
                        <Go to={{ screen: "record", id }}>{t("case.record")}</Go>
                        <Go to={{ screen: "seen", id }}>{t("case.seen")}</Go>
                        <Go to={{ screen: "withdraw", more: { case: id } }}>{t("withdraw.title")}</Go>
                        {can("case.assign") && <Go to={{ screen: "do", more: { command: "case.assign", fixed: { id } } }}>{actName("case.assign")}</Go>}
                    </div>
                    <Papers of={id} />
                </Page>
            )}
        </Wait>
    );
}

// Other cases of this house that may be of the same survivor; nothing is asked of anybody else.
function Alike({ found }: { found: Obj[] }) {
    if (found.length === 0) return null;
    return (
        <div class="note warm">
            <p>{t("case.alike")}</p>
            <ul class="rows">
                {found.map((one) => (
                    <Row key={String(one.id)} to={{ screen: "case", id: String(one.id) }} title={String(one.codename)} />
                ))}
            </ul>
        </div>
    );
}

function Papers({ of }: { of: string }) {
    const all = useLive("release.list", { case: of });
    const found = (all.value?.releases ?? []) as Obj[];
    if (found.length === 0) return null;
    return (
        <Section title={t("papers.title")}>
            <ul class="rows">
                {found.map((one) => (
                    <Row
                        key={String(one.id)}
                        to={{ screen: "release", id: String(one.id) }}
                        title={t("release.to", { who: String(one.to) })}
                        tags={<Tag tone={one.state === "ACTIVE" ? "good" : "calm"}>{stateText("release", String(one.state))}</Tag>}
                        foot={codeText(String(one.purpose))}
                    />
                ))}
            </ul>
        </Section>
    );
}

// The record is read with a purpose; the log keeps that it was.
export function CaseRecord({ id }: { id: string }) {
    const [record, set] = useState<Obj | undefined>();
    return (
        <Page title={t("case.record")} lead={t("read.logged")}>
            {record ? (
                <Fields record={record} />
            ) : (
                <CommandForm command="case.show" fixed={{ id }} button="read.open" onDone={(value) => set((value.record ?? {}) as Obj)} />
            )}
        </Page>
    );
}
export function WhoSaw({ id }: { id: string }) {
    const all = useLoad("case.accounting", { id });
    return (
        <Page title={t("case.seen")} lead={t("case.seen.lead")}>
            <Wait load={all}>{(value) => <Data value={value} hide={["codename", "note"]} />}</Wait>
            {can("case.print") && <Go to={{ screen: "print", more: { command: "case.print", fixed: { id } } }}>{actName("case.print")}</Go>}
        </Page>
    );
}

// ---------------------------------------------------------------- one need

const services = ["PLACEMENT", "COUNSELLING", "MEDICAL", "LEGAL", "EDUCATION", "OTHER"];
const priorities = ["EMERGENCY", "URGENT", "ROUTINE"];

export function NeedNew({ id, more }: { id: string; more: Obj }) {
    const [need, set, drop] = useDraft<Obj>(`need ${id}`, { service: "PLACEMENT", priority: "URGENT", wishes_asked: false, fields: {} });
    const [fault, setFault] = useState<Refused | undefined>();
    const [busy, setBusy] = useState(false);
    const fields = (need.fields ?? {}) as Obj;
    const shown = fieldsOf("T1").filter((field) => !["priority", "questions_allowed"].includes(field.id));
    const save = async () => {
        setBusy(true);
        setFault(undefined);
        try {
            const made = await api.act("need.new", { args: { case: id, need: JSON.stringify({ ...need, fields: cleaned(fields) }) } });
            drop();
            state.back = [{ screen: "cases" }];
            state.place = { screen: "cases" };
            go({ screen: "need", id: String(made.id) }, t("done.saved"));
        } catch (fault) {
            setFault(fault as Refused);
        } finally {
            setBusy(false);
        }
    };
    return (
        <Page title={t("need.new")} lead={t("need.new.lead")}>
            <Alike found={(more.alike ?? []) as Obj[]} />
            <form
                noValidate
                onSubmit={(event) => {
                    event.preventDefault();
                    void save();
                }}
            >
                <Choice legend={t("need.service")} options={services} label={(one) => stateText("service", one)} value={String(need.service)} onChange={(service) => set({ ...need, service })} />
                <Choice legend={fieldOf("priority")?.label ?? ""} options={priorities} label={(one) => stateText("priority", one)} value={String(need.priority)} onChange={(priority) => set({ ...need, priority })} />
                <label class="pick lone">
                    <input type="checkbox" checked={need.wishes_asked === true} onChange={() => set({ ...need, wishes_asked: need.wishes_asked !== true })} />
                    <span>{t("need.wishes")}</span>
                </label>
                <RecordForm fields={shown} value={fields} onChange={(next) => set({ ...need, fields: next })} />
                <div class="sticky">
                    <Meter fields={fields} />
                </div>
                {fault && <Fault fault={fault} />}
                <div class="acts">
                    <button type="submit" class="main-act" disabled={busy}>{t("need.save")}</button>
                </div>
            </form>
        </Page>
    );
}

const needActs = ["need.ready", "need.resume", "need.follow-up", "need.close", "need.pause", "need.unplaced", "need.reopen", "need.withdraw", "need.cancel", "need.link", "need.duplicate", "need.error"];
const needStates: Record<string, string[]> = {
    "need.ready": ["DRAFT"],
    "need.resume": ["PAUSED"],
    "need.follow-up": ["FOLLOW_UP"],
    "need.close": ["PLACED", "FOLLOW_UP", "UNPLACED"],
    "need.reopen": ["UNPLACED", "CLOSED", "WITHDRAWN", "CANCELLED"],
    "need.unplaced": ["READY", "INQUIRING", "OPTIONS"],
};
const ended = ["CLOSED", "WITHDRAWN", "CANCELLED", "DUPLICATE_LINKED", "ENTERED_IN_ERROR"];

export function Need({ id }: { id: string }) {
    const need = useLive("need.show", { id });
    return (
        <Wait load={need} title={t("noun.need")}>
            {(one) => {
                const legs = (one.legs ?? []) as Obj[];
                const offers = legs.filter((leg) => ["OFFERED", "WAITLISTED", "LATE_OFFER"].includes(String(leg.state)));
                const others = legs.filter((leg) => !offers.includes(leg));
                const open = !ended.includes(String(one.state));
                const acts = needActs.filter((act) => can(act) && (needStates[act]?.includes(String(one.state)) ?? open));
                const follow = one.follow_up as Obj | undefined;
                return (
                    <Page title={`${one.codename}: ${stateText("service", String(one.service))}`}>
                        <p class="tags">
                            <Tag tone={one.state === "OPTIONS" ? "good" : "calm"}>{stateText("need", String(one.state))}</Tag>{" "}
                            <Priority of={one.priority} /> <Due at={one.due} />
                        </p>
                        <p class="quiet">{said(`say.need.${one.state}`, one.service)}</p>
                        {follow && (
                            <p class={follow.authority === "return path" ? "note good" : "note"}>
                                {t(follow.authority === "return path" ? "follow.may" : "follow.may_not")} <Due at={follow.due} />
                            </p>
                        )}
                        {offers.length > 0 && (
                            <Section title={t("need.offers", { n: offers.length })}>
                                <div class="beside">
                                    {offers.map((leg) => (
                                        <Offer key={String(leg.id)} leg={leg} need={id} service={one.service} />
                                    ))}
                                </div>
                            </Section>
                        )}
                        {others.length > 0 && (
                            <Section title={t("need.asked")}>
                                <ul class="rows">
                                    {others.map((leg) => (
                                        <Row
                                            key={String(leg.id)}
                                            to={{ screen: "leg", id: String(leg.id) }}
                                            title={legTitle(leg)}
                                            tags={<><LegState leg={leg} /> <Due at={leg.due} /></>}
                                            foot={leg.reason ? codeText(String(leg.reason)) : distance(Number(leg.since))}
                                        />
                                    ))}
                                </ul>
                            </Section>
                        )}
                        <div class="acts">
                            {((one.could_be_asked ?? []) as Obj[]).length > 0 && can("need.ask") && (
                                <Go main={legs.length === 0} to={{ screen: "ask", id }}>{said("ask.title", one.service)}</Go>
                            )}
                            <Go to={{ screen: "need-what", id }}>{t("need.what")}</Go>
                        </div>
                        <details class="further">
                            <summary>{t("need.other")}</summary>
                            <div class="acts">
                                {acts.map((act) => (
                                    <Go key={act} to={{ screen: "do", more: { command: act, fixed: { id } } }}>{actName(act)}</Go>
                                ))}
                                <Go to={{ screen: "case", id: String(one.case) }}>{t("need.case")}</Go>
                            </div>
                        </details>
                    </Page>
                );
            }}
        </Wait>
    );
}

export function NeedWhat({ id }: { id: string }) {
    const need = useLoad("need.show", { id, purpose: "PURPOSE_PLACEMENT" });
    return (
        <Page title={t("need.what")} lead={t("read.logged")}>
            <Wait load={need}>
                {(one) => (
                    <>
                        <Fields record={(one.fields ?? {}) as Obj} cover={false} />
                        <Meter fields={(one.fields ?? {}) as Obj} />
                    </>
                )}
            </Wait>
        </Page>
    );
}

function Offer({ leg, need, service }: { leg: Obj; need: string; service: Json | undefined }) {
    const conditions = (leg.conditions ?? []) as Json[];
    return (
        <article class="offer">
            <h3>{String(leg.peer)}</h3>
            <p><LegState leg={leg} /></p>
            <dl class="facts">
                <div>
                    <dt>{t("leg.conditions")}</dt>
                    <dd>{conditions.length ? conditions.map((one) => codeText(String(one))).join(" ") : t("offer.no_conditions")}</dd>
                </div>
                {typeof leg.hold_until === "number" && (
                    <div>
                        <dt>{t("leg.held")}</dt>
                        <dd>{time(leg.hold_until)} <Due at={leg.hold_until} label="until" /></dd>
                    </div>
                )}
                {leg.band && <div><dt>{t("leg.band")}</dt><dd>{maybe(`choice.${leg.band}`) ?? String(leg.band)}</dd></div>}
            </dl>
            <div class="acts">
                {leg.state === "OFFERED" && can("need.choose") && (
                    <Go main to={{ screen: "act", id: String(leg.id), more: { command: "need.choose", side: "referrer", service: service ?? "", need, title: String(leg.peer) } }}>
                        {actName("need.choose")}
                    </Go>
                )}
                <Go to={{ screen: "leg", id: String(leg.id) }}>{t("offer.more")}</Go>
            </div>
        </article>
    );
}

// ---------------------------------------------------------------- asking

export function Ask({ id }: { id: string }) {
    const need = useLoad("need.show", { id, purpose: "PURPOSE_PLACEMENT" });
    return (
        <Page title={said("ask.title", need.value?.service)} lead={said("ask.lead", need.value?.service)}>
            <Wait load={need}>{(one) => <AskForm id={id} need={one} />}</Wait>
        </Page>
    );
}

function AskForm({ id, need }: { id: string; need: Obj }) {
    const could = (need.could_be_asked ?? []) as Obj[];
    const fields = (need.fields ?? {}) as Obj;
    const [typed, set, drop] = useDraft<Obj>(`ask ${id}`, { to: [], out: [], override: "" });
    const [seen, setSeen] = useState<Obj | undefined>();
    const [fault, setFault] = useState<Refused | undefined>();
    const [busy, setBusy] = useState(false);
    const to = (typed.to as Json[]).map(String);
    const out = (typed.out as Json[]).map(String);
    const sent = Object.fromEntries(Object.entries(fields).filter(([key]) => !out.includes(key))) as Obj;
    const over = weight(sent) > budget;
    const capacity = (name: string) => {
        const known = could.find((one) => one.organisation === name)?.capacity;
        return known ? `${name}: ${maybe(`capacity.${known}`) ?? known}` : name;
    };
    const override = commandOf("need.ask")?.args.find((arg) => arg.name === "override")?.codes ?? [];
    const send = async (dryRun: boolean) => {
        setBusy(true);
        setFault(undefined);
        const args: Obj = { id, to, ...(out.length ? { "leave-out": out } : {}), ...(typed.override ? { override: typed.override } : {}) };
        try {
            const answer = await api.act("need.ask", { args, dryRun });
            if (dryRun) return setSeen(answer);
            drop();
            goBack(doneNote({ ...answer, queued_only: true }));
        } catch (fault) {
            setSeen(undefined);
            setFault(fault as Refused);
        } finally {
            setBusy(false);
        }
    };
    if (seen) {
        const who = ((seen.legs ?? []) as Obj[]).map((leg) => String(leg.peer));
        return (
            <>
                <h2>{t("preview.title")}</h2>
                <p>{t("ask.to", { who: list(who) })}</p>
                <dl class="facts">
                    <div><dt>{t("need.service")}</dt><dd>{stateText("service", String(seen.service))}</dd></div>
                    <div><dt>{keyText("priority")}</dt><dd>{stateText("priority", String(seen.priority))}</dd></div>
                </dl>
                <Fields record={(seen.sent_to_each ?? {}) as Obj} cover={false} />
                <p class="note good">{t("ask.nothing_else")}</p>
                <div class="acts">
                    <button type="button" class="main-act" disabled={busy} onClick={() => void send(false)}>{t("ask.send", { n: who.length })}</button>
                    <button type="button" class="act" onClick={() => setSeen(undefined)}>{t("preview.change")}</button>
                </div>
            </>
        );
    }
    if (could.length === 0) return <Empty>{t("ask.nobody")}</Empty>;
    return (
        <form noValidate onSubmit={(event) => { event.preventDefault(); void send(true); }}>
            <Many legend={t("ask.whom")} options={could.map((one) => String(one.organisation))} label={capacity} value={to} onChange={(next) => set({ ...typed, to: next })} />
            <Many
                legend={t("ask.leave_out")}
                hint={t("ask.leave_out.hint")}
                options={Object.keys(fields)}
                label={(key) => `${keyText(key)}: ${([] as Json[]).concat(fields[key] ?? []).map((one) => valueText(String(one))).join(", ")}`}
                value={out}
                onChange={(next) => set({ ...typed, out: next })}
            />
            <div class="sticky"><Meter fields={sent} /></div>
            {over && <Choice legend={t("ask.override")} options={["", ...override]} label={(one) => (one ? codeText(one) : t("ask.no_override"))} value={String(typed.override ?? "")} onChange={(one) => set({ ...typed, override: one })} />}
            {fault && <Fault fault={fault} />}
            <div class="acts"><button type="submit" class="main-act" disabled={busy || to.length === 0}>{t("preview.show")}</button></div>
        </form>
    );
}
