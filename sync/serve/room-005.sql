-- Of which revision the questions are that a session was begun with, and those that were answered: options of another one may stand
-- in another order. '': nobody said.
CREATE TABLE asked (
    session TEXT NOT NULL REFERENCES room (session) ON DELETE CASCADE,
    question TEXT NOT NULL, revision TEXT NOT NULL,
    PRIMARY KEY (session, question)
) STRICT, WITHOUT ROWID;
ALTER TABLE answer ADD COLUMN revision TEXT NOT NULL DEFAULT '';
DROP VIEW counted;
CREATE VIEW counted AS
    SELECT p.session, p.who, a.person, a.question, a.fraction,
        a.revision <> '' AND EXISTS (SELECT 1 FROM asked k WHERE k.session = p.session AND k.question = a.question
                                     AND k.revision <> a.revision) AS other
    FROM person p JOIN answer a ON a.person = p.number
    WHERE p.newest = 1 OR NOT EXISTS (SELECT 1 FROM person q JOIN answer b ON b.person = q.number AND b.question = a.question
                                      WHERE q.session = p.session AND q.who = p.who AND q.number > p.number);
