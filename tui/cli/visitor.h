/* visitor: commands ask who learns, in an account that several people share. */
#ifndef CRIB_CLI_VISITOR_H
#define CRIB_CLI_VISITOR_H

#include "tui/app.h"

/* True at once where it is known who learns; else asks for badge or name, and the PIN of who has one, when there is a
 * terminal to ask on. EX_NOPERM without one, when nothing is given, and when the PIN is not right. */
bool visitor_ask(struct app *app, struct error *err);

/* The same for what guests may do, too, where the site has them. */
bool visitor_ask_guest(struct app *app, struct error *err);

/* Asks, whoever's account it is, for somebody who is known already. */
bool visitor_ask_known(struct app *app, struct error *err);

/* Asks for a new PIN, twice. The caller wipes it. */
bool visitor_choose_pin(char *pin, size_t size, struct error *err);

#endif
