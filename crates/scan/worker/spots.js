// Where in a picture a symbol may lie that the decoder does not see.
//
// The decoder finds a symbol by its sharp edges; what is small or out of focus it does not even
// notice. Yet printed codes are the busiest thing around: many changes between dark and light on
// a small area, in two directions for a matrix code, in one for a linear code. Such spots are
// found block by block, in about a millisecond.

const BLOCK = 8;
// A block is busy with this many times the change that half of all blocks have, and with this
// much at least.
const BUSY = 1.8;
const BUSY_MIN = 5;
const BLOCKS_MIN = 6;
// From this agreement of all changes on one direction, a spot is a linear code.
const ALIGNED = 0.6;

/**
 * Busy spots, the busiest and most central first: the box around each, whether its changes agree
 * on one direction (`aligned`), and which (`angle`).
 */
export function busySpots(picture, most) {
  const { across, down, tensors, changes } = changesOf(picture);
  if (across < 3 || down < 3) return [];
  const sorted = Float32Array.from(changes).sort();
  const least = Math.max(BUSY_MIN, BUSY * sorted[sorted.length >> 1]);
  const seen = new Uint8Array(changes.length);
  const spots = [];
  for (let start = 0; start < seen.length; start += 1) {
    if (seen[start] || changes[start] < least) continue;
    const blocks = [start];
    seen[start] = 1;
    // Grows while it is walked.
    for (const place of blocks) {
      const x = place % across;
      const y = (place - x) / across;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(down - 1, y + 1); ny += 1) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(across - 1, x + 1); nx += 1) {
          const next = ny * across + nx;
          if (seen[next] || changes[next] < least) continue;
          seen[next] = 1;
          blocks.push(next);
        }
      }
    }
    if (blocks.length >= BLOCKS_MIN) spots.push(spotOf(blocks, across, down, tensors, changes));
  }
  spots.sort((a, b) => b.weight - a.weight);
  return spots.slice(0, most);
}

/** For each block how much changes in it, and the sums of squares that tell the direction. */
function changesOf({ grey, width, height }) {
  const across = Math.floor(width / BLOCK);
  const down = Math.floor(height / BLOCK);
  const tensors = new Float32Array(across * down * 3);
  const changes = new Float32Array(across * down);
  for (let place = 0; place < changes.length; place += 1) {
    const bx = place % across;
    const by = (place - bx) / across;
    let [xx, xy, yy] = [0, 0, 0];
    const bottom = Math.min((by + 1) * BLOCK, height - 2);
    const right = Math.min((bx + 1) * BLOCK, width - 2);
    for (let y = Math.max(by * BLOCK, 1); y < bottom; y += 2) {
      for (let x = Math.max(bx * BLOCK, 1); x < right; x += 2) {
        const at = y * width + x;
        // Over two pixels each: what a small sensor adds counts less.
        const dx = (grey[at + 2] + grey[at + 2 + width] - grey[at - 1] - grey[at - 1 + width]) / 2;
        const below = at + 2 * width;
        const dy = (grey[below] + grey[below + 1] - grey[at - width] - grey[at - width + 1]) / 2;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
      }
    }
    tensors.set([xx, xy, yy], 3 * place);
    changes[place] = Math.sqrt((xx + yy) / ((BLOCK * BLOCK) / 4));
  }
  return { across, down, tensors, changes };
}

function spotOf(blocks, across, down, tensors, changes) {
  let [left, top, right, bottom, weight] = [across, down, 0, 0, 0];
  let [xx, xy, yy] = [0, 0, 0];
  for (const place of blocks) {
    const x = place % across;
    const y = (place - x) / across;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    weight += changes[place] * (1.2 - Math.hypot(x / across - 0.5, y / down - 0.5));
    xx += tensors[3 * place];
    xy += tensors[3 * place + 1];
    yy += tensors[3 * place + 2];
  }
  return {
    x: left * BLOCK,
    y: top * BLOCK,
    width: (right - left + 1) * BLOCK,
    height: (bottom - top + 1) * BLOCK,
    weight,
    aligned: Math.hypot(xx - yy, 2 * xy) / (xx + yy || 1) >= ALIGNED,
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}

// A linear code laid level: this much of its bars' height, and this air at each end.
const HEIGHT = 0.8;
const AIR = 20;
const SAMPLES_MAX = 24;

/**
 * A linear code laid level and enlarged along itself: `strips` lines, each the mean over its part
 * of the bars' height, which takes most of the noise. With the line in the picture through its
 * middle, `from` and `to`.
 */
export function leveled({ grey, width, height }, spot, scale, strips) {
  const [cos, sin] = [Math.cos(spot.angle), Math.sin(spot.angle)];
  const [wide, flat] = [Math.abs(cos), Math.abs(sin)];
  const slant = wide * wide - flat * flat;
  // The sides of the slanted bar code in the box around it; at 45 degrees the box does not tell.
  const tells = Math.abs(slant) > 0.3;
  const long = tells
    ? (spot.width * wide - spot.height * flat) / slant
    : Math.hypot(spot.width, spot.height);
  const high = tells
    ? (spot.height * wide - spot.width * flat) / slant
    : Math.min(spot.width, spot.height) / 2;
  const length = Math.max(long, 0) + 2 * AIR;
  const bars = Math.max(12, high * HEIGHT);
  const [midX, midY] = [spot.x + spot.width / 2, spot.y + spot.height / 2];
  const columns = Math.max(1, Math.round(length * scale));
  const samples = Math.max(1, Math.min(SAMPLES_MAX, Math.round(bars / strips)));
  const lines = new Uint8Array(columns * strips);
  for (let strip = 0; strip < strips; strip += 1) {
    const sums = new Float32Array(columns);
    for (let sample = 0; sample < samples; sample += 1) {
      const across = ((strip + (sample + 0.5) / samples) / strips - 0.5) * bars;
      for (let column = 0; column < columns; column += 1) {
        const along = (column + 0.5) / scale - length / 2;
        const x = Math.min(Math.max(midX + along * cos - across * sin, 0), width - 1.001);
        const y = Math.min(Math.max(midY + along * sin + across * cos, 0), height - 1.001);
        const at = Math.floor(y) * width + Math.floor(x);
        const [fx, fy] = [x - Math.floor(x), y - Math.floor(y)];
        const above = grey[at] * (1 - fx) + grey[at + 1] * fx;
        const below = grey[at + width] * (1 - fx) + grey[at + width + 1] * fx;
        sums[column] += above * (1 - fy) + below * fy;
      }
    }
    for (let column = 0; column < columns; column += 1) {
      lines[strip * columns + column] = sums[column] / samples + 0.5;
    }
  }
  const end = (sign) => [midX + (sign * cos * length) / 2, midY + (sign * sin * length) / 2];
  return { grey: lines, width: columns, height: strips, from: end(-1), to: end(1) };
}
