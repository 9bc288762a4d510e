// A list of stock lines by one library: the least that an app over it would do. `?peer=NAME` reads
// all lines and shows the first; then it looks up and searches when told.

import { painted } from "./measure.js";

const LIBRARIES = {
  raw: () => import("./peers/raw.js"),
  dexie: () => import("./peers/dexie.js"),
  rxdb: () => import("./peers/rxdb.js"),
  pouchdb: () => import("./peers/pouchdb.js"),
};

/** Rows drawn at first, as in the app. */
const ROWS = 60;

/** Draws the first rows, by name and expiry, and how many there are. */
async function draw(lines) {
  const order = (one, other) =>
    one.name < other.name ? -1 : one.name > other.name ? 1
      : one.expiry < other.expiry ? -1 : one.expiry > other.expiry ? 1 : 0;
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  const rows = lines.sort(order).slice(0, ROWS).map(line => {
    const row = document.createElement("div");
    row.textContent = `${line.name} ${line.lot} ${line.serial} ${line.expiry} ${line.quantity}`;
    return row;
  });
  const head = document.createElement("p");
  head.textContent = `${lines.length} lines, ${pieces} pieces`;
  document.body.replaceChildren(head, ...rows);
  await painted();
}

const name = new URLSearchParams(location.search).get("peer");
const { default: peer } = await LIBRARIES[name]();
const database = await peer.open(`lines-${name}`, { lines: true });
const lines = await peer.all(database);
await draw(lines);
const opened_ms = performance.now();

/** Milliseconds until the answer is on the screen, and how many lines it has. */
async function asked(question) {
  const start = performance.now();
  const found = await question();
  await draw(found);
  return { ms: performance.now() - start, found: found.length };
}

window.list = {
  held_by: holder => asked(() => peer.held_by(database, holder)),
  search(typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(word => word);
    const fits = line => words.every(word => line.text.includes(word));
    return asked(() => peer.search(database, fits, words));
  },
};
window.opened = { ms: opened_ms, found: lines.length };
