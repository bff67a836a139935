/* doctor: what the files of `crib doctor` share: a finding, and how it is said. */
#ifndef CRIB_CLI_DOCTOR_H
#define CRIB_CLI_DOCTOR_H

#include "core/base/json.h"
#include "tui/app.h"

#include <stdbool.h>

enum finding { FINE, WORTH_KNOWING, BROKEN };

struct findings {
    struct buf out;
    struct json json;
    bool as_json;
    bool broken;
};

/* remedy: "" where nothing is to be done. */
void say(struct findings *f, enum finding kind, const char *what, const char *found, const char *remedy);
void say_error(struct findings *f, const char *what, const struct error *err);

/* doctor_network.c: how channels and stores elsewhere stand, as the last sync left it, or, ask being true, as they are found
 * now by crib-sync; and whether the credentials can be used. */
void look_at_network(struct findings *f, struct app *app, bool ask);

/* doctor_tools.c: the programs that bring crib to where people work: shells, tmux, the desktop, what prints labels. None of
 * them is needed. */
void look_at_tools(struct findings *f, struct app *app);

/* doctor_care.c: is the record whole, how old is its newest copy, what waits to be sent and since when, what was moved aside,
 * is the clock behind what was written. */
void look_at_care(struct findings *f, struct app *app);

/* doctor_people.c: who may do what on a device that many share: rights count with a PIN alone. */
void look_at_people(struct findings *f, struct app *app);

#endif
