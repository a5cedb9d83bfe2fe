-- The sandbox tenant, version 1. Times are milliseconds since 1970, UTC.

CREATE TABLE users (
    seq       INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    user_key  TEXT NOT NULL UNIQUE,  -- userName in lower case: RFC 7643 §4.1.1 compares it without case
    resource  TEXT NOT NULL,         -- the whole SCIM resource as received
    profile   TEXT NOT NULL,         -- what landed: attribute -> value
    created   INTEGER NOT NULL,
    modified  INTEGER NOT NULL,
    version   INTEGER NOT NULL
) STRICT;

CREATE TABLE exchanges (
    id               INTEGER PRIMARY KEY,  -- counts up: only the oldest rows are ever removed
    at               INTEGER NOT NULL,
    method           TEXT NOT NULL,
    path             TEXT NOT NULL,
    status           INTEGER NOT NULL,
    outcome          TEXT NOT NULL,
    operation        TEXT NOT NULL,
    user             TEXT,
    user_key         TEXT,
    resource_id      TEXT,
    scim_type        TEXT,
    detail           TEXT,
    duration_ms      INTEGER NOT NULL,
    client           TEXT NOT NULL,
    token_id         TEXT,
    request_headers  TEXT NOT NULL,
    request_body     TEXT NOT NULL,
    response_headers TEXT NOT NULL,
    response_body    TEXT NOT NULL,
    landing          TEXT NOT NULL
) STRICT;
CREATE INDEX exchanges_by_user ON exchanges (user_key, id) WHERE user_key IS NOT NULL;

CREATE TABLE mapping_sets (
    version  INTEGER PRIMARY KEY,
    mappings TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
INSERT INTO mapping_sets VALUES (1, '[
    {"attribute":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber","field":"employeenumber"},
    {"attribute":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter","field":"costcentre"},
    {"attribute":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","field":"department"},
    {"attribute":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division","field":"division"}]', 0);

CREATE TABLE custom_fields (
    ref   TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    kind  TEXT NOT NULL CHECK (kind IN ('text', 'checkbox'))
) STRICT;
INSERT INTO custom_fields (ref, label, kind) VALUES
    ('companyname', 'Company name', 'text'),
    ('contracttype', 'Contract type', 'text'),
    ('costcentre', 'Cost centre', 'text'),
    ('department', 'Department', 'text'),
    ('division', 'Division', 'text'),
    ('employeenumber', 'Employee number', 'text'),
    ('firstaider', 'First aider', 'checkbox'),
    ('organisation', 'Organisation', 'text'),
    ('startdate', 'Start date', 'text'),
    ('team', 'Team', 'text'),
    ('worklocation', 'Work location', 'text');

CREATE TABLE tokens (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    hash      BLOB NOT NULL UNIQUE,  -- SHA-256; the value itself is never kept
    created   INTEGER NOT NULL,
    expires   INTEGER,
    last_used INTEGER
) STRICT;
