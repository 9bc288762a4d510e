// express-pouchdb with what replication needs and no more, its data in a folder of its own, beside
// the page that replicates to it. Prints its port when it listens.
//
// node peer_server.cjs PAGE DATA

const [page, data] = process.argv.slice(2);
const express = require("express");
const path = require("node:path");
const PouchDB = require("pouchdb").defaults({ prefix: path.join(data, path.sep) });

const databases = require("express-pouchdb")(PouchDB, {
  mode: "minimumForPouchDB",
  inMemoryConfig: true,
  logPath: path.join(data, "log.txt"),
});
const app = express();
app.use("/db", databases);
app.use(express.static(page));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
