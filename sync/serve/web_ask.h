/* web_ask: what a page or a program asks of the web side: fields of a query or a form, checked. */
#ifndef CRIB_SERVE_WEB_ASK_H
#define CRIB_SERVE_WEB_ASK_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { ASK_BYTES = 256, ASK_MOST = 50, ASK_USUAL = 10 };

/* Names and values, in the order in which they came. */
struct web_field {
    const char *name, *value;
};

struct web_fields {
    const struct web_field *items;
    size_t count;
};

/* The value of the first field of that name; NULL where there is none. */
const char *web_field(const struct web_fields *fields, const char *name);

/* A field that is a whole number from 0 to most; false for anything else. */
bool web_field_number(const struct web_fields *fields, const char *name, unsigned long long most, unsigned long long *value);

struct web_ask {
    const char *role, *stage, *code, *asset, *q; /* "" for what isn't said */
    size_t limit;
};

/* Reads `role stage code asset q limit`, each at most once, at most ASK_BYTES of UTF-8 without control characters; other
 * fields are passed over. EX_DATAERR, naming the field; also where nothing is asked. */
bool web_ask_read(const struct web_fields *fields, size_t usual, struct web_ask *ask, struct error *err);

/* Where an address is of a page or quiz: /CHANNEL/m/ID, /CHANNEL/programme/ID, /CHANNEL/quiz/ID; /CHANNEL/ is as /CHANNEL/m/. */
/* Those from WEB_MODULE on are of a channel. */
enum web_route { WEB_NONE, WEB_CHANNELS, WEB_SUGGEST, WEB_EMBED, WEB_STYLE, WEB_MODULE, WEB_PROGRAMME, WEB_QUIZ };

/* What answers this path. *id (NULL allowed) takes where the id begins in it; the channel's begins at path + 1 and
 * ends at the next slash. */
enum web_route web_route(const char *path, const char **id);

/* Is this the origin of a web site as browsers write it: https://host or http://host, with a port or not? */
bool web_origin_valid(const char *origin);

#endif
