-- Numbers without people. What a half-year's tables say is kept as published: never the counts
-- behind them, and never again from other records.
CREATE TABLE half_year(
    period  TEXT PRIMARY KEY,            -- "2026-H1"
    counted INTEGER NOT NULL,
    tables  TEXT NOT NULL                -- JSON: schema/numbers.h
) STRICT, WITHOUT ROWID;

-- How a recipient answered one of our questions, kept when the leg has moved on.
CREATE TABLE leg_answer(
    leg    BLOB PRIMARY KEY,
    at     INTEGER NOT NULL,             -- of the first answer
    kind   INTEGER NOT NULL,             -- of the newest: 0 offered, 1 on the waiting list, 2 declined
    reason TEXT NOT NULL                 -- of a decline
) STRICT, WITHOUT ROWID;
CREATE INDEX need_opened ON need(opened);
CREATE INDEX leg_opened ON leg(opened) WHERE ours=1;
