// Databases whose name holds this word are written strictly, whether or not their library can be
// told; and what every database was seen to write with.

const STRICT = "strict";

export const seen = {};

const original = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const made = this.name.includes(STRICT) ? { ...options, durability: "strict" } : options;
  const transaction = original.call(this, stores, mode, made);
  if (mode === "readwrite") {
    seen[this.name] = transaction.durability;
  }
  return transaction;
};
