/* report_told: what live sessions told their trainer of people (roll.h), by person: those of a report, and behind them strangers,
 * whom the record doesn't know. Internal to core/record. */
#ifndef CRIB_RECORD_REPORT_TOLD_H
#define CRIB_RECORD_REPORT_TOLD_H

#include "core/record/report.h"
#include "core/record/roll.h"

struct stranger {
    size_t person;
    const char *name;
};

struct told {
    const struct roll *rows;
    size_t count;
    size_t *of;       /* whose each row is: an index into the people, or above: a stranger's */
    size_t strangers; /* persons `all`, `all` + 1, ... */
    const struct stranger *by_name;
};

/* Of the programme's sessions. A row is the learner's whom it names, else that person's who alone has its name; two of one name in
 * one session are two. */
bool told_read(struct record *r, struct arena *a, const char *programme, const struct report_human *people, size_t all,
               struct told *told, struct error *err);

bool told_any(const struct told *told, size_t person);
const char *told_name(const struct told *told, size_t person);

/* Were they in that session? */
struct told_visit {
    bool late;                  /* once, at least */
    int64_t joined_at, left_at; /* first and last; 0: not known */
};
bool told_came(const struct told *told, size_t person, const char *element, struct told_visit *visit);

/* Of the last occasion; -1: none. */
double told_score(const struct told *told, size_t person, const char *test);

/* How much of the pre-work was done; -1: nobody knew. */
int64_t told_before(const struct told *told, size_t person);

#endif
