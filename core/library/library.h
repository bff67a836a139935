/* library: what is installed on this device, in library.db and the search index beside it.
 *
 * A cache: everything in it can be made again from the channels' directories. One process installs at a time (a lock
 * file says so); readers never wait. Two libraries are read as one: the user's, and the system-wide one
 * (/var/lib/crib) where there is one; the user's channels come first, and a channel of the user's hides the system's
 * of the same id.
 *
 * Results live in the arena that the caller gives. Addresses are `channel/module#anchor`; `module#anchor` serves where
 * it is unambiguous (a page's id holds slashes; a channel's name is tried first). */
#ifndef CRIB_LIBRARY_LIBRARY_H
#define CRIB_LIBRARY_LIBRARY_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/library/module.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libseccomp.a, which a static crib takes in, has an object of this name. */
#define library_version crib_library_version

struct library;
struct search;

enum library_flags {
    LIBRARY_READ = 0,   /* for reading: nothing is made on disk, a missing library is an empty one */
    LIBRARY_WRITE = 1,  /* for installing: makes the directory and the files, heals the search index */
    LIBRARY_DRAFTS = 2, /* drafts are installed and shown too (preview) */
    LIBRARY_ALONE = 4,  /* without the system-wide library (preview, tests) */
};

/* Opens the library of places->data and, where there is one, of places->system_data. language ("" for none) picks
 * among translations. The caller closes it. NULL on failure; for reading, it is enough that one of the two opens. */
struct library *library_open(const struct places *places, unsigned flags, const char *language, struct error *err);
void library_close(struct library *l); /* NULL is allowed */

/* Where one of the two can't be read and the other one serves: what to tell in one line; NULL else. */
const struct error *library_left_out(const struct library *l);

/* Is this the key of something in the system-wide library? */
bool library_is_system(int64_t key);

/* Changes whenever another process installed something; cheap enough to ask twice a second. */
int64_t library_version(struct library *l);

/* ---- installing ---- */

struct library_progress {
    void (*report)(void *context, size_t done, size_t total); /* NULL allowed; called now and then, and at the end */
    void *context;
};

struct library_result {
    const char *channel; /* its id */
    bool implied;        /* the directory has no channel.yaml; its id is made from its name */
    size_t added, changed, removed, unchanged; /* files */
    size_t refused; /* files that can't be taken (the diags say why); what was installed of them before stays */
    size_t drafts;  /* files that were left out as drafts, of those read now */
    size_t modules, pages, programmes, files; /* that the channel holds now; files are those of files/ */
};

/* Installs a source directory, or brings it up to date: files whose size, time and inode are as before aren't read,
 * those whose bytes are as before aren't parsed, files that are gone leave the library. One transaction, then one
 * commit of the search index; a crash between the two is healed at the next LIBRARY_WRITE. Refuses a second
 * directory with the id of an installed channel (EX_DATAERR), and waits up to 5 s for another installer
 * (EX_TEMPFAIL). Content mistakes go to diags (NULL allowed). */
bool library_install(struct library *l, const char *dir, const struct library_progress *progress, struct diags *diags,
                     struct arena *a, struct library_result *result, struct error *err);

/* What was published elsewhere, and how new it is. Times in milliseconds since 1970. */
struct library_published {
    const char *url;
    int64_t version, published_ms, expires_ms;
    const struct library_pack *packs; /* what the archive was made from */
    size_t pack_count;
};

struct library_pack {
    const char *name;
    unsigned char hash[32];
};

/* Installs an archive, or brings its channel up to date, as library_install does with a directory, and keeps in the same
 * transaction what it was made from. Refuses an archive with the id of a channel that came from elsewhere (EX_DATAERR). */
struct channel_archive;
bool library_install_archive(struct library *l, const struct channel_archive *archive,
                             const struct library_published *published, const struct library_progress *progress,
                             struct diags *diags, struct arena *a, struct library_result *result, struct error *err);

/* The packs that the channel was made from; none where there is no such channel, it is a directory, it was made by
 * another version of crib, or bytes of its files are gone, so that it has to be installed anew. */
bool library_packs(struct library *l, struct arena *a, const char *channel, struct library_pack **packs, size_t *count,
                   struct error *err);

/* Keeps version and times of a channel whose packs are as they were. */
bool library_still(struct library *l, const char *channel, const struct library_published *published,
                   struct error *err);

/* Is what was published then out of date? Judged by the clock, or by published_ms where the clock is behind that: an
 * offline machine's clock may have lost its battery. */
bool library_stale(int64_t published_ms, int64_t expires_ms, int64_t now_ms);

/* Is the clock before the moment at which something was published that is here? Then it is wrong. */
bool library_clock_wrong(int64_t published_ms, int64_t now_ms);

/* Takes a channel out of the library. The record keeps what was learned. EX_NOINPUT with the nearest id when there
 * is no such channel. */
bool library_remove(struct library *l, const char *channel, struct error *err);

struct library_channel {
    const char *id, *name, *iri;
    const char *dir; /* "" where it was published elsewhere */
    const char *url; /* then: where */
    int64_t version, published_ms, expires_ms; /* of such a one */
    struct strings roles, stages, languages;
    size_t modules, pages, programmes;
    int64_t installed_ms; /* first */
    int64_t synced_ms;    /* last */
    bool system;          /* of the system-wide library */
    bool implied;
};

bool library_channels(struct library *l, struct arena *a, struct library_channel **items, size_t *count,
                      struct error *err);

/* ---- reading ---- */

/* What is known of a module, a page or an event without its text. Texts are "" where there is nothing. */
struct facts {
    int64_t key; /* its number in this library, also in the search index; stays while the file stands, never reused */
    const char *channel, *id, *language;
    enum module_kind kind;
    const char *title, *problem, *outcome;
    int minutes; /* as the author says; 0 for pages without: words tell then */
    enum module_format format;
    enum module_status status;
    struct strings roles, stages, capabilities;
    const char *owner, *review_by;
    const char *path;    /* of the source file, absolute; "" where the channel isn't a local directory */
    size_t words, sections, questions;
    bool sign_off;
    int64_t added_ms;   /* when it came to this device */
    int64_t changed_ms; /* when its text or facts last changed on this device */
    bool on_device;     /* false: known from the channel's catalogue alone, there is no text of it here */
};

/* A section as installed: crib-module(5) says how its anchor and hash are made (section.h). */
struct library_section {
    const char *anchor, *heading;
    int level;              /* 1..6; 0 for the text before the first heading */
    unsigned char hash[32];
    size_t line;            /* in the source file, from 1 */
    int64_t since_ms;       /* when this text came to this device */
    bool changed;           /* it replaced another text under the same anchor; false: it came with the module, or new */
};

struct library_module {
    struct facts facts;
    struct quiz_settings quiz; /* feedback: none where it asks for a sign-off, whatever the file says */
    const char *reviewed_by, *reviewed_on, *valid;
    const char *where, *when, *link; /* of an event */
    struct str body;                 /* Markdown, LF, after the front matter */
    size_t body_line;                /* the line of the file on which body starts */
    unsigned char revision[32];      /* hash of the whole file: what an attempt is pinned to */
};

/* The module at an address (an anchor is ignored), in one SELECT. EX_NOINPUT when there is none, EX_UNAVAILABLE when only
 * the catalogue has it, EX_DATAERR when the
 * short form fits in several channels (they are named). NULL on failure. */
struct library_module *library_module(struct library *l, struct arena *a, const char *address, struct error *err);
struct library_module *library_module_key(struct library *l, struct arena *a, int64_t key, struct error *err);

/* The facts alone, by key; for the results of a search. NULL when it is gone since (err untouched) or on failure. */
struct facts *library_facts(struct library *l, struct arena *a, int64_t key, struct error *err);

bool library_sections(struct library *l, struct arena *a, int64_t key, struct library_section **items, size_t *count,
                      struct error *err);

bool library_triggers(struct library *l, struct arena *a, int64_t key, struct trigger **items, size_t *count,
                      struct error *err);

/* ---- searching ---- */

/* The directories of the indexes: n = 0 is the user's index, 1 the system-wide one's; NULL where there is none. */
const char *library_index_dir(struct library *l, size_t n);

/* A handle on all that is installed, for search_close: both libraries' indexes as if they were one (search_join),
 * without what is hidden in the system-wide one; search_key gives the library's keys. An index that is missing, damaged
 * or behind its library is made again first, where this process may write it and nobody is installing; else one that is
 * behind is taken as it is. One that stays missing or damaged is left out where the other one serves: left_out (NULL
 * allowed) says so in one line, and is not touched otherwise. NULL where none serves (EX_DATAERR); where nothing is
 * installed, the handle is empty. */
struct search *library_search(struct library *l, struct error *left_out, struct error *err);

/* ---- resolving what a person typed ---- */

enum target_reason { TARGET_ADDRESS, TARGET_CODE, TARGET_ASSET, TARGET_LINK, TARGET_PATH, TARGET_WORDS };

struct target {
    int64_t key;
    const char *channel, *id, *anchor; /* anchor "" for the whole */
    const char *title, *heading;
    enum module_kind kind;
    enum target_reason reason;
    const char *stage; /* of a crib://...?stage= link, else "" */
    bool guessed;      /* found by other words than were typed: a typing error is assumed */
    bool poor;         /* the nearest of what is here, but hardly what is meant: too few of several words stand in it as typed */
};

enum { RESOLVED_MOST = 20 };

/* WHAT as `crib open` takes it: an id, `id#section`, `channel/id#section`, a code or an asset tag (its letters and digits
 * count alone), the name of a page without its directories where only one is called so, a `crib://` link, the path of an
 * installed file, or words (the search's best hits). count 0: nothing fits. 1: that is it. More: the choices, best first, at
 * most RESOLVED_MOST. A trigger's module comes without anchor, as does one that is not on this device. EX_DATAERR for a malformed link;
 * a known module with an unknown anchor is EX_NOINPUT with the nearest anchor. */
bool library_resolve(struct library *l, struct arena *a, const char *what, struct target **items, size_t *count,
                     struct error *err);

/* Is at most one thing meant, or are words what several things fit? Else EX_DATAERR, which names them. */
bool library_one_meant(struct arena *a, const char *what, const struct target *targets, size_t count, struct error *err);

/* Gives a target that a code found the section which names that code most plainly (search_section_naming), if one does and
 * the search index can be read; else it stays as it is. */
void library_place(struct library *l, struct arena *a, const char *code, struct target *target);

/* `channel/id#anchor` of a target or facts; anchor may be "". NULL when memory is out. */
char *library_address(struct arena *a, const char *channel, const char *id, const char *anchor);

/* The same as a link: `crib://channel/id#anchor`. NULL when memory is out. */
const char *library_link(struct arena *a, const char *channel, const char *id, const char *anchor);

#endif
