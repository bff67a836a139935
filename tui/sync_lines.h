/* sync_lines: how syncing stands, as lines: what the sync screen shows and `crib sync --status` prints. */
#ifndef CRIB_TUI_SYNC_LINES_H
#define CRIB_TUI_SYNC_LINES_H

#include "core/base/syncing.h"
#include "tui/app.h"
#include "tui/render/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sync_line {
    enum style style;
    int indent, hang; /* columns; hang: of its second row and those behind, beyond indent */
    const char *text; /* "" for a gap */
    bool bar;         /* text is what a bar stands beside: so much is done of so much; total 0: not known */
    int64_t done, total;
};

/* For each channel where it stands and what came last, then what waits for each store and what was refused, what comes with
 * the next sync, and the log, newest first. steps: of a sync that runs, as it told of them. In the arena; NULL when memory is
 * out. */
struct sync_line *sync_lines(struct app *app, struct arena *a, const struct syncing *known,
                             const struct syncing_progress *steps, size_t step_count, size_t *count);

/* "this machine's clock is 7 min behind its server's: one of them is wrong"; "" while they agree. NULL when memory is out. */
const char *sync_clock_apart(struct arena *a, int64_t ahead_s);

#endif
