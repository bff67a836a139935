/* report: what the record says of many people, as sheets (core/base/sheet.h): one query, whatever form it is shown in.
 *
 * Programme: a row a person. `before` and `after` count the elements of those phases that are done as element.h says;
 * `session` is attendance; `assessment` the last quiz of the assessments (of several the mean), `passed` whether all of them
 * are; `retained` the same of the checks that come some days after the session. `first` is the first quiz that the person
 * finished in the pre-work, before the session (of several modules the mean), and `gain` is how much higher the retention
 * check is, or as long as there is none the assessment. There is a row for whoever did anything in one of its modules or
 * sessions, and for who has a role that it is for.
 *
 * Module: a row a person who opened it, and a row a question: how many were right when they met it for the first time, as it
 * reads now (an answer to an earlier text of it doesn't count), weakest first.
 *
 * Person: what they began and passed, their programmes. */
#ifndef CRIB_RECORD_REPORT_H
#define CRIB_RECORD_REPORT_H

#include "core/base/sheet.h"
#include "core/library/library_programme.h"
#include "core/record/record.h"
#include "core/record/signoff.h"

struct report_scope {
    int64_t learner;     /* 0: everybody */
    int64_t now_ms;
    const char *source;  /* "this device" */
    int64_t synced_ms;   /* this device's last sync; 0: never */
    bool site;           /* of a scratch record (scratch.h): each row says its device, and that one's last sync */
};

/* titles: of its elements, in their order. */
bool report_programme(struct record *r, struct arena *a, const struct report_scope *scope, const struct library_programme *p,
                      const char *const *titles, struct report *out, struct error *err);

/* What a question is called, where its id is no title. */
struct report_name {
    const char *id, *text;
};
bool report_module(struct record *r, struct arena *a, const struct report_scope *scope, const char *module, const char *title,
                   const struct report_name *names, size_t name_count, struct report *out, struct error *err);

/* What a module is called at this moment; NULL where that isn't known here. */
typedef const char *report_title(void *context, const char *module);

/* Of scope->learner. name: theirs. programmes: all that are installed. The caller may add further sheets. */
bool report_person(struct record *r, struct arena *a, const struct report_scope *scope, const char *name,
                   const struct library_programme *programmes, size_t count, report_title *title, void *context,
                   struct report *out, struct error *err);

/* Sign-offs: a row a person and module: who signed, and who is to sign and never did: whoever has a role that the module is
 * for; all whom a module without roles asks. */
enum { SIGNOFFS_MISSING = 1, SIGNOFFS_LAPSING = 2 }; /* not good at this moment; good for some days only */

struct report_signing {
    /* mark: of the module's text as it is now (signoff_mark), and its newest material change in words; false where it isn't
     * known here. */
    bool (*mark)(void *context, const char *module, char mark[SIGNOFF_MARK], const char **change);
    void *context;
    const struct facts *modules; /* those that are here and ask for a sign-off */
    size_t count;
    struct strings roles;        /* of who has none of their own: the configuration's */
    const char *account;         /* that several share, and so is nobody; NULL: there is none */
    unsigned only;               /* SIGNOFFS_...; 0: all */
};

/* Of one module and its title, or of all (NULL). */
bool report_signoffs(struct record *r, struct arena *a, const struct report_scope *scope, const char *module, const char *title,
                     const struct report_signing *by, struct report *out, struct error *err);

/* The same as a sheet of another report; of one module, or all (NULL). NULL on failure. */
const struct sheet *report_signoff_sheet(struct record *r, struct arena *a, const struct report_scope *scope, const char *module,
                                         const struct report_signing *by, struct error *err);

/* ---- shared by those ---- */

struct report_human {
    int64_t number;
    const char *name;            /* as shown */
    const char *account, *home;  /* under which statements leave; "" unless bound */
    const char *known;           /* the account that they are here (record_learner) */
    const char *roles;           /* parted by commas */
    bool removed;
    const char *device;          /* of a site: where they learned last */
    int64_t synced_ms;           /* when that one was heard of last */
};

/* Everybody in scope, by name. NULL on failure. */
struct report_human *report_people(struct record *r, struct arena *a, const struct report_scope *scope, size_t *count,
                                         struct error *err);

/* Is one of these roles, parted by commas, among the wanted ones? */
bool report_role(const char *roles, struct strings wanted);

/* Scores of the finished whole quizzes of the learner at the module, in their order; *last_ms: when the last one ended. */
bool report_scores(struct record *r, struct arena *a, int64_t learner, const char *module, double **scores, size_t *count,
                   int64_t *last_ms, struct error *err);

/* "passed", "fading", "begun", "new". */
const char *report_standing(bool passed, bool begun, int64_t fading);

#endif
