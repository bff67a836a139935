/* swap: another file takes the record's place, and the one that stood there is moved aside whole. Internal to core/record.
 *
 * Nothing is deleted, and a kill or a power cut at any moment leaves what the next crib can finish:
 *
 *   record.db.lock     held (file_lock) by who swaps
 *   record.db.next     what is to take the record's place, whole and on the disk
 *   record.db.care     a line: `check`: somebody met damage in the record; `aside NAME`: the record is being moved to NAME.
 *                      While it stands nobody opens the record (heal.h does what it asks for)
 *   record.db.WORD-20261128T093000Z, ...-wal, ...-shm    what stood there
 *
 * The record's name is never without a file (where the file system has hard links), so that no other crib makes an empty
 * one meanwhile; and those that have the record open are found by their locks: then there is no swap (EX_TEMPFAIL). */
#ifndef CRIB_RECORD_SWAP_H
#define CRIB_RECORD_SWAP_H

#include "core/base/error.h"

#include <stdbool.h>

enum { SWAP_PATH = 4200 };

struct swap {
    const char *record; /* borrowed */
    int mutex;          /* record.db.lock */
    int held;           /* the record, with SQLite's locks on it; -1 */
    bool pending;       /* the record was moved, or is about to be */
    char next[SWAP_PATH], care[SWAP_PATH], aside[SWAP_PATH];
};

/* Does something have to be done before the record is opened? One look-up. */
bool swap_wanted(const char *record);

/* Asks for the check, at the next opening. Failure is harmless. */
void swap_ask_check(const char *record);

/* Waits for others who swap. s->pending tells that one of them left it half-done; otherwise s->aside is the name that
 * what stands there would get. swap_end is to follow. */
bool swap_begin(struct swap *s, const char *record, const char *word, struct error *err);

/* Moves the record aside: main file linked, write-ahead log moved. Can be repeated. */
bool swap_aside(struct swap *s, struct error *err);

/* What was moved aside may be read now: SQLite shares its locks with the record's name until swap_place. */
void swap_let_go(struct swap *s);

/* Puts s->next, a single file, into the record's place, and forgets what was asked for. */
bool swap_place(struct swap *s, struct error *err);

/* Was s->next put into place already, and only that not noted? */
bool swap_placed(const struct swap *s);

/* Nothing is to be done: what was asked for is forgotten. */
bool swap_clear(struct swap *s, struct error *err);

void swap_end(struct swap *s);

#endif
