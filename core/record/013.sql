-- Live sessions that somebody of this record leads or takes part in, as they were heard of last (room.h). Neither events nor
-- derived: what counts of a session is in the events.
CREATE TABLE room (
    id INTEGER PRIMARY KEY,
    learner INTEGER NOT NULL,
    leads INTEGER NOT NULL,
    key TEXT NOT NULL UNIQUE,    -- by which the session knows this person
    name TEXT NOT NULL,
    here INTEGER NOT NULL,       -- it is to be held on this host, whatever the site
    code TEXT NOT NULL,          -- '' until a trainer's is known
    place TEXT NOT NULL DEFAULT '', -- where it is held; '' until it is found
    held_by TEXT NOT NULL DEFAULT '',
    programme TEXT NOT NULL DEFAULT '',
    element TEXT NOT NULL DEFAULT '',
    session TEXT NOT NULL DEFAULT '',
    iri TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    module TEXT NOT NULL DEFAULT '', -- of its assessment
    test TEXT NOT NULL DEFAULT '',   -- its assessment's element
    starts INTEGER NOT NULL DEFAULT 0,
    names INTEGER NOT NULL DEFAULT 0,
    phase INTEGER NOT NULL DEFAULT 0,
    wish INTEGER NOT NULL DEFAULT 0,
    people INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL,         -- the process that has it open; 0: none
    begun INTEGER NOT NULL,
    joined_at INTEGER NOT NULL DEFAULT 0,
    left_at INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0, -- answers up to this position have arrived there
    over INTEGER NOT NULL DEFAULT 0,
    trouble TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE room_person (
    room INTEGER NOT NULL REFERENCES room (id) ON DELETE CASCADE, place INTEGER NOT NULL,
    name TEXT NOT NULL, state INTEGER NOT NULL, late INTEGER NOT NULL,
    done INTEGER NOT NULL, of INTEGER NOT NULL, answered INTEGER NOT NULL, score REAL NOT NULL,
    PRIMARY KEY (room, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE room_question (
    room INTEGER NOT NULL REFERENCES room (id) ON DELETE CASCADE, place INTEGER NOT NULL,
    question TEXT NOT NULL, text TEXT NOT NULL, answers INTEGER NOT NULL DEFAULT 0, right INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (room, place)
) STRICT, WITHOUT ROWID;
-- Derived from the events attempt.started: the live session within which an attempt was begun; '' for none.
ALTER TABLE attempt ADD COLUMN session TEXT NOT NULL DEFAULT '';
CREATE INDEX attempt_session ON attempt (session, learner) WHERE session <> '';
