-- Derived from the events attempt.started: the programme's element that an attempt was begun from; '' for none.
ALTER TABLE attempt ADD COLUMN programme TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt ADD COLUMN element TEXT NOT NULL DEFAULT '';
CREATE INDEX attempt_ended ON attempt (learner, module, ended_at) WHERE state = 1;
-- Derived from the events session.joined and session.left: who was in a live session. left_at 0: nobody said so.
CREATE TABLE attendance (
    programme TEXT NOT NULL, element TEXT NOT NULL, session TEXT NOT NULL, learner INTEGER NOT NULL,
    joined_at INTEGER NOT NULL, left_at INTEGER NOT NULL, late INTEGER NOT NULL,
    PRIMARY KEY (programme, element, session, learner)
) STRICT, WITHOUT ROWID;
CREATE INDEX attendance_learner ON attendance (learner, programme);
