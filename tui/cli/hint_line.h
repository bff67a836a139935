/* hint_line: the one line that offers a module. */
#ifndef CRIB_CLI_HINT_LINE_H
#define CRIB_CLI_HINT_LINE_H

#include "core/base/buf.h"
#include "core/library/trigger.h"

/* Appends `NAME: "Title" 4 min: crib id  (KEY opens)`, without a line feed, in less than so many columns (80 at most); key may
 * be NULL. Everything in it is safe. terminal: it is dim there, unless the environment says no colours. */
void hint_line(struct buf *out, const char *name, const struct trigger_module *m, const char *key, size_t columns, bool terminal);

#endif
