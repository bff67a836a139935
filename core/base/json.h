/* json: writes JSON (RFC 8259) into a buf, compact, in the order of the calls.
 *
 * Keeps its own nesting so that commas are right by construction. Strings that are not UTF-8 get U+FFFD; control
 * characters are escaped, and so are U+007F..9F and bidi controls, so that --json is safe on a terminal too. */
#ifndef CRIB_BASE_JSON_H
#define CRIB_BASE_JSON_H

#include "core/base/buf.h"
#include "core/base/strings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libjansson has functions of these two names, and the program that links both must not answer for it. Who reads with
 * jansson and writes with this includes <jansson.h> first. */
#define json_string crib_json_string
#define json_null crib_json_null

struct json {
    struct buf *out;   /* borrowed */
    bool comma;        /* a value stands before the next one */
};

/* Each value takes the key that it stands under, or NULL inside an array and at the top. */
void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, const char *key);
void json_close_array(struct json *j);
void json_string(struct json *j, const char *key, const char *text);             /* NULL text writes null */
void json_text(struct json *j, const char *key, const char *text, size_t n);
void json_hex(struct json *j, const char *key, const unsigned char *bytes, size_t n); /* 2 n small digits */
void json_int(struct json *j, const char *key, int64_t value);
void json_double(struct json *j, const char *key, double value);                 /* not finite writes null */
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
void json_strings(struct json *j, const char *key, struct strings list);          /* an array of them */

/* Appends finished JSON with everything that isn't ASCII as \u escapes, in pairs (UTF-16) beyond U+FFFF: the same values,
 * whatever shows or carries it. */
void json_add_ascii(struct buf *out, const char *json, size_t n);

#endif
