// Which command each move of a leg is (schema/leg_rules.h), and what the page calls an act. The node
// says which moves are possible now; the page only names them.
import { can, commandOf } from "./state.ts";
import { said } from "./words.ts";

const ofMove: Record<string, string> = {
    A2: "leg.question",
    A3: "need.choose",
    A4: "leg.phone-accepted",
    A5: "leg.plan",
    A6: "leg.departed",
    A7: "leg.missing",
    A11: "leg.ask-again",
    A13: "leg.cancel",
    A14: "leg.cancel",
    A15: "leg.phone-cancelled",
    A17: "leg.discard",
    A18: "leg.phone-arrived",
    W3: "leg.question",
    W4: "leg.question",
    W5: "leg.offer",
    W6: "leg.offer",
    W7: "leg.waitlist",
    W8: "leg.decline",
    W9: "leg.review",
    W10: "leg.decline",
    W11: "leg.confirm",
    W14: "leg.lost",
    W15: "leg.plan",
    W16: "leg.missing",
    W17: "leg.arrived",
    W18: "leg.ended",
    W19: "leg.cancel",
    W20: "leg.discard",
};
// In the order in which a worker looks for them.
const order = [
    "leg.confirm", "leg.offer", "need.choose", "leg.plan", "leg.arrived", "leg.departed", "leg.waitlist",
    "leg.question", "leg.review", "leg.keep", "leg.ask-again", "leg.phone-accepted", "leg.phone-arrived",
    "leg.follow-up", "leg.decline", "leg.missing", "leg.phone-cancelled", "leg.cancel", "leg.lost", "leg.discard", "leg.ended",
];

export function actsFor(moves: string[], shown: string): string[] {
    const commands = new Set(moves.map((move) => ofMove[move]).filter((one): one is string => one !== undefined));
    if (shown !== "DECLINE_UNDER_REVIEW") commands.delete("leg.review");
    if (shown === "DECLINE_UNDER_REVIEW") commands.delete("leg.decline");
    if (shown === "WAITLISTED" || shown === "ACCEPTED") commands.add("leg.keep");
    if (shown === "ARRIVED" && moves.some((move) => move.startsWith("W"))) commands.add("leg.follow-up");
    return order.filter((one) => commands.has(one) && can(one));
}

// The one that comes next, if one does: nobody arrives before a meeting was agreed, and whoever waits for
// somebody else has nothing next.
export function nextAct(acts: string[], shown: string, side: string): string | undefined {
    const usual = acts[0];
    if (shown === "HANDOFF_SCHEDULED") return side === "referrer" ? "leg.departed" : "leg.arrived";
    if (shown === "ACCEPTED" && usual === "leg.arrived") return undefined;
    if (shown === "WAITLISTED" || (["IN_TRANSIT", "QUEUED", "DELIVERED", "SEEN"].includes(shown) && side === "referrer")) return undefined;
    return usual;
}

// A short name for a button; a command that is new here is called by its summary.
export function actName(command: string, side?: string, service?: unknown): string {
    return (
        (side && said(`act.${command}.${side}`, service)) ??
        said(`act.${command}`, service) ??
        (commandOf(command)?.summary ?? command).split(/[.:;]/)[0]!
    );
}
