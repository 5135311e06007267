// From the launch link to the page. The token leaves the address before anything else is done.
import { render } from "preact";
import { sit } from "./api.ts";
import { App } from "./app.tsx";
import { keepSafe } from "./safety.ts";
import { update } from "./state.ts";
import { choose, language } from "./words.ts";

const launch = location.hash.slice(1);
history.replaceState(null, "", "/");
// Another link in the same tab changes no more than what stands behind the #.
window.addEventListener("hashchange", () => location.hash.length > 1 && location.reload());
choose(language());
keepSafe();
const root = document.getElementById("page") as HTMLElement;
if (launch) {
    sit(launch)
        .then((house) => update({ stage: "seated", house }))
        .catch(() => {})
        .finally(() => render(<App />, root));
} else {
    render(<App />, root);
}
