-- Witnesses: what ours have said of our published heads, and what we hold as a witness of others' logs.
CREATE TABLE head_cosignature(
    origin  TEXT NOT NULL,       -- of our log: another one after a restore
    size    INTEGER NOT NULL,    -- of the published head
    witness TEXT NOT NULL,       -- its name in the signature
    line    TEXT NOT NULL,       -- as signed
    at      INTEGER NOT NULL,    -- when it came
    PRIMARY KEY(origin, size, witness)
) STRICT, WITHOUT ROWID;
CREATE TABLE own_witness(
    node     BLOB PRIMARY KEY,
    held     INTEGER NOT NULL DEFAULT 0,  -- the size that it holds of our log
    answered INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- The newest head of each log that we have cosigned: it is never followed by a smaller one, nor by
-- another of its size.
CREATE TABLE witnessed(
    origin TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    root   BLOB NOT NULL,
    note   TEXT NOT NULL,        -- as its log has signed it
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- The newest head of a partner's log that its witnesses have cosigned, and, an hour at a time, the
-- newest of those that were shown since.
ALTER TABLE peer ADD COLUMN cosigned TEXT NOT NULL DEFAULT '';
ALTER TABLE peer ADD COLUMN cosigned_size INTEGER NOT NULL DEFAULT 0;
CREATE TABLE uncovered_head(
    node  BLOB NOT NULL,
    hour  INTEGER NOT NULL,      -- unix / 3600
    size  INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY(node, hour)
) STRICT, WITHOUT ROWID;
-- Grants that a recipient has refused until our log is witnessed again.
CREATE TABLE refused_grant(id BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
