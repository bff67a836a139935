/* programme_find: which programmes words mean. There are few of them, and each is looked through: no index is needed, and what
 * search.h finds, and in which order, is the same with and without them.
 *
 * Words are cut and folded as tokens.h has it; the last one counts as begun unless a blank follows. All of them have to stand
 * in the programme, but those of one or two letters where there are others. A word that stands in none of the programmes, and
 * that search.h doesn't know either, is taken with a letter changed, as search.h takes it. */
#ifndef CRIB_LIBRARY_PROGRAMME_FIND_H
#define CRIB_LIBRARY_PROGRAMME_FIND_H

#include "core/library/library_programme.h"
#include "core/library/search.h"

struct programme_hit {
    const struct library_programme *programme;
    enum match_kind kind; /* MATCH_TITLE: in title and id; MATCH_PROBLEM: those, problem and outcome; MATCH_TEXT: its elements'
                             titles, too */
    bool other; /* it is for other roles */
    bool typo;  /* only with a letter changed */
    size_t before; /* where it belongs among what else was found: before hits[before] */
};

/* What else was found, best first; search: NULL where nothing was looked for. */
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
