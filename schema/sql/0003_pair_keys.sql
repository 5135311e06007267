-- The keys of pairs: each has a name of its own (pair, meeting, week) and goes when nobody needs it.
ALTER TABLE peer ADD COLUMN pairing BLOB NOT NULL DEFAULT x'0000000000000000'; -- random, new at each meeting
ALTER TABLE peer ADD COLUMN psk_heard INTEGER NOT NULL DEFAULT 0; -- the newest week in which it has sealed to us
-- Keys of the name that was used before are destroyed: those pairs meet again.
UPDATE peer SET psk_epoch=NULL, verified=0;
