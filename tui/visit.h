/* visit: who learns in an account that several people share.
 *
 * Elsewhere the learner is the account, and nothing here asks. An account that the configuration names in
 * `shared_accounts` is nobody in particular: reading needs no name, and keeps nothing; what is a person's own (quizzes,
 * recall, notes, sections done) first asks for badge or name, once a visit. A visit lasts as long as the run of crib, or
 * until the badge is out. Nothing on disk says who it was: the next person is never taken for the one before. */
#ifndef CRIB_TUI_VISIT_H
#define CRIB_TUI_VISIT_H

#include "tui/app.h"

enum { VISIT_NAME_MOST = 100 }; /* bytes of a badge or name */

/* Whether several people share this account. */
bool visit_shared(struct app *app);

/* Whether somebody has to say who they are before anything of theirs can be kept. Never in a preview. */
bool visit_wanted(struct app *app);

/* Badge in: from now on the learner is whoever the record knows under this badge or name, added where it is new. Case,
 * accents and blanks make no other person. EX_USAGE on a name that can't be one. */
bool visit_begin(struct app *app, const char *name, struct error *err);

/* Badge out: nobody in particular again. */
void visit_end(struct app *app);

/* Who badged in, as they wrote it; "" for nobody. */
const char *visit_name(const struct app *app);

/* The learner of this run in its open record: the account's own, or the visitor's; 0 for nobody. */
bool visit_learner(struct app *app, int64_t *learner, struct error *err);

/* Sets the error of an act that is nobody's. Returns false. */
bool visit_refuse(struct app *app, struct error *err);

#endif
