-- Pages of snapshots, so that a phone can load the rest from another instance or after a restart.
-- Derived from the ledger: they may be dropped at any time, and a backup leaves them out.

CREATE TABLE snapshots (
    organization   BLOB    NOT NULL REFERENCES organizations,
    person         BLOB    NOT NULL CHECK (length(person) = 16),
    snapshot_order INTEGER NOT NULL, -- the ledger's last order number when it was made
    build          TEXT    NOT NULL, -- another one may write other pages of the same state
    pages          INTEGER NOT NULL,
    made_at_ms     INTEGER NOT NULL,
    PRIMARY KEY (organization, person, snapshot_order)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot_pages (
    organization   BLOB    NOT NULL,
    person         BLOB    NOT NULL,
    snapshot_order INTEGER NOT NULL,
    page           INTEGER NOT NULL, -- from 0
    bytes          BLOB    NOT NULL, -- gzip
    PRIMARY KEY (organization, person, snapshot_order, page),
    FOREIGN KEY (organization, person, snapshot_order) REFERENCES snapshots ON DELETE CASCADE
) STRICT;
