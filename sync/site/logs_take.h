/* logs_take: a device's part in what goes between the logs of a site's devices: at each sync it hands in what is new in its own
 * (core/record/foreign.h says what of it is shared), and takes what is new in the others'.
 *
 * A device whose record was lost takes its own former logs, too. One whose record was set back to an older state finds that out here,
 * and goes on with a new log (logs_back.c).
 *
 * What there is to do, the answer to GET /results says (people.h): where there is nothing, nobody is asked anything. What came
 * is in the record, and what went is at the site, part by part: a sync that ends anywhere goes on there with the next one, and
 * nothing goes or comes twice. So does one that took LOGS_MS each way: channels and statements come behind it. A log that does not hold is left where it held, said once, and remembered (site_logs.h); the
 * others go on. One that was dropped here (foreign.h) is asked for whole. */
#ifndef CRIB_SYNC_SITE_LOGS_TAKE_H
#define CRIB_SYNC_SITE_LOGS_TAKE_H

#include "core/record/accepted.h"
#include "core/record/site_logs.h"
#include "sync/site/people.h"

enum { LOGS_MS = 60000 };

struct logs_moved {
    size_t handed, taken; /* events */
    bool rest;            /* more of them wait for the next sync */
};

/* told: what the site said. A site that keeps no logs, or is not to be reached, is no failure. */
bool logs_exchange(struct arena *a, const struct places *places, const struct lrs *site, const struct people_keys *keys,
                   struct record *r, const struct people_passes *told, struct logs_moved *moved, struct error *err);

/* Before it: what would go with the next sync. */
struct logs_waiting {
    const char *site; /* its address; "" where nothing goes */
    size_t events;    /* of this device's logs that the site hasn't got */
};
bool logs_wait(struct arena *a, const struct places *places, struct record *r, struct logs_waiting *waiting, struct error *err);

#endif
