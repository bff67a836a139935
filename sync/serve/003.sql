-- Which roles a device or learner has, by the client's name: they may be given before it enrols.
CREATE TABLE role (
    client TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (client, name)
) STRICT, WITHOUT ROWID;

-- What --init was told, and where the server was reached last.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
