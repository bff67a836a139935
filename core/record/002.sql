-- Derived from the events; record_rebuild empties and fills what follows.
CREATE TABLE learner (number INTEGER PRIMARY KEY, account TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE module (
    learner INTEGER NOT NULL,
    module TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    opened_at INTEGER NOT NULL DEFAULT 0,
    begun_at INTEGER NOT NULL DEFAULT 0,
    completed_at INTEGER NOT NULL DEFAULT 0,
    passed_at INTEGER NOT NULL DEFAULT 0,
    has_quiz INTEGER NOT NULL DEFAULT 0,
    score REAL NOT NULL DEFAULT -1,
    revision TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (learner, module)
) STRICT, WITHOUT ROWID;
CREATE INDEX module_recent ON module (learner, opened_at);
CREATE TABLE opening (
    learner INTEGER NOT NULL, module TEXT NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (learner, module, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE section (
    learner INTEGER NOT NULL, module TEXT NOT NULL, hash TEXT NOT NULL, anchor TEXT NOT NULL,
    state INTEGER NOT NULL, -- 0 met, 1 seen, 2 done
    at INTEGER NOT NULL,
    PRIMARY KEY (learner, module, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE attempt (
    id BLOB PRIMARY KEY,
    learner INTEGER NOT NULL,
    module TEXT NOT NULL,
    revision TEXT NOT NULL,
    content TEXT NOT NULL,
    quiz_revision TEXT NOT NULL,
    purpose INTEGER NOT NULL,
    state INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    pass_mark INTEGER NOT NULL,
    questions TEXT NOT NULL, -- JSON array of ids
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL DEFAULT 0,
    score REAL NOT NULL DEFAULT -1,
    passed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_open ON attempt (learner, module) WHERE state = 0;
CREATE TABLE answer (
    attempt BLOB NOT NULL, question TEXT NOT NULL, question_revision TEXT NOT NULL, type TEXT NOT NULL,
    response TEXT NOT NULL, fraction REAL NOT NULL, ms INTEGER NOT NULL, rating INTEGER NOT NULL,
    position INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (attempt, question)
) STRICT, WITHOUT ROWID;
CREATE TABLE pace (
    learner INTEGER NOT NULL, type TEXT NOT NULL, position INTEGER NOT NULL, ms INTEGER NOT NULL,
    PRIMARY KEY (learner, type, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE recall (
    learner INTEGER NOT NULL, module TEXT NOT NULL, question TEXT NOT NULL,
    stability REAL NOT NULL, difficulty REAL NOT NULL, algorithm TEXT NOT NULL,
    reviewed_at INTEGER NOT NULL, due_at INTEGER NOT NULL, reviews INTEGER NOT NULL,
    PRIMARY KEY (learner, module, question)
) STRICT, WITHOUT ROWID;
CREATE INDEX recall_due ON recall (learner, due_at, module);
CREATE TABLE news (
    learner INTEGER NOT NULL, module TEXT NOT NULL, revision TEXT NOT NULL, through TEXT NOT NULL,
    PRIMARY KEY (learner, module)
) STRICT, WITHOUT ROWID;
CREATE TABLE note (
    id BLOB PRIMARY KEY, learner INTEGER NOT NULL, module TEXT NOT NULL, anchor TEXT NOT NULL,
    revision TEXT NOT NULL, asset TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX note_module ON note (module, at);
CREATE INDEX note_at ON note (at);
CREATE TABLE fetch (module TEXT PRIMARY KEY, learner INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE miss (
    learner INTEGER NOT NULL, folded TEXT NOT NULL, query TEXT NOT NULL, times INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (learner, folded)
) STRICT, WITHOUT ROWID;
CREATE TABLE erased (position INTEGER PRIMARY KEY, by INTEGER NOT NULL) STRICT;
