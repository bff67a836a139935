#include "tui/cli/cli.h"

#include "core/base/json.h"
#include "core/base/output.h"
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

static size_t look(struct app *app, const struct args *args, struct search *s, const char *words,
                   struct search_hit *hits, size_t most, size_t *total)
{
    struct strings roles = app_roles(app);
    const char *role = args_value(args, "role"), *stage = args_value(args, "stage");
    if (role != NULL)
        roles = (struct strings){&role, 1};
    struct search_query q = {.text = words,
                             .roles = roles,
                             .stage = stage != NULL ? stage : app_stage(app),
                             .other_roles = args_flag(args, "all")};
    return search_find(s, &q, hits, most, total);
}

static bool find(struct app *app, const struct args *args, const char *words, size_t *count, struct error *err)
{
    struct search_hit hits[MOST];
    long limit;
    size_t total;
    if (!args_number(args, "limit", 1, MOST, 20, &limit, err))
        return false;
    struct search *s = app_search(app, err);
    if (s == NULL)
        return false;
    staging_say(app, args_value(args, "stage") != NULL ? args_value(args, "stage") : app_stage(app));
    staging_say_role(app, args_value(args, "role"));
    *count = look(app, args, s, words, hits, (size_t)limit, &total);
    struct buf out = {0};
    if (args_flag(args, "json")) {
        struct json j = {.out = &out};
        json_open_array(&j, NULL);
        for (size_t i = 0; i < *count; i++)
            add_json(&j, s, &hits[i], words);
        json_close_array(&j);
        output_end_json(&out);
    } else {
        bool twins[HITS_NAMED];
        if (*count > 0 && hits[0].poor)
            fputs("nothing fits all of it; the nearest:\n", stderr);
        naming_twins(s, hits, *count, twins);
        for (size_t i = 0; i < *count; i++)
            add_text(&out, s, &hits[i], twins[i], words);
        if (total > *count)
            buf_addf(&out, "(%zu of %zu; --limit N shows more)\n", *count, total);
    }
    search_close(s);
    return output_buf(&out, true, err);
}

int cli_find(struct app *app, const struct args *args)
{
    struct buf words = {0};
    struct error err;
    size_t count = 0;
    args_join(args, &words);
    bool ok = buf_ok(&words) ? find(app, args, buf_text(&words), &count, &err) : error_memory(&err);
    if (ok && count == 0 && !args_flag(args, "json"))
        fputs(missed_all(app) ? "nothing found: " MISSED_ALL "\n"
              : app_roles(app).count > 0 && !args_flag(args, "all")
                  ? "nothing found (--all looks beyond your roles)\n"
                  : "nothing found\n",
              stderr);
    if (ok && count == 0)
        missed(app, GAP_SEARCH, buf_text(&words));
    buf_free(&words);
    if (!ok)
        return app_fail(&err);
    return count > 0 ? EX_OK : 1;
}
