/* search: finding what is installed, as one types: best first, forgiving a wrong letter.
 *
 * Reads the compiled index that search_writer.h makes: files in a directory, mapped into memory, their bounds checked
 * before they are trusted. No SQL, no allocation a document; a handle serves one thread.
 *
 * Order: an exact code or asset tag always wins (`E204`, `e-204` and `E 204` are one; an asset's `*` is wild), also as
 * one of several words where it has a digit; then what the words match in: title, problem, headings, text; words that
 * stand as typed before words that only begin so; documents with all words before those with some. The learner's stage
 * and roles weigh in. A word that is nowhere is taken with one letter wrong, missing, too many, or two swapped. */
#ifndef CRIB_LIBRARY_SEARCH_H
#define CRIB_LIBRARY_SEARCH_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/library/module.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct search;

/* Opens the index in a directory. A directory without one, or NULL, is an empty index. EX_DATAERR when a file is
 * damaged (make it anew from the library). NULL on failure. */
struct search *search_open(const char *dir, struct error *err);
void search_close(struct search *s); /* NULL is allowed */

/* Takes the documents of another handle in (and closes it, whatever comes of it), behind the first one's: from then on
 * both are one index. A word weighs by how rare it is in both together, one that stands in either is no typing mistake,
 * and codes of either come before the words of the other: what is found, and in which order, is what one index of all
 * the documents would give, so that no scores of different measure are ever compared. Of equals the first one's lead.
 * search_key of what was taken in has the bits of key_mark set; documents of the channels in hidden are left out. Two
 * indexes can be one, no more. false when memory is out: s can only be closed then. */
bool search_join(struct search *s, struct search *other, int64_t key_mark, struct strings hidden, struct error *err);

bool search_changed(const struct search *s); /* was another state committed since it was opened (of either)? */
size_t search_count(const struct search *s); /* live documents */
uint64_t search_generation(const struct search *s); /* of the library that it was made from, of the first where two were
                                                            joined; 0 for an empty index */
bool search_whole(const struct search *s); /* reads all of it: are the bytes those that were written? */

enum match_kind { MATCH_NONE, MATCH_TEXT, MATCH_HEADING, MATCH_PROBLEM, MATCH_TITLE, MATCH_ASSET, MATCH_CODE };

struct search_hit {
    uint32_t doc;     /* number of the document in this handle: for the accessors below */
    uint32_t section; /* index of its best section; SEARCH_NO_SECTION where the whole matches */
    float score;
    enum match_kind kind; /* the best place that matched */
    bool typo;            /* only with a letter changed */
    bool poor;            /* of the words that say something more than a third stand nowhere in it */
};

#define SEARCH_NO_SECTION UINT32_MAX

struct search_query {
    const char *text;         /* as typed; the last word counts as begun unless a blank follows. "": everything, newest
                                 first */
    struct strings roles;     /* the learner's; empty: every role */
    const char *stage;        /* the learner's, weighs in; "" or NULL: none */
    bool other_roles;         /* documents of other roles too (they come after the learner's own of like score) */
    const char *only_role, *only_stage, *only_capability; /* filters; NULL or "": none */
    enum module_format only_format;                       /* FORMAT_NONE: any */
    bool modules, pages, events;                          /* kinds wanted; none set: all */
    /* A filter and a weight by the caller, by the document's number in this handle: false leaves it out; *weight (1 at
     * first) is multiplied. NULL: none. Asked only of documents that match. */
    bool (*accept)(void *context, uint32_t doc, float *weight);
    void *context;
};

/* Fills at most `most` hits, best first, one a document; *total (NULL allowed) takes how many match. Returns how many
 * it filled. */
size_t search_find(struct search *s, const struct search_query *q, struct search_hit *hits, size_t most,
                   size_t *total);

/* Does search_find take this word (as tokens.h cuts and folds it) as it is typed? Else it looks for one with a letter changed. */
bool search_knows(const struct search *s, const char *word, size_t n, bool begun);

enum search_facet { SEARCH_ROLE, SEARCH_STAGE, SEARCH_CAPABILITY, SEARCH_FORMAT };

/* counts[i] takes how many documents the query would find if the facet's filter were values[i], whatever it is now. */
struct search_count {
    enum search_facet facet;
    struct strings values;
    size_t *counts;
};

/* Counts for several facets at once, the other filters as they are. False when memory is out. */
bool search_counts(struct search *s, const struct search_query *q, const struct search_count *wanted, size_t n);

/* Documents whose code or asset is exactly this text (normalised): `crib open E-204`. */
size_t search_trigger(struct search *s, const char *text, struct search_hit *hits, size_t most);

/* The section of a document that names a code (however it is written) most plainly: the first whose heading does, else the
 * one whose text does most often, the first of equals. SEARCH_NO_SECTION where none does. */
uint32_t search_section_naming(const struct search *s, uint32_t doc, const char *code);

/* Facts of a document; texts are "" where there is nothing, NUL-terminated, and stay until the handle is closed. */
int64_t search_key(const struct search *s, uint32_t doc);
const char *search_channel(const struct search *s, uint32_t doc);
const char *search_id(const struct search *s, uint32_t doc);
const char *search_title(const struct search *s, uint32_t doc);
const char *search_problem(const struct search *s, uint32_t doc);
const char *search_outcome(const struct search *s, uint32_t doc);
enum module_kind search_kind(const struct search *s, uint32_t doc);
enum module_format search_format(const struct search *s, uint32_t doc);
int search_minutes(const struct search *s, uint32_t doc);
bool search_on_device(const struct search *s, uint32_t doc);
size_t search_sections(const struct search *s, uint32_t doc);
const char *search_anchor(const struct search *s, uint32_t doc, uint32_t section);
const char *search_heading(const struct search *s, uint32_t doc, uint32_t section);

/* The code or asset of the document that the text matches (as the author wrote it), or "". */
const char *search_matched_trigger(const struct search *s, uint32_t doc, const char *text);

/* A piece of the hit's section of at most so many columns around the words that match, where most of them stand
 * together; one line, safe. at and len, when not NULL, take the place of the first of them in it (len 0: none). */
void search_snippet(const struct search *s, const struct search_hit *hit, const char *text, size_t columns,
                    struct buf *out, size_t *at, size_t *len);

#endif
