#include "tui/cli/cli.h"

#include "core/base/output.h"
#include "tui/cli/plain.h"
#include "tui/cli/run.h"
#include "tui/fading.h"
#include "tui/naming.h"
#include "tui/screen/hub.h"
#include "tui/screen/problems.h"
#include "tui/staging.h"
#include "tui/standing.h"
#include "tui/whatsnew.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static bool start(struct screens *s, struct app *app, void *context, struct error *err)
{
    if (!hub_open(s, app, context, err))
        return false;
    if (app->left_out.code != 0)
        screens_fail(s, &app->left_out);
    else if (app->record_lost.code != 0)
        screens_fail(s, &app->record_lost);
    if (app->preview != NULL)
        problems_say(s, app->preview, "Ctrl-X problems", false);
    return true;
}

int cli_hub(struct app *app, const char *words)
{
    if (!output_has_screen() && words == NULL)
        return cli_hub_plain(app);
    char kept[512];
    snprintf(kept, sizeof kept, "%s", words != NULL ? words : "");
    return run_screens(app, start, words != NULL ? kept : NULL);
}

/* The address is written out: what a screen reader says must be enough to type the next command. */
static void add_row(struct buf *out, struct app *app, struct search *s, const struct search_hit *hit, bool twin,
                    struct standings *standings)
{
    uint32_t doc = hit->doc;
    struct facts f = {.key = search_key(s, doc), .channel = search_channel(s, doc), .id = search_id(s, doc),
                      .kind = search_kind(s, doc), .sections = search_sections(s, doc)};
    struct progress_count count;
    enum standing standing = standings_of(standings, app, &f, NULL, &count);
    struct buf line = {0};
    naming_add(s, hit, twin, &line);
    buf_addf(&line, ": %s", search_title(s, doc));
    if (search_minutes(s, doc) > 0)
        buf_addf(&line, ", %d minute%s", search_minutes(s, doc), search_minutes(s, doc) == 1 ? "" : "s");
    buf_addf(&line, ", %s", standing_name(standing));
    if (standing == STANDING_BEGUN)
        buf_addf(&line, ", %zu of %zu sections", count.done, count.total);
    if (search_problem(s, doc)[0] != '\0')
        buf_addf(&line, ". %s", search_problem(s, doc));
    text_safe(out, buf_text(&line), line.len, 0);
    buf_addc(out, '\n');
    buf_free(&line);
}

/* What the hub offers above the list. */
static void add_offers(struct app *app, struct buf *out)
{
    int64_t modules, questions;
    struct error ignored;
    struct record *record = app_record_if_any(app, &ignored);
    fading_count(app, &modules, &questions);
    if (questions > 0)
        buf_addf(out, "Fading: questions from %d module%s. `crib recall` takes two minutes.\n", (int)modules,
                 modules == 1 ? "" : "s");
    struct news_item *items;
    size_t count = 0, updated = 0;
    if (record != NULL && whats_new(app, app->arena, &items, &count, &ignored))
        for (size_t i = 0; i < count; i++)
            updated += !items[i].added;
    if (updated > 0)
        buf_addf(out, "What's new in %zu module%s that you know: `crib news`.\n", updated, updated == 1 ? "" : "s");
}

/* Somebody listens to this: what may be hundreds of pages is named by its number, unless pages are all there is. */
static void add_list(struct app *app, struct buf *out, struct search *s, size_t total, struct standings *standings)
{
    enum { LISTED = 500 };
    struct search_hit hits[LISTED];
    bool twins[LISTED];
    size_t modules;
    struct search_query q = {.text = "", .roles = app_roles(app), .stage = app_stage(app), .modules = true, .events = true};
    size_t n = search_find(s, &q, hits, LISTED, &modules);
    q.pages = n == 0;
    if (n == 0)
        n = search_find(s, &q, hits, LISTED, &modules);
    naming_twins(s, hits, n, twins);
    for (size_t i = 0; i < n; i++)
        add_row(out, app, s, &hits[i], twins[i], standings);
    if (total > n)
        buf_addf(out, "\nAnd %zu %s: `crib find WORDS` finds them, `crib list --pages` names all.\n", total - n,
                 q.pages || modules > n ? "more" : total - n == 1 ? "page" : "pages");
}

/* Those for any of the roles (NULL: all). */
static size_t count_programmes(struct app *app, const struct strings *roles)
{
    struct library_programme *programmes;
    size_t count;
    struct error ignored;
    return library_programmes(app->library, app->arena, roles, &programmes, &count, &ignored) ? count : 0;
}

static size_t add_head(struct app *app, struct search *s, struct buf *out)
{
    struct search_hit any;
    size_t total;
    struct search_query q = {.text = "", .roles = app_roles(app), .stage = app_stage(app)};
    search_find(s, &q, &any, 1, &total);
    buf_addf(out, "crib: %zu installed, %zu for you%s", search_count(s) + count_programmes(app, NULL),
             total + count_programmes(app, q.roles.count > 0 ? &q.roles : NULL), app_stage(app)[0] != '\0' ? ", stage " : "");
    text_safe(out, app_stage(app), strlen(app_stage(app)), 0);
    buf_adds(out, ".\n");
    add_offers(app, out);
    return total;
}

void cli_hub_head(struct app *app, struct buf *out)
{
    struct error ignored;
    struct search *s = app_search(app, &ignored);
    if (s != NULL)
        add_head(app, s, out);
    search_close(s);
}

static bool plain(struct app *app, struct buf *out, struct error *err)
{
    struct search *s = app_search(app, err);
    staging_say(app, app_stage(app));
    staging_say_role(app, NULL);
    struct standings *standings = s != NULL ? standings_open_anyway(app, err) : NULL;
    bool ok = standings != NULL;
    if (ok) {
        size_t total = add_head(app, s, out), n = total;
        buf_adds(out, n > 0 ? "Find: crib find WORDS. Read: crib show WHAT. Quiz: crib quiz WHAT.\n\n"
                 : search_count(s) > 0 ? "Nothing is for your roles. `crib list --all` names all.\n"
                                       : "Nothing is installed. `crib channel add DIR` installs a directory.\n");
        add_list(app, out, s, total, standings);
    }
    standings_close(standings);
    search_close(s);
    return ok;
}

/* Somebody at a terminal, or lines from a pipe; the first of them tells. */
static bool talks(char **first, size_t *room)
{
    if (isatty(STDIN_FILENO) == 1)
        return output_is_terminal();
    ssize_t n = getline(first, room, stdin);
    while (n > 0 && ((*first)[n - 1] == '\n' || (*first)[n - 1] == '\r'))
        (*first)[--n] = '\0';
    return n >= 0;
}

int cli_hub_plain(struct app *app)
{
    struct buf out = {0};
    struct error err;
    char *first = NULL;
    size_t room = 0;
    if (talks(&first, &room)) {
        int status = plain_hub(app, first);
        free(first);
        return status;
    }
    free(first);
    bool ok = plain(app, &out, &err);
    if (ok)
        ok = output_buf(&out, true, &err);
    buf_free(&out);
    return ok ? EX_OK : app_fail(&err);
}
