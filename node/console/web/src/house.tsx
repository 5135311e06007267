// The house itself: beds, partners, people, approvals, the log, health, numbers, and whatever else the
// list of commands has.
import { useState } from "preact/hooks";
import * as api from "./api.ts";
import type { Json, Obj, Refused } from "./api.ts";
import { actName } from "./acts.ts";
import { Line, Many } from "./fields.tsx";
import { CommandForm } from "./form.tsx";
import { Print } from "./sheet.tsx";
import { argText, codeText, Contact, Data, Due, Empty, Fault, Go, Page, roleText, Row, Section, stateText, Tag, valueText, Wait, type Tone } from "./parts.tsx";
import { can, commandOf, ownService, state, useDraft, useLive, useLoad, type Command } from "./state.ts";
import { count, distance, language, list, maybe, said, t, time } from "./words.ts";

// ---------------------------------------------------------------- beds

const ages = ["under_12", "12_14", "15_17"];
const features = ["step_free", "private_room", "staff_awake_at_night", "interpreter_on_call", "sensory", "medical_on_site"];

export function Beds() {
    const load = useLive("capacity.show");
    return (
        <Page title={can("capacity.set") ? said("beds.title", ownService()) : t("beds.theirs")} lead={can("capacity.set") ? t("beds.lead") : undefined!}>
            <Wait load={load}>
                {(value) => {
                    const all = (value.capacity ?? []) as Obj[];
                    const ours = all.find((one) => one.organisation === state.house.organisation);
                    const theirs = all.filter((one) => one !== ours);
                    return (
                        <>
                            {can("capacity.set") && <OwnBeds told={ours} />}
                            {!can("capacity.set") && (theirs.length === 0 ? <Empty>{t("beds.none_told")}</Empty> : <TheirBeds all={theirs} />)}
                            {can("capacity.set") && theirs.length > 0 && <Section title={t("beds.theirs")}><TheirBeds all={theirs} /></Section>}
                        </>
                    );
                }}
            </Wait>
        </Page>
    );
}

function TheirBeds({ all }: { all: Obj[] }) {
    return (
        <ul class="cards">
            {all.map((one) => (
                <li key={`${one.organisation}${one.service_class}`}>
                    <p class="row-title">{String(one.organisation)}</p>
                    <p class="tags">
                        <Tag tone={one.shown === "has" ? "good" : one.stale ? "warm" : "calm"}>
                            {said(`capacity.${one.shown}`, one.service_class) ?? String(one.shown)}
                            {one.beds && !one.stale ? `: ${count(Number(one.beds))}` : ""}
                        </Tag>{" "}
                        {stateText("service", String(one.service_class))}
                    </p>
                    <p class="small">
                        {list(((one.ages ?? []) as Json[]).map((age) => maybe(`age.${age}`) ?? String(age)))}
                        {((one.features ?? []) as Json[]).length > 0 && ` · ${list(((one.features ?? []) as Json[]).map((each) => valueText(String(each))))}`}
                    </p>
                </li>
            ))}
        </ul>
    );
}

// One tap says how many are free now; the rest stands as it was.
function OwnBeds({ told }: { told: Obj | undefined }) {
    const service = ownService();
    const [typed, set] = useDraft<Obj>("beds", {});
    const [fault, setFault] = useState<Refused | undefined>();
    const [note, say] = useState("");
    const [heard, hear] = useState<Obj | undefined>(); // what the node has answered stands at once
    const ours = heard && Number(heard.as_of) >= Number(told?.as_of ?? 0) ? heard : told;
    const served = ((typed.ages ?? ours?.ages ?? ages) as Json[]).map(String);
    const offered = ((typed.features ?? ours?.features ?? []) as Json[]).map(String);
    const tell = async (capacity: string, beds?: number) => {
        setFault(undefined);
        const statement: Obj = { service_class: ours?.service_class ?? service, ages: served, capacity, features: offered, ...(beds ? { beds } : {}) };
        try {
            const done = await api.act("capacity.set", { args: { statement: JSON.stringify(statement) } });
            hear(done.statement as Obj);
            say(t("beds.said"));
            set({});
        } catch (fault) {
            setFault(fault as Refused);
        }
    };
    const stands = (capacity: string, beds = 0) => ours !== undefined && !ours.stale && ours.capacity === capacity && Number(ours.beds ?? 0) === beds;
    return (
        <>
            <fieldset class="tap">
                <legend>{t("beds.now")}</legend>
                {[1, 2, 3, 4, 5, 6].map((n) => (
                    <button key={n} type="button" class="big" aria-pressed={stands("has", n)} onClick={() => void tell("has", n)}>
                        {count(n)}
                    </button>
                ))}
                {["none", "none_with_waitlist", "needs_assessment"].map((one) => (
                    <button key={one} type="button" class="wide" aria-pressed={stands(one)} onClick={() => void tell(one)}>
                        {said(`capacity.${one}`, service)}
                    </button>
                ))}
            </fieldset>
            {note && <p class="note good" role="status">{note}</p>}
            {fault && <Fault fault={fault} />}
            {typeof ours?.as_of === "number" && <p class="small">{t("beds.as_of", { when: distance(ours.as_of) })}</p>}
            <details class="further">
                <summary>{t("beds.further")}</summary>
                <Many legend={said("beds.ages", service)} options={ages} label={(one) => maybe(`age.${one}`) ?? one} value={served} onChange={(next) => set({ ...typed, ages: next })} />
                <Many legend={said("beds.features", service)} options={features} label={(one) => maybe(`value.${one}`) ?? valueText(one)} value={offered} onChange={(next) => set({ ...typed, features: next })} />
            </details>
        </>
    );
}

// ---------------------------------------------------------------- partners

export function Partners() {
    const load = useLive("peer.list");
    const nouns = ["peer.offer", "peer.accept", "peer.vouch", "peer.admit", "peer.found", "peer.contact"];
    return (
        <Page title={t("peers.title")}>
            <Wait load={load}>
                {(value) => {
                    const peers = (value.peers ?? []) as Obj[];
                    return peers.length === 0 ? (
                        <Empty>{t("peers.none")}</Empty>
                    ) : (
                        <ul class="rows">
                            {peers.map((one) => (
                                <Row
                                    key={String(one.node)}
                                    to={{ screen: "partner", id: String(one.name) }}
                                    title={String(one.name)}
                                    tags={<Tag tone={one.state === "active" ? "good" : one.state === "frozen" || one.state === "keys revoked" ? "urgent" : "warm"}>{maybe(`peer.${one.state}`) ?? String(one.state)}</Tag>}
                                    foot={[list(((one.roles ?? []) as Json[]).map((role) => maybe(`house.${role}`) ?? String(role))), one.last_heard ? t("peer.heard", { when: distance(Number(one.last_heard)) }) : ""].filter(Boolean).join(" · ")}
                                />
                            ))}
                        </ul>
                    );
                }}
            </Wait>
            <Acts commands={nouns} />
        </Page>
    );
}

function Acts({ commands, fixed = {} }: { commands: string[]; fixed?: Obj }) {
    const allowed = commands.filter(can);
    if (allowed.length === 0) return null;
    return (
        <div class="acts">
            {allowed.map((command) => (
                <Go key={command} to={{ screen: "do", more: { command, fixed } }}>{actName(command)}</Go>
            ))}
        </div>
    );
}

export function Partner({ id }: { id: string }) {
    const load = useLive("peer.show", { peer: id });
    return (
        <Page title={id}>
            <Wait load={load}>
                {(value) => (
                    <>
                        <Contact contact={value.contact} who={id} />
                        {value.alarm && <p class="note bad" role="alert">{codeText(String(value.alarm))}</p>}
                        <p class="tags"><Tag tone={value.state === "active" ? "good" : "warm"}>{maybe(`peer.${value.state}`) ?? String(value.state)}</Tag></p>
                        <Data value={value} hide={["name", "contact", "alarm", "state", "node", "roles", ...(value.card_expired ? [] : ["card_expired"])]} />
                        <div class="acts">
                            {can("peer.verify") && <Go main={value.state !== "active"} to={{ screen: "words", id }}>{t("words.title")}</Go>}
                            {can("peer.settle") && value.state === "frozen" && <Go to={{ screen: "do", more: { command: "peer.settle", fixed: { peer: id } } }}>{actName("peer.settle")}</Go>}
                        </div>
                    </>
                )}
            </Wait>
        </Page>
    );
}

// A QR code, two rows of it to a line of text: the node draws it, the page gives it a margin and black on
// white, in the dark too.
function Code({ rows }: { rows: string[] }) {
    const wide = rows[0]?.length ?? 0;
    const dark = rows.flatMap((row, y) =>
        [...row].map((ink, x) => (ink === "█" ? `M${x} ${2 * y}h1v2h-1z` : ink === "▀" ? `M${x} ${2 * y}h1v1h-1z` : ink === "▄" ? `M${x} ${2 * y + 1}h1v1h-1z` : "")),
    );
    return (
        <figure class="code">
            <svg viewBox={`-4 -4 ${wide + 8} ${wide + 8}`} role="img" aria-label={t("words.qr")}>
                <path class="paper" d={`M-4 -4h${wide + 8}v${wide + 8}h-${wide + 8}z`} />
                <path class="ink" d={dark.join("")} />
            </svg>
            <figcaption>{t("words.qr.how")}</figcaption>
        </figure>
    );
}

// Two people read twelve words to each other on the telephone. The machine compares, not the ear.
export function SafetyWords({ id }: { id: string }) {
    const [shown, show] = useState<Obj | undefined>();
    const [fault, setFault] = useState<Refused | undefined>();
    const ask = async () => {
        try {
            show(await api.act("peer.verify", { args: { peer: id, language: language(), qr: true }, dryRun: true }));
        } catch (fault) {
            setFault(fault as Refused);
        }
    };
    return (
        <Page title={t("words.title")} lead={t("words.lead", { who: id })}>
            {shown ? (
                <>
                    <Contact contact={shown.contact} who={id} />
                    <Section title={t("words.ours")}>
                        <ol class="safety-words">
                            {String(shown.read_aloud).split(" ").map((word, at) => <li key={at}>{word}</li>)}
                        </ol>
                        {shown.qr && <Code rows={String(shown.qr).split("\n")} />}
                    </Section>
                    <Section title={t("words.theirs")}>
                        <CommandForm command="peer.verify" fixed={{ peer: id }} hide={["language", "qr"]} button="words.compare" />
                    </Section>
                </>
            ) : (
                <button type="button" class="main-act" onClick={() => void ask()}>{t("words.show")}</button>
            )}
            {fault && <Fault fault={fault} />}
        </Page>
    );
}

// ---------------------------------------------------------------- directory

export function Directory() {
    const [search, find] = useState("");
    const [page, turn] = useState(1);
    const load = useLoad("directory.list", { page, ...(search ? { search } : {}) });
    return (
        <Page title={t("directory.title")} lead={t("directory.lead")}>
            <Line label={t("directory.search")} type="search" value={search} onInput={(text) => { find(text); turn(1); }} />
            <Wait load={load}>
                {(value) => {
                    const [, found] = Object.entries(value).find(([, one]) => Array.isArray(one)) ?? ["", []];
                    const services = found as Obj[];
                    return (
                        <>
                            {services.length === 0 && <Empty>{t("directory.none")}</Empty>}
                            <ul class="cards">{services.map((one, at) => <li key={at}><Data value={one} /></li>)}</ul>
                            <div class="acts">
                                {page > 1 && <button type="button" class="act" onClick={() => turn(page - 1)}>{t("previous")}</button>}
                                {services.length > 0 && <button type="button" class="act" onClick={() => turn(page + 1)}>{t("next")}</button>}
                            </div>
                        </>
                    );
                }}
            </Wait>
            <Acts commands={["directory.match"]} />
        </Page>
    );
}

// ---------------------------------------------------------------- approvals

// Each with her passphrase.
function YesOrNo({ id }: { id: Json | undefined }) {
    if (!can("approval.give")) return null;
    return (
        <div class="acts">
            {["approval.give", "approval.refuse"].map((command) => (
                <Go key={command} main={command === "approval.give"} to={{ screen: "do", more: { command, fixed: { id: id ?? "" } } }}>{actName(command)}</Go>
            ))}
        </div>
    );
}

// What a partner asks our supervisor for: which kind of act, and nothing else. She alone answers.
const ForPartner = ({ one }: { one: Obj }) => (
    <li>
        <p class="row-title">{[stateText("approval", String(one.what)), one.for].join(" · ")}</p>
        <p class="tags"><Tag tone="warm">{t(one.in_effect ? "approval.PHONED" : "approval.ASKED")}</Tag> <Due at={one.due} /></p>
        {state.roles.some((role) => role.endsWith("_SUPERVISOR")) && <YesOrNo id={one.id} />}
    </li>
);

export function Approvals() {
    const [all, setAll] = useState(false);
    const load = useLive("approval.list", all ? { all: true } : {});
    return (
        <Page title={t("approvals.title")} lead={t("approvals.lead")}>
            <label class="pick lone"><input type="checkbox" checked={all} onChange={() => setAll(!all)} /><span>{t("approvals.all")}</span></label>
            <Wait load={load}>
                {(value) => {
                    const found = (value.approvals ?? []) as Obj[];
                    const partners = (value.for_partners ?? []) as Obj[];
                    if (found.length + partners.length === 0) return <Empty>{t("approvals.none")}</Empty>;
                    return (
                        <ul class="cards">
                            {partners.map((one) => <ForPartner key={String(one.id)} one={one} />)}
                            {found.map((one) => (
                                <li key={String(one.id)}>
                                    <p class="row-title">{[stateText("approval", String(one.what)), one.peer].filter(Boolean).join(" · ")}</p>
                                    <p class="tags"><Tag tone={one.state === "OVERDUE" ? "urgent" : "warm"}>{stateText("approval", String(one.state))}</Tag> <Due at={one.due} /></p>
                                    <p class="small">{t("approvals.by", { who: String(one.asked_by), when: distance(Number(one.at)) })}</p>
                                    <Data value={{ ...(one.peer ? {} : { about: one.about ?? "" }), ...(one.asks as Obj) }} hide={["id"]} label={argText} />
                                    {["ASKED", "PHONED", "TO_REVIEW", "OVERDUE"].includes(String(one.state)) && <YesOrNo id={one.id} />}
                                </li>
                            ))}
                        </ul>
                    );
                }}
            </Wait>
        </Page>
    );
}

// ---------------------------------------------------------------- people, log, health, numbers

export function People() {
    const load = useLive("people.list");
    return (
        <Page title={t("people.title")}>
            <Wait load={load}>
                {(value) => (
                    <ul class="rows">
                        {((value.people ?? []) as Obj[]).map((one) => (
                            <Row
                                key={String(one.name)}
                                to={{ screen: "person", id: String(one.name) }}
                                title={String(one.name)}
                                tags={one.on_shift ? <Tag tone="good">{t("people.on_shift")}</Tag> : null}
                                foot={[list(((one.roles ?? []) as Json[]).map((role) => roleText(String(role)))), one.team ? t("people.team", { team: String(one.team) }) : ""].filter(Boolean).join(" · ")}
                            />
                        ))}
                    </ul>
                )}
            </Wait>
            <Acts commands={["people.add", "people.passphrase"]} />
        </Page>
    );
}
export function Person({ id }: { id: string }) {
    const load = useLive("people.list", { all: true });
    const one = ((load.value?.people ?? []) as Obj[]).find((each) => each.name === id);
    return (
        <Page title={id}>
            {one && <Data value={one} hide={["name"]} />}
            <Acts commands={["people.roles", "people.team", "people.deputy", "people.reset", "people.leave"]} fixed={{ name: id }} />
        </Page>
    );
}

export function Log() {
    const load = useLive("audit.show", { limit: 50 });
    const [checked, check] = useState<Obj | undefined>();
    const [fault, setFault] = useState<Refused | undefined>();
    const verify = () => void api.act("audit.verify").then(check, setFault);
    const others = state.words.commands.filter((one) => one.name.startsWith("audit.") && !["audit.show", "audit.verify", "audit.leaves"].includes(one.name)).map((one) => one.name);
    return (
        <Page title={t("log.title")} lead={t("log.lead")}>
            <div class="acts">
                <button type="button" class="main-act" onClick={verify}>{t("log.verify")}</button>
            </div>
            {checked && <p class="note good" role="status">{t("log.holds", { n: Number(checked.entries) })}</p>}
            {fault && <Fault fault={fault} />}
            <Acts commands={[...others, ...state.words.commands.filter((one) => one.name.startsWith("witness.")).map((one) => one.name)]} />
            <Wait load={load}>
                {(value) => (
                    <ul class="cards dense">
                        {((value.entries ?? []) as Obj[]).map((one) => (
                            <li key={String(one.entry)}>
                                <span class="row-title">{maybe(`kind.${one.kind}`) ?? String(one.kind)}</span>{" "}
                                <span class="small">
                                    {[maybe(`machine.${one.machine}`) ?? String(one.machine), one.with, time(Number(one.at)), t("log.entry", { n: count(Number(one.entry)) })].filter(Boolean).join(" · ")}
                                </span>
                            </li>
                        ))}
                    </ul>
                )}
            </Wait>
        </Page>
    );
}

const lights: Record<string, Tone> = { green: "good", amber: "warm", red: "urgent" };
export function Health() {
    const load = useLoad("node.doctor", { language: language() });
    const status = useLive("node.status");
    return (
        <Page title={t("health.title")} lead={t("health.lead")}>
            <Wait load={load}>
                {(value) => (
                    <ul class="cards">
                        {((value.checks ?? []) as Obj[]).map((one, at) => (
                            <li key={at}>
                                <p class="row-title"><Tag tone={lights[String(one.light)] ?? "calm"}>{t(one.light === "green" ? "light.green" : one.light === "red" ? "light.red" : "light.amber")}</Tag> {maybe(`check.${one.check}`) ?? String(one.check)}</p>
                                <p class="small">{String(one.say)}</p>
                            </li>
                        ))}
                    </ul>
                )}
            </Wait>
            <Wait load={status}>{(value) => <Data value={value} hide={["node", "organisation", "at"]} />}</Wait>
        </Page>
    );
}

// ---------------------------------------------------------------- everything else

const noun = (command: Command) => command.name.split(".")[0]!;
export const covered = new Set(["inbox", "leg", "case", "need", "release", "grant", "approval", "peer", "people", "directory", "capacity", "stats", "retention", "audit", "witness", "identity", "notify", "node"]);
export const furtherNouns = () => [...new Set(state.words.commands.map(noun))].filter((one) => !covered.has(one));

export function Further() {
    const nouns = [...new Set(state.words.commands.map(noun))].filter((one) => one !== "inbox");
    return (
        <Page title={t("further.title")} lead={t("further.lead")}>
            {nouns.map((one) => <Nouns key={one} name={one} />)}
        </Page>
    );
}
function Nouns({ name }: { name: string }) {
    return (
        <details class="further">
            <summary>{maybe(`noun.${name}`) ?? name}</summary>
            <ul class="rows">
                {state.words.commands
                    .filter((command) => noun(command) === name)
                    .map((command) => (
                        <Row key={command.name} to={{ screen: "do", more: { command: command.name } }} title={actName(command.name)} foot={command.summary} />
                    ))}
            </ul>
        </details>
    );
}

// A noun that has no screen of its own: what can be read about it, and what can be done.
export function Noun({ id }: { id: string }) {
    const commands = state.words.commands.filter((command) => noun(command) === id);
    const reads = commands.filter((command) => !command.changes && command.args.every((arg) => !arg.required) && /\.(list|show|status)$/.test(command.name));
    return (
        <Page title={maybe(`noun.${id}`) ?? id}>
            {reads.map((command) => <Reading key={command.name} command={command} />)}
            <Acts commands={commands.filter((command) => !reads.includes(command)).map((command) => command.name)} />
        </Page>
    );
}
function Reading({ command }: { command: Command }) {
    const load = useLive(command.name);
    return <Wait load={load}>{(value) => <Data value={value} hide={["file"]} />}</Wait>;
}

// Any command, by its form; one that only reads and asks for nothing is shown at once.
export function Do({ more }: { more: Obj }) {
    const command = String(more.command);
    if (command.endsWith(".print")) return <Print more={more} />;
    const spec = commandOf(command);
    const fixed = (more.fixed ?? {}) as Obj;
    const asks = spec?.args.some((arg) => !(arg.name in fixed)) ?? true;
    return (
        <Page title={actName(command)} lead={maybe(`lead.${command}`) ?? spec?.summary ?? ""}>
            {spec && !spec.changes && !asks && !spec.asks_again ? <Reading command={spec} /> : <CommandForm command={command} fixed={fixed} only={(more.only as string[] | undefined)!} fields={more.fields as string[] | undefined} />}
        </Page>
    );
}
