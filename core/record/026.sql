-- Of which revision a trainer's questions are, and how many answered another one.
ALTER TABLE room_question ADD COLUMN revision TEXT NOT NULL DEFAULT '';
ALTER TABLE room_question ADD COLUMN other INTEGER NOT NULL DEFAULT 0;
