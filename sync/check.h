/* check: `crib sync --check`: can the channels and stores be reached? Asks each, and changes nothing. */
#ifndef CRIB_SYNC_CHECK_H
#define CRIB_SYNC_CHECK_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"

#include <stdbool.h>

/* Says it in words, with --json as an array of what sync.jsonl has of each (core/base/syncing.h), or, where CRIB_PROGRESS_FD
 * names a pipe, as such lines there. false with err where one can't be reached. */
bool check_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);

#endif
