-- Programmes (programme.h): blended learning. Its file's row in the table `file` has module null.
CREATE TABLE programme (
    number INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL REFERENCES channel ON DELETE CASCADE,
    id TEXT NOT NULL,
    sort TEXT NOT NULL,         -- the title, folded
    title TEXT NOT NULL,
    problem TEXT NOT NULL,
    outcome TEXT NOT NULL,
    roles TEXT NOT NULL,
    path TEXT NOT NULL,         -- relative to the channel's directory
    added_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    UNIQUE (channel, id)
) STRICT;
CREATE TABLE element (
    programme INTEGER NOT NULL REFERENCES programme ON DELETE CASCADE,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    title TEXT NOT NULL,
    module TEXT NOT NULL,
    starts TEXT NOT NULL,
    starts_ms INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    place TEXT NOT NULL,
    after_days INTEGER NOT NULL,
    line INTEGER NOT NULL,
    PRIMARY KEY (programme, position)
) STRICT, WITHOUT ROWID;
-- An older crib left programmes out of the packs that it took: these are taken again.
DELETE FROM pack;
