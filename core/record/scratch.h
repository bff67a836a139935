/* scratch: a record in memory, made of what others tell: many devices' statements, so that one query serves a device and a
 * site (report.h). Nothing is appended to it, it has no chain, and it is gone with record_close. */
#ifndef CRIB_RECORD_SCRATCH_H
#define CRIB_RECORD_SCRATCH_H

#include "core/record/event.h"
#include "core/record/record.h"

/* NULL on failure. */
struct record *scratch_open(struct error *err);

/* The learner of that account, made where it is new. */
bool scratch_person(struct record *r, const char *home_page, const char *name, int64_t *learner, struct error *err);

/* Somebody of the site's list (learner_site.h), by their account: they have that name and those roles. After all was told. */
struct site_person;
bool scratch_listed(struct record *r, const struct site_person *person, struct error *err);

/* What an event of this kind, with this payload, made of it. log: a number for each (1, 2, ...), so that several devices' union
 * is found (foreign.h): tell first what others speak of (scratch_begins), of all logs, then the rest; each log in its order. */
bool scratch_begins(const char *kind);
bool scratch_tell(struct record *r, int64_t log, const struct uuid *id, const char *kind, const char *payload, size_t n, struct error *err);

/* The learner was heard of from the device; the device was heard of last at that moment. */
bool scratch_heard(struct record *r, int64_t learner, const char *device, int64_t at_ms, struct error *err);
bool scratch_device(struct record *r, const char *device, int64_t at_ms, struct error *err);

#endif
