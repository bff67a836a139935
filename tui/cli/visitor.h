/* visitor: commands ask who learns, in an account that several people share. */
#ifndef CRIB_CLI_VISITOR_H
#define CRIB_CLI_VISITOR_H

#include "tui/app.h"

/* True at once where it is known who learns; else asks for badge or name, when there is a terminal to ask on. EX_NOPERM
 * without one, and when nothing is given. */
bool visitor_ask(struct app *app, struct error *err);

#endif
