-- The first event whose payload came later than itself: somebody came to the list of the site; and what `changed` was then.
ALTER TABLE log ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log ADD COLUMN again_at INTEGER NOT NULL DEFAULT 0;
