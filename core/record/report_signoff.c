/* crib report signoff: a row a person and module that asks for a sign-off. */
#include "core/library/library.h"
#include "core/record/report.h"
#include "core/record/signoff_report.h"

#include <stdlib.h>
#include <string.h>

static const struct sheet_column columns[] = {
    {.key = "state", .name = "state", .kind = SHEET_TEXT},
    {.key = "who", .name = "who", .kind = SHEET_TEXT, .shrink = true, .brief = true},
    {.key = "person", .name = "person", .kind = SHEET_TEXT, .detail = true},
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

/* A person and a module; what is not there is said by neither. */
struct line {
    const char *module, *title; /* `channel/id` */
    const struct report_human *who;
    const struct signoff *signoff; /* NULL: never */
};

struct making {
    struct arena *a;
    const struct report_scope *scope;
    const struct report_signing *by;
    struct report_human *people; /* by their numbers */
    size_t people_count;
    const struct signoff_row *rows;
    size_t row_count;
    struct line *lines;
    size_t count;
    struct error *err;
};

static int by_number(const void *left, const void *right)
{
    const struct report_human *a = left, *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

static int by_module(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    int order = strcmp(a->module, b->module);
    order = order != 0 ? order : strcmp(a->who->name, b->who->name);
    return order != 0 ? order : by_number(a->who, b->who);
}

/* ---- who is to sign ---- */

static bool is_to_sign(const struct making *m, const struct report_human *who, const struct facts *module)
{
    if (who->removed || (m->by->account != NULL && strcmp(who->known, m->by->account) == 0))
        return false;
    if (module->roles.count == 0 || report_role(who->roles, module->roles))
        return true;
    for (size_t i = 0; who->roles[0] == '\0' && i < m->by->roles.count; i++)
        if (strings_has(module->roles, m->by->roles.items[i]))
            return true;
    return false;
}

/* lines: so far those who signed, in order. */
static bool signed_once(const struct line *lines, size_t count, const struct line *key)
{
    return count > 0 && bsearch(key, lines, count, sizeof *lines, by_module) != NULL;
}

static bool add_missing(struct making *m, const char *module)
{
    size_t signatures = m->count;
    for (size_t i = 0; i < m->by->count; i++) {
        const struct facts *f = &m->by->modules[i];
        const char *address = library_address(m->a, f->channel, f->id, "");
        if (address == NULL)
            return error_memory(m->err);
        if (module != NULL && strcmp(module, address) != 0)
            continue;
        for (size_t k = 0; k < m->people_count; k++) {
            const struct line line = {address, f->title, &m->people[k], NULL};
            if (is_to_sign(m, line.who, f) && !signed_once(m->lines, signatures, &line))
                m->lines[m->count++] = line;
        }
    }
    return true;
}

static bool make_lines(struct making *m, const char *module)
{
    m->lines = arena_array(m->a, m->row_count + m->people_count * m->by->count + 1, sizeof *m->lines);
    if (m->lines == NULL)
        return error_memory(m->err);
    if (m->people_count > 0)
        qsort(m->people, m->people_count, sizeof *m->people, by_number);
    for (size_t i = 0; i < m->row_count; i++) {
        const struct report_human key = {.number = m->rows[i].signoff->learner};
        const struct report_human *who =
            m->people_count > 0 ? bsearch(&key, m->people, m->people_count, sizeof key, by_number) : NULL;
        if (who != NULL)
            m->lines[m->count++] = (struct line){m->rows[i].signoff->module, m->rows[i].signoff->title, who, m->rows[i].signoff};
    }
    qsort(m->lines, m->count, sizeof *m->lines, by_module);
    if (!add_missing(m, module))
        return false;
    qsort(m->lines, m->count, sizeof *m->lines, by_module);
    return true;
}

/* ---- rows ---- */

/* The text of the module at hand as it is now: what makes a sign-off lapse is judged by it. */
struct now {
    const char *module;
    bool known;
    char mark[SIGNOFF_MARK];
    const char *change;
};

static bool is_wanted(unsigned only, const enum signoff_state *state)
{
    bool lapsing = state != NULL && *state == SIGNOFF_LAPSING, good = state != NULL && (*state == SIGNOFF_CURRENT || lapsing);
    return only == 0 || ((only & SIGNOFFS_MISSING) != 0 && !good) || ((only & SIGNOFFS_LAPSING) != 0 && lapsing);
}

static void add_signature(struct sheet *sheet, const struct line *line, const struct now *now, enum signoff_state state)
{
    const struct signoff *s = line->signoff;
    const char *person = line->who->name;
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
}

/* Of a site, nothing of who has no account ever arrives. */
static void add_never(struct sheet *sheet, const struct line *line, bool site)
{
    sheet_text(sheet, site && line->who->account[0] == '\0' ? "unknown" : "never");
    sheet_text(sheet, line->who->name);
    sheet_text(sheet, line->who->name);
    for (int i = 0; i < 4; i++) /* signed by, signed, valid until, countersigned */
        sheet_none(sheet);
    sheet_text(sheet, line->module);
    for (int i = 0; i < 2; i++) /* revision, change */
        sheet_none(sheet);
    sheet_text(sheet, line->title);
    for (int i = 0; i < 2; i++) /* by, score */
        sheet_none(sheet);
}

static void add_row(struct sheet *sheet, const struct making *m, const struct line *line, const struct now *now)
{
    char id[UUID_TEXT];
    const struct signoff *s = line->signoff;
    enum signoff_state state = s != NULL ? signoff_state(s, now->known ? now->mark : NULL, m->scope->now_ms) : SIGNOFF_LAPSED;
    if (!is_wanted(m->by->only, s != NULL ? &state : NULL))
        return;
    if (s != NULL)
        add_signature(sheet, line, now, state);
    else
        add_never(sheet, line, m->scope->site);
    if (s != NULL)
        uuid_text(&s->said, id);
    sheet_text(sheet, s != NULL ? id : NULL);
    sheet_text(sheet, line->who->device);
    sheet_number(sheet, line->who->synced_ms);
}

const struct sheet *report_signoff_sheet(struct record *r, struct arena *a, const struct report_scope *scope, const char *module,
                                         const struct report_signing *by, struct error *err)
{
    struct now now = {0};
    struct making m = {.a = a, .scope = scope, .by = by, .err = err};
    struct sheet *sheet = sheet_open(a, "signoffs", "Sign-offs", columns, sizeof columns / sizeof *columns);
    if (sheet == NULL)
        error_memory(err);
    if (sheet == NULL || (m.people = report_people(r, a, scope, &m.people_count, err)) == NULL ||
        (m.rows = record_signoff_report(r, a, scope->learner, module, &m.row_count, err)) == NULL || !make_lines(&m, module))
        return NULL;
    for (size_t i = 0; i < m.count; i++) {
        const char *its = m.lines[i].module;
        if (m.lines[i].signoff != NULL && (now.module == NULL || strcmp(now.module, its) != 0)) {
            now = (struct now){.module = its};
            now.known = by->mark(by->context, its, now.mark, &now.change);
        }
        add_row(sheet, &m, &m.lines[i], &now);
    }
    return sheet;
}

bool report_signoffs(struct record *r, struct arena *a, const struct report_scope *scope, const char *module, const char *title,
                     const struct report_signing *by, struct report *out, struct error *err)
{
    *out = (struct report){.kind = "signoff", .of = module != NULL ? module : "", .title = title != NULL ? title : "Sign-offs",
                           .source = scope->source,
                           .notes = scope->site ? "Each person's newest sign-off of a module. Lapsing: within 30 days.\n"
                                                  "Changed: by the text that is installed here. Never: it is for them, too, and they have not signed.\n"
                                                  "Unknown: has no account, so that nothing of theirs arrives."
                                                : "Each person's newest sign-off of a module. Lapsing: within 30 days.\n"
                                                  "Changed: by the text that is installed here. Never: it is for them, too, and they have not signed.",
                           .empty = by->only != 0 ? "no sign-off is wanting" : "nothing was signed off here", .at_ms = scope->now_ms};
    const struct sheet *sheet = report_signoff_sheet(r, a, scope, module, by, err);
    if (sheet != NULL)
        report_add(out, sheet);
    return sheet != NULL;
}
