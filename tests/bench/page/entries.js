// Movements: their commit, many at once, and the way to the server.

import { Desk, Ledger } from "./phone.js";
import { pause, timed, watched } from "./measure.js";
import { seen } from "./peers/strict.js";
import raw from "./peers/raw.js";
import dexie from "./peers/dexie.js";
import rxdb from "./peers/rxdb.js";
import pouchdb from "./peers/pouchdb.js";

/** All of them; the last once more, made strict by its name. */
const PEERS = [raw, dexie, rxdb, pouchdb, { ...pouchdb, name: "pouchdb made strict" }];

const named = (peer, what) => `${what}-${peer.name.replaceAll(" ", "-")}`;

const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");

/** The signed entries of a ledger. */
function entriesOf(ledger, count) {
  return Array.from({ length: count }, (_, place) => ({
    id: hex(ledger.id(place)),
    place,
    bytes: ledger.bytes(place),
  }));
}

/** Entries as a peer keeps them; where it keeps JSON, the text is made before the clock runs. */
function asKept(peer, entries) {
  return entries.map(({ id, place, bytes }) => ({
    [peer.key ?? "id"]: id,
    place,
    bytes: peer.text ? btoa(String.fromCharCode(...bytes)) : bytes,
  }));
}

/** The commit of one movement. All take turns, so that a moment's load meets all of them. */
export async function commit(warm, count) {
  const ledger = await Ledger.open("commit-strict-ours", warm + count);
  const entries = entriesOf(ledger, warm + count);
  const racers = [{ name: "baton", times: [], put: place => ledger.append(place, 1) }];
  for (const peer of PEERS) {
    const database = await peer.open(named(peer, "commit"));
    const kept = asKept(peer, entries);
    racers.push({ name: peer.name, times: [], put: place => peer.put(database, kept[place]) });
  }
  for (let place = 0; place < warm + count; place += 1) {
    for (let turn = 0; turn < racers.length; turn += 1) {
      // Nobody always comes after the same one.
      const racer = racers[(turn + place) % racers.length];
      await pause(2);
      const ms = await timed(() => racer.put(place));
      if (place >= warm) {
        racer.times.push(ms);
      }
    }
  }
  return {
    entry_bytes: entries[0].bytes.length,
    times: Object.fromEntries(racers.map(({ name, times }) => [name, times])),
    durability: { ...seen },
  };
}

/** Many records at once into a new database, each as its own row; and as a snapshot comes. */
export async function bulk(count, rounds) {
  const times = {};
  const note = (name, ms) => (times[name] ??= []).push(ms);
  for (let round = 0; round < rounds; round += 1) {
    const ledger = await Ledger.open(`bulk-strict-ours-${round}`, count);
    const entries = entriesOf(ledger, count);
    await pause(200);
    note("baton", await timed(() => ledger.append(0, count)));
    note("baton, as a snapshot", await timed(() => ledger.write_snapshot(count)));
    for (const peer of PEERS) {
      const database = await peer.open(named(peer, `bulk-${round}`));
      const kept = asKept(peer, entries);
      await pause(200);
      note(peer.name, await timed(() => peer.bulk(database, kept)));
      await peer.remove(database);
    }
  }
  return { times };
}

/** Sends queued acts from the app's own queue to its server. */
export async function drain(login, password, count) {
  const desk = await Desk.enter(login, password);
  while (await desk.exchange());
  await desk.receive(count, `drain-${Date.now()}`);
  await pause(500);
  let exchanges = 1;
  performance.clearResourceTimings();
  const figures = await watched(async () => {
    while (await desk.exchange()) {
      exchanges += 1;
    }
  });
  const asked = performance.getEntriesByType("resource");
  const asking = asked.filter((one) => one.name.endsWith("/api/v1/sync"));
  const asking_ms = asking.reduce((sum, one) => sum + one.duration, 0);
  return { ...figures, exchanges, asking_ms, left: desk.unconfirmed() };
}

/** Replicates as many documents of the same bytes to express-pouchdb, so many at once. */
export async function replicate(count, batch) {
  const name = `replicate-${batch}-${Date.now()}`;
  const ledger = await Ledger.open(`${name}-entries`, count);
  const local = await pouchdb.open(name);
  await pouchdb.bulk(local, asKept(pouchdb, entriesOf(ledger, count)));
  const remote = pouchdb.remote(`${location.origin}/db/${name}`);
  await remote.info();
  await pause(500);
  let written = 0;
  const figures = await watched(async () => {
    const done = await local.replicate.to(remote, { batch_size: batch });
    written = done.docs_written;
  });
  return { ...figures, left: count - written };
}
