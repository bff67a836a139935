/* sign: signing off a module, and the supervisor's signature under it. */
#ifndef CRIB_SCREEN_SIGN_H
#define CRIB_SCREEN_SIGN_H

#include "tui/app.h"
#include "tui/screen/screen.h"

/* Says what is missing, and Enter goes there; or shows what is signed, and Enter signs. Where several people share the
 * account, asks who it is first. */
void sign_open(struct screens *s, struct app *app, int64_t key);

/* The sign-offs that wait for a supervisor; Enter countersigns. */
void countersign_open(struct screens *s, struct app *app);

/* How many they are, for who has the right and is here; 0 for all others. */
size_t countersign_count(struct app *app);

#endif
