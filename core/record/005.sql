-- Derived from the events hint.*: what was offered, and what came of it. act: 0 offered, 1 opened, 2 later, 3 never.
CREATE TABLE hint (
    learner INTEGER NOT NULL, module TEXT NOT NULL, act INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (learner, module, act, at)
) STRICT, WITHOUT ROWID;
