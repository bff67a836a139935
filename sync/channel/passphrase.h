/* passphrase: what a secret key is locked with, from a person at the terminal or from a file. */
#ifndef CRIB_SYNC_CHANNEL_PASSPHRASE_H
#define CRIB_SYNC_CHANNEL_PASSPHRASE_H

#include "core/base/error.h"

#include <stdbool.h>

enum { PASSPHRASE_MOST = 1024 /* bytes; minisign takes no more either */ };

/* Wipe it when it is done. */
struct passphrase {
    char text[PASSPHRASE_MOST + 1];
};

/* Asks on the process's terminal, whatever standard input is; what is typed is not shown. EX_NOINPUT where there is no
 * terminal, EX_TEMPFAIL when the person gives up (Ctrl-C, the end of input, a signal): the terminal is as before then. */
bool passphrase_ask(struct passphrase *p, const char *prompt, struct error *err);

/* Asks until the same is typed twice, three times at most; nothing typed is no passphrase (EX_NOINPUT). */
bool passphrase_ask_new(struct passphrase *p, struct error *err);

/* The first line of a file that others can't read. */
bool passphrase_read(struct passphrase *p, const char *file, struct error *err);

void passphrase_wipe(struct passphrase *p);

#endif
