/* store_private: what the parts of store share. */
#ifndef CRIB_SERVE_STORE_PRIVATE_H
#define CRIB_SERVE_STORE_PRIVATE_H

#include "core/base/db.h"
#include "sync/serve/store.h"

enum { TERM_SLOTS = 4096, ID_BYTES = 16 };

struct store {
    struct db *db;
    int64_t last; /* the latest moment given */
    struct {
        char *text;
        int64_t id;
    } known[TERM_SLOTS]; /* terms met lately: most statements share most of theirs */
};

void store_id_bytes(const char *uuid, unsigned char out[ID_BYTES]);

#endif
