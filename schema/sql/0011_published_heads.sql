-- A head an hour, whatever was done. In `leaf`, an entry that says nothing keeps only its time (unix / 900,
-- four bytes) in `rec`; `n` and `xref` are empty and follow from a key (node/audit/audit_log.h).
CREATE TABLE published_head(
    hour INTEGER PRIMARY KEY,   -- unix / 3600
    size INTEGER NOT NULL,
    note TEXT NOT NULL          -- as signed
) STRICT;
