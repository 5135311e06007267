-- Successor cards: ours, for partners who missed some, and what partners hold of them.
CREATE TABLE own_card(version INTEGER PRIMARY KEY, jws TEXT NOT NULL) STRICT;
ALTER TABLE peer ADD COLUMN knows_card INTEGER NOT NULL DEFAULT 1; -- the newest of ours that it says it holds
ALTER TABLE peer ADD COLUMN card_since INTEGER NOT NULL DEFAULT 0; -- when we took its present card
