/* db_zero: SQLite's way to the disk, but that what a database's pages do not use is zero when they are written.
 *
 * With secure_delete SQLite zeroes what is deleted. But where it moves rows from one page to another (a page was full), what
 * it moved may stay in the old page, behind its last row, until something else comes there; when the row is deleted later, only
 * its new place is zeroed. So that nothing deleted is left in the file, each page that goes into the database's file has the
 * room between its list of rows and its first row zeroed on the way. A page says by itself where that is (fileformat2,
 * "B-tree Pages"). The write-ahead log is left as it is: a checkpoint brings its pages by here, and empties it.
 *
 * For databases without auto_vacuum, whose pages of pointers look like others. */
#ifndef CRIB_BASE_DB_ZERO_H
#define CRIB_BASE_DB_ZERO_H

/* The name to give to sqlite3_open_v2, over what is SQLite's usual way by then; NULL when memory is out. */
const char *db_zero(void);

#endif
