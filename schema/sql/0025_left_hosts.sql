-- Hosts that our mail has left are fetched from until everybody knows (node/exchange/left_hosts.h).
ALTER TABLE mail_place ADD COLUMN left_at INTEGER;  -- unix seconds; NULL: our mail goes there
