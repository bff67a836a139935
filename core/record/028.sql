-- Neither event nor derived: logs of other devices that were dropped here (foreign.h) and are to be asked for once more,
CREATE TABLE foreign_dropped (id BLOB PRIMARY KEY CHECK (length(id) = 16)) STRICT, WITHOUT ROWID;
-- and of which of their events the payloads were erased here: these come back without them. Seqs.
CREATE TABLE foreign_gone (id BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (id, first)) STRICT, WITHOUT ROWID;
