// Grey pixels in, symbols out: the mechanical half of scanning, around the zxing-cpp decoder.
//
// It runs in the scan worker and, for the benchmark, in Node; so it touches neither page nor
// canvas. It knows no meaning of a code. What is looked for, and how hard, comes with each
// picture; which reading to believe is decided elsewhere, over several pictures.
//
// A second pass is made where the first read nothing: at what it saw and could not read, and at
// the busiest spots. A matrix code is enlarged and made sharper, a linear one is laid level, its
// noise averaged away along the bars and its blur undone. How much sharper is a guess, and
// another guess with each picture (`turn`). A still picture gets everything: all guesses, other
// sizes, a closing filter, and for symbols with a weak check digit a reading at another size that
// must agree.

import { resized, sharpened, sharpness, softened, unblurred } from "./pixels.js";
import { busySpots, leveled } from "./spots.js";

const PLAIN = 0; // text mode: the separator stays the character 0x1D
const LOCAL_AVERAGE = 0;
const SPOTS_MAX = 2;
const MARGIN = 0.25;
// Guesses for a matrix code: enlarged how many times, softened how often first, and then the
// radius and amount of the sharpening.
const MATRIX_GUESSES = [
  [2, 0, 5, 3],
  [3, 0, 5, 8],
  [2, 1, 10, 5],
  [2, 0, 7, 5],
  [3, 0, 14, 5],
  [3, 1, 4, 8],
];
// No spot is enlarged beyond this side.
const SIDE_MAX = 640;
// Guesses for a linear code: radii of the blur, in enlarged pixels; and how it is laid level.
const LINEAR_GUESSES = [
  [1, 3],
  [2, 4],
];
const STRIPS = 6;
const STRIP_LINES = 4;
const COLUMNS_MAX = 2_400;
// A still is enlarged only while that stays cheap.
const ENLARGED_PIXELS_MAX = 4_000_000;
const WEAK = new Set(["EAN13", "UPCA", "ITF", "ITF14", "Code39", "Code39Std"]);
const MATRIX = ["DataMatrix", "QRCode"];

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

function whole({ width, height }) {
  return { x: 0, y: 0, width, height };
}

function cut({ grey, width }, box) {
  const part = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y += 1) {
    const start = (box.y + y) * width + box.x;
    part.set(grey.subarray(start, start + box.width), y * box.width);
  }
  return { grey: part, width: box.width, height: box.height };
}

/** Whether the middle of a symbol lies in a box. */
function lies(corners, { x, y, width, height }) {
  const midX = (corners[0] + corners[2] + corners[4] + corners[6]) / 4;
  const midY = (corners[1] + corners[3] + corners[5] + corners[7]) / 4;
  return midX >= x && midX <= x + width && midY >= y && midY <= y + height;
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

  /** What the first pass saw and could not read, then the busiest spots; each with some air. */
  function spotsOf(picture, unread, known) {
    const seen = unread.map(({ corners }) => around(corners, picture));
    const unknown = busySpots(picture, SPOTS_MAX + known.length).filter(
      (spot) => !known.some(({ corners }) => lies(corners, spot)),
    );
    const busy = unknown.map((spot) => {
      const { x, y, width, height } = spot;
      const [right, bottom] = [x + width, y + height];
      // Blur hides the outermost part of a matrix code, so the box is made square around it.
      const side = Math.max(width, height);
      const [midX, midY] = [(x + right) / 2, (y + bottom) / 2];
      const [l, t, r, b] = [midX - side / 2, midY - side / 2, midX + side / 2, midY + side / 2];
      return spot.aligned
        ? { spot }
        : { box: around([l, t, r, t, r, b, l, b], picture) };
    });
    return [...seen.map((box) => ({ box })), ...busy].slice(0, SPOTS_MAX);
  }

  /** Looks again at single spots, with one guess at their blur. */
  function lookCloser(picture, spots, formats, turn) {
    const wanted = formats.split(",");
    const matrix = wanted.filter((format) => MATRIX.includes(format)).join(",");
    const symbols = [];
    for (const { box, spot } of spots) {
      if (spot && wanted.includes("Code128")) merge(symbols, lookAlong(picture, spot, turn));
      else if (box && matrix) merge(symbols, lookAt(picture, box, matrix, turn));
    }
    return symbols;
  }

  function lookAt(picture, box, formats, turn) {
    const [times, softly, radius, amount] = MATRIX_GUESSES[turn % MATRIX_GUESSES.length];
    const side = Math.max(box.width, box.height);
    if (Math.min(box.width, box.height) < 8 || side > SIDE_MAX) return [];
    const scale = Math.min(times, SIDE_MAX / side);
    let large = resized(picture, box, scale);
    for (let count = 0; count < softly; count += 1) large = softened(large);
    const options = { formats, tryDenoise: turn % 2 === 0 };
    return pass(sharpened(large, radius, amount), options, box, scale).symbols;
  }

  /** Reads along a linear code. Only Code 128: its check character is worth that trust. */
  function lookAlong(picture, spot, turn) {
    const length = Math.hypot(spot.width, spot.height);
    const scale = Math.min(3, COLUMNS_MAX / length);
    const level = leveled(picture, spot, scale, STRIPS);
    const symbols = [];
    for (const radius of LINEAR_GUESSES[turn % LINEAR_GUESSES.length]) {
      const lines = unblurred(level, radius);
      const height = STRIPS * STRIP_LINES;
      const tall = new Uint8Array(lines.width * height);
      for (let y = 0; y < height; y += 1) {
        const strip = Math.floor(y / STRIP_LINES) * lines.width;
        tall.set(lines.grey.subarray(strip, strip + lines.width), y * lines.width);
      }
      const options = {
        formats: "Code128",
        tryRotate: false,
        tryInvert: false,
        tryDownscale: false,
        // More lines than one strip has: two parts of the bars must agree.
        minLineCount: STRIP_LINES + 1,
      };
      const seen = pass({ grey: tall, width: lines.width, height }, options).symbols;
      const corners = [...level.from, ...level.to, ...level.to, ...level.from];
      merge(symbols, seen.map((symbol) => ({ ...symbol, corners })));
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

  /** What was seen and not read, as it is but larger. */
  function enlarged(picture, unread, formats) {
    const symbols = [];
    for (const { corners } of unread.slice(0, SPOTS_MAX)) {
      const box = around(corners, picture);
      if (box.width < 8 || box.height < 8) continue;
      const scale = Math.max(box.width, box.height) < 400 ? 3 : 2;
      const spot = resized(picture, box, scale);
      symbols.push(...pass(spot, { formats, tryDenoise: true }, box, scale).symbols);
    }
    return symbols;
  }

  function still(picture, formats) {
    const { symbols, unread } = pass(picture, { formats, returnErrors: true });
    if (symbols.length === 0) merge(symbols, enlarged(picture, unread, formats));
    const area = whole(picture);
    const enlarge = 4 * area.width * area.height <= ENLARGED_PIXELS_MAX;
    for (const scale of [enlarge ? 2 : 0.5, 0.7]) {
      const doubtful = symbols.some(({ format, reads }) => WEAK.has(format) && reads < 2);
      if (symbols.length > 0 && !doubtful) break;
      const other = resized(picture, area, scale);
      merge(symbols, pass(other, { formats, tryDenoise: true }, area, scale).symbols);
    }
    if (symbols.length > 0) return symbols;
    // What this may cost is bounded: whatever lies on the photo, two spots of it are looked at, each
    // at most SIDE_MAX large, with as many guesses as there are.
    const spots = spotsOf(picture, unread, symbols);
    for (let turn = 0; turn < MATRIX_GUESSES.length; turn += 1) {
      merge(symbols, lookCloser(picture, spots, formats, turn));
    }
    // Of a linear code several guesses at its blur must have given the same.
    return symbols.filter(({ format, reads }) => MATRIX.includes(format) || reads >= 2);
  }

  /**
   * Reads a grey picture. `look`: `formats` as zxing names them, joined by commas; `still` for
   * everything this decoder can do; `first`, the part that is read as it is, before spots are
   * looked for in all of it; `turn` for which guess at the blur is next; `least` sharpness below
   * which nothing is tried.
   */
  return function read(picture, { formats, still: thorough = false, first, turn = 0, least = 0 }) {
    if (thorough) return { symbols: still(picture, formats), sharpness: 0, skipped: false };
    const box = first ?? whole(picture);
    const part = first ? cut(picture, first) : picture;
    const sharp = sharpness(part);
    if (sharp < least) return { symbols: [], sharpness: sharp, skipped: true };
    const seen = pass(part, { formats, returnErrors: true }, box);
    const spots = spotsOf(picture, seen.unread, seen.symbols);
    const symbols = [...seen.symbols, ...lookCloser(picture, spots, formats, turn)];
    return { symbols, sharpness: sharp, skipped: false };
  };
}
