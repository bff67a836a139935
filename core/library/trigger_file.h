/* trigger_file: how the compiled triggers lie on disk, and reading them without trusting them.
 *
 * One file, `triggers`, beside the search index, written anew whenever the library changes. A look-up maps it and follows a
 * few offsets: it opens no database, and its time does not grow with the library. Numbers are in the machine's own byte
 * order (the file is made on the device that reads it).
 *
 *   header     struct trig_header: magic, byte order, sizes, the library's generation, where each array lies, and two
 *              BLAKE2b-256: of the whole file, and of the header itself (each over bytes in which both hashes are zeros)
 *   arrays     enum trig_array, each at a multiple of 8
 *
 * Three tables of triggers are hash tables: entries lie in the order of their buckets, firsts[b] to firsts[b + 1] are those
 * of bucket b, b being the hash of what a look-up asks for, modulo the number of buckets (a power of two). That is
 *
 *   exact      codes, and assets without wild cards: the hash of their key (token_key)
 *   wild       assets with `*` or `?`: the hash of their key's beginning before the first of them
 *   commands   the hash of the first and the last word with a blank between, or of the only word
 *
 * Outputs are a list: each with the literals of which one must stand in a line for its pattern to fit (trigger_literal.h).
 *
 * The header's hash and every array's place are checked when the file is opened, every index when it is followed: a damaged
 * file gives wrong results at worst, never a bad access. The whole hash is checked by `crib doctor` and by those who read
 * all of it anyhow (trig_whole). */
#ifndef CRIB_LIBRARY_TRIGGER_FILE_H
#define CRIB_LIBRARY_TRIGGER_FILE_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRIG_HASH = 32, TRIG_KEY_MOST = 96, TRIG_REVISION = 8 };

struct trig_module {
    int64_t key;                           /* the library's */
    unsigned char revision[TRIG_REVISION]; /* the beginning of the file's hash */
    uint32_t channel;                      /* number of the channel */
    uint32_t id, title, problem, language; /* texts are offsets into strings */
    uint32_t roles, stages;                /* lists as the library keeps them: LF before, between and behind */
    uint16_t minutes;
    uint8_t kind, format; /* enum module_kind, enum module_format */
    uint8_t on_device;
    uint8_t only; /* no other channel of this library has a module of this id */
    uint16_t pad;
};

struct trig_entry {
    uint32_t module;
    uint32_t kind; /* enum trigger_kind */
    uint32_t text; /* as the author wrote it */
    uint32_t key;  /* codes and assets: token_key; commands: the words, one blank between */
};

enum trig_output_flags { TRIG_CASELESS = 1, TRIG_PLAIN = 2 };

struct trig_output {
    uint32_t module;
    uint32_t text;
    uint32_t literals, literal_count; /* in the array of literals */
    uint32_t flags;                   /* TRIG_CASELESS: of the literals; TRIG_PLAIN: the pattern is its literal alone */
};

enum trig_array {
    TRIG_CHANNELS, /* uint32_t: the ids of all channels of the library, those without triggers too */
    TRIG_MODULES,  /* struct trig_module: those with triggers */
    TRIG_EXACT_FIRSTS,
    TRIG_EXACT, /* struct trig_entry */
    TRIG_WILD_FIRSTS,
    TRIG_WILD,
    TRIG_COMMAND_FIRSTS,
    TRIG_COMMANDS,
    TRIG_OUTPUTS,  /* struct trig_output */
    TRIG_LITERALS, /* uint32_t */
    TRIG_STRINGS,  /* texts, each with a NUL; the first is the empty one */
    TRIG_ARRAYS
};

struct trig_header {
    char magic[8];
    uint32_t order; /* 0x01020304 */
    uint32_t made_bytes; /* of strings when all was last made anew: what came since left texts behind that nothing names */
    uint64_t size; /* of the file */
    uint64_t generation;
    struct {
        uint64_t at, count;
    } arrays[TRIG_ARRAYS];
    unsigned char whole[TRIG_HASH], head[TRIG_HASH];
};

#define TRIG_MAGIC "cribtrg1"

/* A table of entries. */
struct trig_table {
    const uint32_t *firsts;
    const struct trig_entry *entries;
    size_t buckets, count;
};

/* A file in memory. */
struct trig_file {
    const unsigned char *map; /* NULL: nothing is open */
    size_t size;
    uint64_t generation;
    uint32_t made_bytes;
    const uint32_t *channels;
    const struct trig_module *modules;
    struct trig_table exact, wild, commands;
    const struct trig_output *outputs;
    const uint32_t *literals;
    const char *strings;
    size_t channel_count, module_count, output_count, literal_count, string_bytes;
};

/* Maps dir's file and checks what can be checked without reading all of it. A missing one is an empty one (map NULL).
 * EX_DATAERR when it is damaged. */
bool trig_open(const char *dir, struct trig_file *f, struct error *err);
void trig_close(struct trig_file *f);

/* Takes bytes in memory for the file's: for tests. They must stay, and lie at a multiple of 8. */
bool trig_take(const unsigned char *bytes, size_t n, struct trig_file *f);

bool trig_whole(const struct trig_file *f); /* are its bytes those that were written? */

/* Fills both hashes of a file that is ready but for them; n is at least a header. */
void trig_seal(unsigned char *bytes, size_t n);

bool trig_path(const char *dir, char *out, size_t size);

/* The text at an offset; "" where there is none. */
static inline const char *trig_text(const struct trig_file *f, uint32_t at)
{
    return at < f->string_bytes ? f->strings + at : "";
}

/* The entries that a hash leads to: [*first, *end), inside the array. */
static inline void trig_bucket(const struct trig_table *t, uint32_t hash, size_t *first, size_t *end)
{
    *first = *end = 0;
    if (t->buckets == 0)
        return;
    size_t b = hash & (t->buckets - 1), from = t->firsts[b], to = t->firsts[b + 1];
    *end = to < t->count ? to : t->count;
    *first = from < *end ? from : *end;
}

#endif
