-- Live sessions that are held here. What counts of them is in each person's own record: this may be lost.
CREATE TABLE room (
    session TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    key TEXT NOT NULL,       -- the trainer's
    asker INTEGER NOT NULL,  -- who began it
    phase INTEGER NOT NULL,
    starts INTEGER NOT NULL, -- 0: no time was said
    names INTEGER NOT NULL,
    programme TEXT NOT NULL, element TEXT NOT NULL, iri TEXT NOT NULL, title TEXT NOT NULL, module TEXT NOT NULL,
    test TEXT NOT NULL,
    made INTEGER NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX room_code ON room (code) WHERE ended = 0;
CREATE TABLE person (
    number INTEGER PRIMARY KEY,
    session TEXT NOT NULL REFERENCES room (session) ON DELETE CASCADE,
    key TEXT NOT NULL,
    asker INTEGER NOT NULL, via TEXT NOT NULL,
    name TEXT NOT NULL, late INTEGER NOT NULL,
    here INTEGER NOT NULL, seen INTEGER NOT NULL, -- of the monotonic clock
    done INTEGER NOT NULL, of INTEGER NOT NULL,
    score REAL NOT NULL,
    told INTEGER NOT NULL DEFAULT 0, -- of the end
    UNIQUE (session, key)
) STRICT;
CREATE TABLE answer (
    person INTEGER NOT NULL REFERENCES person (number) ON DELETE CASCADE,
    question TEXT NOT NULL, fraction REAL NOT NULL,
    PRIMARY KEY (person, question)
) STRICT, WITHOUT ROWID;
