-- What the lifecycles of releases and incidents need beyond the start.

ALTER TABLE release ADD COLUMN since INTEGER NOT NULL DEFAULT 0;  -- of the present state
ALTER TABLE release ADD COLUMN raised INTEGER NOT NULL DEFAULT 0; -- when somebody was last called
ALTER TABLE release ADD COLUMN leg BLOB;                          -- of a return path: our leg
ALTER TABLE release ADD COLUMN level INTEGER NOT NULL DEFAULT 0;  -- of a return path
ALTER TABLE release ADD COLUMN timer INTEGER NOT NULL DEFAULT 0;  -- when its next deadline falls due
UPDATE release SET since=drafted, timer=1 WHERE state<6;
CREATE INDEX release_timer ON release(timer) WHERE timer > 0;

ALTER TABLE grant_of ADD COLUMN handoff INTEGER NOT NULL DEFAULT 0; -- 1: the handoff set
ALTER TABLE grant_of ADD COLUMN away INTEGER NOT NULL DEFAULT 0;    -- 1: it was tried, 2: stored there
ALTER TABLE grant_of ADD COLUMN warn INTEGER NOT NULL DEFAULT 0;    -- at the recipient: its next warning
ALTER TABLE grant_of ADD COLUMN closing TEXT NOT NULL DEFAULT '';   -- what the recipient said at the end
UPDATE grant_of SET away=2;

-- Something that went wrong and that people must settle. No person is in it.
CREATE TABLE incident(
    id      BLOB PRIMARY KEY,
    kind    TEXT NOT NULL,               -- an INCIDENT_ code
    state   INTEGER NOT NULL,
    opened  INTEGER NOT NULL,
    since   INTEGER NOT NULL,
    raised  INTEGER NOT NULL DEFAULT 0,
    subject BLOB NOT NULL,               -- the release, leg, grant or access that it is about
    leg     BLOB,                        -- whose disclosures it stops
    case_id BLOB,
    peer    BLOB,
    notices TEXT NOT NULL DEFAULT '',    -- codes of the notices given, separated by spaces
    reason  TEXT NOT NULL DEFAULT '',    -- how it was contained, how it was reviewed
    UNIQUE(kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_leg ON incident(leg) WHERE leg IS NOT NULL;
CREATE INDEX incident_case ON incident(case_id) WHERE case_id IS NOT NULL;
CREATE INDEX incident_state ON incident(state, since);

-- What counsel has filled in for a jurisdiction. Nothing is allowed that is not here.
CREATE TABLE jurisdiction(
    code      TEXT PRIMARY KEY,
    tonight   INTEGER NOT NULL,          -- 1: the TONIGHT basis may be used
    counsel   TEXT NOT NULL,
    reference TEXT NOT NULL,
    entered   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The retention of our own records: clocks that were set, holds and postponements of a case.
CREATE TABLE retention_clock(class TEXT PRIMARY KEY, days INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE case_retention(
    case_id   BLOB PRIMARY KEY,
    hold      TEXT NOT NULL DEFAULT '',  -- a HOLD_ code: kept until it is lifted
    until     INTEGER NOT NULL DEFAULT 0, -- postponed until
    reason    TEXT NOT NULL DEFAULT '',  -- a POSTPONE_ code
    raised    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- What a leg's partner may tell, as the referrer knows it; at the partner only the counter counts.
ALTER TABLE leg ADD COLUMN return_level INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leg ADD COLUMN return_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leg ADD COLUMN return_counter INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leg ADD COLUMN handoff_cleared INTEGER NOT NULL DEFAULT 0; -- 1: the handoff set is gone here

-- Emergency access: written by the holder, mirrored at the requester.
CREATE TABLE access(
    id         BLOB PRIMARY KEY,
    holder     INTEGER NOT NULL,          -- 1: the fields are here
    peer       BLOB NOT NULL,
    leg        BLOB NOT NULL,
    case_id    BLOB,
    harm       TEXT NOT NULL,
    fields     BLOB NOT NULL,
    state      INTEGER NOT NULL,
    asked      INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    raised     INTEGER NOT NULL DEFAULT 0,
    counter    INTEGER NOT NULL DEFAULT 0,
    release    BLOB,                      -- its authority
    granted_by BLOB,
    flagged    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX access_state ON access(state, since);

-- What closes or erases and does not arrive calls somebody.
CREATE INDEX outbox_control ON outbox(created) WHERE lane = 0;
