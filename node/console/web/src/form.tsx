// One command as a form, made from the list of commands: whatever it takes, it asks for. Arguments that
// the place already knows are given along and not asked again.
import { useRef, useState } from "preact/hooks";
import * as api from "./api.ts";
import type { Json, Obj, Refused } from "./api.ts";
import { Choice, fieldsOf, Line, Many } from "./fields.tsx";
import { codeText, Data, Fault, keyText, roleText, valueText } from "./parts.tsx";
import { commandOf, goBack, useDraft, useLoad, type Arg } from "./state.ts";
import { actName } from "./acts.ts";
import { maybe, t, type Key } from "./words.ts";

const words: Record<string, string[]> = {
    band: ["first_3", "first_10", "later"],
    "interim-stay": ["yes", "no"],
    copy: ["given", "offered", "not_safe"],
    contact: ["yes", "no"],
    return: ["COARSE", "DETAIL"],
    language: ["en", "es"],
};
const roles = ["INVESTIGATOR", "INVESTIGATION_SUPERVISOR", "SHELTER_INTAKE", "SHELTER_SUPERVISOR", "COUNSELLOR", "AUDITOR", "ADMINISTRATOR"];
const holds = ["240", "1440", "2880", "4320"];
// Optional, but no small print: what most people need to see.
const inFront: Record<string, string[]> = {
    "release.sign": ["refuse", "authority", "capacity", "minor-alone"],
    "release.new": ["to", "purpose", "return", "days", "language"],
    "release.edit": ["fields", "days"],
    "grant.print": ["leave-out"],
};
// What is asked of one signer is not asked of another.
const matters = (command: string, name: string, values: Obj) => {
    if (command !== "release.sign") return true;
    if (["capacity", "minor-alone"].includes(name)) return values.signer === "MINOR";
    return name !== "authority" || (values.signer !== undefined && values.signer !== "MINOR");
};
const isMoment = (arg: Arg) => arg.type === "time" || arg.name.startsWith("window-");
const isNew = (arg: Arg) => arg.name.startsWith("new-");
const whose = (arg: Arg) => (isNew(arg) ? "form.new_passphrase" : arg.name.startsWith("with-") ? "form.with_passphrase" : "form.passphrase");

const labelOf = (arg: Arg) => maybe(`arg.${arg.name}`) ?? sentence(arg.help);
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const choiceText = (one: string) => maybe(`choice.${one}`) ?? maybe(`role.${one}`) ?? valueText(one);

// A date and a time as this machine's clock shows them, in seconds.
export const toMoment = (seconds: Json | undefined) => {
    if (typeof seconds !== "number") return "";
    const at = new Date(seconds * 1000);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

const everyField = () => [...fieldsOf("T2"), ...fieldsOf("T3")].map((field) => field.id);

function Argument({ arg, value, onChange, fields, people }: {
    arg: Arg;
    value: Json | undefined;
    onChange: (value: Json | undefined) => void;
    fields?: string[] | undefined; // the ones to choose from, where the place knows them
    people: boolean; // it is about our own people
}) {
    const label = labelOf(arg);
    const hint = maybe(`arg.${arg.name}`) ? sentence(arg.help) : undefined;
    const text = typeof value === "string" ? value : "";
    const list = Array.isArray(value) ? value.map(String) : [];
    const some = (next: string[]) => onChange(next.length ? next : undefined);
    if (arg.type === "flag")
        return (
            <label class="pick lone">
                <input type="checkbox" checked={value === true} onChange={() => onChange(value === true ? undefined : true)} />
                <span>{label}</span>
            </label>
        );
    if (arg.name === "to" && arg.type === "list") return <Partners legend={label} value={list} onChange={some} />;
    if (["to", "hand-to", "with"].includes(arg.name) && people) return <Workers legend={label} value={text} onChange={onChange} />;
    if (["to", "peer", "for"].includes(arg.name) && arg.type === "text")
        return <Partners legend={label} one value={text ? [text] : []} onChange={(next) => onChange(next.at(-1))} />;
    if (arg.name === "hold-minutes")
        return (
            <Choice
                legend={t("arg.hold")}
                options={["", ...holds]}
                label={(one) => (one ? t("hours", { n: Number(one) / 60 }) : t("hold.usual"))}
                value={typeof value === "number" ? String(value) : ""}
                onChange={(one) => onChange(one ? Number(one) : undefined)}
            />
        );
    if (arg.name === "fields" || arg.name === "leave-out")
        return <Many legend={label} options={fields ?? everyField()} label={keyText} value={list} onChange={some} />;
    if (isMoment(arg))
        return (
            <Line
                label={label}
                type="datetime-local"
                value={toMoment(value)}
                onInput={(moment) => onChange(moment ? Math.floor(new Date(moment).getTime() / 1000) : undefined)}
            />
        );
    const codes = (arg.codes ?? []).filter((one) => one !== "CONDITION_NONE"); // none ticked says so
    if (codes.length > 0 && arg.type === "list")
        return <Many legend={label} options={codes} label={codeText} value={list} onChange={some} />;
    if (codes.length > 0 && codes.length <= 20)
        return <Choice legend={label} options={codes} label={codeText} value={text} onChange={onChange} />;
    if (arg.name === "roles" && people) return <Many legend={label} options={roles} label={roleText} value={list} onChange={some} />;
    const choices = words[arg.name] ?? arg.choices ?? [];
    if (choices.length > 0 && arg.type === "list")
        return <Many legend={label} options={choices} label={choiceText} value={list} onChange={some} />;
    if (choices.length > 0)
        return <Choice legend={label} options={choices} label={choiceText} value={text} onChange={onChange} />;
    if (arg.type === "number")
        return (
            <Line
                label={label}
                hint={hint}
                type="number"
                value={typeof value === "number" ? String(value) : ""}
                onInput={(digits) => onChange(digits === "" ? undefined : Number(digits))}
            />
        );
    if (arg.type === "list")
        return (
            <Line
                label={label}
                hint={t("field.one_a_line")}
                long
                value={list.join("\n")}
                onInput={(lines) => some(lines ? lines.split("\n") : [])}
            />
        );
    if (arg.type === "file") return <Files arg={arg} label={label} onChange={onChange} />;
    return <Line label={label} hint={hint} value={text} required={arg.required} onInput={(next) => onChange(next || undefined)} />;
}

function Files({ arg, label, onChange }: { arg: Arg; label: string; onChange: (value: Json | undefined) => void }) {
    const read = async (files: FileList | null) => {
        const texts = await Promise.all([...(files ?? [])].map((file) => file.text()));
        onChange(texts.length ? texts.map((one) => (texts.length > 1 && !one.endsWith("\n") ? one + "\n" : one)).join("") : undefined);
    };
    return (
        <div class="line">
            <label>
                {label}
                <input
                    type="file"
                    multiple={["cards", "vouches"].includes(arg.name)}
                    onChange={(event) => void read(event.currentTarget.files)}
                />
            </label>
        </div>
    );
}

function Partners({ legend, value, onChange, one = false }: {
    legend: string;
    value: string[];
    onChange: (next: string[]) => void;
    one?: boolean;
}) {
    const load = useLoad("peer.list");
    const names = ((load.value?.peers ?? []) as Obj[]).map((peer) => String(peer.name));
    const all = [...new Set([...names, ...value])];
    if (one)
        return <Choice legend={legend} options={all} label={(name) => name} value={value.at(-1) ?? ""} onChange={(name) => onChange([name])} />;
    return <Many legend={legend} options={all} label={(name) => name} value={value} onChange={onChange} />;
}

function Workers({ legend, value, onChange }: { legend: string; value: string; onChange: (next: string) => void }) {
    const load = useLoad("people.list");
    const names = ((load.value?.people ?? []) as Obj[]).map((one) => String(one.name));
    return <Choice legend={legend} options={names} label={(name) => name} value={value} onChange={onChange} />;
}

function Secret({ label, value, onInput, fresh = false }: { label: string; value: string; onInput: (text: string) => void; fresh?: boolean }) {
    return (
        <div class="line">
            <label>
                {label}
                <input
                    type="password"
                    autocomplete={fresh ? "new-password" : "current-password"}
                    value={value}
                    onInput={(event) => onInput(event.currentTarget.value)}
                />
            </label>
        </div>
    );
}

export const doneNote = (result: Obj): string =>
    result.needs_second_person ? t("done.second") : result.queued_only ? t("done.queued") : t("done.saved");

// A second person agreed too late; and what says whom to phone.
export const notDone = (result: Obj) => result.what !== undefined && result.state === "VOID";
export const isToRead = (result: Obj) =>
    notDone(result) || [result, result.done as Obj | undefined].some((one) => ((one?.to_phone ?? []) as Json[]).length > 0);

// What leaves as a file is offered once, with what to mind.
export function FileResult({ text, name }: { text: string; name: string }) {
    const save = () => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    };
    return (
        <div class="note warm">
            <p>{t("file.mind")}</p>
            <button type="button" class="main-act" onClick={save}>
                {t("file.save")}
            </button>
        </div>
    );
}

export function CommandForm({ command, fixed = {}, start = {}, only, hide = [], name = actName(command), preview = false, lead, button, onDone, draft, fields }: {
    command: string;
    fixed?: Obj; // given along, not asked
    start?: Obj; // what stands there at first
    only?: string[];
    hide?: string[];
    name?: string; // what the act is called here
    preview?: boolean; // shows what will be sent before it is
    lead?: string | undefined;
    button?: Key;
    onDone?: (result: Obj) => void;
    draft?: string;
    fields?: string[] | undefined;
}) {
    const spec = commandOf(command);
    const [values, set, drop] = useDraft<Obj>(draft ?? `${command} ${JSON.stringify(fixed)}`, start);
    const [secrets, setSecrets] = useState<Record<string, string>>({});
    const [fault, setFault] = useState<Refused | undefined>();
    const [missing, setMissing] = useState<string[]>([]);
    const [seen, setSeen] = useState<Obj | undefined>();
    const [result, setResult] = useState<Obj | undefined>();
    const [busy, setBusy] = useState(false);
    const form = useRef<HTMLFormElement>(null);
    if (!spec) return <p class="note warm">{t("error.not_permitted")}</p>;
    const asked = spec.args.filter(
        (arg) => arg.type !== "secret" && !(arg.name in fixed) && !hide.includes(arg.name) && (!only || only.includes(arg.name)) && matters(command, arg.name, values),
    );
    const people = command.startsWith("people.") || command.startsWith("shift.") || command.endsWith(".assign");
    const front = (arg: Arg) => arg.required || (inFront[command] ?? []).includes(arg.name);
    const needed = asked.filter(front);
    const further = asked.filter((arg) => !front(arg));
    const secretArgs = spec.args.filter((arg) => arg.type === "secret" && arg.name.endsWith("-fd"));
    const args = () => {
        const typed = Object.fromEntries(
            Object.entries(values).map(([key, value]) => [key, Array.isArray(value) ? value.filter((one) => one !== "") : value]),
        );
        return { ...Object.fromEntries(Object.entries(typed).filter(([key]) => matters(command, key, values))), ...fixed } as Obj;
    };

    const send = async (dryRun: boolean) => {
        const lacking = needed.filter((arg) => arg.required && values[arg.name] === undefined).map(labelOf);
        setMissing(lacking);
        if (lacking.length > 0) return;
        setBusy(true);
        setFault(undefined);
        try {
            const own = spec.asks_again ? [secrets.own ?? ""] : [];
            const more = secretArgs.map((arg) => secrets[arg.name] ?? "");
            const answer = await api.act(command, { args: args(), dryRun, ...(dryRun ? {} : { secrets: [...own, ...more] }) });
            if (dryRun) return setSeen(answer);
            drop();
            setSecrets({});
            if (onDone) return onDone(answer);
            if (typeof answer.file === "string" || !spec.changes || isToRead(answer)) return setResult(answer);
            goBack(doneNote(answer));
        } catch (fault) {
            setFault(fault as Refused);
        } finally {
            setBusy(false);
        }
    };

    if (result && notDone(result)) return <p class="note warm" role="alert">{t("approval.VOID")}</p>;
    if (result)
        return (
            <>
                {typeof result.file === "string" && <FileResult text={result.file} name={t("file.name")} />}
                <Data value={result} hide={typeof result.file === "string" ? ["file", "note"] : []} />
            </>
        );
    if (seen)
        return (
            <div>
                <h2>{t("preview.title")}</h2>
                <Data value={(seen.preview ?? seen) as Obj} hide={["need", "legs"]} />
                {fault && <Fault fault={fault} />}
                <div class="acts">
                    <button type="button" class="main-act" disabled={busy} onClick={() => void send(false)}>
                        {t("preview.send")}
                    </button>
                    <button type="button" class="act" onClick={() => setSeen(undefined)}>
                        {t("preview.change")}
                    </button>
                </div>
            </div>
        );
    return (
        <form
            ref={form}
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                void send(preview);
            }}
        >
            {lead && <p class="lead">{lead}</p>}
            {missing.length > 0 && (
                <div class="note bad" role="alert">
                    <p>{t("form.missing")}</p>
                    <ul>
                        {missing.map((one) => (
                            <li key={one}>{one}</li>
                        ))}
                    </ul>
                </div>
            )}
            {needed.map((arg) => (
                <Argument key={arg.name} arg={arg} fields={fields} people={people} value={values[arg.name]} onChange={(one) => set(changed(values, arg.name, one))} />
            ))}
            {further.length > 0 && needed.length > 0 ? (
                <details class="further">
                    <summary>{t("form.further")}</summary>
                    {further.map((arg) => (
                        <Argument key={arg.name} arg={arg} fields={fields} people={people} value={values[arg.name]} onChange={(one) => set(changed(values, arg.name, one))} />
                    ))}
                </details>
            ) : (
                further.map((arg) => (
                    <Argument key={arg.name} arg={arg} fields={fields} people={people} value={values[arg.name]} onChange={(one) => set(changed(values, arg.name, one))} />
                ))
            )}
            {spec.asks_again && (
                <Secret label={t("form.again")} value={secrets.own ?? ""} onInput={(own) => setSecrets({ ...secrets, own })} />
            )}
            {secretArgs.map((arg) => (
                <Secret
                    key={arg.name}
                    fresh={isNew(arg)}
                    label={t(whose(arg))}
                    value={secrets[arg.name] ?? ""}
                    onInput={(text) => setSecrets({ ...secrets, [arg.name]: text })}
                />
            ))}
            {fault && <Fault fault={fault} />}
            <div class="acts">
                <button type="submit" class="main-act" disabled={busy}>
                    {preview ? t("preview.show") : button ? t(button) : name}
                </button>
            </div>
        </form>
    );
}

const changed = (values: Obj, name: string, value: Json | undefined): Obj => {
    const next = { ...values };
    if (value === undefined) delete next[name];
    else next[name] = value;
    return next;
};
