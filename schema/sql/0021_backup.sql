-- Backups and what a restore leaves (protocol.md section 8).
CREATE TABLE recovery_holder(      -- any two of three open a backup
    place INTEGER PRIMARY KEY,     -- 1, 2, 3
    name  TEXT NOT NULL UNIQUE,    -- what to call her: a work name or a role
    key   TEXT NOT NULL,           -- age1pq…
    since INTEGER NOT NULL
) STRICT;
CREATE TABLE closed_log(           -- a log that a restore has closed: it is kept, nothing is added
    id        INTEGER PRIMARY KEY,
    origin    TEXT NOT NULL,
    key       BLOB NOT NULL,       -- that signed its heads
    size      INTEGER NOT NULL,    -- as restored
    root      BLOB NOT NULL,
    witnessed_size INTEGER NOT NULL, -- of the newest head that somebody else holds
    witnessed_root BLOB NOT NULL,
    closed    INTEGER NOT NULL
) STRICT;
CREATE TABLE closed_leaf(log INTEGER NOT NULL, idx INTEGER NOT NULL, rec BLOB NOT NULL, n BLOB NOT NULL,
    xref BLOB NOT NULL, verify BLOB, signature BLOB, PRIMARY KEY(log, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE closed_exchange(      -- what of it is one half of an exchange
    log     INTEGER NOT NULL,
    leaf    INTEGER NOT NULL,
    peer    BLOB NOT NULL,
    epoch   INTEGER NOT NULL,
    sent    INTEGER NOT NULL,
    state   INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    PRIMARY KEY(log, leaf)) STRICT, WITHOUT ROWID;
CREATE INDEX closed_exchange_peer ON closed_exchange(peer, epoch);
CREATE TABLE closed_head(          -- the heads that it had published, with their cosignatures
    log  INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY(log, hour)) STRICT, WITHOUT ROWID;
-- Since when we wait for what a peer holds of what we share (we were restored), and since when we owe
-- it the same (its log was restored); 0: no.
ALTER TABLE peer ADD COLUMN resync_awaited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peer ADD COLUMN resync_owed INTEGER NOT NULL DEFAULT 0;
CREATE TABLE resync_part(node BLOB NOT NULL, round BLOB NOT NULL, part INTEGER NOT NULL,
    PRIMARY KEY(node, round, part)) STRICT, WITHOUT ROWID;
CREATE TABLE resync_named(node BLOB NOT NULL, id BLOB NOT NULL, -- legs and grants that it has, it said
    PRIMARY KEY(node, id)) STRICT, WITHOUT ROWID;
