/* sure: what can't be taken back is asked for by a word, typed out. */
#ifndef CRIB_CLI_SURE_H
#define CRIB_CLI_SURE_H

#include "core/base/error.h"

#include <stdbool.h>

struct sure {
    const char *question;  /* "to erase it, anything else to leave it" */
    const char *word;      /* "forget" */
    const char *untouched; /* "nothing was erased" */
    const char *unasked;   /* "`crib learner forget --yes`" */
};

/* *yes: the word was typed; else "Nothing was erased." is said. EX_USAGE where there is no terminal to ask on. */
bool sure_ask(const struct sure *s, bool *yes, struct error *err);

#endif
