-- What a sign-off is asked for and over: of the modules that ask for one alone. source is the file, whole.
CREATE TABLE signing (
    module INTEGER PRIMARY KEY REFERENCES module ON DELETE CASCADE,
    attestation TEXT NOT NULL,
    countersign INTEGER NOT NULL,
    source TEXT NOT NULL
) STRICT;
