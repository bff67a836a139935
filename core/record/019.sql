-- A list of thousands is taken while people wait for the record.
CREATE INDEX learner_sent_as ON learner (sent_as);
