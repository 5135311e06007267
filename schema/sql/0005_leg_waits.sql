-- What a person or the node itself minds about a leg that only waits.
ALTER TABLE leg ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;       -- re-confirmed, in this state
ALTER TABLE leg ADD COLUMN review_due INTEGER NOT NULL DEFAULT 0; -- of a no that was said at once
