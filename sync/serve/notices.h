/* notices: what a server says in the system's log (core/base/notice.h), for whoever runs the site: that it began and ended, what
 * devices came, were refused or were revoked, and what can't be stored. Devices are called by the names that the administrator
 * gave them; learners, and what they do, are never named. */
#ifndef CRIB_SERVE_NOTICES_H
#define CRIB_SERVE_NOTICES_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

void notices_began(const char *url, size_t channels, bool records);

/* finished: no request was cut off. */
void notices_ended(bool finished);

/* A token was none of that device's; at most once in ten minutes for each. known: there is one of that name, or (revoked) was:
 * what else somebody gives for a name stands in no log. */
void notices_refused(const char *name, bool known, bool revoked);

/* From that address so many wrong names or tokens come that they are answered slowly; at most once in ten minutes. */
void notices_strangers(const char *address);

void notices_enrolled(const char *name);

/* A code that nobody gave out, or that was used. */
void notices_code_refused(void);

/* What came could not be stored; NULL: it is stored. Says when that begins, now and then while it goes on, and when it ends. */
void notices_stored(const struct error *err);

#endif
