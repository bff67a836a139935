/* watch_wake: sleeping until something may have happened to files.
 *
 * Where the system tells of changes (Linux's inotify), a line is passed when it is written, and what was written just before a
 * file is cut is read before it is gone. Elsewhere, and for what it doesn't tell of (a file of another machine), the sleep is
 * short. */
#ifndef CRIB_CLI_WATCH_WAKE_H
#define CRIB_CLI_WATCH_WAKE_H

/* What tells of changes, with no file yet; -1: nothing does. Given to close(2) at the end. */
int wake_open(void);

/* Tells of the file at path from now on, and of one that takes its place. */
void wake_about(int wake, const char *path);

/* Returns when something was told since the last call, or after so long. */
void wake_wait(int wake, int most_ms);

#endif
