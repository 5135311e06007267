-- The store of one node. Ids are 16 random bytes, node ids 32, times unix seconds. `sealed` columns
-- hold what is personal, under the record's own key (XChaCha20-Poly1305, key in the keyring), so that
-- destroying the key erases it wherever the page may survive.

CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- ------------------------------------------------------------------ the log (node/audit)
CREATE TABLE leaf(
    idx  INTEGER PRIMARY KEY,   -- zero-based place in the tree
    rec  BLOB NOT NULL,         -- the opening without a person
    n    BLOB NOT NULL,         -- its nonce
    xref BLOB NOT NULL
) STRICT;
-- Every 256 leaves as they are hashed, 80 bytes each; the last ones follow from `leaf`.
CREATE TABLE leaf_bundle(n INTEGER PRIMARY KEY, leaves BLOB NOT NULL) STRICT;
CREATE TABLE tile(level INTEGER NOT NULL, n INTEGER NOT NULL, hashes BLOB NOT NULL,
    PRIMARY KEY(level, n)) STRICT, WITHOUT ROWID;

-- ------------------------------------------------------------------ peers (node/mailbox, introduce)
CREATE TABLE peer(
    node        BLOB PRIMARY KEY,
    name        TEXT NOT NULL,
    card        TEXT NOT NULL,             -- the newest card, as signed
    card_version INTEGER NOT NULL,
    founder     INTEGER NOT NULL DEFAULT 0, -- on a roster that this node has taken
    verified    INTEGER NOT NULL DEFAULT 0, -- the safety words agreed
    frozen      INTEGER NOT NULL DEFAULT 0, -- cannot prove that its log only grew
    psk_epoch   INTEGER,                    -- epoch of the pair's key in the keyring; NULL: not paired
    contact     TEXT NOT NULL DEFAULT '{}',
    head        TEXT NOT NULL DEFAULT '',   -- the newest head of its log that we hold
    head_size   INTEGER NOT NULL DEFAULT 0,
    conflict    TEXT NOT NULL DEFAULT '',   -- the other head, if it forked
    alarm       TEXT NOT NULL DEFAULT '',   -- code of what must be settled by a call-back
    last_heard  INTEGER NOT NULL DEFAULT 0,
    peer_time   INTEGER NOT NULL DEFAULT 0, -- the newest time that it has signed
    clock_skew  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE peer_prekey(node BLOB NOT NULL, epoch INTEGER NOT NULL, jws TEXT NOT NULL,
    PRIMARY KEY(node, epoch)) STRICT, WITHOUT ROWID;
CREATE TABLE own_prekey(epoch INTEGER PRIMARY KEY, kid BLOB NOT NULL, jws TEXT NOT NULL,
    expires INTEGER NOT NULL) STRICT;
CREATE TABLE pending_offer(label TEXT PRIMARY KEY, contribution BLOB NOT NULL,
    epoch INTEGER NOT NULL, written INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- ------------------------------------------------------------------ delivery (node/outbox)
-- Rows lie in the order of queueing, so that what is sent together is read and changed together.
CREATE TABLE outbox(
    seq_no    INTEGER PRIMARY KEY,
    mid       BLOB NOT NULL UNIQUE,
    peer      BLOB NOT NULL,
    leg       BLOB,                      -- NULL where no leg is concerned
    leg_seq   INTEGER NOT NULL,
    counter   INTEGER NOT NULL,
    saw       INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    class     INTEGER NOT NULL,          -- 0 control, 1 ordinary, 2 disclosing
    lane      INTEGER NOT NULL,          -- 0: control, goes first; 1: the rest
    record    TEXT NOT NULL,             -- name of the key that seals `body`; '' for none
    body      BLOB NOT NULL,
    xk        BLOB NOT NULL,
    leaf      INTEGER NOT NULL,          -- index of its leaf
    grant_id  BLOB,                      -- the grant whose authority must still live
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    state     INTEGER NOT NULL,          -- delivery state, schema/delivery.h
    attempts  INTEGER NOT NULL DEFAULT 0,
    due       INTEGER NOT NULL           -- unix milliseconds of the next attempt
) STRICT;
CREATE INDEX outbox_due ON outbox(peer, lane, due, seq_no);
CREATE INDEX outbox_leg ON outbox(leg);
CREATE INDEX outbox_expiry ON outbox(expires);

-- ------------------------------------------------------------------ what was received (node/mailbox)
CREATE TABLE received(peer BLOB NOT NULL, mid BLOB NOT NULL, at INTEGER NOT NULL,
    refused TEXT NOT NULL DEFAULT '', leaf INTEGER NOT NULL, PRIMARY KEY(peer, mid)) STRICT, WITHOUT ROWID;
CREATE TABLE envelope(
    ench    BLOB NOT NULL PRIMARY KEY,   -- SHA-256 of the encapsulated key
    peer    BLOB NOT NULL,
    receipt TEXT NOT NULL,               -- the receipt, to be sent again
    leaves  BLOB NOT NULL,               -- indices of its leaves, 8 bytes each
    epoch   INTEGER NOT NULL
) STRICT;
CREATE INDEX envelope_epoch ON envelope(epoch);

-- ------------------------------------------------------------------ the referrer's own records
CREATE TABLE survivor_case(
    id       BLOB PRIMARY KEY,
    codename TEXT NOT NULL,
    state    INTEGER NOT NULL,
    opened   INTEGER NOT NULL,
    since    INTEGER NOT NULL,           -- of the present state
    sealed   BLOB NOT NULL               -- the record, L0 to T4
) STRICT, WITHOUT ROWID;
CREATE INDEX case_state ON survivor_case(state, since);
CREATE TABLE need(
    id       BLOB PRIMARY KEY,
    case_id  BLOB NOT NULL REFERENCES survivor_case(id),
    service  INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    state    INTEGER NOT NULL,
    opened   INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    before_pause INTEGER NOT NULL DEFAULT 0,
    outcome  TEXT NOT NULL DEFAULT '',
    chosen   BLOB,                       -- the one leg that is chosen: hence G5
    raised   INTEGER NOT NULL DEFAULT 0, -- when somebody was last called about it
    sealed   BLOB NOT NULL               -- T1 fields, wishes, notes
) STRICT, WITHOUT ROWID;
CREATE INDEX need_state ON need(state, since);
CREATE INDEX need_case ON need(case_id);

-- ------------------------------------------------------------------ legs, at both ends
CREATE TABLE leg(
    id       BLOB NOT NULL PRIMARY KEY,
    peer     BLOB NOT NULL,
    ours     INTEGER NOT NULL,           -- 1: we asked; 0: we were asked
    need     BLOB,                       -- at the referrer
    alias    TEXT NOT NULL,              -- random words, other for each recipient
    service  INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    ask      INTEGER NOT NULL, ask_counter INTEGER NOT NULL, ask_saw INTEGER NOT NULL,
    answer   INTEGER NOT NULL, answer_counter INTEGER NOT NULL, answer_saw INTEGER NOT NULL,
    shown    INTEGER NOT NULL,           -- leg(ask, answer), kept for lists
    sent     INTEGER NOT NULL DEFAULT 0, -- 1 once the inquiry left this node
    opened   INTEGER NOT NULL,
    since    INTEGER NOT NULL,           -- of the shown state
    answer_from INTEGER NOT NULL DEFAULT 0, -- when answer time began (DELIVERED)
    hold_until  INTEGER NOT NULL DEFAULT 0, -- offer, waitlist or firm bed
    window_start INTEGER NOT NULL DEFAULT 0,
    window_end   INTEGER NOT NULL DEFAULT 0,
    out_seq  INTEGER NOT NULL DEFAULT 0, -- last number used by us
    in_seq   INTEGER NOT NULL DEFAULT 0, -- highest number seen without a gap
    timer    INTEGER NOT NULL DEFAULT 0, -- when its next deadline falls due; 0: none
    raised   INTEGER NOT NULL DEFAULT 0,
    freed    INTEGER NOT NULL DEFAULT 0, -- its slot is free
    erased   INTEGER NOT NULL DEFAULT 0, -- when the T1 copy was destroyed
    erase_by INTEGER NOT NULL DEFAULT 0,
    reason   TEXT NOT NULL DEFAULT '',   -- the newest code
    papers   TEXT NOT NULL DEFAULT '',   -- '' or WITHDRAWN, EXPIRED: "papers: phone"
    detail   BLOB NOT NULL               -- sealed: card, conditions, plan
) STRICT;
CREATE INDEX leg_need ON leg(need);
CREATE INDEX leg_timer ON leg(timer) WHERE timer > 0;
CREATE INDEX leg_shown ON leg(shown, since);
CREATE INDEX leg_erase ON leg(erase_by) WHERE erase_by > 0;

-- ------------------------------------------------------------------ releases and grants
CREATE TABLE release(
    id        BLOB PRIMARY KEY,
    case_id   BLOB NOT NULL,
    recipient BLOB NOT NULL,
    purpose   TEXT NOT NULL,
    basis     INTEGER NOT NULL,
    fields    BLOB NOT NULL,             -- bitmap
    state     INTEGER NOT NULL,
    drafted   INTEGER NOT NULL,
    starts    INTEGER NOT NULL DEFAULT 0,
    expires   INTEGER NOT NULL,
    applied   INTEGER NOT NULL DEFAULT 0, -- when it ended
    commitment BLOB NOT NULL,
    sealed    BLOB NOT NULL              -- text, signers, salt
) STRICT, WITHOUT ROWID;
CREATE INDEX release_case ON release(case_id);
CREATE INDEX release_state ON release(state, expires);
CREATE TABLE grant_of(
    id        BLOB PRIMARY KEY,
    ours      INTEGER NOT NULL,          -- 1: we disclosed; 0: we received
    peer      BLOB NOT NULL,
    leg       BLOB NOT NULL,
    release   BLOB NOT NULL,
    case_id   BLOB,
    tier      INTEGER NOT NULL,
    basis     INTEGER NOT NULL,
    purpose   TEXT NOT NULL,
    fields    BLOB NOT NULL,
    discloser INTEGER NOT NULL, discloser_counter INTEGER NOT NULL,
    recipient INTEGER NOT NULL, recipient_counter INTEGER NOT NULL,
    created   INTEGER NOT NULL,
    since     INTEGER NOT NULL,
    opened_at INTEGER NOT NULL DEFAULT 0,
    opened_for TEXT NOT NULL DEFAULT '',
    expires   INTEGER NOT NULL,
    sealed    BLOB NOT NULL              -- the fields; empty once erased
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_leg ON grant_of(leg);
CREATE INDEX grant_release ON grant_of(release);

-- ------------------------------------------------------------------ capacity, ours and peers'
CREATE TABLE capacity(node BLOB NOT NULL, service INTEGER NOT NULL, as_of INTEGER NOT NULL,
    statement TEXT NOT NULL, PRIMARY KEY(node, service)) STRICT, WITHOUT ROWID;

-- ------------------------------------------------------------------ what waits for a person
CREATE TABLE notice(
    id      INTEGER PRIMARY KEY,
    code    TEXT NOT NULL,
    subject BLOB NOT NULL,
    peer    BLOB,
    at      INTEGER NOT NULL,
    due     INTEGER NOT NULL,
    repeats INTEGER NOT NULL DEFAULT 1,
    UNIQUE(code, subject)
) STRICT;
CREATE INDEX notice_due ON notice(due);
