-- A key of a place at a host is named for the place: that of one there that was left stays until its row goes
-- (node/exchange/mail_places.h). Those of before were named for the host.
ALTER TABLE mail_place ADD COLUMN key_name TEXT NOT NULL DEFAULT '';  -- in the keyring
UPDATE mail_place SET key_name='mailhost/'||lower(hex(server));
