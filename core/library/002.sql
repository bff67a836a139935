-- Channels that were published elsewhere: url is '' for a local directory.
ALTER TABLE channel ADD COLUMN url TEXT NOT NULL DEFAULT '';
ALTER TABLE channel ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channel ADD COLUMN published_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channel ADD COLUMN expires_ms INTEGER NOT NULL DEFAULT 0;

-- Which of a publisher's packs the channel's modules were made from.
CREATE TABLE pack (
    channel INTEGER NOT NULL REFERENCES channel ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (channel, name)
) STRICT, WITHOUT ROWID;
