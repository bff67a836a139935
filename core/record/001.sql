-- The truth: logs and their events. position = number of the log << 40 | seq, so that the table's own order is the
-- order of reading.
CREATE TABLE log (
    number INTEGER PRIMARY KEY, -- local, in order of arrival
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    secret_key BLOB,            -- NULL: a log that nothing is appended to here
    machine TEXT NOT NULL,
    inode INTEGER NOT NULL,
    device INTEGER NOT NULL,
    boot TEXT NOT NULL
) STRICT;
CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL CHECK (length(id) = 16), -- no index: an answer would write one page more
    kind TEXT NOT NULL,
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    link BLOB NOT NULL CHECK (length(link) = 32),
    salt BLOB,
    payload TEXT,               -- NULL, with its salt: erased
    CHECK ((salt IS NULL) = (payload IS NULL))
) STRICT;
CREATE TABLE checkpoint (position INTEGER PRIMARY KEY, head BLOB NOT NULL, signature BLOB NOT NULL) STRICT;
CREATE TABLE vouch (
    position INTEGER NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (position, kind, by)
) STRICT, WITHOUT ROWID;
CREATE TABLE content (hash TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE learner_last (last INTEGER NOT NULL) STRICT; -- numbers are never given twice
INSERT INTO learner_last VALUES (0);

-- A convenience, neither event nor derived.
CREATE TABLE position (
    learner INTEGER NOT NULL, module TEXT NOT NULL, anchor TEXT NOT NULL, line INTEGER NOT NULL,
    PRIMARY KEY (learner, module)
) STRICT, WITHOUT ROWID;
