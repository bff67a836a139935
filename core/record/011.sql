-- Derived from attempt.started: what feedback was shown on the way; "" where the event doesn't say.
ALTER TABLE attempt ADD COLUMN feedback TEXT NOT NULL DEFAULT '';
-- ... and where in the log it began.
ALTER TABLE attempt ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
-- Derived from section.shown: when a section of a module that asks for a sign-off was last shown for real.
CREATE TABLE shown (
    learner INTEGER NOT NULL, module TEXT NOT NULL, hash TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (learner, module, hash)
) STRICT, WITHOUT ROWID;
-- Derived from signoff.signed and signoff.countersigned (signoff.h).
CREATE TABLE signoff (
    id BLOB PRIMARY KEY,
    position INTEGER NOT NULL,
    learner INTEGER NOT NULL,
    module TEXT NOT NULL,
    title TEXT NOT NULL,
    revision TEXT NOT NULL,
    content TEXT NOT NULL,
    signer TEXT NOT NULL,
    attestation TEXT NOT NULL,
    method INTEGER NOT NULL,
    score REAL NOT NULL,
    at INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    retain_until INTEGER NOT NULL,
    material TEXT NOT NULL,
    countersign INTEGER NOT NULL,
    countersigned_at INTEGER NOT NULL DEFAULT 0,
    countersigner TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX signoff_of ON signoff (module, learner, position);
