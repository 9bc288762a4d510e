-- The same tables as SQLite's migration of this number, under the same names. Every table leads
-- with the organization; the three that cannot (logins, setup_links, throttles) say why.

CREATE TABLE organizations (
    organization   bytea  NOT NULL PRIMARY KEY CHECK (length(organization) = 16),
    name           text   NOT NULL,
    kind           bigint NOT NULL CHECK (kind IN (1, 2)), -- 1 manufacturer, 2 distributor
    demo           bigint NOT NULL CHECK (demo IN (0, 1)),
    incarnation    bytea  NOT NULL CHECK (length(incarnation) = 16),
    founded_at_ms  bigint NOT NULL,
    revision       bigint NOT NULL, -- raised by every commit: whoever judged on another one judges again
    last_order     bigint NOT NULL  -- the last order number; gap-free from 1
) WITH (fillfactor = 50); -- each commit rewrites one row; on the same page that costs no index entry

CREATE TABLE entries (
    organization   bytea  NOT NULL REFERENCES organizations,
    entry_order    bigint NOT NULL CHECK (entry_order > 0),
    id             bytea  NOT NULL CHECK (length(id) = 16),
    device         bytea  NOT NULL CHECK (length(device) = 16),
    sequence       bigint NOT NULL,
    hash           bytea  NOT NULL CHECK (length(hash) = 32),
    received_at_ms bigint NOT NULL,
    bytes          bytea  NOT NULL,
    verdict        bytea  NOT NULL,
    PRIMARY KEY (organization, entry_order)
);

CREATE UNIQUE INDEX entries_by_id ON entries (organization, id);
-- Not unique: a second entry at one sequence is recorded as disputed (R32), it never vanishes.
CREATE INDEX entries_by_sequence ON entries (organization, device, sequence);

CREATE FUNCTION entries_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entries are append-only'; END $$;

CREATE TRIGGER entries_are_never_changed BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION entries_are_append_only();
CREATE TRIGGER entries_are_never_emptied BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION entries_are_append_only();

CREATE TABLE waiting (
    organization   bytea  NOT NULL REFERENCES organizations,
    id             bytea  NOT NULL CHECK (length(id) = 16),
    device         bytea  NOT NULL CHECK (length(device) = 16),
    sequence       bigint NOT NULL,
    hash           bytea  NOT NULL CHECK (length(hash) = 32),
    received_at_ms bigint NOT NULL,
    bytes          bytea  NOT NULL,
    ancestor       bytea  NOT NULL CHECK (length(ancestor) = 16),
    PRIMARY KEY (organization, id)
);

CREATE INDEX waiting_by_sequence ON waiting (organization, device, sequence);

CREATE TABLE quarantine (
    organization   bytea  NOT NULL REFERENCES organizations,
    digest         bytea  NOT NULL CHECK (length(digest) = 32),
    reason         text   NOT NULL,
    delivered_by   bytea  NOT NULL,
    received_at_ms bigint NOT NULL,
    bytes          bytea  NOT NULL,
    PRIMARY KEY (organization, digest)
);

-- Across organizations: it is what tells to which one a login belongs.
CREATE TABLE logins (
    login          text   NOT NULL PRIMARY KEY,
    organization   bytea  NOT NULL,
    person         bytea  NOT NULL
);

CREATE TABLE accounts (
    organization   bytea  NOT NULL REFERENCES organizations,
    person         bytea  NOT NULL CHECK (length(person) = 16),
    login          text   NOT NULL REFERENCES logins,
    password_hash  text   NOT NULL,
    changed_at_ms  bigint NOT NULL,
    PRIMARY KEY (organization, person)
);

CREATE TABLE sessions (
    organization   bytea  NOT NULL REFERENCES organizations,
    token_hash     bytea  NOT NULL CHECK (length(token_hash) = 32),
    person         bytea  NOT NULL,
    expires_at_ms  bigint NOT NULL,
    PRIMARY KEY (organization, token_hash)
);

CREATE INDEX sessions_by_person ON sessions (organization, person);

CREATE TABLE invites (
    organization   bytea  NOT NULL REFERENCES organizations,
    token_hash     bytea  NOT NULL CHECK (length(token_hash) = 32),
    person         bytea  NOT NULL,
    invited_by     bytea  NOT NULL,
    expires_at_ms  bigint NOT NULL,
    used           bigint NOT NULL CHECK (used IN (0, 1)),
    PRIMARY KEY (organization, token_hash)
);

CREATE INDEX invites_by_person ON invites (organization, person);

-- Of no organization: the link is what begins one.
CREATE TABLE setup_links (
    token_hash     bytea  NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    expires_at_ms  bigint NOT NULL
);

-- Of no organization: unknown logins are slowed down like known ones, or they could be told apart.
CREATE TABLE throttles (
    login_hash     bytea  NOT NULL PRIMARY KEY CHECK (length(login_hash) = 32),
    failures       bigint NOT NULL,
    free_at_ms     bigint NOT NULL
);
