-- Programmes of which the channel's catalogue alone tells: what they are made of is not all on this device. An older crib took
-- such for its own: they are taken again.
ALTER TABLE programme ADD COLUMN catalogue INTEGER NOT NULL DEFAULT 0;
DELETE FROM pack;
