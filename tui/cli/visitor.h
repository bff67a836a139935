/* visitor: commands ask who learns, in an account that several people share. */
#ifndef CRIB_CLI_VISITOR_H
#define CRIB_CLI_VISITOR_H

#include "tui/app.h"

/* True at once where it is known who learns; else asks for badge or name, and the PIN of who has one, when there is a
 * terminal to ask on. EX_NOPERM without one, when nothing is given, and when the PIN is not right. */
bool visitor_ask(struct app *app, struct error *err);

/* The same for what guests may do, too, where the site has them. */
bool visitor_ask_guest(struct app *app, struct error *err);

/* With a badge or name that was given already, "" for a guest; asks for the PIN of who has one. false: nobody is in. */
bool visitor_come_in(struct app *app, const char *said, struct error *err);

/* True at once in an account of one's own; else asks who it is, who has to have one of the rights, and a PIN. EX_NOPERM. */
bool visitor_may(struct app *app, unsigned rights, const char *what, struct error *err);

/* The same, whoever's account it is. */
bool visitor_must(struct app *app, unsigned rights, const char *what, struct error *err);

/* The record to write to, and who manages this device: whoever has one of these rights and a PIN, and says so on the terminal, as
 * soon as there is an administrator with a PIN; before, and without a terminal where nobody shares it, the account that the record
 * is of (*by 0). NULL on failure. */
struct record *visitor_manager(struct app *app, unsigned rights, const char *what, int64_t *by, struct error *err);

/* Asks for a new PIN, twice. The caller wipes it. */
bool visitor_choose_pin(char *pin, size_t size, struct error *err);

#endif
