-- The logs of devices, as they hand them in: whole, unchanged, only appended to. A position is the log's number << 40 | seq.
CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    client INTEGER NOT NULL,  -- whose it is
    key BLOB NOT NULL,
    last INTEGER NOT NULL,    -- seq
    head BLOB NOT NULL,       -- its link
    changed INTEGER NOT NULL  -- when something came last, in milliseconds: larger than any before it, over all logs
) STRICT;
CREATE UNIQUE INDEX log_changed ON log (changed);
CREATE TABLE log_event (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    commitment BLOB NOT NULL,
    link BLOB NOT NULL,
    salt BLOB,
    payload TEXT -- NULL, with its salt: not shared, or erased
) STRICT;
-- Where parts end.
CREATE TABLE log_signed (position INTEGER PRIMARY KEY, signature BLOB NOT NULL) STRICT;
-- What attempts were started on, and with which part it came (where that ends).
CREATE TABLE log_content (hash TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE log_pin (
    position INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (position, hash)
) STRICT, WITHOUT ROWID;
