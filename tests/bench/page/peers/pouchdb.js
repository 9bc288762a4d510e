// PouchDB on its idb adapter. It keeps JSON, and cannot be told to be strict. Lines are found by
// who holds them because their ids begin so, which is quicker than a query plugin.

import PouchDB from "pouchdb";

const docs = found => found.rows.map(row => row.doc);

export default {
  name: "pouchdb",
  text: true,
  key: "_id",
  open: async name => new PouchDB(name, { adapter: "idb" }),
  remote: address => new PouchDB(address),
  put: (database, record) => database.put(record),
  bulk: (database, records) => database.bulkDocs(records),
  all: async database => docs(await database.allDocs({ include_docs: true })),
  held_by: async (database, holder) =>
    docs(await database.allDocs({ include_docs: true, startkey: `${holder}/`, endkey: `${holder}/\uffff` })),
  async search(database, fits) {
    return docs(await database.allDocs({ include_docs: true })).filter(fits);
  },
  remove: database => database.destroy(),
};
