-- Both ends of an exchange, as each log has it: what is compared with the partner week by week
-- (node/exchange/reconcile.h). A row for each entry of the log that is half of one.
CREATE TABLE exchange(
    leaf  INTEGER PRIMARY KEY,
    peer  BLOB NOT NULL,
    epoch INTEGER NOT NULL,              -- the week in which its sender wrote it
    sent  INTEGER NOT NULL,              -- 1 by us, 0 by the peer
    state INTEGER NOT NULL DEFAULT 0,    -- of what we sent: 0 under way, 1 receipted, 2 abandoned
    settled INTEGER NOT NULL DEFAULT 0   -- since when it is so, by our clock
) STRICT;
CREATE INDEX exchange_peer ON exchange(peer, epoch, sent);
CREATE TABLE reconciliation(
    peer    BLOB NOT NULL,
    epoch   INTEGER NOT NULL,
    asked   INTEGER NOT NULL DEFAULT 0,  -- when we asked; while unanswered, the first time
    listed  INTEGER NOT NULL DEFAULT 0,  -- when we last said what we have
    at      INTEGER NOT NULL DEFAULT 0,  -- of the newest comparison
    agreed  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(peer, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE reconcile_finding(
    peer  BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    xref  BLOB NOT NULL,
    kind  INTEGER NOT NULL,              -- schema/audit/finding.h
    ours  INTEGER NOT NULL,              -- 1: it is our log that lacks it
    leaf  INTEGER,                       -- of our log, where we have it
    found INTEGER NOT NULL,
    PRIMARY KEY(peer, epoch, xref)
) STRICT, WITHOUT ROWID;
