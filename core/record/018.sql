-- What a sign-off rests on is found without looking at every event: each time that a section was shown, not the last alone,
DROP TABLE shown;
CREATE TABLE shown (
    learner INTEGER NOT NULL, module TEXT NOT NULL, hash TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (learner, module, hash, position)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO shown SELECT json_extract(payload, '$.learner'), json_extract(payload, '$.module'),
    json_extract(payload, '$.hash'), position FROM event WHERE kind = 'section.shown' AND json_valid(payload);
-- ... where the second signature is,
ALTER TABLE signoff ADD COLUMN countersigned_in INTEGER NOT NULL DEFAULT 0;
UPDATE signoff SET countersigned_in = coalesce((SELECT min(e.position) FROM event e WHERE e.kind = 'signoff.countersigned'
    AND e.position > signoff.position AND json_valid(e.payload)
    AND upper(replace(json_extract(e.payload, '$.signoff'), '-', '')) = hex(signoff.id)), 0) WHERE countersigned_at > 0;
-- ... and the attempts that were given up.
CREATE INDEX attempt_left ON attempt (learner, module) WHERE state = 2;
