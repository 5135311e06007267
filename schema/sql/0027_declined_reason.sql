-- Why that no was said, for as long as its review is owed: a code.
ALTER TABLE leg ADD COLUMN declined_reason TEXT NOT NULL DEFAULT '';
