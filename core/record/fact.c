#include "core/record/fact.h"

#include "core/base/clock.h"
#include "core/record/row_id.h"

#include <string.h>

static const struct {
    const char *kind;
    bool (*apply)(struct record *r, const struct fact *f, struct error *err); /* NULL: nothing is derived */
    bool shared; /* with the other devices of the site (foreign.h) */
} kinds[] = {
    {"attempt.answered", apply_answered, true},
    {"attempt.abandoned", apply_abandoned, true},
    {"attempt.finished", apply_finished, true},
    {"attempt.resumed", NULL, true},
    {"attempt.started", apply_started, true},
    {"code.missed", apply_code_missed, false},
    {"erased", apply_erased, true},
    {"fetch.done", apply_fetch_done, false},
    {"fetch.queued", apply_fetch_queued, false},
    {"hint.later", apply_hint_later, false},
    {"hint.never", apply_hint_never, false},
    {"hint.offered", apply_hint_offered, false},
    {"hint.opened", apply_hint_opened, false},
    {"learner.account", apply_account, false},
    {"learner.added", apply_learner, false},
    {"learner.badge", apply_badge, false},
    {"learner.bound", apply_bound, false},
    {"learner.named", apply_named, false},
    {"learner.pin", NULL, false}, /* pin.h: the hash is no event's */
    {"learner.removed", apply_removed, false},
    {"learner.rights", apply_rights, false},
    {"learner.roles", apply_roles, false},
    {"learner.site", apply_person, true},
    {"log.begun", NULL, true},
    {"log.continued", NULL, true},
    {"log.dropped", NULL, false}, /* foreign.h */
    {"module.completed", apply_completed, true},
    {"module.elsewhere", apply_elsewhere, false},
    {"module.opened", apply_opened, true},
    {"module.solved", apply_solved, false},
    {"news.read", apply_news, false},
    {"note.filed", apply_note, false},
    {"recall.answered", apply_recall, true},
    {"recall.retired", apply_retired, true},
    {"search.missed", apply_search_missed, false},
    {"section.done", apply_section_done, true},
    {"section.seen", apply_section_seen, true},
    {"session.held", apply_held, false},
    {"session.joined", apply_joined, true},
    {"session.left", apply_left, true},
    {"share.off", apply_share_off, false},
    {"share.on", apply_share_on, false},
    {"section.shown", apply_shown, true},
    {"signoff.countersigned", apply_countersigned, true},
    {"signoff.signed", apply_signed, true},
    {"site.listed", apply_listed, false},
    {"site.results", apply_results, false},
};

/* The columns of this statement, in the order of read_fact. */
static const char extract[] =
    "SELECT json_extract(?1,'$.at'), json_extract(?1,'$.learner'), json_extract(?1,'$.attempt'),"
    " json_extract(?1,'$.module'), json_extract(?1,'$.anchor'), json_extract(?1,'$.title'),"
    " json_extract(?1,'$.revision'), json_extract(?1,'$.account'), json_extract(?1,'$.hash'),"
    " json_extract(?1,'$.through'), json_extract(?1,'$.purpose'), json_extract(?1,'$.quiz_revision'),"
    " json_extract(?1,'$.content'), json_extract(?1,'$.question'), json_extract(?1,'$.question_revision'),"
    " json_extract(?1,'$.type'), json_extract(?1,'$.response'), json_extract(?1,'$.asset'),"
    " json_extract(?1,'$.about'), json_extract(?1,'$.text'), json_extract(?1,'$.query'),"
    " json_extract(?1,'$.ms'), json_extract(?1,'$.seed'), json_extract(?1,'$.pass_mark'),"
    " json_extract(?1,'$.rating'), json_extract(?1,'$.quiz'), json_extract(?1,'$.passed'),"
    " json_extract(?1,'$.fraction'), json_extract(?1,'$.score')";

static void read_fact(sqlite3_stmt *s, struct fact *f)
{
    const char **const texts[] = {
        &f->module,   &f->anchor,   &f->title,             &f->revision, &f->account,  &f->hash,
        &f->through,  &f->purpose,  &f->quiz_revision,     &f->content,  &f->question, &f->question_revision,
        &f->type,     &f->response, &f->asset,             &f->about,    &f->text,     &f->query,
    };
    int64_t *const numbers[] = {&f->ms, &f->seed, &f->pass_mark, &f->rating};
    if (!clock_parse(db_text(s, 0), &f->at))
        f->at = uuid_ms(&f->id);
    f->learner = sqlite3_column_int64(s, 1);
    if (!uuid_parse(db_text(s, 2), &f->attempt))
        f->attempt = f->id;
    int column = 3;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = db_text(s, column++);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = sqlite3_column_int64(s, column++);
    f->quiz = sqlite3_column_int(s, column++) != 0;
    f->passed = sqlite3_column_int(s, column++) != 0;
    f->fraction = sqlite3_column_double(s, column++);
    f->score = sqlite3_column_double(s, column);
}

enum { KINDS = sizeof kinds / sizeof *kinds };

/* KINDS: a kind that this crib doesn't know. */
static size_t find_kind(const char *kind)
{
    size_t k = 0;
    while (k < KINDS && strcmp(kinds[k].kind, kind) != 0)
        k++;
    return k;
}

bool fact_shared(const char *kind)
{
    size_t k = find_kind(kind);
    return k < KINDS && kinds[k].shared;
}

/* Whoever speaks of an attempt speaks of the learner's own one of that id. */
static bool find_row(struct record *r, struct fact *f, const char *kind, struct error *err)
{
    if (strncmp(kind, "attempt.", 8) != 0)
        return true;
    return row_id(r, ROW_ATTEMPT, strcmp(kind, "attempt.started") == 0 ? &f->id : &f->attempt, f->learner, &f->row, &f->there, err);
}

static bool foreign_counts(struct record *r, const struct fact *f, const char *kind, bool *counts, struct error *err)
{
    char id[UUID_TEXT];
    *counts = f->module[0] != '\0' || strncmp(kind, "session.", 8) == 0;
    if (!*counts || strncmp(kind, "attempt.", 8) != 0 || strcmp(kind, "attempt.started") == 0)
        return true;
    *counts = f->there;
    uuid_text(&f->attempt, id);
    return f->there || fact_await(r, id, f, err);
}

static bool derive(struct record *r, struct fact *f, size_t k, const int64_t *learner, struct error *err)
{
    buf_clear(&r->here); /* of one that failed */
    r->came = 0;
    sqlite3_stmt *s = db_statement(r->db, extract, err);
    if (s == NULL || !db_bind(s, "t", f->payload) || db_step(r->db, s, err) < 0)
        return false;
    read_fact(s, f);
    bool counts = true, ok = true;
    if (learner != NULL)
        f->learner = *learner;
    ok = find_row(r, f, kinds[k].kind, err);
    if (ok && learner != NULL)
        ok = foreign_counts(r, f, kinds[k].kind, &counts, err);
    ok = ok && (!counts || kinds[k].apply(r, f, err));
    sqlite3_reset(s);
    return ok;
}

bool fact_derive(struct record *r, int64_t position, const struct uuid *id, const char *kind, const char *payload,
                 size_t n, struct error *err)
{
    size_t k = find_kind(kind);
    if (payload == NULL || k == KINDS || kinds[k].apply == NULL)
        return true;
    struct fact f = {.position = position, .id = *id, .payload = {payload, n}};
    return derive(r, &f, k, NULL, err) && fact_follow(r, err);
}

bool fact_derive_foreign(struct record *r, int64_t position, const struct uuid *id, const char *kind, struct str payload,
                         int64_t learner, struct error *err)
{
    size_t k = find_kind(kind);
    if (k == KINDS || !kinds[k].shared || kinds[k].apply == NULL || kinds[k].apply == apply_person || kinds[k].apply == apply_erased)
        return true;
    struct fact f = {.position = position, .id = *id, .payload = payload};
    return derive(r, &f, k, &learner, err) && fact_follow(r, err);
}
