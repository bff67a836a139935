/* site_logs: what a device remembers of the logs that go between it and its site: STATE/site.logs.
 *
 *   site HEX N          the site's key; up to which change of other devices' logs they were taken; -1: that site keeps none
 *   own HEX SEQ         how far the site has a log of this device's own
 *   refused HEX WORDS   a log that was not taken, or that the site does not take
 *
 * A cache: without it everything is asked for again, and what is here already is not taken twice. */
#ifndef CRIB_RECORD_SITE_LOGS_H
#define CRIB_RECORD_SITE_LOGS_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/record/foreign.h"
#include "core/record/learner_site.h"

enum { SITE_LOGS_NONE = -1, SITE_LOGS_REFUSED = 100 /* that are remembered */ };

struct refused_log {
    unsigned char id[EVENT_LOG];
    const char *words; /* for people: whose it is, from which event on, and why */
};

struct site_logs {
    unsigned char site[SITE_KEY];
    int64_t changed;
    const struct own_log *own;
    size_t own_count;
    const struct refused_log *refused;
    size_t refused_count;
};

/* What is remembered of that site (NULL: of whichever it is); nothing where it can't be read. Texts in the arena. false when
 * memory is out. */
bool site_logs_read(struct arena *a, const struct places *places, const unsigned char *site, struct site_logs *logs, struct error *err);
bool site_logs_write(struct arena *a, const struct places *places, const struct site_logs *logs, struct error *err);

#endif
