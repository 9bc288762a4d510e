// A decoder for the benchmark: node engine.mjs PACKAGE
//
// On standard input one picture after the other, a line of JSON and then its grey pixels; on
// standard output one line of JSON for each. `bare` is zxing-wasm as it comes, with the formats
// named; otherwise what the scan worker does.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { makeDecoder } from "../worker/decode.js";

const [home] = process.argv.slice(2);
const module = path.join(home, "dist/es/reader/index.js");
const reader = await import(pathToFileURL(module).href);
const wasmBinary = fs.readFileSync(path.join(home, "dist/reader/zxing_reader.wasm"));
const zxing = await reader.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
const read = makeDecoder(zxing);

const plain = { ...reader.defaultReaderOptions };
plain.binarizer = 0;
plain.eanAddOnSymbol = 0;
plain.textMode = 0;
plain.characterSet = 0;

function bare({ grey, width, height }, { formats }) {
  const place = zxing._malloc(grey.length);
  zxing.HEAPU8.set(grey, place);
  const found = zxing.readBarcodesFromPixmap(place, width, height, { ...plain, formats });
  const symbols = [];
  for (let at = 0; at < found.size(); at += 1) {
    const { format, symbologyIdentifier: identifier, text, position } = found.get(at);
    const { topLeft, topRight, bottomRight, bottomLeft } = position;
    const corners = [topLeft, topRight, bottomRight, bottomLeft].flatMap(({ x, y }) => [x, y]);
    symbols.push({ format, identifier, text, corners, reads: 2 });
  }
  zxing._free(place);
  return { symbols, sharpness: 0, skipped: false };
}

let waiting = Buffer.alloc(0);
let head = null;
for await (const chunk of process.stdin) {
  waiting = Buffer.concat([waiting, chunk]);
  for (;;) {
    if (head === null) {
      const end = waiting.indexOf(10);
      if (end < 0) break;
      head = JSON.parse(waiting.subarray(0, end).toString());
      waiting = waiting.subarray(end + 1);
    }
    const length = head.width * head.height;
    if (waiting.length < length) break;
    const grey = Uint8Array.from(waiting.subarray(0, length));
    waiting = waiting.subarray(length);
    const picture = { grey, width: head.width, height: head.height };
    const began = performance.now();
    const seen = head.bare ? bare(picture, head) : read(picture, head);
    process.stdout.write(`${JSON.stringify({ ...seen, ms: performance.now() - began })}\n`);
    head = null;
  }
}
