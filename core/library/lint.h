/* lint: everything that is wrong with content, in plain words, before a learner meets it. */
#ifndef CRIB_LIBRARY_LINT_H
#define CRIB_LIBRARY_LINT_H

#include "core/base/diag.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct lint_counts {
    size_t modules, pages, programmes, questions;
};

/* Checks a source directory (a channel, or any directory of Markdown), or one .md or .gift file, or a programme (.yaml) of a channel, and reports to diags;
 * today is a day (2026-11-23) for review_by. A single file that lies in a channel's modules/ is checked against that
 * channel's roles and links. Returns false only when path can't be read at all. counts takes what was checked. */
bool lint_path(const char *path, const char *today, struct diags *diags, struct lint_counts *counts,
               struct error *err);

#endif
