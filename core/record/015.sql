-- What one person has signed is found by who they are.
DROP INDEX signoff_of;
CREATE INDEX signoff_of ON signoff (learner, module, position);
