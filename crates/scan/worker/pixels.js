// Grey pictures at other sizes, sharper, or with the blur of a lens undone.

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

/** Each pixel with a little of its neighbours: against the noise that sharpening would raise. */
export function softened({ grey, width, height }) {
  const soft = Uint8Array.from(grey);
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const sides = grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width];
      const corners =
        grey[at - width - 1] + grey[at - width + 1] + grey[at + width - 1] + grey[at + width + 1];
      soft[at] = (4 * grey[at] + 2 * sides + corners) >> 4;
    }
  }
  return { grey: soft, width, height };
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

// How a blur is undone: so many steps, so far at each, and this much beyond ink and paper.
const ROUNDS = 6;
const STEP = 1.5;
const BEYOND = 0.15;

/**
 * Lines of which each, blurred along itself with this radius, would give the line that was seen:
 * found step by step, never darker than the ink nor lighter than the paper.
 */
export function unblurred({ grey, width, height }, radius) {
  const sorted = Uint8Array.from(grey).sort();
  const ink = sorted[Math.floor(sorted.length * 0.01)];
  const paper = sorted[Math.floor(sorted.length * 0.985)];
  const low = ink - (paper - ink) * BEYOND;
  const high = paper + (paper - ink) * BEYOND;
  const guess = Float32Array.from(grey);
  const once = new Float32Array(width);
  const twice = new Float32Array(width);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let y = 0; y < height; y += 1) {
      const line = guess.subarray(y * width, (y + 1) * width);
      const seen = grey.subarray(y * width, (y + 1) * width);
      meansOf(line, once, radius);
      meansOf(once, twice, radius);
      for (let x = 0; x < width; x += 1) {
        const level = line[x] + STEP * (seen[x] - twice[x]);
        line[x] = level < low ? low : level > high ? high : level;
      }
    }
  }
  const scale = 255 / (high - low || 1);
  const levels = new Uint8ClampedArray(grey.length);
  for (let at = 0; at < levels.length; at += 1) levels[at] = (guess[at] - low) * scale;
  return { grey: new Uint8Array(levels.buffer), width, height };
}

/** Of each number the mean with its neighbours up to this far; the ends go on for ever. */
function meansOf(numbers, means, radius) {
  const last = numbers.length - 1;
  const at = (place) => numbers[place < 0 ? 0 : place > last ? last : place];
  let sum = 0;
  for (let place = -radius; place <= radius; place += 1) sum += at(place);
  for (let place = 0; place <= last; place += 1) {
    means[place] = sum / (2 * radius + 1);
    sum += at(place + radius + 1) - at(place - radius);
  }
}
