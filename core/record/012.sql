-- Derived from the events module.solved: how often a learner said that a module solved what it was opened for, or not.
CREATE TABLE solved (
    learner INTEGER NOT NULL, module TEXT NOT NULL, yes INTEGER NOT NULL, no INTEGER NOT NULL,
    PRIMARY KEY (learner, module)
) STRICT, WITHOUT ROWID;
INSERT INTO solved SELECT learner, module, sum(said), sum(1 - said) FROM (
    SELECT json_extract(payload, '$.learner') AS learner, json_extract(payload, '$.module') AS module,
        json_extract(payload, '$.solved') AS said
    FROM event WHERE kind = 'module.solved' AND payload IS NOT NULL)
    WHERE learner IS NOT NULL AND module IS NOT NULL AND said IN (0, 1) GROUP BY 1, 2;
