/* serve: `crib serve`, the back end of a site in one process. */
#ifndef CRIB_SERVE_SERVE_H
#define CRIB_SERVE_SERVE_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"

#include <stdbool.h>

/* `crib serve`: serves until SIGINT or SIGTERM. */
bool serve_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);

#endif
