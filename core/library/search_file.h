/* search_file: how the index lies on disk, and reading it without trusting it.
 *
 * A directory holds `index` (the manifest: which segments, which of their documents are dead) and segment files. Numbers
 * are in the machine's own byte order (an index is made on the device that reads it; another order is another magic).
 * Every array's place is checked when a segment is opened, every index when it is followed: a damaged file gives wrong
 * results at worst, never a bad access. The writer checks the BLAKE2b-256 of a segment before it builds on it. */
#ifndef CRIB_LIBRARY_SEARCH_FILE_H
#define CRIB_LIBRARY_SEARCH_FILE_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEGMENTS_MOST = 16, SEGMENT_HASH = 32 };

/* Where a word stands: the better place counts. */
enum field { FIELD_TEXT, FIELD_OUTCOME, FIELD_HEADING, FIELD_PROBLEM, FIELD_ID, FIELD_TRIGGER, FIELD_TITLE, FIELDS };

/* A document: its head is its first unit, its sections are the units after it. Texts are offsets into strings. */
struct seg_doc {
    int64_t key;
    int64_t updated; /* days */
    uint32_t channel, id, title, problem, outcome;
    uint32_t first_unit, units;
    uint32_t first_list, roles, stages, capabilities; /* so many entries of lists, in this order */
    uint32_t first_trigger, triggers;
    uint16_t minutes;
    uint8_t kind, format, on_device;
    uint8_t pad[7];
};

struct seg_unit {
    uint32_t doc;
    uint32_t anchor, heading, text, text_len;
    uint32_t first_forward, forwards;
    uint32_t words;
};

struct seg_term {
    uint32_t text, len;
    uint32_t first_posting, postings;
};

struct seg_trigger {
    uint32_t doc;
    uint32_t kind; /* enum trigger_kind */
    uint32_t text; /* as written */
    uint32_t key;  /* token_key */
};

/* The best postings of all words that begin with one or two bytes: what a query of one or two letters gives. */
struct seg_short {
    uint8_t first, second; /* second 0: one byte */
    uint16_t count;
    uint32_t at; /* in short_postings */
};

/* In postings: unit << 8 | field << 5 | times; in forwards: term << 8 | field << 5 | times. times is 1..31. */
#define PACK(number, field, times) ((uint32_t)(number) << 8 | (uint32_t)(field) << 5 | (uint32_t)(times))
#define PACKED_NUMBER(p) ((p) >> 8)
#define PACKED_FIELD(p) ((enum field)((p) >> 5 & 7))
#define PACKED_TIMES(p) ((p) & 31)
enum { PACKED_MOST = (1 << 24) - 1 };

enum seg_array { SEG_DOCS, SEG_UNITS, SEG_LISTS, SEG_TERMS, SEG_POSTINGS, SEG_FORWARDS, SEG_TRIGGERS, SEG_SORTED,
                 SEG_SHORTS, SEG_SHORT_POSTINGS, SEG_STRINGS, SEG_ARRAYS };

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

#define SEGMENT_MAGIC "cribseg1"

/* A segment in memory: the arrays of the map. */
struct segment {
    const unsigned char *map;
    size_t size;
    const struct seg_doc *docs;
    const struct seg_unit *units;
    const uint32_t *lists;
    const struct seg_term *terms;
    const uint32_t *postings, *forwards;
    const struct seg_trigger *triggers;
    const uint32_t *sorted; /* codes and assets without wild cards, by key; those with wild cards follow */
    const struct seg_short *shorts;
    const uint32_t *short_postings;
    const char *strings;
    size_t counts[SEG_ARRAYS];
    uint64_t number;   /* of its file */
    uint8_t *dead;     /* one a document; owned */
    size_t live;
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

/* Maps a segment and checks its bounds. whole: its hash too. */
bool segment_open(const char *dir, uint64_t number, bool whole, struct segment *s, struct error *err);
void segment_close(struct segment *s);
bool segment_path(const char *dir, uint64_t number, char *out, size_t size);

/* BLAKE2b-256 of a segment's bytes (at least a header), with its hash taken as zeros. */
void segment_hash(const unsigned char *bytes, size_t n, unsigned char hash[SEGMENT_HASH]);

/* The text at an offset; "" where there is none. */
const char *segment_text(const struct segment *s, uint32_t at);

/* The first term not before the bytes; segment->counts[SEG_TERMS] where there is none. */
size_t segment_term(const struct segment *s, const char *bytes, size_t n);

#endif
