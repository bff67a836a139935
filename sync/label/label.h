/* label: `crib label`: what is stuck on a machine's door, so that a scanner or a telephone finds what it needs. */
#ifndef CRIB_LABEL_LABEL_H
#define CRIB_LABEL_LABEL_H

#include "core/base/command.h"
#include "core/base/file.h"

bool label_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);

#endif
