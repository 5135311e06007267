-- Second persons (node/people/approvals.h, domain.md section 3.6a).
CREATE TABLE approval(
    id        BLOB PRIMARY KEY,
    act       INTEGER NOT NULL,           -- schema/approval.h
    state     INTEGER NOT NULL,
    requester BLOB NOT NULL,              -- a worker
    approver  BLOB,                       -- who answered, or was reached by telephone, if she works here
    subject   BLOB NOT NULL,              -- what it is about
    asked     INTEGER NOT NULL,
    due       INTEGER NOT NULL,           -- when its state ends by itself
    raised    INTEGER NOT NULL,           -- when somebody was last called about it
    sealed    BLOB NOT NULL               -- the command and its arguments, or who was telephoned
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_state ON approval(state, due);
