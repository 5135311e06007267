-- Whose keys are revoked (protocol.md section 3.4), also of organisations that are not known here yet.
CREATE TABLE revocation(
    node   BLOB PRIMARY KEY,
    cards  INTEGER NOT NULL,   -- all keys of its cards up to this version
    since  INTEGER NOT NULL,   -- from when on they may have been in other hands
    taken  INTEGER NOT NULL,   -- here
    reason TEXT NOT NULL,
    words  TEXT NOT NULL       -- as they were signed, a line each
) STRICT, WITHOUT ROWID;
ALTER TABLE peer ADD COLUMN paired_card INTEGER NOT NULL DEFAULT 1; -- its card when the pair met
ALTER TABLE peer ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;   -- by two people here, since when
