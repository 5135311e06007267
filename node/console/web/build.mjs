// Bundles the page and writes it as C++: node build.mjs OUT.cpp
// Each file is gzipped as it will be sent; its digest stands beside it.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const budget = 60_000; // bytes gzipped, all together

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
const files = [
    ["/", "html", text("index.html")],
    ["/away", "html", text("away.html")],
    ["/icon.svg", "svg", text("icon.svg")],
    ...bundled.outputFiles.map((file) => {
        const name = file.path.split("/").pop();
        return [`/${name}`, name.split(".").pop(), file.contents];
    }),
].map(([path, kind, bytes]) => {
    const packed = gzipSync(bytes, { level: 9 });
    return { path, type: types[kind], packed, digest: createHash("sha256").update(packed).digest("hex") };
});

const size = files.reduce((sum, file) => sum + file.packed.length, 0);
if (size > budget) throw new Error(`the page is ${size} bytes gzipped, more than ${budget}`);

const escaped = (bytes) =>
    [...bytes].map((byte) => "\\" + byte.toString(8).padStart(3, "0")).join("").replace(/.{96}/g, '$&"\n    "');
const source = `// Written by node/console/web/build.mjs.
#include "node/console/assets.h"

#include <array>

namespace leeward::node {
namespace {
using namespace std::string_view_literals;
constexpr std::array<Asset, ${files.length}> all{{
${files
    .map(
        (file) => `    {"${file.path}", "${file.type}",
    "${escaped(file.packed)}"sv,
    "${file.digest}"},`,
    )
    .join("\n")}
}};
}  // namespace

std::span<const Asset> assets() { return all; }

}  // namespace leeward::node
`;
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, source);
for (const file of files) console.log(`${String(file.packed.length).padStart(6)}  ${file.path}`);
console.log(`${String(size).padStart(6)}  gzipped, of ${budget}`);
