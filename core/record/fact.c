#include "core/record/fact.h"

#include "core/base/clock.h"

#include <string.h>

static const struct {
    const char *kind;
    bool (*apply)(struct record *r, const struct fact *f, struct error *err); /* NULL: nothing is derived */
} kinds[] = {
    {"attempt.answered", apply_answered},
    {"attempt.abandoned", apply_abandoned},
    {"attempt.finished", apply_finished},
    {"attempt.resumed", NULL},
    {"attempt.started", apply_started},
    {"code.missed", apply_code_missed},
    {"erased", apply_erased},
    {"fetch.done", apply_fetch_done},
    {"fetch.queued", apply_fetch_queued},
    {"hint.later", apply_hint_later},
    {"hint.never", apply_hint_never},
    {"hint.offered", apply_hint_offered},
    {"hint.opened", apply_hint_opened},
    {"learner.account", apply_account},
    {"learner.added", apply_learner},
    {"learner.badge", apply_badge},
    {"learner.bound", apply_bound},
    {"learner.named", apply_named},
    {"learner.pin", NULL}, /* pin.h: the hash is no event's */
    {"learner.removed", apply_removed},
    {"learner.rights", apply_rights},
    {"learner.roles", apply_roles},
    {"learner.site", apply_person},
    {"log.begun", NULL},
    {"log.continued", NULL},
    {"module.completed", apply_completed},
    {"module.elsewhere", apply_elsewhere},
    {"module.opened", apply_opened},
    {"module.solved", apply_solved},
    {"news.read", apply_news},
    {"note.filed", apply_note},
    {"recall.answered", apply_recall},
    {"recall.retired", apply_retired},
    {"search.missed", apply_search_missed},
    {"section.done", apply_section_done},
    {"section.seen", apply_section_seen},
    {"session.joined", apply_joined},
    {"session.left", apply_left},
    {"share.off", apply_share_off},
    {"share.on", apply_share_on},
    {"section.shown", apply_shown},
    {"signoff.countersigned", apply_countersigned},
    {"signoff.signed", apply_signed},
    {"site.listed", apply_listed},
    {"site.results", apply_results},
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

bool fact_derive(struct record *r, int64_t position, const struct uuid *id, const char *kind, const char *payload,
                 size_t n, struct error *err)
{
    size_t k = 0;
    while (k < sizeof kinds / sizeof *kinds && strcmp(kinds[k].kind, kind) != 0)
        k++;
    if (payload == NULL || k == sizeof kinds / sizeof *kinds || kinds[k].apply == NULL)
        return true;
    struct fact f = {.position = position, .id = *id, .payload = {payload, n}};
    sqlite3_stmt *s = db_statement(r->db, extract, err);
    if (s == NULL || !db_bind(s, "t", f.payload) || db_step(r->db, s, err) < 0)
        return false;
    read_fact(s, &f);
    bool ok = kinds[k].apply(r, &f, err);
    sqlite3_reset(s);
    return ok;
}
