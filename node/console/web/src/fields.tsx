// Entry of record fields, each as the catalogue says: its label, its values, its limits.
import { useId } from "preact/hooks";
import type { Json, Obj } from "./api.ts";
import { valueText } from "./parts.tsx";
import { state, type FieldSpec } from "./state.ts";
import { t } from "./words.ts";

type Change = (value: Json | undefined) => void;

export function Choice({ legend, options, label, value, onChange, hint, name }: {
    legend: string;
    options: string[];
    label: (one: string) => string;
    value: string;
    onChange: (one: string) => void;
    hint?: string;
    name?: string;
}) {
    const id = useId();
    return (
        <fieldset class="choice">
            <legend>{legend}</legend>
            {hint && <p class="hint">{hint}</p>}
            {options.map((one) => (
                <label key={one} class="pick">
                    <input
                        type="radio"
                        name={name ?? id}
                        value={one}
                        checked={value === one}
                        onChange={() => onChange(one)}
                    />
                    <span>{label(one)}</span>
                </label>
            ))}
        </fieldset>
    );
}

export function Many({ legend, options, label, value, onChange, hint }: {
    legend: string;
    options: string[];
    label: (one: string) => string;
    value: string[];
    onChange: (next: string[]) => void;
    hint?: string;
}) {
    const flip = (one: string) =>
        onChange(value.includes(one) ? value.filter((each) => each !== one) : [...value, one]);
    return (
        <fieldset class="choice">
            <legend>{legend}</legend>
            {hint && <p class="hint">{hint}</p>}
            {options.map((one) => (
                <label key={one} class="pick">
                    <input type="checkbox" value={one} checked={value.includes(one)} onChange={() => flip(one)} />
                    <span>{label(one)}</span>
                </label>
            ))}
        </fieldset>
    );
}

export function Line({ label, value, onInput, hint, type = "text", long = false, required = false, max, min }: {
    label: string;
    value: string;
    onInput: (text: string) => void;
    hint?: string | undefined;
    type?: "text" | "date" | "number" | "search" | "datetime-local";
    long?: boolean;
    required?: boolean;
    max?: number;
    min?: number;
}) {
    const id = useId();
    const shared = {
        id,
        value,
        required,
        autocomplete: "off",
        spellcheck: false,
        "aria-describedby": hint ? `${id}h` : undefined,
    };
    return (
        <div class="line">
            <label for={id}>{label}</label>
            {hint && (
                <p class="hint" id={`${id}h`}>
                    {hint}
                </p>
            )}
            {long ? (
                <textarea {...shared} rows={3} onInput={(event) => onInput(event.currentTarget.value)} />
            ) : (
                <input {...shared} type={type as "text"} max={max} min={min} onInput={(event) => onInput(event.currentTarget.value)} />
            )}
        </div>
    );
}

function Field({ field, value, onChange }: { field: FieldSpec; value: Json | undefined; onChange: Change }) {
    const text = typeof value === "string" ? value : "";
    const list = Array.isArray(value) ? value.map(String) : [];
    if (field.type === "flag" )
        return (
            <label class="pick">
                <input type="checkbox" checked={value === true} onChange={() => onChange(value === true ? undefined : true)} />
                <span>{field.label}</span>
            </label>
        );
    if (field.type === "enum")
        return (
            <Choice
                legend={field.label}
                options={["", ...field.values]}
                label={(one) => (one ? valueText(one) : t("field.left_out"))}
                value={text}
                onChange={(one) => onChange(one || undefined)}
            />
        );
    if (field.type === "list" && field.values.length > 0)
        return (
            <Many
                legend={field.label}
                options={field.values}
                label={valueText}
                value={list}
                onChange={(next) => onChange(next.length ? next : undefined)}
            />
        );
    if (field.type === "list")
        return (
            <Line
                label={field.label}
                hint={t("field.one_a_line")}
                long
                value={list.join("\n")}
                onInput={(words) => {
                    const next = words.split("\n");
                    onChange(words ? next : undefined);
                }}
            />
        );
    if (field.type === "number")
        return (
            <Line
                label={field.label}
                type="number"
                min={field.min}
                max={field.max}
                value={typeof value === "number" ? String(value) : ""}
                onInput={(digits) => onChange(digits === "" ? undefined : Number(digits))}
            />
        );
    return (
        <Line
            label={field.label}
            type={field.type === "date" ? "date" : "text"}
            long={field.free_text}
            value={text}
            onInput={(words) => onChange(words || undefined)}
        />
    );
}

export function RecordForm({ fields, value, onChange }: { fields: FieldSpec[]; value: Obj; onChange: (next: Obj) => void }) {
    return (
        <>
            {fields.map((field) => (
                <Field
                    key={field.id}
                    field={field}
                    value={value[field.id]}
                    onChange={(one) => {
                        const next = { ...value };
                        if (one === undefined) delete next[field.id];
                        else next[field.id] = one;
                        onChange(next);
                    }}
                />
            ))}
        </>
    );
}

export const fieldsOf = (tier: string) => state.words.fields.filter((field) => field.tier === tier && field.type !== "id");
// Empty lines are no items.
export const cleaned = (record: Obj): Obj =>
    Object.fromEntries(
        Object.entries(record)
            .map(([key, value]) => [key, Array.isArray(value) ? value.filter((one) => String(one).trim() !== "") : value])
            .filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
    ) as Obj;
