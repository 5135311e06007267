-- The service directory and what is known of capacity. Nothing here concerns a person.

CREATE TABLE directory_service(
    service_id TEXT PRIMARY KEY,
    dataset    TEXT NOT NULL,            -- the short name given at import
    organisation TEXT NOT NULL,
    name       TEXT NOT NULL,
    programme  TEXT NOT NULL,
    classes    INTEGER NOT NULL,         -- bit per service class
    min_age    INTEGER,
    max_age    INTEGER,
    audience   INTEGER NOT NULL,         -- bit per audience
    features   INTEGER NOT NULL,         -- bit per feature
    languages  TEXT NOT NULL,            -- codes, a line each
    regions    TEXT NOT NULL,            -- a line each
    unit       TEXT,                     -- capacity as listed; NULL: none
    available  INTEGER,
    maximum    INTEGER,
    updated    INTEGER,
    kind       INTEGER,
    withheld   INTEGER NOT NULL,         -- 1: no physical place is listed
    status     INTEGER NOT NULL,
    assured    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_dataset ON directory_service(dataset);
CREATE INDEX directory_name ON directory_service(name, service_id);

-- By what number a feed calls a service.
CREATE TABLE directory_reference(
    feed       TEXT NOT NULL,
    number     TEXT NOT NULL,
    service_id TEXT NOT NULL,
    PRIMARY KEY(feed, number)
) STRICT, WITHOUT ROWID;

-- The newest figure of a feed for a service; it stands in for the listed one where it is newer.
CREATE TABLE capacity_update(
    service_id TEXT PRIMARY KEY,
    unit       TEXT NOT NULL,
    available  INTEGER NOT NULL,
    maximum    INTEGER,
    updated    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest T0 statement of each organisation for each service class, our own among them.
CREATE TABLE capacity_statement(
    node    BLOB NOT NULL,
    service INTEGER NOT NULL,
    as_of   INTEGER NOT NULL,
    body    TEXT NOT NULL,               -- as JSON
    PRIMARY KEY(node, service)
) STRICT, WITHOUT ROWID;
