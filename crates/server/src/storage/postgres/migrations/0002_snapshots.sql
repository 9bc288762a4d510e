-- Pages of snapshots, so that a phone can load the rest from another instance or after a restart.
-- Derived from the ledger: they may be dropped at any time, and a backup leaves them out.

CREATE TABLE snapshots (
    organization   bytea  NOT NULL REFERENCES organizations,
    person         bytea  NOT NULL CHECK (length(person) = 16),
    snapshot_order bigint NOT NULL, -- the ledger's last order number when it was made
    build          text   NOT NULL, -- another one may write other pages of the same state
    pages          bigint NOT NULL,
    made_at_ms     bigint NOT NULL,
    PRIMARY KEY (organization, person, snapshot_order)
);

CREATE TABLE snapshot_pages (
    organization   bytea  NOT NULL,
    person         bytea  NOT NULL,
    snapshot_order bigint NOT NULL,
    page           bigint NOT NULL, -- from 0
    bytes          bytea  NOT NULL, -- gzip
    PRIMARY KEY (organization, person, snapshot_order, page),
    FOREIGN KEY (organization, person, snapshot_order) REFERENCES snapshots ON DELETE CASCADE
);

-- They are compressed already.
ALTER TABLE snapshot_pages ALTER COLUMN bytes SET STORAGE EXTERNAL;
