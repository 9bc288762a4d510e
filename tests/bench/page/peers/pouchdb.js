// PouchDB on its idb adapter. It keeps JSON, and cannot be told to be strict.

import PouchDB from "pouchdb";

export default {
  name: "pouchdb",
  text: true,
  key: "_id",
  open: async name => new PouchDB(name, { adapter: "idb" }),
  remote: address => new PouchDB(address),
  put: (database, record) => database.put(record),
  bulk: (database, records) => database.bulkDocs(records),
  remove: database => database.destroy(),
};
