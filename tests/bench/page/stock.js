// The lines of the app's own stock, copied to every library.

import { Desk, Start } from "./phone.js";
import { timed } from "./measure.js";
import raw from "./peers/raw.js";
import dexie from "./peers/dexie.js";
import rxdb from "./peers/rxdb.js";
import pouchdb from "./peers/pouchdb.js";

const PEERS = { raw, dexie, rxdb, pouchdb };

/** So many at once: more stops some of them. */
const PORTION = 5_000;

let desk;
let lines = [];

/** Signs this phone in for good; says who holds how many lines. */
export async function enter(login, password) {
  desk = await Desk.enter(login, password);
  lines = desk.lines().map(
    ([id, holder, name, lot, serial, expiry, location, quantity, text]) =>
      ({ id: `${holder}/${id}`, holder, name, lot, serial, expiry, location, quantity, text }),
  );
  const held = {};
  lines.forEach(({ holder }) => (held[holder] = (held[holder] ?? 0) + 1));
  return { lines: lines.length, held, mine: desk.mine() };
}

/** Fills the database of one library. */
export async function copy_to(name) {
  const peer = PEERS[name];
  const database = await peer.open(`lines-${name}`, { lines: true });
  for (let first = 0; first < lines.length; first += PORTION) {
    const portion = lines.slice(first, first + PORTION);
    const kept = peer.key ? portion.map(({ id, ...line }) => ({ [peer.key]: id, ...line })) : portion;
    await peer.bulk(database, kept);
  }
}

/** Milliseconds of each step of the app's start before it draws; the last is a part of the second. */
export async function start_of_app() {
  let start, known;
  const load = await timed(async () => (start = await Start.load(desk.database())));
  const read = await timed(() => (known = start.read()));
  const put_lines = await timed(() => known.put_lines());
  return { load, read, put_lines };
}
