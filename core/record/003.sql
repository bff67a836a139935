-- Derived from the events learner.bound: under which account a learner's statements leave.
CREATE TABLE binding (learner INTEGER PRIMARY KEY, home_page TEXT NOT NULL, name TEXT NOT NULL) STRICT;

-- What leaves. Neither event nor derived: it says what became of events elsewhere, and record_rebuild leaves it alone.
CREATE TABLE outbox_log (
    number INTEGER PRIMARY KEY, -- the log's own; from 1 << 22 those of logs whose events are not here
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    through INTEGER NOT NULL -- seq up to which the log's events were taken
) STRICT;
CREATE TABLE outbox (
    position INTEGER PRIMARY KEY,  -- number of outbox_log << 40 | seq: the event's, where it is here
    id BLOB NOT NULL CHECK (length(id) = 16),
    channel TEXT NOT NULL,
    state INTEGER NOT NULL,        -- 0 waiting, 1 acknowledged, 2 set aside, 3 dropped
    statement TEXT,                -- its bytes, fixed once they are here; NULL: not made yet, or not needed any more
    at INTEGER NOT NULL DEFAULT 0, -- when the state changed
    lrs TEXT NOT NULL DEFAULT '',  -- who answered last
    answer TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_waiting ON outbox (channel, position) WHERE state = 0;
CREATE INDEX outbox_aside ON outbox (position) WHERE state = 2;
-- What a server's Date told of this device's clocks, for each boot of the machine: at one moment, what the monotonic
-- clock and the wall clock showed, and what time it was.
CREATE TABLE clock_learnt (boot TEXT PRIMARY KEY, mono INTEGER NOT NULL, wall INTEGER NOT NULL, at INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
