-- Neither event nor derived: who is being forgotten, and not all of it is done yet (erase.h). 0: contents alone.
CREATE TABLE forgetting (who INTEGER PRIMARY KEY) STRICT;
-- Has all that was deleted been zeroed in the file from its first day on?
ALTER TABLE overwriting ADD COLUMN clean INTEGER NOT NULL DEFAULT 0;
UPDATE overwriting SET clean = NOT EXISTS (SELECT 1 FROM event);
