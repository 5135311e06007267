// Releases, what was shared under them, and how sharing ends.
import { useState } from "preact/hooks";
import * as api from "./api.ts";
import type { Json, Obj, Refused } from "./api.ts";
import { actName } from "./acts.ts";
import { Choice, fieldsOf, Many } from "./fields.tsx";
import { CommandForm } from "./form.tsx";
import { codeText, Due, Empty, Fault, Fields, Go, keyText, Page, Row, Section, stateText, Tag, Wait } from "./parts.tsx";
import { can, fieldOf, go, state, useDraft, useLive, useLoad } from "./state.ts";
import { language, list, maybe, said, t, time } from "./words.ts";

const live = ["ACTIVE", "NARROWED", "EXPIRING"];
const readable = (grant: Obj) => ["SEALED", "OPENABLE", "OPENED"].includes(String(grant.state));
const gone = (grant: Obj) => ["ERASURE_ATTESTED", "RETAINED_LAWFULLY"].includes(String(grant.state));
// The node decides; what can never be now is not offered.
const fits = (command: string, state: string, basis: string) => {
    if (command === "release.narrow") return live.includes(state);
    if (command === "release.authorise" || command === "release.notice") return basis !== "RELEASE";
    if (command === "release.edit") return state === "DRAFT" || state === "PENDING_SIGNATURES";
    return true;
};

export function Releases() {
    const all = useLive("release.list");
    return (
        <Page title={t("papers.title")} lead={t("papers.lead")}>
            <Wait load={all}>
                {(value) => {
                    const found = (value.releases ?? []) as Obj[];
                    if (found.length === 0) return <Empty>{t("papers.none")}</Empty>;
                    return (
                        <ul class="rows">
                            {found.map((one) => (
                                <Row
                                    key={String(one.id)}
                                    to={{ screen: "release", id: String(one.id) }}
                                    title={t("release.to", { who: String(one.to) })}
                                    tags={
                                        <>
                                            <Tag tone={live.includes(String(one.state)) ? "good" : "calm"}>{stateText("release", String(one.state))}</Tag>
                                            {live.includes(String(one.state)) && <Due at={one.expires} label="ends" />}
                                        </>
                                    }
                                    foot={codeText(String(one.purpose))}
                                />
                            ))}
                        </ul>
                    );
                }}
            </Wait>
        </Page>
    );
}

export function ReleaseNew({ id }: { id: string }) {
    const [picked, pick] = useDraft<Json[]>(`release fields ${id}`, ["T2"]);
    const chosen = picked.map(String);
    const single = [...fieldsOf("T2"), ...fieldsOf("T3")].map((field) => field.id);
    const label = (one: string) => (one === "T2" ? t("release.all_t2") : one === "T3" ? t("release.all_t3") : (fieldOf(one)?.label ?? one));
    return (
        <Page title={t("release.new")} lead={t("release.new.lead")}>
            <Many legend={t("release.fields")} options={["T2", "T3"]} label={label} value={chosen} onChange={(next) => pick(next)} />
            <details class="further">
                <summary>{t("release.single")}</summary>
                <Many legend={t("release.single")} options={single} label={label} value={chosen} onChange={(next) => pick(next)} />
            </details>
            <CommandForm
                command="release.new"
                fixed={{ case: id, fields: chosen }}
                hide={["leg", "return"]}
                start={{ language: language(), days: 30 }}
                draft={`release ${id}`}
                onDone={(made) => {
                    state.back = [{ screen: "cases" }, { screen: "case", id }];
                    state.place = { screen: "case", id };
                    go({ screen: "release", id: String(made.id) }, t("done.saved"));
                }}
            />
        </Page>
    );
}

// The text as it is read: its first line is the question, lines with a dash are a list.
function Aloud({ text, spoken }: { text: string; spoken: string }) {
    const blocks: (string | string[])[] = [];
    for (const line of text.split("\n").map((one) => one.trim()).filter(Boolean)) {
        const last = blocks.at(-1);
        if (!line.startsWith("- ")) blocks.push(line);
        else if (Array.isArray(last)) last.push(line.slice(2));
        else blocks.push([line.slice(2)]);
    }
    return (
        <blockquote class="aloud" lang={spoken}>
            {blocks.map((block, at) => (Array.isArray(block) ? <ul key={at}>{block.map((one) => <li key={one}>{one}</li>)}</ul> : <p key={at}>{block}</p>))}
        </blockquote>
    );
}

export function Release({ id }: { id: string }) {
    const [spoken, speak] = useState<string>(language());
    const one = useLive("release.show", { id, language: spoken });
    return (
        <Wait load={one} title={t("noun.release")}>
            {(value) => {
                const signers = (value.signers ?? []) as Obj[];
                const waits = ["DRAFT", "PENDING_SIGNATURES", "CONFLICTED"].includes(String(value.state));
                const alive = live.includes(String(value.state));
                const signable = value.state === "PENDING_SIGNATURES" || value.state === "CONFLICTED";
                const fields = (value.fields ?? []) as Json[];
                return (
                    <Page title={t("release.to", { who: String(value.to) })}>
                        <p class="tags">
                            <Tag tone={alive ? "good" : "calm"}>{stateText("release", String(value.state))}</Tag> {(alive || waits) && <Due at={value.expires} label="ends" />}
                        </p>
                        <p class="quiet">{said(`say.release.${value.state}`, value.purpose === "PURPOSE_COUNSELLING" && "COUNSELLING")}</p>
                        <dl class="facts">
                            <div><dt>{t("release.why")}</dt><dd>{codeText(String(value.purpose))}</dd></div>
                            <div><dt>{t("release.fields")}</dt><dd>{list(((value.fields ?? []) as Json[]).map((each) => keyText(String(each))))}</dd></div>
                            <div><dt>{t("release.ends")}</dt><dd>{time(Number(value.expires))}</dd></div>
                        </dl>
                        {signers.length > 0 && (
                            <Section title={t("release.signers")}>
                                <ul class="plain-list">
                                    {signers.map((each, at) => (
                                        <li key={at}>
                                            {maybe(`choice.${each.signer}`) ?? String(each.signer)}: {maybe(`choice.${each.decision}`) ?? String(each.decision)} · {time(Number(each.at))}
                                        </li>
                                    ))}
                                </ul>
                            </Section>
                        )}
                        {value.text && (
                            <Section title={t("release.aloud")}>
                                <Choice legend={t("release.language")} options={["en", "es"]} label={(lang) => t(lang === "es" ? "spanish" : "english")} value={spoken} onChange={speak} />
                                <Aloud text={String(value.text)} spoken={spoken} />
                            </Section>
                        )}
                        <div class="acts">
                            {value.state === "DRAFT" && can("release.present") && <Go main to={{ screen: "do", more: { command: "release.present", fixed: { id } } }}>{actName("release.present")}</Go>}
                            {signable && can("release.sign") && <Go main to={{ screen: "do", more: { command: "release.sign", fixed: { id } } }}>{actName("release.sign")}</Go>}
                            {alive && can("grant.send") && <Go to={{ screen: "do", more: { command: "grant.send", fixed: { release: id } } }}>{actName("grant.send")}</Go>}
                            {can("release.print") && <Go to={{ screen: "print", more: { command: "release.print", fixed: { id, language: spoken } } }}>{actName("release.print")}</Go>}
                            {(alive || waits) && <Go to={{ screen: "withdraw", more: { id } }}>{t("withdraw.title")}</Go>}
                            {state.words.commands
                                .filter((each) => each.name.startsWith("release.") && each.changes && !["release.new", "release.sign", "release.withdraw", "release.present"].includes(each.name) && each.args.some((arg) => arg.name === "id"))
                                .filter((each) => fits(each.name, String(value.state), String(value.basis)))
                                .map((each) => <Go key={each.name} to={{ screen: "do", more: { command: each.name, fixed: { id }, ...(each.name === "release.narrow" ? { fields } : {}) } }}>{actName(each.name)}</Go>)}
                        </div>
                    </Page>
                );
            }}
        </Wait>
    );
}

// No reason, no second person, nothing to fill in but what is already known.
export function Withdraw({ more }: { more: Obj }) {
    const known = Object.fromEntries(Object.entries(more).filter(([key]) => ["id", "case", "leg"].includes(key))) as Obj;
    return (
        <Page title={t("withdraw.title")} lead={t("withdraw.lead")}>
            <CommandForm
                command="release.withdraw"
                fixed={known}
                start={known.id ? {} : { scope: "PLACEMENT" }}
                hide={["id", "case", "leg", ...(known.id ? ["scope"] : [])]}
                button="withdraw.now"
            />
        </Page>
    );
}

// ---------------------------------------------------------------- what was shared

export function Grants() {
    const [all, setAll] = useState(false);
    const grants = useLive("grant.list", all ? { all: true } : {});
    return (
        <Page title={t("grants.title")} lead={t("grants.lead")}>
            <label class="pick lone"><input type="checkbox" checked={all} onChange={() => setAll(!all)} /><span>{t("grants.all")}</span></label>
            <Wait load={grants}>
                {(value) => {
                    const found = (value.grants ?? []) as Obj[];
                    if (found.length === 0) return <Empty>{t("grants.none")}</Empty>;
                    return (
                        <ul class="rows">
                            {found.map((one) => (
                                <Row
                                    key={String(one.id)}
                                    to={{ screen: "grant", id: String(one.id) }}
                                    title={t(one.direction === "received" ? "grant.received" : "grant.given", { who: String(one.peer) })}
                                    tags={<><Tag>{stateText(one.direction === "given" ? "given" : "grant", String(one.state))}</Tag> {readable(one) && <Due at={one.expires} label="ends" />}</>}
                                    foot={list(((one.fields ?? []) as Json[]).map((each) => keyText(String(each))))}
                                />
                            ))}
                        </ul>
                    );
                }}
            </Wait>
        </Page>
    );
}

// Said plainly: what an erasure does not reach.
function ErasureMeans({ closing }: { closing: Obj }) {
    return (
        <div class="note">
            <p>{t("grant.erased_means")}</p>
            {typeof closing.backups_by === "number" && <p class="small">{t("grant.erased_copies", { when: time(closing.backups_by) })}</p>}
        </div>
    );
}

export function Grant({ id }: { id: string }) {
    const grants = useLive("grant.list", { grant: id, all: true });
    const one = ((grants.value?.grants ?? []) as Obj[])[0];
    const legs = useLoad("leg.list", { leg: one?.leg ?? id, all: true });
    const leg = ((legs.value?.legs ?? []) as Obj[]).find((each) => each.id === one?.leg);
    const [purpose, setPurpose] = useState("");
    const [opened, open] = useState<Obj | undefined>();
    const [fault, setFault] = useState<Refused | undefined>();
    const [busy, setBusy] = useState(false);
    if (!one) return <Page title={t("grants.title")}>{grants.value ? <Empty>{t("error.not_found")}</Empty> : <p class="quiet">{t("loading")}</p>}</Page>;
    const received = one.direction === "received";
    const purposes = ["PURPOSE_INTAKE", "PURPOSE_PLACEMENT", "PURPOSE_COUNSELLING", ...Object.keys(state.words.codes).filter((code) => code.startsWith("PURPOSE_"))];
    const read = async () => {
        setBusy(true);
        setFault(undefined);
        try {
            open(await api.act("grant.open", { args: { id, purpose } }));
        } catch (fault) {
            setFault(fault as Refused);
        } finally {
            setBusy(false);
        }
    };
    return (
        <Page title={t(received ? "grant.received" : "grant.given", { who: String(one.peer) })}>
            <p class="tags"><Tag>{stateText(received ? "grant" : "given", String(one.state))}</Tag> {readable(one) && <Due at={one.expires} label="ends" />}</p>
            <dl class="facts">
                <div><dt>{t("release.why")}</dt><dd>{codeText(String(one.purpose))}</dd></div>
                <div><dt>{t("grant.fields")}</dt><dd>{list(((one.fields ?? []) as Json[]).map((each) => keyText(String(each))))}</dd></div>
                {leg && <div><dt>{t("grant.for")}</dt><dd>{String(leg.alias)}</dd></div>}
                {typeof one.opened_at === "number" && <div><dt>{t("grant.opened")}</dt><dd>{time(one.opened_at)} · {codeText(String(one.opened_for))}</dd></div>}
            </dl>
            {one.state === "ERASURE_ATTESTED" && <ErasureMeans closing={(one.closing ?? {}) as Obj} />}
            {opened ? (
                <Section title={t("grant.record")}>
                    <Fields record={(opened.record ?? {}) as Obj} />
                    <p class="quiet">{t("read.covered")}</p>
                </Section>
            ) : (
                received && readable(one) && (
                    <form noValidate onSubmit={(event) => { event.preventDefault(); void read(); }}>
                        <p class="note">{t("read.logged")}</p>
                        <Choice legend={t("read.why")} options={[...new Set(purposes)]} label={codeText} value={purpose} onChange={setPurpose} />
                        {fault && <Fault fault={fault} />}
                        <div class="acts"><button type="submit" class="main-act" disabled={busy || !purpose}>{t("read.open")}</button></div>
                    </form>
                )
            )}
            <div class="acts">
                {received && can("grant.print") && readable(one) && <Go to={{ screen: "print", more: { command: "grant.print", fixed: { id }, fields: one.fields ?? [] } }}>{actName("grant.print")}</Go>}
                {received && can("grant.erase") && !gone(one) && <Go to={{ screen: "do", more: { command: "grant.erase", fixed: { id } } }}>{actName("grant.erase")}</Go>}
                {leg && <Go to={{ screen: "leg", id: String(leg.id) }}>{t("grant.leg")}</Go>}
            </div>
        </Page>
    );
}
