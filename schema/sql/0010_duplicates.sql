-- A leg whose survivor may be known to another referrer too.
CREATE TABLE duplicate(
    leg   BLOB PRIMARY KEY,
    other BLOB,                          -- at the recipient: the leg of the other referrer
    opted INTEGER NOT NULL DEFAULT 0,    -- the referrer of this leg agrees to talk
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
