/* context: where in the work we are, found and not asked: CRIB_STAGE, or a `.crib` file in or above the directory.
 *
 * A `.crib` file is YAML with the keys stage, asset and work_order; one is kept beside the files of a machine or a job.
 * The search goes up to the root of the file system and takes the first one that the user, root, or the directory's
 * owner wrote. */
#ifndef CRIB_BASE_CONTEXT_H
#define CRIB_BASE_CONTEXT_H

#include "core/base/arena.h"
#include "core/base/diag.h"

struct context {
    const char *stage;      /* "" where nothing says it */
    const char *asset;
    const char *work_order;
    const char *from; /* "CRIB_STAGE", the path of the .crib file that gave the stage, or "" */
    const char *file; /* the .crib file, or "" */
};

/* Fills the context (texts in a) starting from dir (NULL: the working directory). Mistakes in the file go to diags
 * (NULL allowed); what can't be read counts as absent. */
void context_find(struct arena *a, const char *dir, struct context *context, struct diags *diags);

#endif
