-- Mail by way of a host, for nodes that nobody can connect to (node/mailbox/post.h).
ALTER TABLE peer ADD COLUMN mail TEXT NOT NULL DEFAULT '';  -- where its mail goes, as it said last
ALTER TABLE peer ADD COLUMN mail_guest BLOB;                -- what its keys at our hosts come from
ALTER TABLE pending_offer ADD COLUMN mail_guest BLOB;
-- Our own places at hosts; their keys are in the keyring.
CREATE TABLE mail_place(
    server   BLOB PRIMARY KEY,           -- the host's public key
    endpoint TEXT NOT NULL,
    added    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- What of ours lies at a host, or may: one row for each message in it (node/outbox/hosted.h).
CREATE TABLE hosted(
    handle   BLOB NOT NULL,
    mid      BLOB NOT NULL,
    peer     BLOB NOT NULL,
    until    INTEGER NOT NULL,           -- unix seconds: then the host has deleted it
    recalled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(handle, mid)
) STRICT, WITHOUT ROWID;
CREATE INDEX hosted_mid ON hosted(mid);
CREATE INDEX hosted_recalled ON hosted(recalled) WHERE recalled=1;

-- What a mail host keeps, in a store of its own (node/mailbox/mail_host.h): keys that were made for it
-- alone, and frames that it cannot open. There is no column for who anybody is.
CREATE TABLE host_account(
    id     INTEGER PRIMARY KEY,
    key    BLOB NOT NULL UNIQUE,         -- of the line that polls
    opened INTEGER NOT NULL              -- unix seconds
) STRICT;
CREATE TABLE host_guest(
    id      INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES host_account(id) ON DELETE CASCADE,
    key     BLOB NOT NULL UNIQUE         -- of a line that deposits
) STRICT;
CREATE INDEX host_guest_account ON host_guest(account);
CREATE TABLE host_waiting(
    no      INTEGER PRIMARY KEY,         -- in the order of arrival
    account INTEGER NOT NULL REFERENCES host_account(id) ON DELETE CASCADE,
    guest   INTEGER NOT NULL REFERENCES host_guest(id) ON DELETE CASCADE,
    mailbox BLOB NOT NULL,
    handle  BLOB NOT NULL,               -- SHA-256(frame)[0..16]
    expires INTEGER NOT NULL,            -- unix seconds
    frame   BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX host_waiting_handle ON host_waiting(account, handle);
CREATE INDEX host_waiting_mailbox ON host_waiting(account, mailbox, no);
CREATE INDEX host_waiting_guest ON host_waiting(guest);
CREATE INDEX host_waiting_expires ON host_waiting(expires);
