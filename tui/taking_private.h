/* taking_private: what the ways to take questions share: a quiz and a bank (taking.c), recall (taking_recall.c). */
#ifndef CRIB_TUI_TAKING_PRIVATE_H
#define CRIB_TUI_TAKING_PRIVATE_H

#include "tui/taking.h"

#include <stddef.h>
#include <stdint.h>

/* One without questions, with room for so many contents. */
struct taking *taking_begin(struct app *app, enum taking_kind kind, size_t contents, struct error *err);

/* A new seed for the order of questions and answers. */
uint64_t taking_seed(void);

#endif
