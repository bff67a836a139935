/* notice: a line to the system's log (syslog, systemd's journal), for whoever looks after the machine: what happened, once
 * for each fact, without a word about a person: no name, no badge, no content.
 *
 * Under the name `crib`, facility daemon. Where nobody listens nothing happens: no work waits for its own log. */
#ifndef CRIB_BASE_NOTICE_H
#define CRIB_BASE_NOTICE_H

#include "core/base/attribute.h"

enum notice_level { NOTICE_ERROR, NOTICE_WARNING, NOTICE_INFO };

void notice(enum notice_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
