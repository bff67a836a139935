/* crib report programme: a row a person. */
#include "core/record/attendance.h"
#include "core/record/chain.h"
#include "core/record/element.h"
#include "core/record/report.h"
#include "core/record/report_told.h"

#include <stdio.h>
#include <string.h>

static const struct sheet_column people_columns[] = {
    {.key = "name", .name = "name", .kind = SHEET_TEXT, .shrink = true},
    {.key = "account", .name = "account", .kind = SHEET_TEXT, .detail = true},
    {.key = "home_page", .name = "of", .kind = SHEET_TEXT, .detail = true},
    {.key = "before", .name = "before", .kind = SHEET_OF},
    {.key = "session", .name = "session", .kind = SHEET_TEXT},
    {.key = "sessions", .name = "sessions", .kind = SHEET_OF, .detail = true},
    {.key = "joined", .name = "joined", .kind = SHEET_MOMENT, .detail = true},
    {.key = "left", .name = "left", .kind = SHEET_MOMENT, .detail = true},
    {.key = "late", .name = "late", .kind = SHEET_YES, .detail = true},
    {.key = "first", .name = "first quiz", .kind = SHEET_SCORE, .plot = true, .detail = true},
    {.key = "assessment", .name = "assessment", .kind = SHEET_SCORE, .bar = true, .plot = true},
    {.key = "passed", .name = "passed", .kind = SHEET_YES},
    {.key = "after", .name = "after", .kind = SHEET_OF},
    {.key = "retained", .name = "retained", .kind = SHEET_SCORE, .plot = true},
    {.key = "check_due", .name = "check due", .kind = SHEET_DAY, .detail = true},
    {.key = "gain", .name = "gain", .kind = SHEET_GAIN},
    {.key = "device", .name = "device", .kind = SHEET_TEXT, .detail = true},
    {.key = "synced", .name = "synced", .kind = SHEET_AGE},
    {.key = "from", .name = "from", .kind = SHEET_TEXT},
};
enum { PEOPLE_COLUMNS = sizeof people_columns / sizeof *people_columns, FROM = PEOPLE_COLUMNS - 1, SYNCED = FROM - 1 };

static const struct sheet_column element_columns[] = {
    {.key = "element", .name = "element", .kind = SHEET_TEXT, .shrink = true},
    {.key = "kind", .name = "kind", .kind = SHEET_TEXT},
    {.key = "phase", .name = "phase", .kind = SHEET_TEXT},
    {.key = "done", .name = "done", .kind = SHEET_OF, .bar = true},
    {.key = "score", .name = "mean score", .kind = SHEET_SCORE},
};

#define NOTES                                                              \
    "before, after: elements done. retained: the check some days later.\n" \
    "gain: retained (else the assessment) less the first quiz of the pre-work."
static const char notes[] = NOTES;
static const char notes_told[] = NOTES "\nfrom session: as its trainer saw it; what they recorded themselves is not here.";

struct mean {
    double sum;
    int64_t count;
};

static void mean_add(struct mean *m, double score)
{
    if (score < 0)
        return;
    m->sum += score;
    m->count++;
}

static double mean_of(const struct mean *m)
{
    return m->count > 0 ? m->sum / (double)m->count : -1;
}

struct making {
    struct record *r;
    struct arena *a, *scratch; /* scratch: for one person */
    const struct report_scope *scope;
    const struct library_programme *p;
    struct element_progress *progress; /* of the person under way */
    const struct attendance *attended; /* everybody's */
    size_t attended_count;
    struct told roll; /* what sessions told their trainer */
    bool told;        /* something of it is shown */
    int64_t *done, *known; /* people, an element; of how many of them it is known */
    struct mean *scores;
    struct error *err;
};

/* ---- who is in it ---- */

static bool takes_part(const struct making *m, const struct report_human *who, size_t person)
{
    if (told_any(&m->roll, person) || m->scope->learner != 0 || (!who->removed && report_role(who->roles, m->p->programme.roles)))
        return true;
    for (size_t i = 0; i < m->p->programme.count; i++) {
        const struct element_progress *x = &m->progress[i];
        if (x->state != ELEMENT_OPEN || (x->progress != NULL && (x->progress->opened_at != 0 || x->progress->learned != LEARNED_NEW)))
            return true;
    }
    return false;
}

/* ---- one person's numbers ---- */

struct standing {
    int64_t before, before_of, after, after_of, sessions, sessions_of, joined, left, due, base;
    bool late, passed, coming; /* coming: a session is still to be */
    bool told, unsure;         /* a session's word is in it; of the assessment, and that doesn't say whether it was passed */
    int64_t assessments;
    struct mean first, assessment, retained;
};

static void count_session(const struct making *m, const struct report_human *who, const struct element *e,
                          const struct element_progress *x, struct standing *s)
{
    int64_t at = x->joined_at != 0 ? x->joined_at : e->starts[0] != '\0' ? e->starts_ms : 0;
    s->sessions_of++;
    s->base = at > s->base ? at : s->base;
    s->coming = s->coming || (x->joined_at == 0 && at > m->scope->now_ms);
    if (x->joined_at == 0)
        return;
    s->sessions++;
    s->late = s->late || x->late;
    s->joined = s->joined == 0 || x->joined_at < s->joined ? x->joined_at : s->joined;
    for (size_t i = 0; i < m->attended_count; i++)
        if (m->attended[i].learner == who->number && strcmp(m->attended[i].element, e->id) == 0 && m->attended[i].left_at > s->left)
            s->left = m->attended[i].left_at;
}

static void count_element(const struct making *m, const struct report_human *who, const struct element *e,
                          const struct element_progress *x, struct standing *s)
{
    bool done = x->state == ELEMENT_DONE;
    if (e->kind == ELEMENT_SESSION)
        count_session(m, who, e, x, s);
    else if (e->phase == PHASE_BEFORE) {
        s->before += done;
        s->before_of++;
    } else if (e->kind == ELEMENT_ASSESSMENT && e->after_days >= 0) {
        mean_add(&s->retained, x->score);
        if (!done && x->due_at != 0 && (s->due == 0 || x->due_at < s->due))
            s->due = x->due_at;
    } else if (e->kind == ELEMENT_ASSESSMENT) {
        mean_add(&s->assessment, x->score);
        s->passed = done && (s->assessments == 0 || s->passed);
        s->assessments++;
    } else if (e->phase == PHASE_AFTER) {
        s->after += done;
        s->after_of++;
    }
}

/* What was known at the first try of the pre-work: of its modules' quizzes the first one each, before the session. */
static bool first_quiz(const struct making *m, int64_t learner, struct standing *s)
{
    static const char of[] = "SELECT score FROM attempt WHERE learner = ?1 AND module = ?2 AND state = 1 AND purpose = 0"
                             " AND (programme = '' OR (programme = ?3 AND element = ?4)) AND (?5 = 0 OR started_at < ?5)"
                             " ORDER BY ended_at LIMIT 1";
    const struct programme *p = &m->p->programme;
    for (size_t i = 0; i < p->count; i++) {
        const struct element *e = &p->elements[i];
        if (e->phase != PHASE_BEFORE || e->module[0] == '\0')
            continue;
        const char *module = arena_printf(m->scratch, "%s/%s", m->p->channel, e->module);
        sqlite3_stmt *q = db_statement(m->r->db, of, m->err);
        if (module == NULL)
            return error_memory(m->err);
        if (q == NULL || !db_bind(q, "isssi", learner, module, m->p->address, e->id, s->base))
            return false;
        int got = db_step(m->r->db, q, m->err);
        if (got > 0)
            mean_add(&s->first, sqlite3_column_double(q, 0));
        sqlite3_reset(q);
        if (got < 0)
            return false;
    }
    return true;
}

static void add_session(struct sheet *sheet, const struct standing *s)
{
    char words[48];
    if (s->sessions_of == 0) {
        sheet_none(sheet);
        return;
    }
    if (s->sessions_of == 1)
        snprintf(words, sizeof words, "%s", s->sessions == 0 ? s->coming ? "to come" : "no" : s->late ? "late" : "yes");
    else
        snprintf(words, sizeof words, "%lld of %lld%s", (long long)s->sessions, (long long)s->sessions_of, s->late ? ", late" : "");
    sheet_text(sheet, words);
}

static void add_gain(struct sheet *sheet, const struct standing *s)
{
    double first = mean_of(&s->first), last = mean_of(s->retained.count > 0 ? &s->retained : &s->assessment);
    if (first < 0 || last < 0)
        sheet_none(sheet);
    else
        sheet_number(sheet, (int64_t)(last + 1e-6) - (int64_t)(first + 1e-6)); /* of the numbers that are shown */
}

static void add_person(struct sheet *sheet, const struct report_human *who, const struct standing *s)
{
    sheet_text(sheet, who->name);
    sheet_text(sheet, who->account);
    sheet_text(sheet, who->home);
    sheet_of(sheet, s->before, s->before_of);
    add_session(sheet, s);
    sheet_of(sheet, s->sessions, s->sessions_of);
    sheet_number(sheet, s->joined);
    sheet_number(sheet, s->left);
    if (s->sessions > 0)
        sheet_number(sheet, s->late);
    else
        sheet_none(sheet);
    sheet_score(sheet, mean_of(&s->first));
    sheet_score(sheet, mean_of(&s->assessment));
    if (s->assessment.count > 0 && !s->unsure)
        sheet_number(sheet, s->passed);
    else
        sheet_none(sheet);
    sheet_of(sheet, s->after, s->after_of);
    sheet_score(sheet, mean_of(&s->retained));
    sheet_number(sheet, s->due);
    add_gain(sheet, s);
    sheet_text(sheet, who->device);
    sheet_number(sheet, who->synced_ms);
    sheet_text(sheet, s->told ? "session" : "");
}

/* ---- what a session told ---- */

/* Where the record says nothing itself. */
static void count_told(struct making *m, size_t person, struct standing *s)
{
    for (size_t i = 0; i < m->p->programme.count; i++) {
        const struct element *e = &m->p->programme.elements[i];
        const struct element_progress *x = &m->progress[i];
        struct told_visit visit;
        double score = told_score(&m->roll, person, e->id);
        if (e->kind == ELEMENT_SESSION && x->joined_at == 0 && told_came(&m->roll, person, e->id, &visit)) {
            s->sessions++;
            s->late = s->late || visit.late;
            s->left = visit.left_at > s->left ? visit.left_at : s->left;
            if (visit.joined_at != 0 && (s->joined == 0 || visit.joined_at < s->joined))
                s->joined = visit.joined_at;
            m->done[i] += x->state != ELEMENT_DONE;
            s->told = true;
        } else if (e->kind == ELEMENT_ASSESSMENT && e->after_days < 0 && score >= 0 && x->score < 0) {
            mean_add(&s->assessment, score);
            mean_add(&m->scores[i], score);
            s->told = s->unsure = true;
        }
    }
    int64_t before = told_before(&m->roll, person);
    before = before < s->before_of ? before : s->before_of;
    if (before > s->before) {
        s->before = before;
        s->told = true;
    }
    m->told = m->told || s->told;
}

/* Whom this record doesn't know: what comes after the session isn't known either, nor is their pre-work unless it was told. */
static void take_stranger(struct making *m, size_t person, struct sheet *sheet)
{
    const struct report_human who = {
        .name = told_name(&m->roll, person), .account = "", .home = "", .known = "", .roles = "", .device = ""};
    struct standing s = {.told = true};
    bool known = told_before(&m->roll, person) >= 0;
    for (size_t i = 0; i < m->p->programme.count; i++) {
        const struct element *e = &m->p->programme.elements[i];
        m->progress[i] = (struct element_progress){.state = ELEMENT_OPEN, .score = -1};
        s.sessions_of += e->kind == ELEMENT_SESSION;
        s.before_of += known && e->kind != ELEMENT_SESSION && e->phase == PHASE_BEFORE;
        m->known[i] += e->kind == ELEMENT_SESSION; /* of what they did by themselves no session tells */
    }
    m->told = true;
    count_told(m, person, &s);
    add_person(sheet, &who, &s);
}

/* ---- a row ---- */

static bool take_person(struct making *m, const struct report_human *who, size_t person, struct sheet *sheet)
{
    const struct programme *p = &m->p->programme;
    struct standing s = {0};
    arena_reset(m->scratch);
    if (!record_elements(m->r, m->scratch, who->number, m->p->channel, p, m->scope->now_ms, m->progress, m->err))
        return false;
    if (!takes_part(m, who, person))
        return true;
    for (size_t i = 0; i < p->count; i++) {
        count_element(m, who, &p->elements[i], &m->progress[i], &s);
        m->done[i] += m->progress[i].state == ELEMENT_DONE;
        m->known[i]++;
        mean_add(&m->scores[i], m->progress[i].score);
    }
    if (!first_quiz(m, who->number, &s))
        return false;
    count_told(m, person, &s);
    add_person(sheet, who, &s);
    return true;
}

/* ---- all ---- */

static void add_elements(const struct making *m, const char *const *titles, struct sheet *sheet)
{
    for (size_t i = 0; i < m->p->programme.count; i++) {
        const struct element *e = &m->p->programme.elements[i];
        sheet_text(sheet, titles[i]);
        sheet_text(sheet, element_kind_name(e->kind));
        sheet_text(sheet, element_phase_name(e->phase));
        sheet_of(sheet, m->done[i], m->known[i]);
        sheet_score(sheet, mean_of(&m->scores[i]));
    }
}

/* How old a sync is differs from row to row in a site alone. */
static struct sheet_column *columns_of(struct arena *a, const struct report_scope *scope)
{
    struct sheet_column *columns = arena_array(a, PEOPLE_COLUMNS, sizeof *columns);
    if (columns == NULL)
        return NULL;
    memcpy(columns, people_columns, sizeof people_columns);
    columns[SYNCED].detail = !scope->site;
    return columns;
}

static bool take_all(struct making *m, const char *const *titles, struct report *out)
{
    size_t count, n = m->p->programme.count;
    struct attendance *attended;
    struct sheet_column *columns = columns_of(m->a, m->scope);
    struct sheet *people = columns != NULL ? sheet_open(m->a, "people", "People", columns, PEOPLE_COLUMNS) : NULL;
    struct sheet *elements =
        sheet_open(m->a, "elements", "Elements", element_columns, sizeof element_columns / sizeof *element_columns);
    const struct report_human *all = report_people(m->r, m->a, m->scope, &count, m->err);
    m->progress = arena_array(m->a, n, sizeof *m->progress);
    m->done = arena_array(m->a, n, sizeof *m->done);
    m->known = arena_array(m->a, n, sizeof *m->known);
    m->scores = arena_array(m->a, n, sizeof *m->scores);
    if (people == NULL || elements == NULL || m->progress == NULL || m->done == NULL || m->known == NULL || m->scores == NULL)
        return error_memory(m->err);
    if (all == NULL || !record_attendance(m->r, m->a, m->p->address, NULL, m->scope->learner, &attended, &m->attended_count, m->err))
        return false;
    m->attended = attended;
    if (m->scope->learner == 0 && !told_read(m->r, m->a, m->p->address, all, count, &m->roll, m->err)) /* somebody's own has what they recorded */
        return false;
    for (size_t i = 0; i < count; i++)
        if (!take_person(m, &all[i], i, people))
            return false;
    for (size_t i = 0; i < m->roll.strangers; i++)
        take_stranger(m, m->roll.by_name[i].person, people);
    columns[FROM].detail = !m->told; /* on a terminal it has a place where it says something */
    add_elements(m, titles, elements);
    report_add(out, people);
    report_add(out, elements);
    return true;
}

bool report_programme(struct record *r, struct arena *a, const struct report_scope *scope, const struct library_programme *p,
                      const char *const *titles, struct report *out, struct error *err)
{
    struct making m = {.r = r, .a = a, .scratch = arena_open(), .scope = scope, .p = p, .err = err};
    *out = (struct report){.kind = "programme", .of = p->address, .title = p->programme.title, .source = scope->source, .notes = notes,
                           .empty = "nobody has begun it", .at_ms = scope->now_ms, .sums_first = true};
    bool ok = m.scratch != NULL ? take_all(&m, titles, out) : error_memory(err);
    if (m.told)
        out->notes = notes_told;
    arena_close(m.scratch);
    return ok;
}
