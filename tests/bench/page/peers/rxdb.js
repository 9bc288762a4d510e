// RxDB on Dexie, told to be strict. It keeps JSON.

import { createRxDatabase } from "rxdb/plugins/core";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";

const text = { type: "string" };
const number = { type: "number" };

const ENTRIES = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: { id: { ...text, maxLength: 120 }, place: number, bytes: text },
  required: ["id"],
};

const LINES = {
  ...ENTRIES,
  properties: {
    id: ENTRIES.properties.id,
    holder: { ...text, maxLength: 60 },
    name: text,
    lot: text,
    serial: text,
    expiry: text,
    location: text,
    quantity: number,
    text,
  },
  required: ["id", "holder"],
  indexes: ["holder"],
};

const plain = found => found.map(one => one._data);

export default {
  name: "rxdb",
  text: true,
  async open(name, { lines = false } = {}) {
    const storage = getRxStorageDexie({ chromeTransactionDurability: "strict" });
    const database = await createRxDatabase({ name, storage, multiInstance: false });
    await database.addCollections({ records: { schema: lines ? LINES : ENTRIES } });
    return database;
  },
  put: (database, record) => database.records.insert(record),
  bulk: (database, records) => database.records.bulkInsert(records),
  all: async database => plain(await database.records.find().exec()),
  held_by: async (database, holder) =>
    plain(await database.records.find({ selector: { holder } }).exec()),
  async search(database, _fits, words) {
    const selector = { $and: words.map(word => ({ text: { $regex: RegExp.escape?.(word) ?? word } })) };
    return plain(await database.records.find({ selector }).exec());
  },
  remove: database => database.remove(),
};
