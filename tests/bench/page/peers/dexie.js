// Dexie, told to be strict.

import Dexie from "dexie";

export default {
  name: "dexie",
  async open(name) {
    const database = new Dexie(name, { chromeTransactionDurability: "strict" });
    database.version(1).stores({ records: "id, holder" });
    return database.open();
  },
  put: (database, record) => database.records.put(record),
  bulk: (database, records) => database.records.bulkPut(records),
  all: database => database.records.toArray(),
  held_by: (database, holder) => database.records.where("holder").equals(holder).toArray(),
  search: (database, fits) => database.records.filter(fits).toArray(),
  remove: database => database.delete(),
};
