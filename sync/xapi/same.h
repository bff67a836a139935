/* same: do two statements say the same? Is what an LRS gives back what was sent, is what came what is here already?
 *
 * As xAPI 1.0.3 compares (Data, 2.3.1): id and what an LRS adds (stored, authority, version), a verb's display and an
 * activity's definition don't count, nor a timestamp that only the server gave. A time is the same in any zone, a number
 * in any notation, a UUID in either case, and a group's members in any order. */
#ifndef CRIB_SYNC_XAPI_SAME_H
#define CRIB_SYNC_XAPI_SAME_H

#include <stdbool.h>
#include <stddef.h>

struct json_t; /* jansson's, whose header and json.h do not go together */
struct json_error_t;

/* false where either is no object. */
bool statements_agree(const char *a, size_t a_length, const char *b, size_t b_length);

/* JSON as both sides of a comparison need it: every number a real, no repeated key. NULL for what is none. */
struct json_t *statement_json(const char *text, size_t n, struct json_error_t *error);

/* A statement's object's type, "Activity" where it names none. */
const char *statement_object_type(const struct json_t *object);

#endif
