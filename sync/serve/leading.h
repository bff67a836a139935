/* leading: who may hold a live session at a site: a trainer, or an administrator, on its list of learners; and whom that list knows
 * by which account. */
#ifndef CRIB_SERVE_LEADING_H
#define CRIB_SERVE_LEADING_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum may_lead {
    LEAD_ANYBODY, /* the site has no list */
    LEAD_YES,
    LEAD_UNKNOWN, /* not on the list */
    LEAD_NO,      /* on it, without the right */
};

/* Who tells: of a person by the list's own id for them or, where that is "", by their account. Their device says who it is. */
struct leading {
    bool (*find)(void *context, const char *person, const char *account, enum may_lead *may, struct error *err);
    /* The account of the person with that id of the list's; "" where there is none, or the list doesn't know them. */
    bool (*account)(void *context, const char *person, char *account, size_t size, struct error *err);
    void *context;
};

#endif
