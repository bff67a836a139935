-- On which local day a learner was last asked whether a module solved it. A convenience as position: no event says it.
CREATE TABLE asked (
    learner INTEGER NOT NULL, module TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (learner, module)
) STRICT, WITHOUT ROWID;
