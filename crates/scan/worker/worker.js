// The scan worker: pictures in by message, symbols out by message, one answer for each.
//
// `cargo xtask dist-assets` puts hashed names in the place of the four below. The decoder's
// wasm lies beside this file and nowhere else: without `locateFile` the package would ask a
// foreign server for it.

import { prepareZXingModule } from "./zxing.js";
import { makeDecoder } from "./decode.js";
import { greyOf } from "./pixels.js";

const wasm = new URL("./zxing.wasm", import.meta.url).href;
const decoder = prepareZXingModule({
  overrides: { locateFile: () => wasm },
  fireImmediately: true,
}).then(makeDecoder);

self.addEventListener("message", async ({ data }) => {
  const { id, picture, look } = data;
  try {
    const read = await decoder;
    // Without a picture it was only a call to get ready.
    self.postMessage({ id, ...(picture ? read(greyOf(picture), look) : {}) });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
