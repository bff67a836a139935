/* visit: who learns in an account that several people share.
 *
 * Elsewhere the learner is the account, and nothing here asks. An account that the configuration names in
 * `shared_accounts` is nobody in particular: reading needs no name, and keeps nothing; what is a person's own (quizzes,
 * recall, notes, sections done) first asks for badge or name, once a visit. A visit lasts as long as the run of crib, or
 * until the badge is out. Nothing on disk says who it was: the next person is never taken for the one before.
 *
 * Coming in takes one step or two; only the last one begins the visit:
 *
 *     visit_begin(app, scanned_or_typed, &next, err)     VISIT_IN: that was it
 *     visit_pin(app, pin, &result, err)                  VISIT_PIN: the person has one. In when result.state is PIN_RIGHT
 *     visit_pin_first(app, pin, err)                     VISIT_PIN_FIRST: has none, and this site wants one: chosen now
 *
 * What the site wants is the configuration's: `names` (add: who is not known is added by the name they give; known: names
 * of known people; no: badges alone), `pins` (yes: everybody has one), `guests` (yes: who gives nothing may learn, and
 * nothing is kept of it). Where the record says roles for the person, those are the roles of the visit. */
#ifndef CRIB_TUI_VISIT_H
#define CRIB_TUI_VISIT_H

#include "core/record/learner.h"
#include "core/record/pin.h"
#include "tui/app.h"

/* Whether several people share this account. */
bool visit_shared(struct app *app);

/* Whether somebody has to say who they are before anything of theirs can be kept. Never in a preview, nor of a guest. */
bool visit_wanted(struct app *app);

/* Whether what is learned is kept: in no preview, and of no guest. */
bool visit_kept(const struct app *app);

/* Badge in: a badge, else (as the site has it) a name. EX_USAGE on what can be neither, EX_NOUSER on who is not known, EX_DATAERR
 * on a name that several have. */
enum visit_next { VISIT_IN, VISIT_PIN, VISIT_PIN_FIRST };
bool visit_begin(struct app *app, const char *said, enum visit_next *next, struct error *err);
bool visit_begin_known(struct app *app, const char *said, enum visit_next *next, struct error *err); /* adds nobody */
bool visit_pin(struct app *app, const char *pin, struct pin_result *result, struct error *err);
bool visit_pin_first(struct app *app, const char *pin, struct error *err);

/* Who is coming in: the name, while visit_pin or visit_pin_first is to follow. */
const char *visit_arriving(const struct app *app);

/* "That is not the PIN. Two tries are left.", "... Wait 40 s.", "Wait 40 s." */
void visit_pin_words(const struct pin_result *result, char *out, size_t size);

/* Whom a badge stands for, or, where the site takes names, a name. *number 0: nobody known, or several (*found). */
bool visit_find(struct app *app, const char *said, enum learner_found *found, int64_t *number, struct error *err);

/* Does the site take names, beside badges? */
bool visit_takes_names(struct app *app);

/* Who is here proves it once more, by what they could badge in with. EX_NOPERM on what is nobody's or another's. */
bool visit_again(struct app *app, const char *said, struct error *err);

/* Is it somebody's badge? Names are none: a word that is scanned off a machine must badge nobody out. *own: of who is here. */
bool visit_is_badge(struct app *app, const char *text, bool *own);

/* Whether guests may learn here; a guest's visit begins. EX_NOPERM where they may not. */
bool visit_guests(struct app *app);
bool visit_guest(struct app *app, struct error *err);

/* Badge out: nobody in particular again. */
void visit_end(struct app *app);

/* Who badged in, by their name; "guest"; "" for nobody. */
const char *visit_name(const struct app *app);

/* Who badged in, with roles and rights; NULL for nobody, and for guests. */
const struct learner *visit_person(const struct app *app);

/* Whether who is here may do what needs one of these rights. An account that nobody shares owns its record, and may do all;
 * elsewhere a right counts with a PIN alone (a learner's own with or without): a name that anybody can type is no leave. */
bool visit_may(struct app *app, unsigned rights);

/* The learner of this run in its open record: the account's own, or the visitor's; 0 for nobody. */
bool visit_learner(struct app *app, int64_t *learner, struct error *err);

/* Sets the error of an act that is nobody's. Returns false. */
bool visit_refuse(struct app *app, struct error *err);

#endif
