// What goes on paper: chosen first, shown covered, printed from here. No file is left behind, and the log
// has it from the moment the sheet was made. Nothing else of the page is printed (style.css).
import { useState } from "preact/hooks";
import type { Json, Obj } from "./api.ts";
import { actName } from "./acts.ts";
import { CommandForm } from "./form.tsx";
import { Page } from "./parts.tsx";
import { commandOf } from "./state.ts";
import { language, maybe, t } from "./words.ts";

type Lines = { label: string; value: string }[];
const texts = (of: Json | undefined) => ((of ?? []) as Json[]).map(String);

const Facts = ({ of }: { of: Lines }) => (
    <dl>
        {of.map((line, at) => (
            <div key={at}><dt>{line.label}</dt><dd>{line.value}</dd></div>
        ))}
    </dl>
);

function Part({ of }: { of: Obj }) {
    const table = of.table as { head: string[]; rows: string[][] };
    return (
        <section>
            <h2>{String(of.heading)}</h2>
            {String(of.text).split("\n").filter(Boolean).map((line, at) => <p key={at}>{line}</p>)}
            <Facts of={of.lines as Lines} />
            {table.rows.length > 0 && (
                <table>
                    <thead><tr>{table.head.map((one) => <th key={one} scope="col">{one}</th>)}</tr></thead>
                    <tbody>{table.rows.map((row, at) => <tr key={at}>{row.map((one, column) => <td key={column}>{one}</td>)}</tr>)}</tbody>
                </table>
            )}
            {texts(of.signatures).map((one) => <p class="sign" key={one}>{one}</p>)}
        </section>
    );
}

function Sheet({ of, covered }: { of: Obj; covered: boolean }) {
    return (
        <article class={covered ? "sheet closed" : "sheet"} lang={String(of.language)}>
            <div class="cover">
                <p class="mark">{String(of.mark)}</p>
                <p class="sheet-title">{String(of.title)}</p>
                <Facts of={of.cover as Lines} />
                <p class="small">{String(of.note)}</p>
            </div>
            {((of.sections ?? []) as Obj[]).map((one, at) => <Part key={at} of={one} />)}
        </article>
    );
}

export function Print({ more }: { more: Obj }) {
    const command = String(more.command);
    const [paper, make] = useState<Obj | undefined>();
    const [covered, cover] = useState(true);
    if (!paper)
        return (
            <Page title={actName(command)} lead={maybe(`lead.${command}`) ?? commandOf(command)?.summary ?? ""}>
                <CommandForm
                    command={command}
                    fixed={{ language: language(), ...((more.fixed ?? {}) as Obj), view: true }}
                    fields={more.fields as string[] | undefined}
                    button="print.make"
                    onDone={(done) => make(done.paper as Obj)}
                />
            </Page>
        );
    return (
        <Page title={actName(command)}>
            <p class="note warm">{t("print.mind")}</p>
            <div class="acts">
                <button type="button" class="main-act" onClick={() => window.print()}>{t("print.now")}</button>
                <button type="button" class="act" aria-pressed={!covered} onClick={() => cover(!covered)}>{t("print.look")}</button>
            </div>
            <Sheet of={paper} covered={covered} />
        </Page>
    );
}
