/* search_private: what the parts of the search share. */
#ifndef CRIB_LIBRARY_SEARCH_PRIVATE_H
#define CRIB_LIBRARY_SEARCH_PRIVATE_H

#include "core/library/search.h"
#include "core/library/search_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { SEARCH_DIR_MOST = 3800 };

struct search {
    char dir[SEARCH_DIR_MOST];
    struct segment segments[SEGMENTS_MOST];
    uint32_t base[SEGMENTS_MOST + 1]; /* number of a segment's first document in this handle */
    size_t count;
    uint32_t *stamp; /* by document: the last round in which it was looked at */
    uint32_t round;
    struct stat manifest;
};

/* A document by its number in the handle, with its segment; NULL where there is none. */
const struct seg_doc *search_doc_at(const struct search *s, uint32_t doc, const struct segment **segment);

/* The i-th unit of a document (0 is its head); NULL where there is none. */
const struct seg_unit *search_unit_at(const struct segment *g, const struct seg_doc *d, uint32_t i);

/* Is the text among these entries of the segment's lists? */
bool search_list_has(const struct segment *g, uint32_t from, uint32_t count, const char *text);

/* Is the document for everyone, or for one of the roles? No roles: for anyone. */
bool search_meets(const struct segment *g, const struct seg_doc *d, struct strings roles);

/* Hits by code or asset. allow (NULL: all) says which documents may be, and what they weigh. */
struct trigger_query {
    const char *text; /* as typed; normalised here */
    bool (*allow)(void *context, const struct segment *g, const struct seg_doc *d, float *weight);
    void *context;
};

/* Fills hits, best first; returns how many. */
size_t search_by_trigger(const struct search *s, const struct trigger_query *q, struct search_hit *hits, size_t most);

/* Does a come after b? By score, then by number. */
bool search_worse(const struct search_hit *a, const struct search_hit *b);

#endif
