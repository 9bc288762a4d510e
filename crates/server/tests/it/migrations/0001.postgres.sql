-- A database as version 1 left it: one organization, its Admin, a phone and a session.
-- Never edited: it stands for the databases that are out there.

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

CREATE TABLE baton_schema (version bigint NOT NULL);
INSERT INTO baton_schema VALUES (1);
INSERT INTO organizations VALUES ('\x01a20dcfea81700093e1e5bcd407f357', 'North', 2, 0, '\x3158e45d9e2be20b6d7352f444189faa', 1795528059521, 2, 3);
INSERT INTO entries VALUES ('\x01a20dcfea81700093e1e5bcd407f357', 1, '\x01a20dcfea817002b8c54179cb9c7fa7', '\x01a20dcfe13d70009bb98ae511fc0b6c', 1, '\xed1ca8112e2865786ce77351ddf9efa34611dc7ec865a4ec3b23769112d00467', 1795528059521, '\xd28455a20126045001a20dcfe13d70009bb98ae511fc0b6ca05881a90001015001a20dcfea817002b8c54179cb9c7fa7025001a20dcfea81700093e1e5bcd407f357035001a20dcfea817001a288bf5425fa4628040105811b000001a20dcfea81070108010d5834a201835001a20dcfea81700093e1e5bcd407f357654e6f7274680202845001a20dcfea817001a288bf5425fa46286341646101f55840a2c652be0e5b0ac7ee1f01780f897cbf12e4dac703f042416356544593ac96cf72b7ddd65ed89026093483a6f303530ec72ef62218deede9fd1a67deb38cea07', '\x80');
INSERT INTO entries VALUES ('\x01a20dcfea81700093e1e5bcd407f357', 2, '\x01a20dcfea827000a0d2195d9dd91efe', '\x01a20dcfe13d70009bb98ae511fc0b6c', 2, '\x426625523ffb71982fff394160d8097c9cb5356166ce76e1cd1f56da7022e776', 1795528059521, '\xd28455a20126045001a20dcfe13d70009bb98ae511fc0b6ca0588ba90001015001a20dcfea827000a0d2195d9dd91efe025001a20dcfea81700093e1e5bcd407f357035001a20dcfea817001a288bf5425fa4628040205811b000001a20dcfea82070308010d583ea101835001a20dcfe13d70009bb98ae511fc0b6c5821036e4c4674af0cb19df3688cb693dafe8f5db665742024db7e6d17636a40118059665365727665725840961d5bc6a9f517277878969f13027a2460248b0a56802407afcd4f564021277c62d1db92228b5fb88bc52b5ca58bbb142fb124f4116607a3e2780b8686196c3e', '\x80');
INSERT INTO entries VALUES ('\x01a20dcfea81700093e1e5bcd407f357', 3, '\x01a20dcfed667001b6dd19cb5c5c4367', '\x01a20dcfe13d70009bb98ae511fc0b6c', 3, '\x3cdfabc49d89684a4abfcb7e114f94df1d54ce89e9c06ab58e526632da3a04aa', 1795528060271, '\xd28455a20126045001a20dcfe13d70009bb98ae511fc0b6ca0589da90001015001a20dcfed667001b6dd19cb5c5c4367025001a20dcfea81700093e1e5bcd407f357035001a20dcfea817001a288bf5425fa4628040305811b000001a20dcfed66070308010d5850a101845001a20dcfed667000b89c0068dbe48abe5821036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c29667412070686f6e655001a20dcfea817001a288bf5425fa462858409addc45ef6aafd20eba2f754f7d5e4c62347db52c43ade08f198b634a5ef9859314da0ef14423de865864d1cbfa69c6ed12c956891d2c9e8e918e936e0b6efe8', '\x80');
INSERT INTO logins VALUES ('ada@north', '\x01a20dcfea81700093e1e5bcd407f357', '\x01a20dcfea817001a288bf5425fa4628');
INSERT INTO accounts VALUES ('\x01a20dcfea81700093e1e5bcd407f357', '\x01a20dcfea817001a288bf5425fa4628', 'ada@north', '$argon2id$v=19$m=19456,t=2,p=1$1ZxR/yd6c0uaVyZUgVLsig$tpIRCqYmHzbHgTNNd+9jX/OQwgi1P1E6eEcEgpxpbwo', 1795528059521);
INSERT INTO sessions VALUES ('\x01a20dcfea81700093e1e5bcd407f357', '\x2341015facf19c9d15105a156b49ddbdc6837ac6821b910e2914cd51f5b62332', '\x01a20dcfea817001a288bf5425fa4628', 1798120059533);
