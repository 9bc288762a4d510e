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

export default {
  name: "rxdb",
  text: true,
  async open(name) {
    const storage = getRxStorageDexie({ chromeTransactionDurability: "strict" });
    const database = await createRxDatabase({ name, storage, multiInstance: false });
    await database.addCollections({ records: { schema: ENTRIES } });
    return database;
  },
  put: (database, record) => database.records.insert(record),
  bulk: (database, records) => database.records.bulkInsert(records),
  remove: database => database.remove(),
};
