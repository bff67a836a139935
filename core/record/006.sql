-- Derived from the events search.missed (kind 0) and code.missed (kind 1): what was looked for in vain.
CREATE TABLE gap (
    kind INTEGER NOT NULL, learner INTEGER NOT NULL, folded TEXT NOT NULL, query TEXT NOT NULL, times INTEGER NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (kind, learner, folded)
) STRICT, WITHOUT ROWID;
INSERT INTO gap SELECT 0, learner, folded, query, times, at FROM miss;
DROP TABLE miss;
