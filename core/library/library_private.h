/* library_private: what the files of the library share: the two databases as one, rows as structs. */
#ifndef CRIB_LIBRARY_LIBRARY_PRIVATE_H
#define CRIB_LIBRARY_LIBRARY_PRIVATE_H

#include "core/base/db.h"
#include "core/library/library.h"
#include "core/library/section.h"

#include <stdint.h>

/* Bump it when the same file would be taken differently: everything is parsed again then. */
enum { LIBRARY_PARSER = 2 };

enum { PART_USER, PART_SYSTEM, PARTS };

struct part {
    struct db *db; /* NULL where there is no such library */
    char *dir;     /* holds library.db, library.lock and the index */
    char *index;   /* the index's directory */
    bool shared;   /* all users read it */
};

struct library {
    struct part parts[PARTS];
    unsigned flags;
    char *language;
    struct error left_out; /* of the part that can't be read, where the other one serves; code 0: none */
};

/* Outside, a key tells its part by its 62nd bit. */
static inline int64_t key_out(int part, int64_t key)
{
    return key | (int64_t)part << 62;
}

static inline int key_part(int64_t key)
{
    return (int)(key >> 62) & 1;
}

static inline int64_t key_in(int64_t key)
{
    return key & ~((int64_t)1 << 62);
}

/* The columns of facts, for a SELECT from module m and channel c. */
#define FACTS_COLUMNS                                                                                                  \
    "+m.key, +c.id, +m.id, +m.language, +m.kind, +m.title, +m.problem, +m.outcome, +m.minutes, +m.format, "            \
    "+m.status, +m.roles, +m.stages, +m.capabilities, +m.owner, +m.review_by, +c.dir, +m.path, +m.words, "             \
    "+m.sections, +m.questions, +m.sign_off, +m.added_ms, +m.changed_ms, +m.shelf"
enum { FACTS_COUNT = 25 };

/* Where a module stands, in the order of lists; what is known from a catalogue alone is in no list. */
enum { SHELF_MODULES, SHELF_PAGES, SHELF_CATALOGUE };

/* Where a translation is wanted, it stands for the module; else the module itself. One parameter: the language. */
#define ONE_LANGUAGE                                                                                                   \
    "(m.language = ?1 OR (m.language = '' AND NOT EXISTS (SELECT 1 FROM module t WHERE t.id = m.id AND "               \
    "t.channel = m.channel AND t.language = ?1)))"

/* Reads the row's first FACTS_COUNT columns; false when memory is out. */
bool facts_read(sqlite3_stmt *s, int part, struct arena *a, struct facts *facts, struct error *err);

/* Reads a section's columns from the at-th on: anchor, heading, level, line, since_ms, changed, hash. */
bool section_read(sqlite3_stmt *s, int at, struct arena *a, struct library_section *x, struct error *err);

/* A module by its key, also one of which only the catalogue's entry is here. */
struct library_module *module_of_key(struct library *l, struct arena *a, int64_t key, struct error *err);

/* The column's text or blob in the arena; NULL (err filled) when memory is out. */
const char *column_text(sqlite3_stmt *s, int column, struct arena *a, struct error *err);

/* Lists as the tables keep them, and back. */
bool list_split(const char *text, struct arena *a, struct strings *list, struct error *err);
char *list_join(struct arena *a, struct strings list, struct error *err);

/* A growing array in an arena: returns the new element (zeroed), or NULL when memory is out. */
void *grow(struct arena *a, void **items, size_t *count, size_t size, struct error *err);

/* How rows become elements of a growing array: each is read into one that is zeroed. */
struct row_reader {
    bool (*read)(struct library *l, int part, sqlite3_stmt *s, struct arena *a, void *element, struct error *err);
    size_t size; /* of an element */
    int channel; /* the column with the channel's id: what is hidden is left out; ROWS_ALL takes every row */
};
enum { ROWS_ALL = -1 };

/* Adds the rows of s, which is bound, at most so many. Afterwards s can be bound again. */
bool rows_add(struct library *l, int part, sqlite3_stmt *s, const struct row_reader *reader, size_t most, struct arena *a,
              void **items, size_t *count, struct error *err);

/* Takes the lock of those who change the library, waiting so long for another one: a descriptor to close, or -1
 * (EX_TEMPFAIL where another one has it). */
int library_lock(const struct part *part, int wait_ms, struct error *err);

/* Says in err which library can't be used, and that the other one is. */
void part_left_out(const struct library *l, int part, struct error *err);

/* Is a system channel hidden by one of the user's with that id? */
bool channel_hidden(struct library *l, int part, const char *id);

/* The number under a name in meta; 0 where there is none. */
bool meta_get(struct db *db, const char *name, int64_t *value, struct error *err);
bool meta_set(struct db *db, const char *name, int64_t value, struct error *err);

#endif
