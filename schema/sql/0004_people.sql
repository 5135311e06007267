-- The people of this node (node/people): who works here, and who signed which entry of the log. Work
-- names and roles only, never the name of a person.

CREATE TABLE worker(
    id      BLOB PRIMARY KEY,           -- the owner of her passphrase slot
    name    TEXT NOT NULL UNIQUE,       -- never used again for somebody else
    roles   INTEGER NOT NULL,           -- bit n: role n
    team    TEXT NOT NULL DEFAULT '',
    verify  BLOB NOT NULL,              -- her signing key in force, Ed25519
    sealed  BLOB NOT NULL,              -- its private half, under her passphrase; empty once she left
    sealed_next BLOB NOT NULL DEFAULT x'', -- the same under a passphrase that is being changed
    joined  INTEGER NOT NULL,
    left_at INTEGER NOT NULL DEFAULT 0  -- 0: she works here
) STRICT, WITHOUT ROWID;
-- Every key that ever signed here: what it signed stays hers.
CREATE TABLE worker_key(
    verify BLOB PRIMARY KEY,
    worker BLOB NOT NULL REFERENCES worker(id),
    since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE signed_act(
    leaf      INTEGER PRIMARY KEY,      -- the entry of the log
    verify    BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
