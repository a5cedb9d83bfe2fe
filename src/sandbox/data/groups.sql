-- Groups, version 4, and a user's externalId by index.

CREATE TABLE groups (
    seq      INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    resource TEXT NOT NULL,         -- the SCIM resource without its members
    created  INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    version  INTEGER NOT NULL
) STRICT;
CREATE TABLE group_members (
    group_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    member   TEXT NOT NULL,         -- the id of a user or a group
    display  TEXT,                  -- as the directory sent it
    PRIMARY KEY (group_id, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX group_members_by_member ON group_members (member, group_id);
CREATE INDEX users_by_external_id ON users (json_extract(resource, '$.externalId'));
