-- What follows from the events of several devices is the same in whatever order they come (foreign.h). So kept beside it is:
-- since when a module's revision holds,
ALTER TABLE module ADD COLUMN revised_at INTEGER NOT NULL DEFAULT 0;
UPDATE module SET revised_at = max(opened_at, begun_at, passed_at) WHERE revision <> '';
-- when somebody last came to a session, and last left it,
ALTER TABLE attendance ADD COLUMN came_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attendance ADD COLUMN went_at INTEGER NOT NULL DEFAULT 0;
UPDATE attendance SET came_at = joined_at, went_at = left_at;
-- when a section was shown, and where a sign-off stands among those of all devices,
ALTER TABLE shown ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE shown SET at = coalesce((SELECT CAST(round((julianday(json_extract(e.payload, '$.at')) - 2440587.5) * 86400000) AS INTEGER)
    FROM event e WHERE e.position = shown.position AND json_valid(e.payload)), 0);
ALTER TABLE signoff ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0;
UPDATE signoff SET ordered = (SELECT max(t.at) FROM signoff t WHERE t.learner = signoff.learner AND t.module = signoff.module
    AND t.position <= signoff.position);
-- when an attempt was finished once more, on another device,
ALTER TABLE attempt ADD COLUMN again_at INTEGER NOT NULL DEFAULT 0;
-- an answer to a question of an attempt that was answered on another device, too, and does not count,
CREATE TABLE answer_other (
    attempt BLOB NOT NULL, question TEXT NOT NULL, log INTEGER NOT NULL, question_revision TEXT NOT NULL, type TEXT NOT NULL,
    response TEXT NOT NULL, fraction REAL NOT NULL, ms INTEGER NOT NULL, rating INTEGER NOT NULL,
    position INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (attempt, question, log)
) STRICT, WITHOUT ROWID;
-- an event of which nothing follows until what it speaks of is here,
CREATE TABLE awaiting (about TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (about, position)) STRICT, WITHOUT ROWID;
-- and the reviews that the state of a question follows from (recall.h): position,at,rating; one behind the other.
ALTER TABLE recall ADD COLUMN history TEXT NOT NULL DEFAULT '';
CREATE TABLE review_022 (learner INTEGER, module TEXT, question TEXT, position INTEGER, at INTEGER, rating INTEGER);
INSERT INTO review_022 SELECT json_extract(payload, '$.learner'), json_extract(payload, '$.module'), json_extract(payload, '$.question'),
    position, CAST(round((julianday(json_extract(payload, '$.at')) - 2440587.5) * 86400000) AS INTEGER),
    iif(kind = 'recall.retired', 0, json_extract(payload, '$.rating'))
    FROM event WHERE kind IN ('recall.answered', 'recall.retired') AND json_valid(payload)
    AND coalesce(json_extract(payload, '$.type'), '') NOT IN ('essay', 'description');
INSERT INTO review_022 SELECT t.learner, t.module, w.question, w.position, w.at, w.rating FROM attempt t
    JOIN module m ON m.learner = t.learner AND m.module = t.module JOIN answer w ON w.attempt = t.id
    WHERE t.state = 1 AND m.passed_at > 0 AND (t.ended_at > m.passed_at OR (t.ended_at = m.passed_at AND t.passed = 1)) AND w.type NOT IN ('essay', 'description');
CREATE INDEX review_022_of ON review_022 (learner, module, question, position);
UPDATE recall SET history = coalesce((SELECT group_concat(position || ',' || at || ',' || rating, ';') || ';' FROM
    (SELECT v.position, v.at, v.rating FROM review_022 v WHERE v.learner = recall.learner AND v.module = recall.module
     AND v.question = recall.question AND v.rating BETWEEN 0 AND 4 ORDER BY v.position)), '');
DROP TABLE review_022;
