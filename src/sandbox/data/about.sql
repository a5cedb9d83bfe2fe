-- What the owner of a sandbox says of a tenant, version 2: its name, its policy, how long requests are kept.

CREATE TABLE about (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX exchanges_failed ON exchanges (id) WHERE outcome = 'failure';
