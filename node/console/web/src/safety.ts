// Safety at the seat: gone in one press, locked by itself, unreadable while another window is in front.
import * as api from "./api.ts";
import { forgetDrafts, state, stopListening, update } from "./state.ts";

// The page is blank before anything else happens.
export function leaveNow() {
    document.body.replaceChildren();
    stopListening();
    api.leave();
    forgetDrafts();
    update({ stage: "closed", house: {}, name: "", roles: [], back: [], note: "" });
    window.location.replace("/away");
}

// The session ends here and at the node; what was typed waits in memory for the same worker.
export function lockNow() {
    stopListening();
    update({ stage: "seated", note: "" });
    void api.lock();
}
export function locked() {
    stopListening();
    if (state.stage === "open") update({ stage: "seated", note: "" });
}

let escapes: number[] = [];
function onKey(event: KeyboardEvent) {
    if (event.key !== "Escape") {
        escapes = [];
        return;
    }
    const now = performance.now();
    escapes = [...escapes.filter((at) => now - at < 2000), now];
    if (escapes.length >= 3) leaveNow();
}

let touched = 0;
let told = 0;
function onTouch() {
    touched = performance.now();
    if (state.stage !== "open" || touched - told < 30_000) return;
    told = touched;
    void api.here().catch(() => {});
}
function onMinute() {
    if (state.stage === "open" && performance.now() - touched > state.lockSeconds * 1000) lockNow();
}

export function keepSafe() {
    api.onLost(locked);
    window.addEventListener("keydown", onKey, true);
    for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"])
        window.addEventListener(kind, onTouch, { passive: true, capture: true });
    setInterval(onMinute, 1000);
    const blur = () => document.documentElement.classList.add("covered");
    const show = () => document.documentElement.classList.remove("covered");
    window.addEventListener("blur", blur);
    window.addEventListener("focus", show);
    document.addEventListener("visibilitychange", () => (document.hidden ? blur() : show()));
    // A page that comes back out of the browser's memory is a page that was left.
    window.addEventListener("pageshow", (event) => event.persisted && leaveNow());
}
export const touchedNow = () => (touched = performance.now());
