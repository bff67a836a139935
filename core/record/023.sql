-- What a trainer's questions let one choose from, and how many chose it; -1: not told, since too few have answered.
CREATE TABLE room_choice (
    room INTEGER NOT NULL REFERENCES room (id) ON DELETE CASCADE,
    question TEXT NOT NULL, choice INTEGER NOT NULL, -- from 1, in the order of the source
    text TEXT NOT NULL, right INTEGER NOT NULL,
    picks INTEGER NOT NULL DEFAULT -1,
    PRIMARY KEY (room, question, choice)
) STRICT, WITHOUT ROWID;
