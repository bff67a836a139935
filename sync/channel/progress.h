/* progress: how far an installation is: JSON lines for the program that started us, one rewritten line for a person.
 *
 * `crib` passes a pipe and names its descriptor in CRIB_PROGRESS_FD; then each report is one line such as
 * {"channel":"plant","done":128,"total":7425}. Else, when standard error is a terminal, a line there says the same. */
#ifndef CRIB_SYNC_CHANNEL_PROGRESS_H
#define CRIB_SYNC_CHANNEL_PROGRESS_H

#include "core/library/library.h"

struct progress {
    const char *channel; /* what the reports name; borrowed */
    int fd;              /* the pipe, or -1 */
    bool terminal;
    size_t fetched, said; /* bytes that came, and those of the last report */
    bool shown; /* a line stands on the terminal that has to go */
};

/* Fills p for this run; quiet: a person is told nothing. */
void progress_open(struct progress *p, bool quiet);

/* What library_install takes. */
struct library_progress progress_of(struct progress *p, const char *channel);

/* For fetch_report: so many bytes more have come. context is the progress. */
void progress_fetched(void *context, size_t bytes);

/* Takes the line on the terminal away. */
void progress_end(struct progress *p);

#endif
