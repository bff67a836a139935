/* channel: a source directory of an organisation's modules and pages, as experts edit it.
 *
 * channel.yaml, modules/ID.md, pages/(any depth).md, programmes/ID.yaml. A directory without channel.yaml is taken as it
 * is: its id comes from its name, and Markdown outside of modules/ is a page (unless its front matter states a
 * problem and its name is an id). Format: crib-channel(5). */
#ifndef CRIB_LIBRARY_CHANNEL_H
#define CRIB_LIBRARY_CHANNEL_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/strings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel {
    const char *dir; /* absolute, without links */
    const char *id;  /* as a module's */
    const char *iri; /* "" where there is none */
    const char *name;
    struct strings roles; /* what modules may name; empty: anything */
    struct strings stages;
    struct strings languages;
    struct strings pages; /* directories, relative to dir; {"pages"} unless told */
    const char *lrs;      /* the endpoint that the channel proposes, or "" */
    bool implied;         /* there is no channel.yaml: the id is made from the directory's name */
};

enum channel_file_kind {
    CHANNEL_MODULE,    /* modules/NAME.md */
    CHANNEL_PAGE,      /* under a pages directory */
    CHANNEL_LOOSE,     /* Markdown in a directory without channel.yaml: a module when it says so, else a page */
    CHANNEL_PROGRAMME, /* programmes/NAME.yaml */
};

struct channel_file {
    const char *path; /* relative to the channel's dir */
    const char *name; /* what the id is made of: the tail of path after modules/ or the pages directory */
    enum channel_file_kind kind;
    uint64_t size;
    int64_t mtime_ns;
    uint64_t inode;
};

struct channel_files {
    const struct channel_file *items; /* sorted by path, bytewise */
    size_t count;
};

/* Reads dir/channel.yaml. Content mistakes go to diags (a missing or bad id is an error there, and the directory's
 * name stands in). Returns false when dir is no directory that can be read, or holds neither channel.yaml nor Markdown
 * (EX_NOINPUT), or when memory is out. Texts live in the arena. */
bool channel_read(struct arena *a, const char *dir, struct channel *channel, struct diags *diags, struct error *err);

/* Lists the channel's files without reading them. Hidden files are skipped; symbolic links that leave the directory,
 * devices, directories deeper than 32 levels, and more than 1,000,000 files are refused with a diag each. */
bool channel_list(struct arena *a, const struct channel *channel, struct channel_files *files, struct diags *diags,
                  struct error *err);

/* Appends a listed file's bytes to out: opened below the channel's dir step by step, so that a link that was put in
 * its way since leads nowhere. EX_DATAERR beyond MODULE_MOST_BYTES. */
bool channel_file_read(const struct channel *channel, const struct channel_file *file, struct buf *out,
                       struct error *err);

#endif
