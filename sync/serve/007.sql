-- Whose a device is, by the client's name: it speaks for this account alone. It may be said before the device enrols.
CREATE TABLE person (
    client TEXT PRIMARY KEY,
    account TEXT NOT NULL
) STRICT, WITHOUT ROWID;
