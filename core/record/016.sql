-- What waits for a supervisor is found at once, however many sign-offs there are.
CREATE INDEX signoff_waits ON signoff (position) WHERE countersign = 1 AND countersigned_at = 0;
