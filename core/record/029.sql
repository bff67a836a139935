-- When people joined and left a live session, as its holder knows it; 0: it isn't known, or they are still there.
ALTER TABLE room_person ADD COLUMN joined_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room_person ADD COLUMN left_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE roll ADD COLUMN joined_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE roll ADD COLUMN left_at INTEGER NOT NULL DEFAULT 0;
