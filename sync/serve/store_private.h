/* store_private: what the parts of store share. */
#ifndef CRIB_SERVE_STORE_PRIVATE_H
#define CRIB_SERVE_STORE_PRIVATE_H

#include "core/base/db.h"
#include "core/record/event.h"
#include "sync/serve/store.h"

#define XAPI_PASSED "http://adlnet.gov/expapi/verbs/passed"
#define XAPI_COMPLETED "http://adlnet.gov/expapi/verbs/completed"

/* References to references are followed so far. */
enum { TERM_SLOTS = 4096, STORE_HOPS = 8 };

struct store {
    struct db *db;
    int64_t last; /* the latest moment given */
    size_t log;   /* pages in the log, after the last commit */
    struct {
        char *text;
        int64_t id;
    } known[TERM_SLOTS]; /* terms met lately: most statements share most of theirs */
};

/* The bytes of an id that was checked before. */
struct uuid store_id(const char *text);

/* What term_id knows by heart holds no more. */
void store_forget_terms(struct store *s);

/* EX_USAGE for a name that no client can have. */
bool store_fit_name(const char *name, struct error *err);

#endif
