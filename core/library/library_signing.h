/* library_signing: what a module that asks for a sign-off is signed with: results live in the arena. */
#ifndef CRIB_LIBRARY_LIBRARY_SIGNING_H
#define CRIB_LIBRARY_LIBRARY_SIGNING_H

#include "core/library/library.h"

struct library_signing {
    const char *attestation; /* what is signed: the author's words, else MODULE_ATTESTATION */
    const char *valid;       /* for how long, as clock_after reads it; "": until the text changes */
    bool countersign;        /* a supervisor signs, too */
    struct str source;       /* the file as crib takes it: what the signature is over */
    const struct change *changes; /* newest first */
    size_t change_count;
};

/* NULL where the module asks for no sign-off (EX_USAGE), or was installed by a crib that knew of none (EX_UNAVAILABLE). */
const struct library_signing *library_signing(struct library *l, struct arena *a, int64_t key, struct error *err);

/* Installing: keeps what the module's file says. */
struct db;
bool library_signing_write(struct db *db, int64_t key, const struct module *m, struct error *err);

#endif
