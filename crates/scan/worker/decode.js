// Grey pixels in, symbols out: the mechanical half of scanning, around the zxing-cpp decoder.
//
// It runs in the scan worker and, for the benchmark, in Node; so it touches neither page nor
// canvas. It knows no meaning of a code. What is looked for, and how hard, comes with each
// picture; which reading to believe is decided elsewhere, over several pictures.
//
// A second pass is made where the first saw a symbol and could not read it: that spot alone,
// enlarged. A still picture gets everything: other sizes, a closing filter, and for symbols
// with a weak check digit a reading at another size that must agree. A close look takes a small
// part, doubles it and makes its edges steeper: for codes that are small or out of focus.

const PLAIN = 0; // text mode: the separator stays the character 0x1D
const LOCAL_AVERAGE = 0;
const SPOTS_MAX = 3;
const MARGIN = 0.25;
// Radius and amount of the sharpening of a close look: for a little blur, and for more.
const CLOSE = [
  [5, 3],
  [7, 4],
];
// A still is enlarged only while that stays cheap.
const ENLARGED_PIXELS_MAX = 4_000_000;
const WEAK = new Set(["EAN13", "UPCA", "ITF14", "Code39", "Code39Std", "Code39Ext"]);

const OPTIONS = {
  formats: "",
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  tryDenoise: false,
  binarizer: LOCAL_AVERAGE,
  isPure: false,
  downscaleThreshold: 500,
  downscaleFactor: 3,
  minLineCount: 2,
  maxNumberOfSymbols: 16,
  validateOptionalChecksum: true,
  returnErrors: false,
  eanAddOnSymbol: 0,
  textMode: PLAIN,
  characterSet: 0,
  tryCode39ExtendedMode: false,
};

/** RGBA to grey, with the weights that the eye has. */
export function greyOf({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) {
    grey[at] = (306 * data[from] + 601 * data[from + 1] + 117 * data[from + 2] + 512) >> 10;
  }
  return { grey, width, height };
}

/** How much neighbouring pixels differ on average, on every fourth line: 0 for a blur. */
export function sharpness({ grey, width, height }) {
  let sum = 0;
  let count = 0;
  for (let y = 2; y < height; y += 4) {
    const line = y * width;
    for (let x = 2; x < width; x += 2) {
      sum += Math.abs(grey[line + x] - grey[line + x - 2]);
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** A part of a picture at another size, between neighbouring pixels interpolated. */
export function resized(picture, box, scale) {
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const grey = new Uint8Array(width * height);
  const { grey: from, width: stride } = picture;
  for (let y = 0; y < height; y += 1) {
    const sy = Math.min(Math.max((y + 0.5) / scale - 0.5, 0), box.height - 1);
    const top = Math.floor(sy);
    const bottom = Math.min(top + 1, box.height - 1);
    const fy = sy - top;
    const upper = (box.y + top) * stride + box.x;
    const lower = (box.y + bottom) * stride + box.x;
    for (let x = 0; x < width; x += 1) {
      const sx = Math.min(Math.max((x + 0.5) / scale - 0.5, 0), box.width - 1);
      const left = Math.floor(sx);
      const right = Math.min(left + 1, box.width - 1);
      const fx = sx - left;
      const above = from[upper + left] * (1 - fx) + from[upper + right] * fx;
      const below = from[lower + left] * (1 - fx) + from[lower + right] * fx;
      grey[y * width + x] = above * (1 - fy) + below * fy + 0.5;
    }
  }
  return { grey, width, height };
}

/** Edges made steeper: every pixel away from the mean of the box around it. Undoes some blur. */
export function sharpened({ grey, width, height }, radius, amount) {
  const means = new Float32Array(grey.length);
  const window = 2 * radius + 1;
  for (let y = 0; y < height; y += 1) {
    const line = y * width;
    const at = (x) => grey[line + Math.min(Math.max(x, 0), width - 1)];
    let sum = 0;
    for (let x = -radius; x <= radius; x += 1) sum += at(x);
    for (let x = 0; x < width; x += 1) {
      means[line + x] = sum / window;
      sum += at(x + radius + 1) - at(x - radius);
    }
  }
  const sharp = new Uint8ClampedArray(grey.length);
  const sums = new Float32Array(width);
  const row = (y) => Math.min(Math.max(y, 0), height - 1) * width;
  for (let y = -radius; y <= radius; y += 1) {
    const line = row(y);
    for (let x = 0; x < width; x += 1) sums[x] += means[line + x];
  }
  for (let y = 0; y < height; y += 1) {
    const line = y * width;
    const enters = row(y + radius + 1);
    const leaves = row(y - radius);
    for (let x = 0; x < width; x += 1) {
      const level = grey[line + x];
      sharp[line + x] = level + amount * (level - sums[x] / window);
      sums[x] += means[enters + x] - means[leaves + x];
    }
  }
  return { grey: new Uint8Array(sharp.buffer), width, height };
}

function whole({ width, height }) {
  return { x: 0, y: 0, width, height };
}

/** The box around four corners with some air, inside the picture. */
function around(corners, picture) {
  const xs = [corners[0], corners[2], corners[4], corners[6]];
  const ys = [corners[1], corners[3], corners[5], corners[7]];
  const wide = Math.max(...xs) - Math.min(...xs);
  const high = Math.max(...ys) - Math.min(...ys);
  const air = Math.max(16, MARGIN * Math.max(wide, high));
  const x = Math.max(0, Math.floor(Math.min(...xs) - air));
  const y = Math.max(0, Math.floor(Math.min(...ys) - air));
  return {
    x,
    y,
    width: Math.min(picture.width - x, Math.ceil(wide + 2 * air)),
    height: Math.min(picture.height - y, Math.ceil(high + 2 * air)),
  };
}

/** A decoder on an instance of zxing-cpp's wasm. */
export function makeDecoder(zxing) {
  /** One pass. What it read, and the corners of what it saw and could not read. */
  function pass(picture, options, box = whole(picture), scale = 1) {
    const { grey } = picture;
    const place = zxing._malloc(grey.length);
    if (!place) throw new Error("no memory for the picture");
    const symbols = [];
    const unread = [];
    try {
      zxing.HEAPU8.set(grey, place);
      const found = zxing.readBarcodesFromPixmap(place, picture.width, picture.height, {
        ...OPTIONS,
        ...options,
      });
      for (let at = 0; at < found.size(); at += 1) {
        const one = found.get(at);
        const { topLeft, topRight, bottomRight, bottomLeft } = one.position;
        const corners = [topLeft, topRight, bottomRight, bottomLeft].flatMap(({ x, y }) => [
          box.x + x / scale,
          box.y + y / scale,
        ]);
        if (one.isValid && one.text !== "") {
          const { format, symbologyIdentifier: identifier, text } = one;
          symbols.push({ format, identifier, text, corners, reads: 1 });
        } else if (!one.isValid) {
          unread.push({ format: one.format, corners });
        }
      }
      found.delete?.();
    } finally {
      zxing._free(place);
    }
    return { symbols, unread };
  }

  /** Looks again at what was seen and not read: that spot alone, enlarged. */
  function lookCloser(picture, unread, options) {
    const symbols = [];
    for (const { corners } of unread.slice(0, SPOTS_MAX)) {
      const box = around(corners, picture);
      if (box.width < 8 || box.height < 8) continue;
      const scale = Math.max(box.width, box.height) < 400 ? 3 : 2;
      const spot = resized(picture, box, scale);
      const closer = pass(spot, { ...options, tryDenoise: true, returnErrors: false }, box, scale);
      symbols.push(...closer.symbols);
    }
    return symbols;
  }

  /** Readings of several passes, each text once; `reads` counts the passes that gave it. */
  function merge(known, more) {
    for (const symbol of more) {
      const same = known.find(
        ({ format, text }) => format === symbol.format && text === symbol.text,
      );
      if (same) same.reads += 1;
      else known.push(symbol);
    }
  }

  function still(picture, options) {
    const all = { ...options, returnErrors: true };
    const { symbols, unread } = pass(picture, all);
    if (symbols.length === 0) merge(symbols, lookCloser(picture, unread, options));
    const area = whole(picture);
    const enlarge = 4 * area.width * area.height <= ENLARGED_PIXELS_MAX;
    for (const scale of [enlarge ? 2 : 0.5, 0.7]) {
      const doubtful = symbols.some(({ format, reads }) => WEAK.has(format) && reads < 2);
      if (symbols.length > 0 && !doubtful) break;
      const other = resized(picture, area, scale);
      merge(symbols, pass(other, { ...options, tryDenoise: true }, area, scale).symbols);
    }
    return symbols;
  }

  /**
   * Reads a grey picture. `look`: `formats` as zxing names them, joined by commas; `still` for
   * everything this decoder can do; `close` for a close look, 1 or 2 by the blur that it is to
   * undo; `least` sharpness below which nothing is tried.
   */
  return function read(picture, { formats, still: thorough = false, close = 0, least = 0 }) {
    const sharp = sharpness(picture);
    const options = { formats };
    if (thorough) return { symbols: still(picture, options), sharpness: sharp, skipped: false };
    if (sharp < least) return { symbols: [], sharpness: sharp, skipped: true };
    if (close > 0) {
      const area = whole(picture);
      const [radius, amount] = CLOSE[close - 1];
      const large = sharpened(resized(picture, area, 2), radius, amount);
      return { symbols: pass(large, options, area, 2).symbols, sharpness: sharp, skipped: false };
    }
    const { symbols, unread } = pass(picture, { ...options, returnErrors: true });
    if (symbols.length === 0) symbols.push(...lookCloser(picture, unread, options));
    return { symbols, sharpness: sharp, skipped: false };
  };
}
