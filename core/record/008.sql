-- Derived from the events learner.named, .badge, .roles, .rights and .removed: who a learner is.
ALTER TABLE learner ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE learner ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE learner ADD COLUMN badge BLOB; -- its keyed hash
ALTER TABLE learner ADD COLUMN roles TEXT NOT NULL DEFAULT ''; -- parted by commas
ALTER TABLE learner ADD COLUMN rights INTEGER NOT NULL DEFAULT 1;
ALTER TABLE learner ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX learner_badge ON learner (badge) WHERE badge IS NOT NULL;
CREATE INDEX learner_folded ON learner (folded);
UPDATE learner SET name = substr(account, 6), folded = substr(account, 6) WHERE substr(account, 1, 5) = 'name:';
-- Neither event nor derived, and never leaving this device. The newest secret is the one that badges are hashed with.
CREATE TABLE badge_secret (number INTEGER PRIMARY KEY, secret BLOB NOT NULL UNIQUE CHECK (length(secret) = 32)) STRICT;
CREATE TABLE pin (
    learner INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,                  -- Argon2id's, with its parameters and salt
    wrong INTEGER NOT NULL DEFAULT 0,    -- attempts since the last right one, those under way included
    boot TEXT NOT NULL DEFAULT '',       -- when the last one began: in which boot of the machine
    mono INTEGER NOT NULL DEFAULT 0      -- and at what of its monotonic clock
) STRICT;
