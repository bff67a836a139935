/* search_file: how the index lies on disk, and reading it without trusting it.
 *
 * A directory holds `index` (the manifest: which segments, which of their documents are dead) and segment files.
 * Numbers are in the machine's own byte order (an index is made on the device that reads it).
 * Every array's place is checked when a segment is opened, every index when it is followed: a damaged file gives wrong
 * results at worst, never a bad access. Before a segment is built on, its BLAKE2b-256 is checked.
 *
 * What each key typed needs lies together (words, postings, five numbers a document), what only the shown results need
 * apart from it, and the sections' texts last: they are read, never mapped, so that a search touches little memory. They
 * are packed where there are enough of them (text_pieces.h). */
#ifndef CRIB_LIBRARY_SEARCH_FILE_H
#define CRIB_LIBRARY_SEARCH_FILE_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/library/text_pieces.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEGMENTS_MOST = 16, SEGMENT_HASH = 32, BLOCK_WORDS = 16, UNITS_MOST = 1 << 24 };

/* Where a word stands: the better place counts. */
enum field { FIELD_TEXT, FIELD_OUTCOME, FIELD_HEADING, FIELD_PROBLEM, FIELD_ID, FIELD_TRIGGER, FIELD_TITLE, FIELDS };

/* A unit is a document's head (its number is the document's) or a section (documents + its number). A posting says in
 * which unit a word stands, and its worth there: the field in 3 bits, in 5 how much (of LEVELS) of the field's
 * weight. */
enum { LEVELS = 31 };
#define LEVEL_MOST 2.2F /* the weight that LEVELS stands for */
#define WORTH(field, level) ((uint8_t)((unsigned)(field) << 5 | (unsigned)(level)))
#define WORTH_FIELD(worth) ((enum field)((worth) >> 5))
#define WORTH_LEVEL(worth) ((worth) & 31)

/* What a query asks of every document it meets. One more than there are documents: an end is the next one's
 * beginning. */
struct seg_doc {
    uint32_t first_section, first_trigger;
    uint32_t roles, stages, capabilities; /* numbers of sets; 0 is the empty one */
    uint8_t kind, format;
    uint16_t pad;
};

/* What the shown results need. Texts are offsets into strings. */
struct seg_facts {
    int64_t key;
    int32_t updated; /* days */
    uint16_t minutes;
    uint8_t on_device, pad;
    uint32_t channel, id, title, problem, outcome;
    uint32_t reserved;
};

struct seg_section {
    uint32_t anchor, heading;
    uint32_t text, text_len; /* in texts, as it stands there */
};

struct seg_set {
    uint32_t first, count; /* in lists */
};

struct seg_trigger {
    uint32_t doc;
    uint32_t kind; /* enum trigger_kind */
    uint32_t text; /* as written */
    uint32_t key;  /* token_key */
};

/* The first of BLOCK_WORDS words: where they and their postings begin (search_words.h). */
struct seg_block {
    uint32_t words, postings;
};

enum seg_array {
    SEG_BLOCKS,       /* struct seg_block */
    SEG_WORDS,        /* bytes */
    SEG_POSTINGS,     /* bytes */
    SEG_DOCS,         /* struct seg_doc */
    SEG_SECTION_DOCS, /* uint32_t: the document of a section */
    SEG_SETS,         /* struct seg_set */
    SEG_LISTS,        /* uint32_t: offsets into strings */
    SEG_SORTED,       /* uint32_t: triggers that are codes and assets without wild cards, by key */
    SEG_WILD,         /* uint32_t: those with */
    SEG_TRIGGERS,     /* struct seg_trigger */
    SEG_FACTS,        /* struct seg_facts */
    SEG_SECTIONS,     /* struct seg_section */
    SEG_STRINGS,      /* texts, each with a NUL */
    SEG_PIECES,       /* struct text_piece; none: the texts are not packed */
    SEG_TEXTS,        /* texts of sections */
    SEG_ARRAYS
};

struct seg_header {
    char magic[8];
    uint32_t order; /* 0x01020304 */
    uint32_t reserved;
    uint64_t size; /* of the file */
    struct {
        uint64_t at, count;
    } arrays[SEG_ARRAYS];
    unsigned char hash[SEGMENT_HASH]; /* segment_hash of the file */
};

#define SEGMENT_MAGIC "cribseg3"

/* A segment in memory: the arrays of the map. */
struct segment {
    const unsigned char *map;
    size_t size;
    int fd; /* for texts; -1 where nothing is open */
    const struct seg_block *blocks;
    const uint8_t *words, *postings;
    const struct seg_doc *docs;
    const uint32_t *section_docs;
    const struct seg_set *sets;
    const uint32_t *lists, *sorted, *wild;
    const struct seg_trigger *triggers;
    const struct seg_facts *facts;
    const struct seg_section *sections;
    const char *strings;
    const struct text_piece *pieces;
    size_t counts[SEG_ARRAYS];
    size_t doc_count;
    uint64_t number; /* of its file */
    uint8_t *dead;   /* one a document; owned */
    size_t live;
    bool rising; /* its keys rise: for the writer, which finds documents by them */
    int64_t key_mark; /* set in each key that a handle gives: search_join */
};

/* What the manifest says. */
struct manifest {
    uint64_t generation;
    size_t count;
    struct {
        uint64_t number;
        uint32_t *dead; /* owned */
        size_t dead_count;
    } segments[SEGMENTS_MOST];
};

/* Reads the manifest of dir; a missing one is an empty one. EX_DATAERR when it is damaged. */
bool manifest_read(const char *dir, struct manifest *m, struct error *err);
bool manifest_write(const char *dir, const struct manifest *m, struct error *err);
void manifest_free(struct manifest *m);

/* Maps a segment and checks its bounds. EX_DATAERR when they don't hold. */
bool segment_open(const char *dir, uint64_t number, struct segment *s, struct error *err);
void segment_close(struct segment *s);
bool segment_path(const char *dir, uint64_t number, char *out, size_t size);

bool segment_whole(const struct segment *s); /* do its bytes have the hash that its header says? */

/* BLAKE2b-256 of a segment's bytes (at least a header), with its hash taken as zeros. */
void segment_hash(const unsigned char *bytes, size_t n, unsigned char hash[SEGMENT_HASH]);

/* Takes documents out: those whose numbers are given; others are left alone. */
void segment_bury(struct segment *s, const uint32_t *docs, size_t count);

/* The text at an offset; "" where there is none. */
const char *segment_text(const struct segment *s, uint32_t at);

/* The sections of a document: [*first, *end), inside the array. */
void segment_sections(const struct segment *s, size_t doc, size_t *first, size_t *end);
void segment_triggers(const struct segment *s, size_t doc, size_t *first, size_t *end);

/* The offsets of a set's texts; *count of them. */
const uint32_t *segment_set(const struct segment *s, uint32_t set, size_t *count);

/* Appends at most so many bytes of a section's text, from the file. False when it can't be read. */
bool segment_read(const struct segment *s, size_t section, size_t most, struct buf *out);

#endif
