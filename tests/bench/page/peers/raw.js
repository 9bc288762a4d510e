// IndexedDB as it is.

const done = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const completed = transaction => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error);
});

const reading = database => database.transaction("records").objectStore("records");

async function bulk(database, records) {
  const writing = database.transaction("records", "readwrite", { durability: "strict" });
  const store = writing.objectStore("records");
  records.forEach(record => store.put(record));
  writing.commit();
  await completed(writing);
}

export default {
  name: "raw",
  async open(name) {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("records", { keyPath: "id" }).createIndex("holder", "holder");
    };
    return done(opening);
  },
  put: (database, record) => bulk(database, [record]),
  bulk,
  all: database => done(reading(database).getAll()),
  held_by: (database, holder) => done(reading(database).index("holder").getAll(holder)),
  async search(database, fits) {
    return (await done(reading(database).getAll())).filter(fits);
  },
  async remove(database) {
    database.close();
    await done(indexedDB.deleteDatabase(database.name));
  },
};
