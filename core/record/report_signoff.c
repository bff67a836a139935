/* crib report signoff: a row a person and module that asks for a sign-off. */
#include "core/record/report.h"
#include "core/record/signoff_report.h"

#include <string.h>

static const struct sheet_column columns[] = {
    {.key = "state", .name = "state", .kind = SHEET_TEXT},
    {.key = "who", .name = "signed by", .kind = SHEET_TEXT, .shrink = true, .brief = true},
    {.key = "person", .name = "who", .kind = SHEET_TEXT, .detail = true},
    {.key = "signer", .name = "signed by", .kind = SHEET_TEXT, .detail = true},
    {.key = "signed", .name = "signed", .kind = SHEET_DAY},
    {.key = "valid_until", .name = "valid until", .kind = SHEET_DAY},
    {.key = "countersigner", .name = "countersigned", .kind = SHEET_TEXT, .shrink = true},
    {.key = "module", .name = "module", .kind = SHEET_TEXT, .shrink = true},
    {.key = "revision", .name = "revision", .kind = SHEET_TEXT, .most = 8},
    {.key = "change", .name = "change", .kind = SHEET_TEXT, .shrink = true},
    {.key = "title", .name = "title", .kind = SHEET_TEXT, .detail = true},
    {.key = "method", .name = "by", .kind = SHEET_TEXT, .detail = true},
    {.key = "score", .name = "score", .kind = SHEET_SCORE, .detail = true},
    {.key = "id", .name = "sign-off", .kind = SHEET_TEXT, .detail = true},
    {.key = "device", .name = "device", .kind = SHEET_TEXT, .detail = true},
    {.key = "synced", .name = "synced", .kind = SHEET_AGE, .detail = true},
};

/* The text of the module at hand as it is now: what makes a sign-off lapse is judged by it. */
struct now {
    const char *module;
    bool known;
    char mark[SIGNOFF_MARK];
    const char *change;
};

static const struct report_human *human_of(const struct report_human *people, size_t count, int64_t learner)
{
    for (size_t i = 0; i < count; i++)
        if (people[i].number == learner)
            return &people[i];
    return NULL;
}

static void add_row(struct sheet *sheet, const struct signoff_row *row, const struct now *now, const struct report_human *who,
                    int64_t now_ms)
{
    const struct signoff *s = row->signoff;
    enum signoff_state state = signoff_state(s, now->known ? now->mark : NULL, now_ms);
    const char *person = who != NULL ? who->name : row->person;
    char id[UUID_TEXT];
    uuid_text(&s->id, id);
    sheet_text(sheet, signoff_state_name(state));
    sheet_text(sheet, strcmp(person, s->signer) == 0 ? person : arena_printf(sheet->arena, "%s (%s)", s->signer, person));
    sheet_text(sheet, person);
    sheet_text(sheet, s->signer);
    sheet_number(sheet, s->at);
    sheet_number(sheet, s->valid_until);
    sheet_text(sheet, s->countersigned_at != 0 ? s->countersigner : NULL);
    sheet_text(sheet, s->module);
    sheet_text(sheet, s->revision);
    sheet_text(sheet, state == SIGNOFF_CHANGED ? now->change : NULL);
    sheet_text(sheet, s->title);
    sheet_text(sheet, signoff_method_name(s->method));
    sheet_score(sheet, s->score);
    sheet_text(sheet, id);
    sheet_text(sheet, who != NULL ? who->device : NULL);
    sheet_number(sheet, who != NULL ? who->synced_ms : 0);
}

const struct sheet *report_signoff_sheet(struct record *r, struct arena *a, const struct report_scope *scope, const char *module,
                                         report_mark *mark, void *context, struct error *err)
{
    size_t count, people;
    struct now now = {0};
    struct sheet *sheet = sheet_open(a, "signoffs", "Sign-offs", columns, sizeof columns / sizeof *columns);
    const struct report_human *all = report_people(r, a, scope, &people, err);
    const struct signoff_row *rows = all != NULL ? record_signoff_report(r, a, scope->learner, module, &count, err) : NULL;
    for (size_t i = 0; rows != NULL && sheet != NULL && i < count; i++) {
        const char *its = rows[i].signoff->module;
        if (now.module == NULL || strcmp(now.module, its) != 0) {
            now = (struct now){.module = its};
            now.known = mark(context, its, now.mark, &now.change);
        }
        add_row(sheet, &rows[i], &now, human_of(all, people, rows[i].signoff->learner), scope->now_ms);
    }
    if (rows != NULL && sheet == NULL)
        error_memory(err);
    return rows != NULL ? sheet : NULL;
}

bool report_signoffs(struct record *r, struct arena *a, const struct report_scope *scope, const char *module, const char *title,
                     report_mark *mark, void *context, struct report *out, struct error *err)
{
    *out = (struct report){.kind = "signoff", .of = module != NULL ? module : "", .title = title != NULL ? title : "Sign-offs",
                           .source = scope->source,
                           .notes = "Each person's newest sign-off of a module. Lapsing: within 30 days.\n"
                                    "Changed: by the text that is installed here.",
                           .empty = "nothing was signed off here", .at_ms = scope->now_ms};
    const struct sheet *sheet = report_signoff_sheet(r, a, scope, module, mark, context, err);
    if (sheet != NULL)
        report_add(out, sheet);
    return sheet != NULL;
}
