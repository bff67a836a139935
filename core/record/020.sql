-- The logs of other devices of the site (foreign.h). Apart from log and event: what is asked of those is asked of what was made
-- here. Numbers begin at 1 << 21 and end before those of outbox_log, so that a position is unique over all.
CREATE TABLE foreign_log (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32)
) STRICT;
CREATE TABLE foreign_event (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    link BLOB NOT NULL CHECK (length(link) = 32),
    salt BLOB,
    payload TEXT,               -- NULL, with its salt: not shared with this device, or erased
    whose INTEGER,              -- the number of a learner that the payload names, the other device's; NULL: nobody's
    CHECK ((salt IS NULL) = (payload IS NULL))
) STRICT;
CREATE INDEX foreign_of ON foreign_event (whose, position) WHERE whose IS NOT NULL;
CREATE TABLE foreign_checkpoint (position INTEGER PRIMARY KEY, head BLOB NOT NULL, signature BLOB NOT NULL) STRICT;
-- Derived from the events learner.site in them: who a number of that log is on the list of the site.
CREATE TABLE foreign_person (
    log INTEGER NOT NULL, number INTEGER NOT NULL, person TEXT NOT NULL, PRIMARY KEY (log, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX foreign_person_of ON foreign_person (person);
