// The page as a whole: coming in, going round, and always a way out.
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "./api.ts";
import type { Json, Obj, Refused } from "./api.ts";
import { Choice, Line } from "./fields.tsx";
import { Keeping, Numbers } from "./figures.tsx";
import { Approvals, Beds, Directory, Do, Further, furtherNouns, Health, Log, Noun, Partner, Partners, People, Person, SafetyWords } from "./house.tsx";
import { Act, Inbox, Leg, Questions, Told } from "./inbox.tsx";
import { Ask, Case, CaseRecord, Cases, FollowUps, Intake, Need, NeedNew, NeedWhat, WhoSaw } from "./need.tsx";
import { Grant, Grants, Release, ReleaseNew, Releases, Withdraw } from "./papers.tsx";
import { Print } from "./sheet.tsx";
import { leaveNow, lockNow, touchedNow } from "./safety.ts";
import { can, forgetDrafts, listen, loadWords, ownService, state, update, useWatch, type Place } from "./state.ts";
import { choose, language, maybe, said, t, type Key, type Language } from "./words.ts";

const screens: Record<string, (place: { id: string; more: Obj }) => preact.JSX.Element> = {
    inbox: Inbox, legs: Questions, leg: Leg, act: Act, told: Told,
    cases: Cases, case: Case, record: CaseRecord, seen: WhoSaw, intake: Intake, "need-new": NeedNew, need: Need, "need-what": NeedWhat, ask: Ask, follow: FollowUps,
    papers: Releases, "release-new": ReleaseNew, release: Release, withdraw: Withdraw, grants: Grants, grant: Grant,
    beds: Beds, partners: Partners, partner: Partner, words: SafetyWords, directory: Directory, approvals: Approvals,
    people: People, person: Person, log: Log, health: Health, numbers: Numbers, keeping: Keeping, further: Further, noun: Noun, do: Do, print: Print,
};

type Entry = { screen: string; label: Key; needs: string };
// What is done every day, and then the house itself.
const daily: Entry[] = [
    { screen: "inbox", label: "nav.inbox", needs: "inbox" },
    { screen: "cases", label: "nav.cases", needs: "need.list" },
    { screen: "legs", label: "nav.legs", needs: "leg.list" },
    { screen: "grants", label: "nav.grants", needs: "grant.list" },
    { screen: "papers", label: "nav.papers", needs: "release.list" },
    { screen: "follow", label: "nav.follow", needs: "need.follow-up" },
    { screen: "beds", label: "nav.beds", needs: "capacity.show" },
];
const house: Entry[] = [
    { screen: "approvals", label: "nav.approvals", needs: "approval.list" },
    { screen: "partners", label: "nav.partners", needs: "peer.list" },
    { screen: "directory", label: "nav.directory", needs: "directory.list" },
    { screen: "people", label: "nav.people", needs: "people.list" },
    { screen: "log", label: "nav.log", needs: "audit.show" },
    { screen: "health", label: "nav.health", needs: "node.doctor" },
    { screen: "numbers", label: "nav.numbers", needs: "stats.show" },
    { screen: "keeping", label: "noun.retention", needs: "retention.show" },
];

function Nav({ open, went }: { open: boolean; went: () => void }) {
    const to = (place: Place) => {
        went();
        update({ place, back: [], note: "" });
        window.scrollTo(0, 0);
    };
    const entry = (place: Place, label: string) => (
        <li key={`${place.screen}${place.id ?? ""}`}>
            <button
                type="button"
                aria-current={state.place.screen === place.screen && state.place.id === place.id ? "page" : undefined}
                onClick={() => to(place)}
            >
                {label}
            </button>
        </li>
    );
    return (
        <nav id="menu" aria-label={t("nav")} class={open ? "open" : ""}>
            <ul>{daily.filter((one) => can(one.needs)).map((one) => entry({ screen: one.screen }, said(one.label, ownService())))}</ul>
            <ul class="house">
                {house.filter((one) => can(one.needs)).map((one) => entry({ screen: one.screen }, t(one.label)))}
                {furtherNouns().map((noun) => entry({ screen: "noun", id: noun }, maybe(`noun.${noun}`) ?? noun))}
                {entry({ screen: "further" }, t("nav.further"))}
            </ul>
            <p class="who">{state.name}<br />{String(state.house.organisation ?? "")}</p>
        </nav>
    );
}

function Languages() {
    const other: Language = language() === "es" ? "en" : "es";
    const name = t(other === "es" ? "spanish" : "english"); // two letters of it where there is little room
    const turn = async () => {
        choose(other);
        update({});
        if (state.stage === "open") await loadWords().catch(() => {});
    };
    return (
        <button type="button" class="act" lang={other} onClick={() => void turn()}>
            {name.slice(0, 2)}
            <span class="rest">{name.slice(2)}</span>
        </button>
    );
}

const LeaveNow = () => (
    <button type="button" class="leave" onClick={leaveNow}>
        {t("leave")}
    </button>
);

function Header({ menu, open }: { menu?: () => void; open?: boolean }) {
    return (
        <header>
            <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>("#main h1")?.focus(); }}>
                {t("skip")}
            </a>
            {menu && (
                <button type="button" class="act menu" aria-expanded={open} aria-controls="menu" onClick={menu}>
                    {t("nav.menu")}
                </button>
            )}
            <span class="grow" />
            <Languages />
            {state.stage === "open" && (
                <button type="button" class="act" onClick={lockNow}>
                    {t("lock")}
                </button>
            )}
            <LeaveNow />
        </header>
    );
}

function Open() {
    const [menu, showMenu] = useState(false);
    const [times, turn] = useState(0); // whoever goes where she is already asks anew, by hand
    const Screen = screens[state.place.screen] ?? Inbox;
    const key = JSON.stringify([state.place, language(), times]);
    return (
        <div class="open">
            <Header menu={() => showMenu(!menu)} open={menu} />
            <Nav open={menu} went={() => { showMenu(false); turn(times + 1); }} />
            <Screen key={key} id={state.place.id ?? ""} more={state.place.more ?? {}} />
            <p class="on-paper">{t("print.not_here")}</p>
        </div>
    );
}

// A name and a passphrase. After a lock, only hers.
function SignIn() {
    const names = ((state.house.workers ?? []) as Json[]).map(String);
    const [name, setName] = useState(state.name || names[0] || "");
    const [passphrase, setPassphrase] = useState("");
    const [fault, setFault] = useState<Refused | undefined>();
    const [busy, setBusy] = useState(false);
    const field = useRef<HTMLInputElement>(null);
    useEffect(() => {
        field.current?.focus();
        if (state.name) api.house().then((house) => update({ house })).catch(() => {}); // a colleague may be new
    }, []);
    const enter = async () => {
        setBusy(true);
        setFault(undefined);
        try {
            const who = await api.signIn(name, passphrase);
            if (state.name && state.name !== who.name) {
                forgetDrafts();
                update({ place: { screen: "inbox" }, back: [], note: "" });
            }
            setPassphrase("");
            touchedNow();
            update({
                name: String(who.name),
                roles: ((who.roles ?? []) as Json[]).map(String),
                serial: Number(who.serial),
                lockSeconds: Number(who.lock_seconds),
            });
            await loadWords();
            update({ stage: "open" });
            void listen();
        } catch (fault) {
            setFault(fault as Refused);
            setPassphrase("");
            field.current?.focus();
        } finally {
            setBusy(false);
        }
    };
    return (
        <>
            <Header />
            <main id="main" class="narrow">
                <h1 tabIndex={-1}>{t(state.name ? "sign.locked" : "sign.title")}</h1>
                <p class="lead">{String(state.house.organisation ?? "")}</p>
                <form
                    noValidate
                    onSubmit={(event) => {
                        event.preventDefault();
                        void enter();
                    }}
                >
                    {names.length <= 6 && names.length > 1 && (
                        <Choice legend={t("sign.who")} options={names} label={(one) => one} value={name} onChange={setName} />
                    )}
                    {(names.length > 6 || names.length === 0) && <Line label={t("sign.who")} value={name} onInput={setName} />}
                    {names.length === 1 && <p>{name}</p>}
                    <div class="line">
                        <label>
                            {t("sign.passphrase")}
                            <input
                                ref={field}
                                type="password"
                                autocomplete="off"
                                value={passphrase}
                                onInput={(event) => setPassphrase(event.currentTarget.value)}
                            />
                        </label>
                    </div>
                    {fault && (
                        <p class="note bad" role="alert">
                            {t(fault.code === "locked" ? (fault.detail.startsWith("open") ? "sign.over" : "sign.wrong") : fault.code === "unreachable" ? "error.unreachable" : "error.other")}
                        </p>
                    )}
                    <div class="acts">
                        <button type="submit" class="main-act" disabled={busy || !passphrase}>
                            {t(busy ? "sign.wait" : "sign.in")}
                        </button>
                    </div>
                </form>
            </main>
        </>
    );
}

function Closed() {
    return (
        <>
            <Header />
            <main id="main" class="narrow">
                <h1 tabIndex={-1}>{t("closed.title")}</h1>
                <p class="lead">{t("closed.lead")}</p>
                <p>
                    <code>leeward console</code>
                </p>
            </main>
        </>
    );
}

export function App() {
    useWatch();
    if (state.stage === "closed") return <Closed />;
    if (state.stage === "seated") return <SignIn />;
    return <Open />;
}
