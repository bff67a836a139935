-- Derived from the events share.on and share.off: since which event, and which moment, a learner lets others know what was
-- offered to them. No row: not at all.
CREATE TABLE share (learner INTEGER PRIMARY KEY, since INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
