/* learner: the parts of `crib learner`. */
#ifndef CRIB_CLI_LEARNER_H
#define CRIB_CLI_LEARNER_H

#include "core/record/learner.h"
#include "tui/app.h"

/* ---- what is held of oneself ---- */

/* Everything that the record holds of the learner: to standard output (where NULL), into the file, or as text and JSON
 * into the directory. */
bool learner_export(struct app *app, const char *where, bool json, struct error *err);

/* Says what goes and what stays, asks, erases. who: somebody else, as an administrator names them; NULL: oneself. */
bool learner_forget(struct app *app, const struct learner *who, const struct args *args, struct error *err);

/* ---- the people of this device: whoever manages them was found by learner_manager ---- */

/* visitor_manager (visitor.h). */
struct record *learner_manager(struct app *app, unsigned rights, int64_t *by, struct error *err);

bool learner_print_list(struct app *app, const struct args *args, struct error *err);

/* How many of them have a right beyond a learner's, and no PIN: where many share an account it counts nothing. */
size_t learners_without_pin(const struct learner *rows, size_t count);
bool learner_import(struct app *app, const char *file, const struct args *args, struct error *err);

/* Who is meant by a badge or a whole name; removed: among those who were removed, too, where nobody else is. EX_NOUSER, or
 * EX_DATAERR where it may be several. */
bool learner_meant(struct app *app, struct record *record, const char *said, bool removed, struct learner *who, struct error *err);

/* Refuses (EX_DATAERR) what would leave the device without an administrator who has a PIN: whoever is at the keyboard would be
 * one then. */
bool learner_not_the_last(struct record *record, const struct learner *who, struct error *err);

/* add, remove, badge, name, roles, rights, reset-pin, pin WHO; args as the command line has them. */
bool learner_change(struct app *app, const struct args *args, struct error *err);

#endif
