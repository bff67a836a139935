-- Derived from the events `erased` (erase.h): positions whose payloads are gone, from first to last.
DROP TABLE erased;
CREATE TABLE erased (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, by INTEGER NOT NULL) STRICT;
-- Neither event nor derived: payloads of a forgotten learner that are kept until their time is over.
CREATE TABLE retained (position INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT;
-- Was something erased that the file's free pages or the write-ahead log may still hold?
CREATE TABLE overwriting (wanted INTEGER NOT NULL) STRICT;
INSERT INTO overwriting VALUES (0);
-- The outbox has further states: 4 the LRS is to erase it, 5 it did, 6 it can't.
CREATE INDEX outbox_erasing ON outbox (lrs, channel, position) WHERE state = 4;
