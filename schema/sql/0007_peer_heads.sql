-- What peers' logs have shown us, and what could not be shown to be one log.
CREATE TABLE loose_head(         -- a head that is not proven to lie on one line with the one held
    node  BLOB NOT NULL,         -- whose log
    size  INTEGER NOT NULL,
    note  TEXT NOT NULL,         -- as signed
    since INTEGER NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0, -- how often its log has acknowledged that we asked for a proof
    PRIMARY KEY(node, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE log_dispute(        -- evidence that can be handed on: both heads as the log has signed them
    id     INTEGER PRIMARY KEY,
    node   BLOB NOT NULL,
    kind   INTEGER NOT NULL,     -- 1 two heads of one size, 2 a proof that fails, 3 disowned, 4 no proof came
    held   TEXT NOT NULL,
    shown  TEXT NOT NULL,
    found  INTEGER NOT NULL,
    ended  INTEGER NOT NULL DEFAULT 0,
    ending TEXT NOT NULL DEFAULT '',  -- PROVEN, SETTLED, RESTORED
    first_person BLOB            -- who asked to settle it; a second person must agree
) STRICT;
CREATE INDEX log_dispute_node ON log_dispute(node, ended);
