/* watch_follow: files that grow, also where they are moved away and made anew, or cut. */
#ifndef CRIB_CLI_WATCH_FOLLOW_H
#define CRIB_CLI_WATCH_FOLLOW_H

#include "tui/cli/watch_pipe.h"

/* Passes what comes to the files from now on, until interrupted; of several each part is headed by the file's name. A
 * file that isn't there yet is waited for, and standard error says so. Returns an exit status. */
int watch_follow(struct watch *w, enum watch_output output, const char *const *paths, size_t count);

#endif
