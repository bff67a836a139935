-- A device that chose its own token may ask again while the code is good: the answer to its first time may have been lost.
ALTER TABLE invitation ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
