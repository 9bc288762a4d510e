// Dexie, told to be strict.

import Dexie from "dexie";

export default {
  name: "dexie",
  async open(name) {
    const database = new Dexie(name, { chromeTransactionDurability: "strict" });
    database.version(1).stores({ records: "id" });
    return database.open();
  },
  put: (database, record) => database.records.put(record),
  bulk: (database, records) => database.records.bulkPut(records),
  remove: database => database.delete(),
};
