// The rescue page: saves what is unsent to a file, without the wasm that may be what is broken.
//
// It reads, and writes nothing: databases are opened as they are, in whatever version they have.
// The file is the one that the app itself exports: a CBOR array of the signed entries, in the
// order of their sequence. Each entry carries its own signature, so a file is as good as a phone.
"use strict";

const PREFIX = "baton.";
const RESIDENTS = "baton.residents";
const REPORT = "baton.report";
const OUTBOX = "outbox";

/** Reads localStorage, which a browser may forbid. */
function remembered(key) {
  try {
    return localStorage.getItem(key) || "";
  } catch {
    return "";
  }
}

/** Who used this phone: database name → words. One line each: organization, person, names. */
function residents() {
  const named = new Map();
  for (const row of remembered(RESIDENTS).split("\n")) {
    const [organization, person, name, organizationName] = row.split("\t");
    if (person) named.set(`${PREFIX}${organization}.${person}`, `${name}, ${organizationName}`);
  }
  return named;
}

/** The names of the app's databases. A browser that cannot list them is asked by what was remembered. */
async function databaseNames(named) {
  const names = new Set(named.keys());
  if (indexedDB.databases) {
    for (const { name } of await indexedDB.databases()) {
      if (name && name.startsWith(PREFIX)) names.add(name);
    }
  }
  return [...names].sort();
}

/** Opens a database as it is; null where there is none, which must not make one. */
function openAsItIs(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let fresh = false;
    request.onupgradeneeded = () => {
      fresh = true;
      request.transaction.abort();
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => (fresh ? resolve(null) : reject(request.error));
    request.onblocked = () => reject(new Error("Another tab holds the data. Close it, then reload this page."));
  });
}

/** The signed entries that the server has not confirmed, oldest first. */
async function unsentEntries(name) {
  const database = await openAsItIs(name);
  if (!database) return [];
  try {
    if (!database.objectStoreNames.contains(OUTBOX)) return [];
    const rows = await new Promise((resolve, reject) => {
      const request = database.transaction(OUTBOX).objectStore(OUTBOX).getAll();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return rows.sort((one, other) => one.place - other.place).map((row) => new Uint8Array(row.bytes));
  } finally {
    database.close();
  }
}

/** A CBOR head: major type and length (RFC 8949, section 3). */
function head(major, length) {
  const type = major << 5;
  if (length < 24) return [type | length];
  if (length < 0x100) return [type | 24, length];
  if (length < 0x10000) return [type | 25, length >> 8, length & 0xff];
  return [type | 26, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
}

/** The file: an array of byte strings. */
function exportFile(entries) {
  const parts = [new Uint8Array(head(4, entries.length))];
  for (const entry of entries) parts.push(new Uint8Array(head(2, entry.length)), entry);
  return new Blob(parts, { type: "application/cbor" });
}

function save(entries) {
  const link = document.createElement("a");
  const address = URL.createObjectURL(exportFile(entries));
  link.href = address;
  link.download = `baton-unsent-${new Date().toISOString().slice(0, 10)}.cbor`;
  document.body.append(link);
  link.click();
  link.remove();
  // The download reads the address after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function element(kind, words, properties = {}) {
  const made = document.createElement(kind);
  made.textContent = words;
  return Object.assign(made, properties);
}

function shown(words, entries) {
  const item = document.createElement("li");
  const count = entries.length === 1 ? "1 movement is" : `${entries.length} movements are`;
  item.append(element("strong", words));
  if (entries.length === 0) {
    item.append(element("p", "Everything is with the server."));
    return item;
  }
  const button = element("button", "Save it as a file", { type: "button", className: "button" });
  button.dataset.testid = "rescue-save";
  button.addEventListener("click", () => save(entries));
  item.append(element("p", `${count} only on this phone. Save the file and give it to the office.`), button);
  return item;
}

async function showUnsent() {
  const place = document.getElementById("unsent");
  try {
    const named = residents();
    const list = document.createElement("ul");
    for (const name of await databaseNames(named)) {
      list.append(shown(named.get(name) || "Somebody who used this phone", await unsentEntries(name)));
    }
    place.replaceChildren(list.childElementCount ? list : element("p", "Nobody has recorded anything on this phone."));
  } catch (error) {
    place.replaceChildren(
      element("p", `The saved data cannot be read now (${error.message || error.name}). Restart the phone and open this page again before you do anything else.`),
    );
  }
}

/** Forgets the stored program, so that the next start fetches it. Data is not touched. */
async function fetchAnew() {
  const answer = document.getElementById("fetch-answer");
  if (!navigator.onLine) {
    answer.textContent = "There is no network now. The stored program stays, so that Baton can still start.";
    return;
  }
  try {
    const workers = navigator.serviceWorker ? await navigator.serviceWorker.getRegistrations() : [];
    await Promise.all(workers.map((worker) => worker.unregister()));
    const kept = self.caches ? await caches.keys() : [];
    await Promise.all(kept.map((name) => caches.delete(name)));
    location.assign("/");
  } catch (error) {
    answer.textContent = `That did not work (${error.message || error.name}).`;
  }
}

async function copyReport() {
  const answer = document.getElementById("copy-answer");
  try {
    await navigator.clipboard.writeText(document.getElementById("report").textContent);
    answer.textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(document.getElementById("report"));
    answer.textContent = "The browser does not let the page copy. The report is selected: copy it by hand.";
  }
}

document.getElementById("fetch").addEventListener("click", fetchAnew);
document.getElementById("copy").addEventListener("click", copyReport);
const report = remembered(REPORT);
if (report) document.getElementById("report").textContent = `${report}\n${navigator.userAgent}`;
showUnsent();
