// Numbers without people, and how long everything is kept: what the node counts and says, as tables in the
// words of the page.
import { codeText, Data, Go, Page, Section, Tag, Wait } from "./parts.tsx";
import type { Json, Obj } from "./api.ts";
import { actName } from "./acts.ts";
import { can, state, useLive, useLoad } from "./state.ts";
import { count, maybe, t, time } from "./words.ts";

const word = (of: string) => maybe(`figure.${of}`) ?? maybe(`service.${of}`) ?? maybe(`priority.${of}`) ?? (state.words.codes[of] ? codeText(of) : (state.words.values[of]?.text ?? of));
const cell = (value: Json | undefined) => (typeof value === "number" ? count(value) : t("figure.few"));

// {"title":"needs by service and result","rows":"service","columns":"result","counts":[{"service":…, …}]}
function Table({ of }: { of: Obj }) {
    const rows = (of.counts ?? []) as Obj[];
    const [side, ...columns] = Object.keys(rows[0] ?? {});
    if (side === undefined) return null;
    const what = /^(people|needs|closed needs|questions asked)/.exec(String(of.title))?.[0] ?? "";
    return (
        <div class="wide-table" tabIndex={0} role="region" aria-label={`${word(what)}: ${word(side)}`}>
            <table>
                <caption>{[word(what), word(side), of.columns ? word(String(of.columns)) : ""].filter(Boolean).join(" · ")}</caption>
                <thead>
                    <tr><th scope="col">{word(side)}</th>{columns.map((one) => <th key={one} scope="col">{word(one)}</th>)}</tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <tr key={String(row[side])}><th scope="row">{word(String(row[side]))}</th>{columns.map((one) => <td key={one}>{cell(row[one])}</td>)}</tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

// Nothing at all is said in one sentence, not in a table of it.
const saysNothing = (table: Obj) => ((table.counts ?? []) as Obj[]).every((row) => Object.values(row).every((one) => typeof one !== "number"));

export function Numbers() {
    const load = useLoad("stats.show");
    return (
        <Page title={t("numbers.title")} lead={t("numbers.lead")}>
            <Wait load={load}>
                {(value) => {
                    const tables = (value.tables ?? []) as Obj[];
                    const told = tables.filter((one) => !saysNothing(one));
                    return (
                        <>
                            <p><strong>{String(value.period)}</strong> · {t("leg.window_text", { from: time(Number(value.from)), to: time(Number(value.until)) })}</p>
                            <p class="small">{t("numbers.rounded")}</p>
                            {told.map((one) => <Table key={String(one.title)} of={one} />)}
                            {told.length < tables.length && <p class="empty">{t(told.length ? "numbers.rest" : "numbers.all")}</p>}
                            {can("stats.show") && <Go to={{ screen: "do", more: { command: "stats.show", fixed: { csv: true } } }}>{t("numbers.file")}</Go>}
                        </>
                    );
                }}
            </Wait>
        </Page>
    );
}

const ends = (text: string) => {
    const days = /^(\d+) days after/.exec(text);
    return days ? t("keep.days", { n: Number(days[1]) }) : (maybe(`keep.${text}`) ?? text);
};
export function Keeping() {
    const load = useLive("retention.show");
    const acts = ["retention.set", "retention.hold", "retention.postpone"].filter(can);
    return (
        <Page title={t("noun.retention")} lead={t("keep.lead")}>
            <Wait load={load}>
                {(value) => (
                    <>
                        <dl class="facts">
                            {((value.clocks ?? []) as Obj[]).map((one) => (
                                <div key={String(one.what)}><dt>{maybe(`keep.${one.what}`) ?? String(one.what)}</dt><dd>{ends(String(one.ends))}</dd></div>
                            ))}
                        </dl>
                        {((value.kept_longer ?? []) as Obj[]).length > 0 && (
                            <Section title={t("keep.longer")}>
                                <ul class="cards">
                                    {((value.kept_longer ?? []) as Obj[]).map((one) => (
                                        <li key={String(one.id)}>
                                            <p class="row-title">{String(one.codename)}</p>
                                            {one.hold && <p><Tag tone="warm">{codeText(String(one.hold))}</Tag></p>}
                                            <Data value={one} hide={["id", "codename", "hold"]} />
                                        </li>
                                    ))}
                                </ul>
                            </Section>
                        )}
                    </>
                )}
            </Wait>
            <div class="acts">{acts.map((one) => <Go key={one} to={{ screen: "do", more: { command: one } }}>{actName(one)}</Go>)}</div>
        </Page>
    );
}
