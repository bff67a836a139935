/* expected: whom a site expects in a live session: those on its list of learners whose roles the programme is for, and how much
 * of what comes before it each of them has done, as far as statements say so. A session's holder keeps that beside the session
 * (room-002.sql) and counts anew now and then, while its trainer looks. */
#ifndef CRIB_SERVE_EXPECTED_H
#define CRIB_SERVE_EXPECTED_H

#include "core/base/arena.h"
#include "core/base/db.h"
#include "core/base/error.h"
#include "core/base/strings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;

struct expected {
    const char *name, *account;
    int64_t done, of; /* of -1: nobody knows */
};

/* Who tells: for roles (none: everybody), and these activities. At most `most`, in the order of the list; *list is NULL where the
 * site has none. */
struct expecting {
    bool (*find)(void *context, struct arena *a, struct strings roles, struct strings before, size_t most, struct expected **list,
                 size_t *count, struct error *err);
    void *context;
};

/* Counts anew where that is due. */
bool expected_count(struct db *db, const struct expecting *from, const char *session, struct error *err);

/* Adds "expected": [{"name", "done", "of"}] of those who have not joined by name or account; nothing where the trainer's device
 * said nothing of roles. */
bool expected_tell(struct db *db, const char *session, struct json *j, struct error *err);

#endif
