-- A small organisation's second person: a supervisor of a partner.
ALTER TABLE approval ADD COLUMN outside BLOB;      -- the partner that was asked

-- What partners ask our supervisors: which kind of act, until when; nothing else is told.
CREATE TABLE approval_for(
    id        BLOB PRIMARY KEY,
    peer      BLOB NOT NULL,
    act       INTEGER NOT NULL,
    in_effect INTEGER NOT NULL,           -- 1: done there on a yes by telephone
    due       INTEGER NOT NULL,
    answer    INTEGER NOT NULL DEFAULT 0  -- 1 agreed, 2 refused
) STRICT, WITHOUT ROWID;
