/* watch_journal: systemd's journal, from standard input or from journalctl. */
#ifndef CRIB_CLI_WATCH_JOURNAL_H
#define CRIB_CLI_WATCH_JOURNAL_H

#include "tui/cli/watch_pipe.h"

/* Passes each entry as a line of text: of standard input where that is no terminal, else of `journalctl -f -o json`, which it
 * starts. Returns an exit status. */
int watch_journal(struct watch *w, enum watch_output output);

#endif
