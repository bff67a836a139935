#include "tui/cli/hint_told.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/record/gap.h"
#include "core/record/hint.h"
#include "tui/cli/hint_shell.h"
#include "tui/cli/share.h"
#include "tui/cli/visitor.h"
#include "tui/hints.h"
#include "tui/missed.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

enum { STATS_MOST = 1000 };

static bool print_line(struct buf *out, struct error *err)
{
    struct buf safe = {0};
    text_safe(&safe, buf_text(out), out->len, TEXT_KEEP_NEWLINES);
    bool ok = buf_ok(out) || error_memory(err);
    buf_free(out);
    return output_buf(&safe, false, err) && ok;
}

static int nothing_offered(void)
{
    struct error err;
    error_set(&err, EX_UNAVAILABLE, "nothing was offered here lately", NULL, NULL, "`crib hint --why 'COMMAND LINE'` says what would be");
    return app_fail(&err);
}

/* What was offered last, within `span`; copied, since the files are closed again. */
static bool last_offer(struct app *app, long shell, int64_t span_ms, struct offer *last, struct error *err)
{
    struct offers o;
    if (!offers_open(app->places.state, &o, err))
        return false;
    bool found = offers_last(&o, shell, clock_wall_ms() - span_ms, last);
    if (found) {
        const char *address = arena_copy(app->arena, last->address.p, last->address.n),
                   *what = arena_copy(app->arena, last->what.p, last->what.n);
        found = address != NULL && what != NULL;
        last->address = str_of(address);
        last->what = str_of(what);
    }
    offers_close(&o);
    err->code = 0;
    return found;
}

int hint_answer(struct app *app, enum offer_act act, long shell)
{
    struct error err = {0};
    struct offer last = {.address = STR(""), .what = STR("")};
    if (act != OFFER_AGAIN && !last_offer(app, shell, OFFER_HOUR_MS, &last, &err))
        return err.code != 0 ? app_fail(&err) : nothing_offered();
    struct offer answer = {clock_wall_ms(), act, shell, last.address, last.what};
    if (!offer_add(app->places.state, &answer, &err))
        return app_fail(&err);
    struct buf out = {0};
    if (act == OFFER_AGAIN)
        buf_adds(&out, "Every module may be offered again.\n");
    else
        buf_addf(&out, "%s is not offered %s.\n", last.address.p, act == OFFER_LATER ? "for a day" : "again; `crib hint --again` takes it back");
    return print_line(&out, &err) ? EX_OK : app_fail(&err);
}

int hint_open_last(struct app *app, long shell)
{
    struct error err = {0};
    struct offer last;
    if (!last_offer(app, shell, OFFER_HOUR_MS, &last, &err))
        return err.code != 0 ? app_fail(&err) : nothing_offered();
    (void)offer_add(app->places.state, &(struct offer){clock_wall_ms(), OFFER_OPENED, shell, last.address, last.what}, NULL);
    return hint_open(app, last.address.p);
}

/* ---- why ---- */

static const char *in_words(const char *source)
{
    static const struct {
        const char *source, *words;
    } all[] = {{"command", "the command line fits its trigger"},
               {"status", "the exit status fits its trigger"},
               {"line", "in the command line stands what fits its trigger"},
               {"place", "the .crib file of the directory names what fits its trigger"},
               {"directory", "the directory is called as its trigger says"},
               {"watch", "in what `crib watch` saw stood what fits its trigger"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].source, source) == 0)
            return all[i].words;
    return "it fits its trigger";
}

static void add_reason(struct json *j, const char *address, const char *source, const char *pattern)
{
    json_string(j, "module", address);
    json_string(j, "by", source);
    json_string(j, "trigger", pattern);
}

static bool print_reason(const char *address, const char *source, const char *pattern, const char *at, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_object(&j, NULL);
    add_reason(&j, address, source, pattern);
    json_string(&j, "at", at);
    json_close_object(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

int hint_why(struct app *app, long shell, bool json)
{
    struct error err = {0};
    struct offer last;
    char at[40];
    if (!last_offer(app, shell, OFFER_HOUR_MS, &last, &err))
        return err.code != 0 ? app_fail(&err) : nothing_offered();
    clock_format(last.at, clock_offset_minutes(last.at), at, sizeof at);
    size_t n = strcspn(last.what.p, " ");
    const char *source = arena_copy(app->arena, last.what.p, n), *pattern = last.what.p + n + (last.what.p[n] == ' ');
    if (json)
        return print_reason(last.address.p, source, pattern, at, &err) ? EX_OK : app_fail(&err);
    struct buf out = {0};
    buf_addf(&out, "%s was offered at %.5s: %s `%s`.\n", last.address.p, at + 11, in_words(source != NULL ? source : ""), pattern);
    return print_line(&out, &err) ? EX_OK : app_fail(&err);
}

static const char *verdict_words(enum hint_verdict verdict)
{
    static const char *const words[] = {
        [HINT_OFFER] = "may be offered",
        [HINT_ELSEWHERE] = "not offered: it is not on this device",
        [HINT_OTHER_ROLE] = "not offered: it is for other roles",
        [HINT_RECENT] = "not offered: it was, within the last hour",
        [HINT_PASSED] = "not offered: you passed it lately, and it has not changed",
        [HINT_PUT_OFF] = "not offered: you said later",
        [HINT_REFUSED] = "not offered: you said never (`crib hint --again`)",
    };
    return words[verdict];
}

static bool print_reasons(struct app *app, const struct hint_look *l, int64_t now_ms, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < l->count; i++) {
        struct trigger_module m;
        const char *address = hint_address(app, l, &l->matches[i], &m);
        if (address == NULL)
            continue;
        enum hint_verdict verdict = hint_verdict(l, &m, address, now_ms);
        json_open_object(&j, NULL);
        add_reason(&j, address, hint_source(&l->matches[i]), l->matches[i].pattern);
        json_bool(&j, "offered", verdict == HINT_OFFER);
        json_string(&j, "why", verdict_words(verdict));
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

int hint_why_line(struct app *app, const struct hint_look *l, bool json)
{
    struct error err;
    struct buf out = {0};
    int64_t now_ms = clock_wall_ms();
    if (json)
        return !print_reasons(app, l, now_ms, &err) ? app_fail(&err) : l->count > 0 ? EX_OK : 1;
    for (size_t i = 0; i < l->count; i++) {
        struct trigger_module m;
        const char *address = hint_address(app, l, &l->matches[i], &m);
        if (address != NULL)
            buf_addf(&out, "%s: %s `%s`; %s\n", address, in_words(hint_source(&l->matches[i])), l->matches[i].pattern,
                     verdict_words(hint_verdict(l, &m, address, now_ms)));
    }
    if (l->count == 0)
        buf_adds(&out, missed_all(app) ? "No trigger fits: " MISSED_ALL ".\n" : "No trigger fits.\n");
    if (!print_line(&out, &err))
        return app_fail(&err);
    return l->count > 0 ? EX_OK : 1;
}

/* ---- stats ---- */

static bool print_counts_json(const struct hint_count *counts, size_t n, struct error *err)
{
    struct buf out = {0};
    struct json j = {.out = &out};
    json_open_array(&j, NULL);
    for (size_t i = 0; i < n; i++) {
        char at[40];
        clock_format(counts[i].at, 0, at, sizeof at);
        json_open_object(&j, NULL);
        json_string(&j, "module", counts[i].module);
        json_int(&j, "offered", counts[i].offered);
        json_int(&j, "opened", counts[i].opened);
        json_int(&j, "later", counts[i].later);
        json_int(&j, "never", counts[i].never);
        json_string(&j, "last", counts[i].at != 0 ? at : NULL);
        json_close_object(&j);
    }
    json_close_array(&j);
    output_end_json(&out);
    return output_buf(&out, false, err);
}

static bool print_counts(struct app *app, const struct hint_count *counts, size_t n, struct error *err)
{
    static const struct table_column columns[] = {{"offered", true, false}, {"opened", true, false}, {"later", true, false},
                                                  {"never", true, false}, {"last", false, false}, {"module", false, true}};
    struct table *t = table_open(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; t != NULL && i < n; i++) {
        char day[16] = "";
        if (counts[i].at != 0)
            clock_format_day(counts[i].at, day, sizeof day);
        const int64_t numbers[] = {counts[i].offered, counts[i].opened, counts[i].later, counts[i].never};
        for (size_t k = 0; k < 4; k++)
            table_add(t, arena_printf(app->arena, "%" PRId64, numbers[k]));
        table_add(t, day);
        table_add(t, counts[i].module);
    }
    bool ok = t != NULL ? table_print(t, "nothing was offered yet", err) : error_memory(err);
    table_close(t);
    return ok;
}

/* Below the table, for whoever looks at it: what else is kept of them, and who may know. */
static bool say_kept(struct app *app, struct record *record, struct error *err)
{
    int64_t times;
    struct sharing sharing;
    char day[16];
    const struct config *config = app_config(app, err);
    if (config == NULL || !record_gap_times(record, app->learner, &times, err))
        return false;
    sharing_read(app, config, &sharing);
    if (times > 0)
        fprintf(stderr, "%" PRId64 " search%s or scan%s found nothing: `crib report gaps`\n", times, times == 1 ? "" : "es",
                times == 1 ? "" : "s");
    clock_format_day(sharing.since, day, sizeof day);
    if (sharing.on)
        fprintf(stderr, "Shared since %s; `crib config share off` ends it.\n", day);
    else
        fputs("What was offered stays on this device.\n", stderr);
    return true;
}

int hint_stats(struct app *app, bool json)
{
    struct error err = {0};
    size_t count = 0;
    struct record *record = visitor_ask(app, &err) ? app_record(app, &err) : NULL;
    if (record == NULL)
        return app_fail(&err);
    hints_move(app);
    const struct hint_count *counts = record_hint_counts(record, app->arena, app->learner, STATS_MOST, &count, &err);
    if (counts == NULL)
        return app_fail(&err);
    bool ok = json ? print_counts_json(counts, count, &err) : print_counts(app, counts, count, &err);
    ok = ok && (json || !output_is_terminal() || say_kept(app, record, &err));
    return ok ? EX_OK : app_fail(&err);
}
