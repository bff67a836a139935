#include "sync/channel/accept.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static bool refuse(const struct trust_seen *seen, int code, const char *why, const char *todo, struct error *err)
{
    return error_set(err, code, "refused the channel", seen->id, why, todo);
}

bool accept_pointer(const struct trust_seen *seen, const struct pointer *pointer, struct str bytes, struct error *err)
{
    char why[200];
    static const char roll_back[] = "an old copy, or an attack: what is installed stays; tell the publisher";
    if (seen->id[0] == '\0')
        return true;
    if (strcmp(seen->id, pointer->id) != 0) {
        snprintf(why, sizeof why, "its id is `%s` now", pointer->id);
        return refuse(seen, EX_DATAERR, why, "an id never changes: ask its publisher", err);
    }
    if (pointer->version < seen->version) {
        snprintf(why, sizeof why, "it offers version %lld, and version %lld was here already",
                 (long long)pointer->version, (long long)seen->version);
        return refuse(seen, EX_NOPERM, why, roll_back, err);
    }
    if (pointer->key_set < seen->key_set)
        return refuse(seen, EX_NOPERM, "it goes back to an older set of keys", roll_back, err);
    if (pointer->published_ms < seen->published_ms)
        return refuse(seen, EX_NOPERM, "it was published before what is here", roll_back, err);
    if (pointer->version == seen->version && seen->pointer.n > 0 && !str_eq(bytes, seen->pointer)) {
        snprintf(why, sizeof why, "it gives other content as version %lld", (long long)pointer->version);
        return refuse(seen, EX_NOPERM, why, "its publisher has to publish again", err);
    }
    return true;
}
