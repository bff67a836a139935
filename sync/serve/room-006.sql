-- When they came, and when they were heard of last, of the wall clock; 0: an earlier crib did not write it down.
ALTER TABLE person ADD COLUMN joined_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
