-- The journal, schema 2: columns of many records as one blob, payloads of many records as another.
-- A record's key is its profile's number times 2^32 plus its own number, which is counted up and never given again.
-- It stands in for schema 1, whose tables are emptied into these (migrating.rs) and dropped.
ALTER TABLE profiles RENAME TO profiles_1;
CREATE TABLE profiles (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT NOT NULL UNIQUE,
    records INTEGER NOT NULL DEFAULT 0,
    next    INTEGER NOT NULL DEFAULT 1, -- the next record's number
    change  INTEGER NOT NULL DEFAULT 0, -- counted up with each write
    epoch   INTEGER NOT NULL DEFAULT 0  -- counted up when records are forgotten
);
-- Lines, columns.rs. A segment covers the records from its key on, as many as it holds.
CREATE TABLE segments (
    key     INTEGER PRIMARY KEY,
    change  INTEGER NOT NULL, -- the profile's, when it was written
    columns BLOB NOT NULL
);
-- JSON of exchange, landing and event, payload.rs. A block covers the records from its key on, as many as it holds.
CREATE TABLE blocks (
    key  INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
-- What stands behind a line that came without it at first: a block of one, in place of the one in `blocks`.
CREATE TABLE completions (
    key  INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
