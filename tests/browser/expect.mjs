export function expect(holds, what) {
    if (!holds) throw new Error(`this should hold: ${what}`);
}
// True as soon as it is; the one way in which these tests wait for something that is no page.
export async function eventually(what, condition, patience = 30_000) {
    const last = Date.now() + patience;
    for (;;) {
        if (await condition()) return;
        if (Date.now() > last) throw new Error(`waited in vain for this: ${what}`);
        await new Promise((then) => setTimeout(then, 50));
    }
}
