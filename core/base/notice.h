/* notice: a line to the system's log (syslog, systemd's journal), for whoever looks after the machine: what happened, once
 * for each fact, without a word about a person: no name, no badge, no content.
 *
 * Under the name `crib`, facility daemon, to /dev/log ($CRIB_SYSTEM/log where CRIB_SYSTEM is set), from any thread. Where nobody
 * listens, or is slow, nothing happens: no work waits for its own log. */
#ifndef CRIB_BASE_NOTICE_H
#define CRIB_BASE_NOTICE_H

#include "core/base/attribute.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum notice_level { NOTICE_ERROR, NOTICE_WARNING, NOTICE_INFO };

void notice(enum notice_level level, const char *format, ...) PRINTF_LIKE(2, 3);

/* Finds the log now: for a process that may make no socket later. */
void notice_open(void);

/* Is standard error the journal itself? What is printed there needs no telling. */
bool notice_on_stderr(void);

/* The failure, without the path that it may name, behind `doing`; for one that is printed on standard error as well. */
void notice_failure(const char *doing, const struct error *err);

/* So that no crowd fills the log: lets one through in so many milliseconds. *kept: how many it kept back before that one. */
struct notice_gate {
    int64_t next_ms;
    unsigned long kept;
};
bool notice_due(struct notice_gate *gate, int64_t every_ms, unsigned long *kept);

#endif
