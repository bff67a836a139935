-- One person by several devices is one: `who` is their account, else their id on the site's list, else the row's own key. newest:
-- no later row is of the same person; what it says counts before what an older one said.
ALTER TABLE person ADD COLUMN who TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN newest INTEGER NOT NULL DEFAULT 1;
UPDATE person SET who = key;
CREATE INDEX person_who ON person (session, who);
CREATE VIEW counted AS
    SELECT p.session, p.who, a.person, a.question, a.fraction FROM person p JOIN answer a ON a.person = p.number
    WHERE p.newest = 1 OR NOT EXISTS (SELECT 1 FROM person q JOIN answer b ON b.person = q.number AND b.question = a.question
                                      WHERE q.session = p.session AND q.who = p.who AND q.number > p.number);
