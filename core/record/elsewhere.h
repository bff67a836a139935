/* elsewhere: what the people of a site passed on other devices of it, so that it counts here, too.
 *
 * The attempt itself, with its answers, is in the log of the device on which it was made, and what the site knows of it in its
 * statements. Here are events of this record's own log that say so:
 *
 *   module.elsewhere  {"module", "revision", "score", "when": MS, "device"}  its quiz was passed then, as that device says
 *   site.results      {"site": HEX, "through": N, "channels": TEXT}  which of the site's statements were looked through for them
 *
 * What follows is the union, in whatever order devices meet: passed since the first pass, with the best score. */
#ifndef CRIB_RECORD_ELSEWHERE_H
#define CRIB_RECORD_ELSEWHERE_H

#include "core/record/learner_site.h"

struct elsewhere {
    const char *person; /* site_person's id */
    const char *module; /* channel/module */
    const char *revision;
    double score;
    int64_t at;
    const char *device; /* by the site's name for it; "": not known */
};

/* How far the site's statements were looked through for modules of these channels; 0: not at all, or people came to its list
 * since, or other channels to this device. */
bool record_elsewhere_through(struct record *r, const unsigned char site[SITE_KEY], const char *channels, int64_t *through,
                              struct error *err);

/* Takes them in one transaction, which says how far they reach. Who is not here, and what is no news, is passed over; *taken
 * counts the others. */
bool record_elsewhere(struct record *r, const unsigned char site[SITE_KEY], const struct elsewhere *items, size_t count,
                      int64_t through, const char *channels, size_t *taken, struct error *err);

#endif
