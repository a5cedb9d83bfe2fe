-- What the user made, schema 1. A released schema never changes; the next one is a file of its own.
-- Times are microseconds since 1970, UTC.
CREATE TABLE profiles (
    id         TEXT PRIMARY KEY,
    folded     TEXT NOT NULL, -- the name in lower case
    body       TEXT NOT NULL, -- JSON of the profile
    removed_at INTEGER
);
CREATE UNIQUE INDEX profiles_by_name ON profiles (folded) WHERE removed_at IS NULL;
-- The tenant's rows that drafts began from, each once.
CREATE TABLE draft_bases (
    id      INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    rows    TEXT NOT NULL, -- JSON
    version INTEGER,
    etag    TEXT
);
CREATE INDEX draft_bases_by_profile ON draft_bases (profile);
-- The sandbox has a draft and no row in profiles, so profile refers to nothing.
CREATE TABLE draft_revisions (
    profile   TEXT NOT NULL,
    revision  INTEGER NOT NULL,
    name      TEXT NOT NULL,
    rows      TEXT NOT NULL, -- JSON
    row_count INTEGER NOT NULL,
    base      INTEGER NOT NULL REFERENCES draft_bases (id),
    saved_at  INTEGER NOT NULL,
    PRIMARY KEY (profile, revision)
);
CREATE INDEX draft_revisions_by_base ON draft_revisions (base);
CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL -- JSON
);
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    profile TEXT NOT NULL,
    action  TEXT NOT NULL,
    summary TEXT NOT NULL
);
CREATE INDEX audit_by_profile ON audit (profile, at);
CREATE INDEX audit_by_time ON audit (at);
