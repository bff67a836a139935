CREATE TABLE client (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    reads_all INTEGER NOT NULL,
    token BLOB NOT NULL,
    made INTEGER NOT NULL,
    revoked INTEGER
) STRICT;

-- stored is the moment in microseconds: strictly increasing, so it is the key.
CREATE TABLE statement (
    stored INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    client INTEGER NOT NULL,
    voids INTEGER NOT NULL,
    voided INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE term (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE found (
    term INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    broad INTEGER NOT NULL,
    PRIMARY KEY (term, stored)
) STRICT, WITHOUT ROWID;

-- Which statements refer to another one, whether that has come or not.
CREATE TABLE reference (
    target BLOB NOT NULL,
    stored INTEGER NOT NULL,
    PRIMARY KEY (target, stored)
) STRICT, WITHOUT ROWID;
