-- A log is known to its witness by name, id and key, not by its origin alone, which two organisations
-- may claim. Nothing that was released has written a row by origin.
DELETE FROM witnessed;
ALTER TABLE witnessed RENAME COLUMN origin TO log;
