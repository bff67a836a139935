/* activity: what a statement is about: the names that statement.h gives to modules, sections, questions, programmes and their
 * sessions, what is said of each beside its name, and where it belongs. */
#ifndef CRIB_SYNC_XAPI_ACTIVITY_H
#define CRIB_SYNC_XAPI_ACTIVITY_H

#include "core/base/json.h"
#include "sync/xapi/statement.h"

#define ADL "http://adlnet.gov/expapi/"

enum about { ABOUT_MODULE, ABOUT_SECTION, ABOUT_QUESTION, ABOUT_GAP, ABOUT_SESSION };

/* `<iri>/m/<module>`: module is its id, without a channel. */
void activity_of_module(struct buf *out, const char *iri, const char *module);

/* The same of the statement's module; `<iri>/p/<programme>`: nothing where the event knows none. */
void activity_module(struct buf *out, const struct statement *s);
void activity_programme(struct buf *out, const struct statement *s);

/* The language of its texts; "und" where nobody knows. */
const char *activity_language(const struct statement *s);

/* Adds the member "object". false when memory is out. */
bool activity_object(struct json *j, struct arena *a, const struct statement *s, enum about about);

/* Adds "contextActivities": what it is a part of; then the channel and, where the event happened within one, the programme.
 * false when memory is out. */
bool activity_context(struct json *j, const struct statement *s, enum about about);

#endif
