-- Whose work is whose (node/exchange/need_to_know.h): a case, or an inquiry that we were asked, is one
-- worker's at a time. Rows stay when work passes on.
CREATE TABLE assignment(
    subject BLOB NOT NULL,               -- a case, or a leg that we were asked
    worker  BLOB NOT NULL,
    since   INTEGER NOT NULL,
    until   INTEGER NOT NULL DEFAULT 0,  -- 0: hers now
    PRIMARY KEY(subject, since, worker)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX assignment_now ON assignment(subject) WHERE until=0;
CREATE INDEX assignment_worker ON assignment(worker, until);
ALTER TABLE worker ADD COLUMN deputy BLOB;  -- sees what is hers, too
