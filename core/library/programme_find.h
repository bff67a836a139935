/* programme_find: which programmes words mean. There are few of them, and each is looked through: no index is needed, and what
 * search.h finds, and in which order, is the same with and without them.
 *
 * Words are cut and folded as tokens.h has it; the last one counts as begun unless a blank follows. All of them have to stand
 * in the programme, but those of one or two letters where there are others. */
#ifndef CRIB_LIBRARY_PROGRAMME_FIND_H
#define CRIB_LIBRARY_PROGRAMME_FIND_H

#include "core/library/library_programme.h"
#include "core/library/search.h"

/* MATCH_TITLE: in title and id; MATCH_PROBLEM: those, problem and outcome; MATCH_TEXT: its elements' titles, too; else
 * MATCH_NONE. */
enum match_kind programme_match(const struct programme *p, const char *text);

struct programme_hit {
    const struct library_programme *programme;
    enum match_kind kind;
    bool other; /* it is for other roles */
    size_t before; /* where it belongs among what else was found: before hits[before] */
};

/* What else was found, best first. */
struct programme_among {
    const struct search *search;
    const struct search_hit *hits;
    size_t count;
};

/* Of these programmes, best first; roles: the learner's (none: any); other_roles: of other roles, too. A programme stands before
 * the first of what else was found that has no code of the words', and them in a lesser place; and behind three in any case.
 * false when memory is out. */
bool programme_find(struct arena *a, const struct library_programme *all, size_t all_count, const char *text, struct strings roles,
                    bool other_roles, struct programme_among among, struct programme_hit **found, size_t *count);

#endif
