/* publish_command: `crib publish`. */
#ifndef CRIB_SYNC_CHANNEL_PUBLISH_COMMAND_H
#define CRIB_SYNC_CHANNEL_PUBLISH_COMMAND_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"

#include <stdbool.h>

/* `crib publish SRC OUT` and `crib publish --check OUT`. */
bool publish_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);

#endif
