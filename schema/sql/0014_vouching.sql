-- Organisations that join later (node/exchange/vouching.h).
ALTER TABLE peer ADD COLUMN vouched INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peer ADD COLUMN probation_until INTEGER NOT NULL DEFAULT 0;
