-- What events call an attempt or a sign-off whose id is another person's already (row_id.h); NULL: as it stands.
ALTER TABLE attempt ADD COLUMN said BLOB;
ALTER TABLE signoff ADD COLUMN said BLOB;
