/* channel: an organisation's modules and pages: a source directory as experts edit it, or an archive of its files as a
 * publisher gave it.
 *
 * channel.yaml, modules/ID.md, pages/(any depth).md, programmes/ID.yaml, files/(any depth). A directory without channel.yaml is taken as
 * it is: its id comes from its name, and Markdown outside of modules/ is a page (unless its front matter states a
 * problem and its name is an id). Format: crib-channel(5). */
#ifndef CRIB_LIBRARY_CHANNEL_H
#define CRIB_LIBRARY_CHANNEL_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file of an archive. */
struct channel_entry {
    const char *path; /* as it stands in the source directory */
    struct str bytes;
    bool catalogue; /* the front matter alone, of a module that is not on this device */
};

struct channel_archive {
    const struct channel_entry *items; /* sorted by path, bytewise; none twice */
    size_t count;
};

struct channel {
    const char *dir; /* absolute, without links; "" of an archive */
    const char *url; /* where an archive came from; "" of a directory */
    const struct channel_archive *archive; /* NULL of a directory */
    const char *label; /* what messages put before a path: the directory as the caller wrote it, with a slash, or "" */
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
    CHANNEL_ATTACHED,  /* files/ (any depth): handed out as it is (attached.h) */
};

struct channel_file {
    const char *path; /* relative to the channel's dir */
    const char *real; /* path, or what path links to; relative to dir, without links */
    const char *name; /* what the id is made of: the tail of path after modules/ or the pages directory */
    enum channel_file_kind kind;
    uint64_t size;
    int64_t mtime_ns;
    uint64_t inode;
    const struct channel_entry *entry; /* in the archive; NULL in a directory */
};

struct channel_files {
    const struct channel_file *items; /* sorted by path, bytewise */
    size_t count;
};

/* Reads dir/channel.yaml. Content mistakes go to diags (a missing or bad id is an error there, and the directory's
 * name stands in). Returns false when dir is no directory that can be read, or holds neither channel.yaml nor Markdown
 * (EX_NOINPUT), when channel.yaml is a link or no file (EX_DATAERR), or when memory is out. Texts live in the arena. */
bool channel_read(struct arena *a, const char *dir, struct channel *channel, struct diags *diags, struct error *err);

/* The same for an archive, which came from url. EX_DATAERR when there is no channel.yaml in it or that has no id: other
 * content mistakes go to diags. Texts live in the arena; url and archive are borrowed. */
bool channel_of_archive(struct arena *a, const struct channel_archive *archive, const char *url,
                        struct channel *channel, struct diags *diags, struct error *err);

/* The path of a file of the channel as messages show it. */
const char *channel_label(struct arena *a, const struct channel *channel, const char *path);

/* Lists the channel's files without reading them. Hidden files are skipped. Refused with a diag each: links that leave
 * the directory or lead to a directory, names that aren't printable UTF-8, directories deeper than 32 levels, modules
 * in sub-directories. More than 1,000,000 files are refused as a whole (EX_DATAERR). */
bool channel_list(struct arena *a, const struct channel *channel, struct channel_files *files, struct diags *diags,
                  struct error *err);

/* Reads listed files, one after the other. Each is opened below the channel's dir step by step without following
 * links, so that a link put in its way since the listing leads nowhere; the directory of the last one stays open. */
struct channel_reader;

struct channel_reader *channel_reader_open(const struct channel *channel, struct error *err);
void channel_reader_close(struct channel_reader *r); /* NULL is allowed */

/* Appends the file's bytes to out. EX_DATAERR beyond MODULE_MOST_BYTES, EX_NOINPUT when it is gone or no file. */
bool channel_reader_read(struct channel_reader *r, const struct channel_file *file, struct buf *out,
                         struct error *err);

#endif
