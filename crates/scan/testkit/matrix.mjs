// One symbol as rows of `#` and `.`: node matrix.mjs PACKAGE FORMAT TEXT [OPTIONS]
//
// PACKAGE is the folder of zxing-wasm. With the option `gs1` the text has brackets.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [home, format, text, options = ""] = process.argv.slice(2);
const module = path.join(home, "dist/es/writer/index.js");
const { prepareZXingModule, writeBarcode } = await import(pathToFileURL(module).href);
const wasmBinary = fs.readFileSync(path.join(home, "dist/writer/zxing_writer.wasm"));
await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
const { symbol, error } = await writeBarcode(text, { format, options, withQuietZones: false });
if (error) throw new Error(error);
const rows = [];
for (let y = 0; y < symbol.height; y += 1) {
  const row = symbol.data.subarray(y * symbol.width, (y + 1) * symbol.width);
  rows.push(Array.from(row, (level) => (level < 128 ? "#" : ".")).join(""));
}
console.log(rows.join("\n"));
