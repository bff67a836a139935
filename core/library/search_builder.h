/* search_builder: a segment while it is built: what builder_add (search_build.c) gathers, and builder_finish
 * (search_finish.c) lays out. */
#ifndef CRIB_LIBRARY_SEARCH_BUILDER_H
#define CRIB_LIBRARY_SEARCH_BUILDER_H

#include "core/base/buf.h"
#include "core/library/search_build.h"
#include "core/library/search_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SETS_KNOWN = 4096 };

/* A word that was met: its text in letters. */
struct known {
    uint32_t text, len;
};

/* A word in a unit: the unit's number among its kind << 8, and the posting's worth. */
struct place {
    uint32_t word;
    uint32_t unit_worth;
};

struct builder {
    struct buf docs, facts, sections, section_docs, sets, lists, triggers, strings, texts; /* arrays of seg_* */
    struct buf letters, known;              /* the words: NUL-terminated, and struct known */
    struct buf in_heads, in_sections;       /* struct place */
    uint32_t sets_known[SETS_KNOWN];        /* by hash: the newest set of it; 0 for none */
    uint32_t *table;                        /* open addressing: a word's number + 1 */
    size_t table_size;
    /* the unit under way */
    uint32_t *slot_of; /* by word: its index in seen, valid where mark_of is this unit's */
    uint32_t *mark_of;
    size_t slots;
    uint32_t unit; /* its mark */
    struct buf seen; /* its words */
    enum field field;
    uint32_t words[FIELDS];
    bool failed;
};

#define ARRAY(b, type) ((type *)(void *)(b).data)
#define COUNT(b, type) ((b).len / sizeof(type))

/* The entry of the next document: where its sections and triggers begin. */
struct seg_doc builder_next(const struct builder *b);

#endif
