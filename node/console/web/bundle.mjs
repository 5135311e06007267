// The files of which the page is made, from its sources.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

const bundled = await build({
    absWorkingDir: here,
    entryPoints: { app: "src/main.tsx", away: "src/away.ts", style: "src/style.css" },
    outdir: "out",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "utf8",
    legalComments: "none",
    write: false,
    logLevel: "warning",
});

const types = {
    js: "text/javascript; charset=utf-8",
    css: "text/css; charset=utf-8",
    html: "text/html; charset=utf-8",
    svg: "image/svg+xml",
};
const text = (name) => readFileSync(`${here}/src/${name}`);
export const files = [
    ["/", "html", text("index.html")],
    ["/away", "html", text("away.html")],
    ["/icon.svg", "svg", text("icon.svg")],
    ...bundled.outputFiles.map((file) => {
        const name = file.path.split("/").pop();
        return [`/${name}`, name.split(".").pop(), file.contents];
    }),
].map(([path, kind, bytes]) => ({ path, type: types[kind], bytes }));
