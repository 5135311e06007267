-- Who said a no that is still to be reviewed, and which it was: the number of a worker, and nothing of the card, which
-- may be erased before. Until the review is done.
ALTER TABLE leg ADD COLUMN declined_by BLOB;
ALTER TABLE leg ADD COLUMN declined_number INTEGER NOT NULL DEFAULT 0;
