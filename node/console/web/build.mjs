// Bundles the page and writes it as C++: node build.mjs OUT.cpp
// Each file is gzipped as it will be sent; its digest stands beside it.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import * as page from "./bundle.mjs";

const out = process.argv[2];
const budget = 60_000; // bytes gzipped, all together
const files = page.files.map((file) => {
    const packed = gzipSync(file.bytes, { level: 9 });
    return { ...file, packed, digest: createHash("sha256").update(packed).digest("hex") };
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
