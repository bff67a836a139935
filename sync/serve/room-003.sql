-- What people chose of the questions that let one choose: from 1, in the order of the source.
CREATE TABLE pick (
    person INTEGER NOT NULL REFERENCES person (number) ON DELETE CASCADE,
    question TEXT NOT NULL, choice INTEGER NOT NULL,
    PRIMARY KEY (person, question, choice)
) STRICT, WITHOUT ROWID;
