-- Every table leads with the organization, so that nothing ever has to look across them; the
-- three that cannot (logins, setup_links, throttles) say why.

CREATE TABLE organizations (
    organization   BLOB    NOT NULL PRIMARY KEY CHECK (length(organization) = 16),
    name           TEXT    NOT NULL,
    kind           INTEGER NOT NULL CHECK (kind IN (1, 2)), -- 1 manufacturer, 2 distributor
    demo           INTEGER NOT NULL CHECK (demo IN (0, 1)),
    incarnation    BLOB    NOT NULL CHECK (length(incarnation) = 16),
    founded_at_ms  INTEGER NOT NULL,
    revision       INTEGER NOT NULL, -- raised by every commit: whoever judged on another one judges again
    last_order     INTEGER NOT NULL  -- the last order number; gap-free from 1
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
    organization   BLOB    NOT NULL REFERENCES organizations,
    entry_order    INTEGER NOT NULL CHECK (entry_order > 0),
    id             BLOB    NOT NULL CHECK (length(id) = 16),
    device         BLOB    NOT NULL CHECK (length(device) = 16),
    sequence       INTEGER NOT NULL,
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),
    received_at_ms INTEGER NOT NULL,
    bytes          BLOB    NOT NULL,
    verdict        BLOB    NOT NULL,
    PRIMARY KEY (organization, entry_order)
) STRICT;

CREATE UNIQUE INDEX entries_by_id ON entries (organization, id);
-- Not unique: a second entry at one sequence is recorded as disputed (R32), it never vanishes.
CREATE INDEX entries_by_sequence ON entries (organization, device, sequence);

CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER entries_are_never_removed BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;

CREATE TABLE waiting (
    organization   BLOB    NOT NULL REFERENCES organizations,
    id             BLOB    NOT NULL CHECK (length(id) = 16),
    device         BLOB    NOT NULL CHECK (length(device) = 16),
    sequence       INTEGER NOT NULL,
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),
    received_at_ms INTEGER NOT NULL,
    bytes          BLOB    NOT NULL,
    ancestor       BLOB    NOT NULL CHECK (length(ancestor) = 16),
    PRIMARY KEY (organization, id)
) STRICT;

CREATE INDEX waiting_by_sequence ON waiting (organization, device, sequence);

CREATE TABLE quarantine (
    organization   BLOB    NOT NULL REFERENCES organizations,
    digest         BLOB    NOT NULL CHECK (length(digest) = 32),
    reason         TEXT    NOT NULL,
    delivered_by   BLOB    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    bytes          BLOB    NOT NULL,
    PRIMARY KEY (organization, digest)
) STRICT;

CREATE TABLE accounts (
    organization   BLOB    NOT NULL REFERENCES organizations,
    person         BLOB    NOT NULL CHECK (length(person) = 16),
    login          TEXT    NOT NULL REFERENCES logins,
    password_hash  TEXT    NOT NULL,
    changed_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (organization, person)
) STRICT, WITHOUT ROWID;

-- Across organizations: it is what tells to which one a login belongs.
CREATE TABLE logins (
    login          TEXT    NOT NULL PRIMARY KEY,
    organization   BLOB    NOT NULL,
    person         BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    organization   BLOB    NOT NULL REFERENCES organizations,
    token_hash     BLOB    NOT NULL CHECK (length(token_hash) = 32),
    person         BLOB    NOT NULL,
    expires_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (organization, token_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_person ON sessions (organization, person);

CREATE TABLE invites (
    organization   BLOB    NOT NULL REFERENCES organizations,
    token_hash     BLOB    NOT NULL CHECK (length(token_hash) = 32),
    person         BLOB    NOT NULL,
    invited_by     BLOB    NOT NULL,
    expires_at_ms  INTEGER NOT NULL,
    used           INTEGER NOT NULL CHECK (used IN (0, 1)),
    PRIMARY KEY (organization, token_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX invites_by_person ON invites (organization, person);

-- Of no organization: the link is what begins one.
CREATE TABLE setup_links (
    token_hash     BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    expires_at_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Of no organization: unknown logins are slowed down like known ones, or they could be told apart.
CREATE TABLE throttles (
    login_hash     BLOB    NOT NULL PRIMARY KEY CHECK (length(login_hash) = 32),
    failures       INTEGER NOT NULL,
    free_at_ms     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
