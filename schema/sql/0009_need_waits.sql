-- What a need and a case wait for at their referrer.
ALTER TABLE need ADD COLUMN timer INTEGER NOT NULL DEFAULT 0;    -- when its next deadline falls due; 0: none
ALTER TABLE need ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;   -- when she was handed over
ALTER TABLE need ADD COLUMN followed INTEGER NOT NULL DEFAULT 0; -- follow-ups that are over
ALTER TABLE need ADD COLUMN interim INTEGER NOT NULL DEFAULT 0;  -- a safe stay for now: 0 not said, 1 yes, 2 no
CREATE INDEX need_timer ON need(timer) WHERE timer > 0;
ALTER TABLE survivor_case ADD COLUMN idle INTEGER NOT NULL DEFAULT 0; -- since when no need is open; 0: one is
ALTER TABLE survivor_case ADD COLUMN siblings BLOB;                   -- random, local; NULL: none known here
CREATE INDEX case_siblings ON survivor_case(siblings) WHERE siblings IS NOT NULL;
