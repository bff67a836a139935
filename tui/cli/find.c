#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/library/programme_find.h"
#include "tui/missed.h"
#include "tui/naming.h"
#include "tui/staging.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum { MOST = 500 };

static const char *const match_names[] = {[MATCH_NONE] = "", [MATCH_TEXT] = "text", [MATCH_HEADING] = "heading",
                                          [MATCH_PROBLEM] = "problem", [MATCH_TITLE] = "title", [MATCH_ASSET] = "asset",
                                          [MATCH_CODE] = "code"};

static void add_json(struct json *j, struct search *s, const struct search_hit *h, const char *words)
{
    struct buf snippet = {0};
    search_snippet(s, h, words, 160, &snippet, NULL, NULL);
    json_open_object(j, NULL);
    json_string(j, "channel", search_channel(s, h->doc));
    json_string(j, "id", search_id(s, h->doc));
    json_bool(j, "system", library_is_system(search_key(s, h->doc)));
    json_string(j, "kind", module_kind_name(search_kind(s, h->doc)));
    json_string(j, "title", search_title(s, h->doc));
    json_string(j, "problem", search_problem(s, h->doc));
    json_string(j, "outcome", search_outcome(s, h->doc));
    json_int(j, "minutes", search_minutes(s, h->doc));
    json_string(j, "format", module_format_name(search_format(s, h->doc)));
    json_string(j, "anchor", h->section != SEARCH_NO_SECTION ? search_anchor(s, h->doc, h->section) : "");
    json_string(j, "heading", h->section != SEARCH_NO_SECTION ? search_heading(s, h->doc, h->section) : "");
    json_string(j, "snippet", buf_text(&snippet));
    json_string(j, "matched", match_names[h->kind]);
    json_bool(j, "corrected", h->typo);
    json_bool(j, "nearest", h->poor);
    json_bool(j, "on_device", search_on_device(s, h->doc));
    json_double(j, "score", (double)h->score);
    json_close_object(j);
    buf_free(&snippet);
}

static void add_text(struct buf *out, struct search *s, const struct search_hit *h, bool twin, const char *words)
{
    struct buf line = {0};
    size_t columns = output_columns();
    const char *anchor = h->section != SEARCH_NO_SECTION ? search_anchor(s, h->doc, h->section) : "";
    naming_add(s, h, twin, &line);
    buf_addf(&line, "%s%s  %s", anchor[0] != '\0' ? "#" : "", anchor, search_title(s, h->doc));
    if (search_minutes(s, h->doc) > 0)
        buf_addf(&line, " (%d min)", search_minutes(s, h->doc));
    text_safe(out, buf_text(&line), line.len, 0);
    buf_clear(&line);
    search_snippet(s, h, words, columns > 8 ? columns - 4 : 4, &line, NULL, NULL);
    buf_addf(out, "\n    %s\n", buf_text(&line));
    buf_free(&line);
}

/* ---- programmes ---- */

static void programme_json(struct json *j, const struct programme_hit *h)
{
    const struct library_programme *p = h->programme;
    json_open_object(j, NULL);
    json_string(j, "channel", p->channel);
    json_string(j, "id", p->programme.id);
    json_string(j, "kind", "programme");
    json_string(j, "title", p->programme.title);
    json_string(j, "problem", p->programme.problem);
    json_string(j, "outcome", p->programme.outcome);
    json_string(j, "matched", match_names[h->kind]);
    json_bool(j, "corrected", h->typo);
    json_bool(j, "on_device", p->on_device);
    json_close_object(j);
}

static void programme_text(struct buf *out, const struct programme_hit *h)
{
    const struct library_programme *p = h->programme;
    struct buf line = {0};
    buf_addf(&line, "%s  %s (programme%s)", p->address, p->programme.title, h->other ? " of other roles" : "");
    text_safe(out, buf_text(&line), line.len, 0);
    buf_adds(out, "\n    ");
    buf_clear(&line);
    buf_addf(&line, "%s %s", p->programme.problem, p->programme.outcome);
    size_t columns = output_columns(), n = text_fit(buf_text(&line), line.len, columns > 8 ? columns - 4 : 4, NULL);
    text_safe(out, buf_text(&line), n, 0);
    buf_addc(out, '\n');
    buf_free(&line);
}

/* ---- all ---- */

/* Whose roles count, as the options say it. */
static struct strings roles_of(struct app *app, const struct args *args, const char **role)
{
    *role = args_value(args, "role");
    return *role != NULL ? (struct strings){role, 1} : app_roles(app);
}

static size_t look(struct app *app, const struct args *args, struct search *s, const char *words,
                   struct search_hit *hits, size_t most, size_t *total)
{
    const char *role, *stage = args_value(args, "stage");
    struct strings roles = roles_of(app, args, &role);
    struct search_query q = {.text = words,
                             .roles = roles,
                             .stage = stage != NULL ? stage : app_stage(app),
                             .other_roles = args_flag(args, "all")};
    return search_find(s, &q, hits, most, total);
}

struct found {
    struct search *search;
    struct search_hit hits[MOST];
    size_t count, total;
    struct programme_hit *programmes;
    size_t programme_count;
};

static bool look_for_programmes(struct app *app, const struct args *args, const char *words, struct found *f, struct error *err)
{
    const char *role;
    struct library_programme *all;
    size_t count;
    struct strings roles = roles_of(app, args, &role);
    struct library *l = app_library(app, err);
    if (l == NULL || !library_programmes(l, app->arena, NULL, &all, &count, err))
        return false;
    return programme_find(app->arena, all, count, words, roles, args_flag(args, "all"),
                          (struct programme_among){f->search, f->hits, f->count}, &f->programmes, &f->programme_count) ||
           error_memory(err);
}

/* Each where it belongs, at most so many; j or out. How many they are. */
static size_t say_all(const struct found *f, const char *words, size_t most, struct json *j, struct buf *out)
{
    bool twins[HITS_NAMED];
    size_t at = 0, said = 0;
    naming_twins(f->search, f->hits, f->count, twins);
    for (size_t i = 0; i <= f->count && said < most; i++) {
        for (; said < most && at < f->programme_count && f->programmes[at].before == i; at++, said++)
            j != NULL ? programme_json(j, &f->programmes[at]) : programme_text(out, &f->programmes[at]);
        if (i == f->count || said == most)
            continue;
        j != NULL ? add_json(j, f->search, &f->hits[i], words) : add_text(out, f->search, &f->hits[i], twins[i], words);
        said++;
    }
    return said;
}

/* vain: nothing was found, or what is near alone. */
static bool find(struct app *app, const struct args *args, const char *words, size_t *count, bool *vain, struct error *err)
{
    struct found f = {0};
    long limit;
    if (!args_number(args, "limit", 1, MOST, 20, &limit, err))
        return false;
    if ((f.search = app_search(app, err)) == NULL)
        return false;
    staging_say(app, args_value(args, "stage") != NULL ? args_value(args, "stage") : app_stage(app));
    staging_say_role(app, args_value(args, "role"));
    f.count = look(app, args, f.search, words, f.hits, (size_t)limit, &f.total);
    if (!look_for_programmes(app, args, words, &f, err)) {
        search_close(f.search);
        return false;
    }
    struct buf out = {0};
    struct json j = {.out = &out};
    *vain = f.programme_count == 0 && (f.count == 0 || f.hits[0].poor);
    if (args_flag(args, "json")) {
        json_open_array(&j, NULL);
        *count = say_all(&f, words, (size_t)limit, &j, NULL);
        json_close_array(&j);
        output_end_json(&out);
    } else {
        if (*vain && f.count > 0)
            fputs("nothing fits all of it; the nearest:\n", stderr);
        *count = say_all(&f, words, (size_t)limit, NULL, &out);
        if (f.total + f.programme_count > *count)
            buf_addf(&out, "(%zu of %zu; --limit N shows more)\n", *count, f.total + f.programme_count);
    }
    search_close(f.search);
    return output_buf(&out, true, err);
}

int cli_find(struct app *app, const struct args *args)
{
    struct buf words = {0};
    struct error err;
    size_t count = 0;
    bool vain = false;
    args_join(args, &words);
    bool ok = buf_ok(&words) ? find(app, args, buf_text(&words), &count, &vain, &err) : error_memory(&err);
    if (ok && count == 0 && !args_flag(args, "json"))
        fputs(missed_all(app) ? "nothing found: " MISSED_ALL "\n"
              : app_roles(app).count > 0 && !args_flag(args, "all")
                  ? "nothing found (--all looks beyond your roles)\n"
                  : "nothing found\n",
              stderr);
    if (ok && vain)
        missed(app, GAP_SEARCH, buf_text(&words));
    buf_free(&words);
    if (!ok)
        return app_fail(&err);
    return count > 0 ? EX_OK : 1;
}
