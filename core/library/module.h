/* module: one Markdown file, read: its facts (YAML front matter) and where its text starts.
 *
 * Modules, pages and events are all such files. The text itself becomes a document elsewhere (document.h); this
 * reads what stands between the `---` lines and leaves the rest alone. Formats: crib-module(5). */
#ifndef CRIB_LIBRARY_MODULE_H
#define CRIB_LIBRARY_MODULE_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/quiz/feedback.h"

#include <stdbool.h>
#include <stddef.h>

enum { MODULE_MOST_BYTES = 16 * 1024 * 1024, MODULE_ID_MOST = 64, MODULE_MINUTES_MOST = 60 };

enum module_kind {
    KIND_MODULE, /* one problem, with completion and, mostly, a quiz */
    KIND_PAGE,   /* the knowledge base: read and found, never completed */
    KIND_EVENT,  /* a workshop, coaching, a certification path: pointed to */
};

enum module_format { FORMAT_NONE, FORMAT_REFRESHER, FORMAT_MICRO, FORMAT_COURSE };
enum module_status { STATUS_READY, STATUS_REVIEW, STATUS_DRAFT };
enum trigger_kind { TRIGGER_CODE, TRIGGER_ASSET, TRIGGER_COMMAND, TRIGGER_OUTPUT };

/* "module", "micro", "draft", "answer", "code": the words of the files. FORMAT_NONE gives "". */
const char *module_kind_name(enum module_kind kind);
const char *module_format_name(enum module_format format);
const char *trigger_kind_name(enum trigger_kind kind);

struct trigger {
    enum trigger_kind kind;
    const char *pattern; /* code and command: literal; asset: `*` and `?` are wild; output: a PCRE2 pattern */
    size_t line, column;
};

struct change {
    const char *on;   /* 2026-10-02 */
    const char *what; /* the author's words */
    bool material;    /* a sign-off made before it lapses */
};

/* A key that crib doesn't know, kept as it stands. */
struct other_key {
    const char *name;
    const char *text; /* its YAML, untouched */
    size_t line, column;
};

struct quiz_settings {
    int pass; /* 0..100; 80 unless told */
    bool shuffle;
    enum feedback_policy feedback;
    bool feedback_said; /* in the file: only there is it known */
};

/* What somebody signs where the module has no words of its own. */
#define MODULE_ATTESTATION "I have read this module in full, I understand it, and I will work as it says."

/* Texts are NULL-free: "" stands for a key that is missing. */
struct module {
    enum module_kind kind;
    const char *id;       /* of a module: its file name; of a page: its path under the pages directory */
    const char *language; /* "pt-BR" of id.pt-BR.md, else "" */
    const char *title;    /* "" where the front matter has none: then the first heading, else the id, stands for it */
    const char *problem;
    const char *outcome;
    struct strings roles; /* empty: everyone */
    struct strings stages;
    struct strings capabilities;
    int minutes; /* 0 where it isn't said */
    enum module_format format;
    const char *owner;
    const char *review_by; /* 2027-06-01 */
    const struct trigger *triggers;
    size_t trigger_count;
    struct quiz_settings quiz;
    enum module_status status;
    const char *reviewed_by;
    const char *reviewed_on;
    const struct change *changes; /* newest first */
    size_t change_count;
    bool sign_off;
    const char *valid;              /* how long a sign-off holds: "12 months" */
    const char *attestation;        /* what is signed, in the author's words; "": MODULE_ATTESTATION */
    bool countersign;               /* a supervisor signs, too */
    const char *where, *when, *link; /* of an event */
    const struct other_key *others;
    size_t other_count;

    bool front_matter; /* there was one */
    bool broken;       /* it could not be read as YAML: the facts are those of the keys that can be, the text is all there */
    struct str source; /* the file as crib takes it: UTF-8, LF, no BOM, no NUL */
    struct str body;   /* the part of source after the front matter */
    size_t body_line;  /* the line of the file on which body starts, from 1 */
};

/* Is this `[a-z0-9][a-z0-9-]{0,63}`? */
bool module_id_valid(const char *id);

/* The id and language in a file's name ("prime-pump.pt-BR.md", or "runbooks/disk-full.md" for a page, where only the
 * ending is cut off). Returns false when the name is none of crib's: not .md, or an id that is not
 * `[a-z0-9][a-z0-9-]{0,63}` (of a page: any name is good). */
bool module_name(struct arena *a, const char *name, enum module_kind kind, const char **id, const char **language);

/* Reads a file's bytes. name is as for module_name; file is the name that messages show. Content mistakes go to diags
 * (NULL allowed): invalid UTF-8 and NUL (replaced by U+FFFD, one error each line at most), YAML that can't be read
 * (broken is set then), values of the wrong type (the default stands), unknown keys. What a page, an event or a module
 * requires is lint's business. Results live in the arena; body and source point into bytes or, where bytes had to be
 * repaired (CR, BOM, NUL, invalid UTF-8), into the arena: keep both. A KIND_MODULE whose front matter says
 * `kind: event` becomes a KIND_EVENT. NULL only for more than MODULE_MOST_BYTES (EX_DATAERR) or when memory is out. */
struct module *module_parse(struct arena *a, const char *bytes, size_t n, const char *name, enum module_kind kind,
                            const char *file, struct diags *diags, struct error *err);

#endif
