-- A device's public key (sync/site/people.h); NULL: it enrolled with a crib that had none, or its token was made by hand.
ALTER TABLE client ADD COLUMN box BLOB;
-- The people of the site. A list is kept as a whole; who stays in it keeps the id.
CREATE TABLE learner (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL, -- in the list
    name TEXT NOT NULL,
    badge BLOB,             -- its keyed hash
    roles TEXT NOT NULL,    -- parted by commas
    rights INTEGER NOT NULL,
    account TEXT NOT NULL,
    gone INTEGER NOT NULL   -- was on it, and is not any more
) STRICT, WITHOUT ROWID;
