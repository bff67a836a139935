/* search_private: what the parts of search share. */
#ifndef CRIB_LIBRARY_SEARCH_PRIVATE_H
#define CRIB_LIBRARY_SEARCH_PRIVATE_H

#include "core/library/search.h"
#include "core/library/search_file.h"

#include <sys/stat.h>

/* What a query has found of a document so far. All zero between queries. */
struct doc_sum {
    float here;           /* the word under way, in its head: while its postings are read */
    float head, most;     /* the word under way: in its head, anywhere in it */
    float heads, mosts;   /* of all words */
    float best;           /* what its best section adds to heads */
    uint32_t section;     /* that section, numbered over all segments */
    uint16_t words;       /* bit w: the w-th word stands in it */
    uint8_t word;         /* which word is under way, from 1 */
    uint8_t field;        /* of here; NEAR is set where it is a word with a letter changed */
    uint8_t kind;         /* enum match_kind, the best one in its head */
    bool typo;
};

/* The same of a section. */
struct section_sum {
    float here;
    float sum;    /* what it adds to its document's head */
    uint32_t doc; /* numbered over all segments */
    uint8_t field, kind;
    bool found, adds; /* adds: a word is worth more here than in the head */
};

enum { NEAR = 8 };

enum { INDEXES_MOST = 2, JOINED_MOST = INDEXES_MOST * SEGMENTS_MOST };

struct search {
    struct {
        char dir[3800];
        struct stat manifest; /* as it was opened */
    } indexes[INDEXES_MOST];
    size_t index_count;
    struct segment segments[JOINED_MOST];
    uint32_t base[JOINED_MOST + 1];         /* number of a segment's first document in this handle */
    uint32_t section_base[JOINED_MOST + 1]; /* and of its first section */
    size_t count;
    uint64_t generation;
    float worth[256]; /* of a posting's byte */
    struct doc_sum *docs;
    struct section_sum *sections;
    uint32_t *word_docs, *word_sections;   /* those that the word under way stands in */
    uint32_t *found_docs, *found_sections; /* those that any word stands in */
    size_t word_doc_count, word_section_count, found_doc_count, found_section_count;
};

/* The segment of a document (its number among all must be valid) and its number there. */
static inline size_t segment_of(const struct search *s, uint32_t doc, uint32_t *local)
{
    size_t g = 0;
    while (g + 1 < s->count && doc >= s->base[g + 1])
        g++;
    *local = doc - s->base[g];
    return g;
}

/* Its facts and its segment; NULL where there is no such document. */
const struct seg_facts *search_facts_of(const struct search *s, uint32_t doc, const struct segment **segment);

/* The number in its segment of a document's section; SIZE_MAX where there is none. */
size_t search_section_of(const struct search *s, uint32_t doc, uint32_t section, const struct segment **segment);

/* Does a set hold the text, or one of the texts? */
bool search_set_has(const struct segment *g, uint32_t set, const char *text);
bool search_set_meets(const struct segment *g, uint32_t set, struct strings texts);

/* What a query wants, and of which weight. Answers by set are kept, since most documents share theirs. */
struct wanted {
    const struct search_query *q;
    uint8_t *sets[JOINED_MOST]; /* by set: flags, once asked */
    size_t count;
    const struct seg_doc *last; /* the last document that was asked about; NULL before the first */
    size_t last_segment;
    float last_weight;
};

bool wanted_open(struct wanted *w, const struct search *s, const struct search_query *q);
void wanted_close(struct wanted *w);
bool wanted_doc(struct wanted *w, const struct search *s, size_t segment, uint32_t local, float *weight);

/* a before b: the better score, else the lower number. */
static inline bool hit_before(const struct search_hit *a, const struct search_hit *b)
{
    return a->score > b->score || (!(a->score < b->score) && a->doc < b->doc);
}

/* The best hits of those given, at most `most`: add each, then sort. */
struct best {
    struct search_hit *hits;
    size_t most, count, total;
    void (*found)(void *context, uint32_t doc); /* told of each that is added; NULL: nobody */
    void *context;
};

void best_add(struct best *b, const struct search_hit *hit);
void best_sort(struct best *b);

/* Tells found of each document that the query finds, in no order, and of some twice. False when memory is out. */
bool search_each(struct search *s, const struct search_query *q, void (*found)(void *context, uint32_t doc),
                 void *context);

/* Puts documents whose codes or assets the text names before the others, at most `most` of them (search_trigger.c).
 * Where hits holds such a document already, its section stays. Returns how many there are then. */
size_t trigger_lead(const struct search *s, struct wanted *wanted, const char *text, struct search_hit *hits,
                    size_t count, size_t most);

#endif
