-- Whom a site expects: those on its list of learners whose roles the programme is for. roles, before: a line each; NULL: the
-- trainer's device said nothing of them.
ALTER TABLE room ADD COLUMN leader TEXT NOT NULL DEFAULT '';
ALTER TABLE room ADD COLUMN roles TEXT;
ALTER TABLE room ADD COLUMN before TEXT;
ALTER TABLE room ADD COLUMN counted INTEGER NOT NULL DEFAULT 0; -- of the monotonic clock
CREATE TABLE expected (
    session TEXT NOT NULL REFERENCES room (session) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL, account TEXT NOT NULL,
    done INTEGER NOT NULL, of INTEGER NOT NULL,
    PRIMARY KEY (session, place)
) STRICT, WITHOUT ROWID;
