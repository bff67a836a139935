/* chain: how an act becomes events: one transaction, the head read inside it. Internal to core/record.
 *
 *     if (!chain_begin(r, err)) return false;
 *     struct json *j = chain_event(r, "note.filed", learner, subject, anchor);
 *     json_string(j, "text", text);
 *     return chain_append(r, NULL, err) && chain_commit(r, err);
 *
 * Every function that fails has rolled the transaction back. Payloads are JSON, keys in the order of the calls:
 * learner, at, boot, mono, module, anchor, iri, title, language, revision, circumstances, then what happened. What is
 * derived is always derived from the payload's text (fact.h), so that a rebuild gives the same. */
#ifndef CRIB_RECORD_CHAIN_H
#define CRIB_RECORD_CHAIN_H

#include "core/base/buf.h"
#include "core/base/db.h"
#include "core/base/json.h"
#include "core/record/event.h"
#include "core/record/record.h"

enum { LOG_SHIFT = 40 }; /* position = log number << LOG_SHIFT | seq */

/* Numbers of foreign logs (foreign.h): behind those of this record's own, before those of outbox_log. */
enum { FOREIGN_FIRST = 1 << 21, FOREIGN_LAST = (1 << 22) - 1 };

static inline int64_t position_of(int64_t log_number, uint64_t seq)
{
    return log_number * ((int64_t)1 << LOG_SHIFT) + (int64_t)seq;
}

static inline uint64_t seq_of(int64_t position)
{
    return (uint64_t)(position & (((int64_t)1 << LOG_SHIFT) - 1));
}

static inline bool position_foreign(int64_t position)
{
    return position >> LOG_SHIFT >= FOREIGN_FIRST;
}

struct record {
    struct db *db;
    char *path;
    bool read_only;
    bool copy;     /* not the record, but a copy of it: damage in it is the reader's business alone */
    int wal_pages; /* of the write-ahead log after the last commit */
    char machine[33]; /* "" until asked for */
    char boot[65];
    const char *reason;       /* why a copy's log is continued: NULL for "restore" */
    struct buf circumstances; /* `,"stage":"..."`: pasted into each payload */
    bool (*watch)(void *context, int64_t looked, int64_t all); /* erase.h; NULL: nobody asks */
    void *watching;
    /* the transaction under way */
    int64_t log_number;
    unsigned char log[EVENT_LOG];
    unsigned char secret[EVENT_SECRET];
    uint64_t seq;
    struct uuid last;
    unsigned char head[EVENT_HASH];
    /* the event under way */
    struct buf payload;
    struct json json;
    const char *kind;
    int64_t learner;
    /* what the event that is derived from brings with it (fact.h): derived are the others when it is done with */
    struct buf here; /* what it began; empty: nothing that others speak of */
    int64_t came;    /* who is known by the site's list from now on; 0: nobody */
};

/* A record of its own, empty, that has no file (scratch.h). NULL on failure. */
struct record *record_in_memory(struct error *err);

/* BEGIN IMMEDIATE; finds the log to append to, or begins or continues one; reads its head. */
bool chain_begin(struct record *r, struct error *err);

/* Behind chain_begin: the log ends where it is, and a new one goes on for that reason, in the transaction under way. */
bool chain_continue(struct record *r, const char *reason, struct error *err);

/* Starts a payload. subject, anchor may be NULL; learner 0 is left out. The caller adds what happened. chain_append
 * refuses it (EX_NOUSER) where the learner was forgotten meanwhile. */
struct json *chain_event(struct record *r, const char *kind, int64_t learner, const struct subject *s,
                         const char *anchor);

/* Adds `sections` where they are given: [[anchor, hash], ...]. */
void chain_sections(struct json *j, const struct subject *s);

/* Ends the payload, appends the event, derives from it, signs a checkpoint when one is due. *id takes its id (NULL
 * allowed). */
bool chain_append(struct record *r, struct uuid *id, struct error *err);

bool chain_commit(struct record *r, struct error *err);

/* Rolls back and returns false: `return chain_fail(r);` */
bool chain_fail(struct record *r);

/* record_rebuild, in the transaction under way. */
bool chain_rebuild(struct record *r, struct error *err);

/* Whether what is written from now on waits for the disk, as it does at first. Not within a transaction. */
void chain_wait(struct record *r, bool waits);

/* The account's number, added where it is new. */
bool chain_learner(struct record *r, const char *account, int64_t *learner, struct error *err);

/* Signs (seq, head) of the transaction's log. */
bool chain_sign(struct record *r, struct error *err);

/* Between the transactions of long work: others have their turn, for about as long as the last one took. Whoever waits for the record
 * looks for it again and again, and must not find it taken each time. */
void chain_give_way(struct record *r, int64_t held_ms);

/* Does the learner still lack a baseline of the module, so that this act should carry its sections? Yes where none
 * were met, or those of another revision while nothing was begun. */
bool chain_needs_sections(struct record *r, int64_t learner, const struct subject *s, bool *needs, struct error *err);

/* Keeps the content under its hash, in the transaction under way. Given NULL: nothing to do. */
bool chain_pin(struct record *r, const char *hash, const char *content, size_t len, struct error *err);

/* A copy of the column's text in the arena; NULL when memory is out. */
const char *column_copy(struct arena *a, sqlite3_stmt *s, int column);

/* Room for one more row in an arena: doubles, leaving the old block behind. NULL when memory is out. */
void *rows_grown(struct arena *a, void *rows, size_t count, size_t *cap, size_t size);

/* Reads the statement's row into *row; texts go to the arena. false when memory is out. */
typedef bool row_read(struct arena *a, sqlite3_stmt *s, void *row);

/* The row is a `const char *`: the first column's text. */
bool row_text(struct arena *a, sqlite3_stmt *s, void *row);

/* Steps the bound statement to its end, and gives its rows, of that size each. NULL on failure, not for none. */
void *rows_read(struct record *r, struct arena *a, sqlite3_stmt *s, size_t size, row_read *read, size_t *count,
                struct error *err);

#endif
