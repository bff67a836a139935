-- Derived from the events session.held: who was in a live session that was led from this record, as the session told its trainer.
CREATE TABLE roll (
    programme TEXT NOT NULL, element TEXT NOT NULL, session TEXT NOT NULL,
    place INTEGER NOT NULL,      -- in the session
    learner INTEGER NOT NULL,    -- whom this record knows them as; 0: as nobody
    name TEXT NOT NULL,
    came INTEGER NOT NULL,       -- 0: was expected
    late INTEGER NOT NULL,
    done INTEGER NOT NULL, of INTEGER NOT NULL, -- of what comes before the session; of -1: nobody knows
    test TEXT NOT NULL,          -- the assessment's element
    score REAL NOT NULL,         -- -1: not finished, or not to be known
    PRIMARY KEY (programme, element, session, place)
) STRICT, WITHOUT ROWID;
