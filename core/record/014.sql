-- Derived from the events learner.account and learner.site: under which name a learner's statements leave, and who they are
-- on the list of the site.
ALTER TABLE learner ADD COLUMN sent_as TEXT NOT NULL DEFAULT '';
ALTER TABLE learner ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE INDEX learner_person ON learner (person) WHERE person <> '';
-- Derived from the events site.listed: up to which version the site's list was taken.
CREATE TABLE site_list (site TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
