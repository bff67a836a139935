-- Invitations: a code is good for one device, once, for a while. Only its hash is kept.
CREATE TABLE invitation (
    code BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
