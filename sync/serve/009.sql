-- What `changed` of the log was when this part came: who has all up to a change gets what is behind it at once.
ALTER TABLE log_signed ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
