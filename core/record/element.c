#include "core/record/element.h"

#include "core/base/clock.h"
#include "core/record/attendance.h"
#include "core/record/chain.h"

#include <string.h>

static const char *const names[] = {"open", "begun", "failed", "done"};

const char *element_state_name(enum element_state state)
{
    return names[state];
}

struct standing {
    struct record *r;
    struct arena *a;
    int64_t learner, now;
    const char *channel, *address; /* `channel/programme` */
    const struct programme *p;
    struct attendance *attended;
    size_t attended_count;
    int64_t base; /* when the last session was, or is to be; 0: nobody knows */
    struct error *err;
};

/* ---- sessions ---- */

static const struct attendance *first_joined(const struct standing *s, const struct element *e)
{
    for (size_t i = 0; i < s->attended_count; i++)
        if (strcmp(s->attended[i].element, e->id) == 0)
            return &s->attended[i];
    return NULL;
}

/* A session was when the learner was in it; else it is when the programme says. */
static int64_t session_at(const struct standing *s, const struct element *e)
{
    const struct attendance *joined = first_joined(s, e);
    return joined != NULL ? joined->joined_at : e->starts[0] != '\0' ? e->starts_ms : 0;
}

static int64_t last_session(const struct standing *s)
{
    int64_t last = 0;
    for (size_t i = 0; i < s->p->count; i++) {
        int64_t at = s->p->elements[i].kind == ELEMENT_SESSION ? session_at(s, &s->p->elements[i]) : 0;
        last = at > last ? at : last;
    }
    return last;
}

static void stand_session(const struct standing *s, const struct element *e, struct element_progress *x)
{
    const struct attendance *joined = first_joined(s, e);
    if (joined == NULL)
        return;
    x->state = ELEMENT_DONE;
    x->joined_at = x->done_at = joined->joined_at;
    x->late = joined->late;
}

/* ---- quizzes ---- */

/* Of the learner at the module: those that were begun from the element, and those from nowhere since then. */
#define COUNTS " learner = ?1 AND module = ?2 AND iif(programme = '', started_at >= ?5, programme = ?3 AND element = ?4)"

static bool is_begun(const struct standing *s, const struct element *e, const char *module, int64_t since, bool *begun)
{
    int64_t open;
    bool ok = db_number(s->r->db, &open, 0, s->err, "SELECT count(*) FROM attempt WHERE state = 0 AND" COUNTS, "isssi",
                        s->learner, module, s->address, e->id, since);
    *begun = ok && open > 0;
    return ok;
}

static bool count_attempts(const struct standing *s, const struct element *e, const char *module, int64_t since,
                           struct element_progress *x, bool *passed)
{
    sqlite3_stmt *q = db_statement(s->r->db,
                                   "SELECT ended_at, score, passed FROM attempt WHERE state = 1 AND purpose = 0 AND" COUNTS
                                   " ORDER BY ended_at",
                                   s->err);
    if (q == NULL || !db_bind(q, "isssi", s->learner, module, s->address, e->id, since))
        return false;
    int got;
    *passed = false;
    while ((got = db_step(s->r->db, q, s->err)) > 0) {
        bool pass = sqlite3_column_int(q, 2) != 0;
        x->attempts++;
        x->score = sqlite3_column_double(q, 1);
        if (pass && !*passed)
            x->done_at = sqlite3_column_int64(q, 0);
        *passed = *passed || pass;
    }
    return got == 0;
}

static int64_t begin_of_day(int64_t ms)
{
    int64_t begin, end;
    clock_local_day(ms, &begin, &end);
    return begin;
}

/* From when on a quiz that was not begun from an element counts for it. */
static int64_t counts_since(const struct standing *s, const struct element *e, const struct element_progress *x)
{
    if (e->phase == PHASE_BEFORE || s->base == 0)
        return 0;
    return x->due_at != 0 ? x->due_at : begin_of_day(s->base);
}

static bool stand_assessment(const struct standing *s, const struct element *e, const char *module,
                             struct element_progress *x)
{
    bool passed, begun;
    int64_t since = counts_since(s, e, x);
    if (!count_attempts(s, e, module, since, x, &passed) || !is_begun(s, e, module, since, &begun))
        return false;
    if (passed)
        x->state = ELEMENT_DONE;
    else if (x->attempts > 0)
        x->state = ELEMENT_FAILED;
    else if (begun)
        x->state = ELEMENT_BEGUN;
    return true;
}

/* ---- modules ---- */

/* Read after the session: for the first time, or again. */
static void stand_after(const struct standing *s, struct element_progress *x)
{
    const struct progress *p = x->progress;
    int64_t completed = p->passed_at > p->completed_at ? p->passed_at : p->completed_at;
    if (p->learned == LEARNED_PASSED && completed >= s->base)
        x->done_at = completed;
    else if (p->learned == LEARNED_PASSED && p->opened_at >= s->base)
        x->done_at = p->opened_at;
    if (x->done_at != 0)
        x->state = ELEMENT_DONE;
    else if (p->learned == LEARNED_BEGUN && p->opened_at >= s->base)
        x->state = ELEMENT_BEGUN;
}

static void stand_module(const struct standing *s, const struct element *e, struct element_progress *x)
{
    const struct progress *p = x->progress;
    x->score = (double)p->score;
    if (e->phase == PHASE_AFTER && s->base != 0) {
        stand_after(s, x);
        return;
    }
    if (p->learned == LEARNED_PASSED) {
        x->state = ELEMENT_DONE;
        x->done_at = p->passed_at != 0 ? p->passed_at : p->completed_at;
    } else if (p->learned == LEARNED_BEGUN) {
        x->state = ELEMENT_BEGUN;
    }
}

/* ---- all of them ---- */

static bool stand(const struct standing *s, const struct element *e, struct element_progress *x)
{
    enum { DAY_MS = 86400000 };
    *x = (struct element_progress){.score = -1};
    if (e->after_days >= 0 && s->base != 0)
        x->due_at = begin_of_day(s->base + (int64_t)e->after_days * DAY_MS);
    const char *module = e->module[0] != '\0' ? arena_printf(s->a, "%s/%s", s->channel, e->module) : "";
    if (module == NULL)
        return error_memory(s->err);
    if (s->r != NULL && module[0] != '\0' &&
        (x->progress = record_progress(s->r, s->a, s->learner, module, s->now, s->err)) == NULL)
        return false;
    if (e->kind == ELEMENT_SESSION)
        stand_session(s, e, x);
    else if (e->kind == ELEMENT_ASSESSMENT && x->progress != NULL) {
        if (!stand_assessment(s, e, module, x))
            return false;
    } else if (x->progress != NULL)
        stand_module(s, e, x);
    x->due = x->due_at != 0 && x->due_at <= s->now && x->state != ELEMENT_DONE;
    return true;
}

bool record_elements(struct record *r, struct arena *a, int64_t learner, const char *channel, const struct programme *p,
                     int64_t now_ms, struct element_progress *out, struct error *err)
{
    struct standing s = {.r = r, .a = a, .learner = learner, .now = now_ms, .channel = channel, .p = p, .err = err,
                         .address = arena_printf(a, "%s/%s", channel, p->id)};
    if (s.address == NULL)
        return error_memory(err);
    if (r != NULL && learner != 0 && !record_attendance(r, a, s.address, NULL, learner, &s.attended, &s.attended_count, err))
        return false;
    s.base = last_session(&s);
    for (size_t i = 0; i < p->count; i++)
        if (!stand(&s, &p->elements[i], &out[i]))
            return false;
    return true;
}
