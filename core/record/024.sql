-- Events of other devices that say something from now on, since somebody is known by the site's list only now (foreign.h): of
-- that log and that number, from `next` on, up to before `before`. What follows from them is derived in steps.
CREATE TABLE foreign_waiting (
    log INTEGER NOT NULL, number INTEGER NOT NULL, next INTEGER NOT NULL, before INTEGER NOT NULL, PRIMARY KEY (log, number)
) STRICT, WITHOUT ROWID;
