-- The journal, schema 1. A released schema never changes; the next one is a file of its own.
CREATE TABLE profiles (
    number  INTEGER PRIMARY KEY,
    id      TEXT NOT NULL UNIQUE,
    records INTEGER NOT NULL DEFAULT 0
);
-- Users, errors, details and clients, each once; folded is what comparing uses.
CREATE TABLE texts (
    id     INTEGER PRIMARY KEY,
    text   TEXT NOT NULL UNIQUE,
    folded TEXT NOT NULL
);
CREATE INDEX texts_by_folded ON texts (folded);
-- The attributes that a request carried; directories send the same few sets again and again.
CREATE TABLE attribute_sets (
    id    INTEGER PRIMARY KEY,
    names TEXT NOT NULL UNIQUE
);
CREATE TABLE attribute_members (
    set_id INTEGER NOT NULL REFERENCES attribute_sets (id) ON DELETE CASCADE,
    name   TEXT NOT NULL,
    folded TEXT NOT NULL,
    short  TEXT NOT NULL,
    PRIMARY KEY (set_id, name)
) WITHOUT ROWID;
CREATE TABLE records (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    profile      INTEGER NOT NULL REFERENCES profiles (number),
    source       INTEGER NOT NULL,
    source_id    TEXT NOT NULL,
    at           INTEGER NOT NULL, -- microseconds since 1970, UTC
    method       TEXT NOT NULL,
    path         TEXT NOT NULL,
    status       INTEGER,
    outcome      INTEGER NOT NULL,
    operation    INTEGER NOT NULL,
    user         INTEGER, -- texts.id, as error, detail and client
    resource_id  TEXT,
    error        INTEGER,
    detail       INTEGER,
    duration_ms  INTEGER,
    client       INTEGER,
    attributes   INTEGER, -- attribute_sets.id
    has_exchange INTEGER NOT NULL,
    UNIQUE (profile, source, source_id)
);
-- Holds all that listing and counting need, so that they never touch the table.
CREATE INDEX records_by_time ON records (profile, at, key, outcome, operation, error, client);
CREATE INDEX records_by_user ON records (profile, user, at);
CREATE INDEX records_by_outcome ON records (profile, outcome, at);
-- JSON of exchange, landing and event, zstd.
CREATE TABLE payloads (
    key  INTEGER PRIMARY KEY REFERENCES records (key) ON DELETE CASCADE,
    body BLOB NOT NULL
);
