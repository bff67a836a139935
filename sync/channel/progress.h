/* progress: how far a sync is: lines for the program that started us (core/base/syncing.h), one rewritten line for a person.
 *
 * `crib` passes a pipe and names its descriptor in CRIB_PROGRESS_FD. Else, when standard error is a terminal, a line there
 * says the same. */
#ifndef CRIB_SYNC_CHANNEL_PROGRESS_H
#define CRIB_SYNC_CHANNEL_PROGRESS_H

#include "core/base/syncing.h"
#include "core/library/library.h"

struct progress {
    const char *channel; /* what is being installed; borrowed */
    int fd;              /* the pipe, or -1 */
    bool terminal;
    size_t fetched, said; /* bytes that came, and those of the last report */
    bool shown; /* a line stands on the terminal that has to go */
};

/* Fills p for this run; quiet: a person is told nothing. */
void progress_open(struct progress *p, bool quiet);

/* What library_install takes. */
struct library_progress progress_of(struct progress *p, const char *channel);

/* Tells the program that started us; a person is told nothing. */
void progress_step(struct progress *p, const char *channel, enum syncing_step step, size_t done, size_t total);

/* Tells a person that so many bytes more have come. */
void progress_fetched(struct progress *p, size_t bytes);

/* One of `total` steps is done, and `what` comes next: a bar for a person. */
void progress_bar(struct progress *p, size_t done, size_t total, const char *what);

/* Takes the line on the terminal away. */
void progress_end(struct progress *p);

#endif
