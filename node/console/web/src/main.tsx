// From the launch link to the page. The token leaves the address before anything else is done.
import { render } from "preact";
import { sit } from "./api.ts";
import { App } from "./app.tsx";
import { keepSafe } from "./safety.ts";
import { update } from "./state.ts";
import { choose, language } from "./words.ts";

// A browser keeps what was typed even where the page replaces its address. So the link's page hands the token to one that
// was never typed, in the window's name: no other site reads it, nothing keeps it, and it is empty again at once.
function handOver(): void {
    window.name = location.hash.slice(1);
    location.replace("/");
}

function start(launch: string): void {
    // Another link in the same tab changes no more than what stands behind the #.
    window.addEventListener("hashchange", () => location.hash.length > 1 && handOver());
    choose(language());
    keepSafe();
    const root = document.getElementById("page") as HTMLElement;
    const show = () => render(<App />, root);
    if (!launch) return show();
    sit(launch)
        .then((house) => update({ stage: "seated", house }))
        .catch(() => {})
        .finally(show);
}

if (location.hash.length > 1) {
    handOver();
} else {
    const launch = window.name;
    window.name = "";
    start(launch);
}
