/* watch_pipe: standard input goes to standard output, unchanged and at once; what it means stands under its lines on a
 * terminal, or comes out as events. */
#ifndef CRIB_CLI_WATCH_PIPE_H
#define CRIB_CLI_WATCH_PIPE_H

#include "tui/cli/watch.h"

enum watch_output {
    WATCH_UNDER,  /* bytes, on a terminal: hints stand under the lines */
    WATCH_BESIDE, /* bytes; hints go to standard error, which is a terminal */
    WATCH_BYTES,  /* bytes alone */
    WATCH_EVENTS, /* events instead of bytes */
};

enum watch_output watch_output(bool json);

/* What is printed first on a terminal: the word by which the run's hints are known. */
bool watch_begin(struct watch *w, enum watch_output output);

/* The next bytes: to standard output, and looked at. False when nobody reads any more (errno EPIPE), or writing failed. */
bool watch_pass(struct watch *w, enum watch_output output, const char *bytes, size_t n);

/* The end of the stream. */
bool watch_end(struct watch *w, enum watch_output output);

/* All of standard input. Returns an exit status. */
int watch_stdin(struct watch *w, enum watch_output output);

/* The exit status for a write that failed: whoever stopped reading has had enough, which is no failure. */
int watch_write_failed(void);

#endif
