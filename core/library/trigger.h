/* trigger: which modules are for now: by a code, an asset tag, a command line, a line of output.
 *
 * Looks up in the compiled triggers (trigger_file.h) of the user's library and of the system-wide one, as if they were one:
 * a channel of the user's hides the system's of the same id. No database, no lock; a handle serves one thread, texts stay
 * until it is closed. What is found names modules by a number of this handle; a translation is given in place of its
 * module where its language is asked for, and not otherwise. */
#ifndef CRIB_LIBRARY_TRIGGER_H
#define CRIB_LIBRARY_TRIGGER_H

#include "core/base/error.h"
#include "core/library/module.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct triggers;

/* Opens both libraries' files: dir and system_dir are the directories of their indexes (NULL allowed; the same one counts
 * once). A missing file is an empty one. A damaged one is left out where the other one serves: left_out (NULL allowed) says
 * so, and is not touched otherwise. NULL where none serves (EX_DATAERR) or memory is out. */
struct triggers *triggers_open(const char *dir, const char *system_dir, const char *language, struct error *left_out,
                               struct error *err);
void triggers_close(struct triggers *t); /* NULL is allowed */

bool triggers_whole(const struct triggers *t); /* reads all of it: are the bytes those that were written? */

struct trigger_module {
    int64_t key; /* in its library */
    bool system; /* which is the system-wide one */
    const char *channel, *id, *title, *problem, *language;
    const char *roles, *stages; /* lists with LF before, between and behind the items; "" for none */
    int minutes;
    enum module_kind kind;
    enum module_format format;
    bool on_device; /* false: known from the catalogue alone */
    bool only;      /* its id alone names it, as far as this library knows */
    unsigned char revision[8]; /* the beginning of the hash of its file */
};

void trigger_module(const struct triggers *t, uint32_t module, struct trigger_module *m);
size_t triggers_modules(const struct triggers *t); /* their numbers are below it */

struct trigger_match {
    uint32_t module;
    enum trigger_kind kind;
    const char *pattern; /* as the author wrote it */
    const char *key;     /* of a code or asset: letters, digits and wild cards alone, folded */
    unsigned rank;       /* of those of one look-up: the higher, the better it fits */
};

/* Each fills at most `most` matches, one a module, the best first, and returns how many. */

/* The text is a code, or an asset tag: letters and digits alone count. */
size_t trigger_code(const struct triggers *t, const char *text, size_t n, struct trigger_match *matches, size_t most);
size_t trigger_asset(const struct triggers *t, const char *text, size_t n, struct trigger_match *matches, size_t most);

/* The codes and asset tags that stand in a text: words, or two neighbours (`E 204`), that hold a letter and a digit; and
 * codes of letters alone (code_word.h). */
size_t trigger_words(const struct triggers *t, const char *text, size_t n, struct trigger_match *matches, size_t most);

/* The commands in a command line, as trigger_command.h explains; the more of its words a trigger names, the better. */
size_t trigger_command(const struct triggers *t, const char *line, size_t n, struct trigger_match *matches, size_t most);

/* Adds matches to those that are there (count of them), one a module, the best first: for who asks in several ways.
 * more: added to the rank of each. Returns how many there are then. */
size_t trigger_merge(const struct triggers *t, struct trigger_match *matches, size_t count, size_t most, const struct trigger_match *others,
                     size_t other_count, unsigned more);

/* ---- for who looks for all of them in a stream ---- */

/* How many codes, assets and commands there are, and the i-th of them, in no order; false for one that is hidden or of
 * another language. */
size_t triggers_entries(const struct triggers *t);
bool trigger_at(const struct triggers *t, size_t i, struct trigger_match *match);

enum { TRIGGER_LITERALS_MOST = 16 };

/* An output trigger: the pattern (PCRE2, UTF), and the literals of which one stands in each line that it fits. */
struct trigger_output {
    uint32_t module;
    const char *pattern;
    const char *literals[TRIGGER_LITERALS_MOST];
    size_t literal_count; /* 0: it has to be tried on every line */
    bool caseless;        /* the literals: small letters, of either case in the line */
    bool plain;           /* the pattern is its one literal: no need to match it */
};

/* How many output triggers there are, and the i-th; false for one that is hidden or of another language. */
size_t triggers_outputs(const struct triggers *t);
bool trigger_output(const struct triggers *t, size_t i, struct trigger_output *o);

#endif
