-- Words about an organisation that follow each other within a day are told to partners together: cards are known, told
-- is how many of them partners have heard of.
ALTER TABLE revocation ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
UPDATE revocation SET told=cards;
