CREATE TABLE channel (
    number INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,       -- ends in a slash
    pinned TEXT NOT NULL,           -- the public key that was given with the URL
    credentials TEXT NOT NULL,      -- path of the file, or ''
    ca TEXT NOT NULL,               -- path of a file of certificates, or ''
    id TEXT UNIQUE,                 -- null until something was accepted
    key_set INTEGER NOT NULL,       -- 0: the pinned key alone
    keys TEXT NOT NULL,             -- of that set, one a line
    version INTEGER NOT NULL,
    published_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    pointer BLOB NOT NULL,          -- channel.json, as accepted
    etag TEXT NOT NULL,             -- its
    tried_ms INTEGER NOT NULL,
    synced_ms INTEGER NOT NULL,     -- when the last try that succeeded was
    error TEXT NOT NULL             -- of the last try, '' where it succeeded
) STRICT;

-- Modules from outside of the roles that somebody asked for.
CREATE TABLE wish (
    channel INTEGER NOT NULL REFERENCES channel ON DELETE CASCADE,
    module TEXT NOT NULL,
    PRIMARY KEY (channel, module)
) STRICT, WITHOUT ROWID;
