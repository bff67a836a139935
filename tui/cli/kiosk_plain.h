/* kiosk_plain: the kiosk as a dialogue of lines, for screen readers and terminals that only append: what stands on its first
 * screen is said, the badge is a line, and whoever is in has the dialogue of plain.h until they badge out. Between people the
 * terminal is cleared. What holds in the kiosk with screens holds here (kiosk.h). */
#ifndef CRIB_CLI_KIOSK_PLAIN_H
#define CRIB_CLI_KIOSK_PLAIN_H

#include "tui/cli/plain.h"

/* The run of a kiosk that is opened (app->kiosk); an exit status. */
int kiosk_plain(struct app *app);

/* Before the dialogue of who just came in: a live session that is on, a quiz that was left half-way. */
void kiosk_plain_offers(struct plain *p);

/* May this line be run as a command of crib's? Those alone that are a learner's own, and no option that reads or writes elsewhere. */
bool kiosk_plain_may(const char *line, struct error *err);

#endif
