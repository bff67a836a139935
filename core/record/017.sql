-- Derived from the events site.results (elsewhere.h): up to where what was passed on other devices is here, of these channels.
ALTER TABLE site_list ADD COLUMN through INTEGER NOT NULL DEFAULT 0;
ALTER TABLE site_list ADD COLUMN channels TEXT NOT NULL DEFAULT '';
