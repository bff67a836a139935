#include "tui/screen/hub_preview.h"

#include "core/base/clock.h"
#include "tui/background.h"
#include "tui/screen/excerpt.h"
#include "tui/signing.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXCERPT_LEAST = 5, EXCERPT_WIDEST = 88 }; /* rows below which it helps nobody; columns that are easy to read */

struct hub_preview {
    struct app *app;
    struct hub_rows *rows;
    struct arena *arena;
    int64_t key; /* of what is remembered; 0 for nothing */
    struct facts *facts;
    struct library_section *sections;
    size_t section_count;
    const struct progress *progress;
    struct progress_count count;
    enum standing standing;
    char signoff[300]; /* how its sign-off stands; "" where it asks for none */
    bool signoff_act;
    struct excerpt *excerpt; /* as it was drawn last; NULL for none */
    const char *excerpt_anchor;
    int excerpt_columns, excerpt_rows;
};

struct hub_preview *hub_preview_open(struct app *app, struct hub_rows *rows, struct error *err)
{
    struct hub_preview *p = calloc(1, sizeof *p);
    if (p == NULL || (p->arena = arena_open()) == NULL) {
        free(p);
        error_memory(err);
        return NULL;
    }
    p->app = app;
    p->rows = rows;
    return p;
}

void hub_preview_close(struct hub_preview *p)
{
    if (p == NULL)
        return;
    excerpt_close(p->excerpt);
    arena_close(p->arena);
    free(p);
}

void hub_preview_forget(struct hub_preview *p)
{
    p->key = 0;
}

static void take_signoff(struct hub_preview *p)
{
    struct buf words = {0};
    const char *address = p->facts->sign_off ? library_address(p->arena, p->facts->channel, p->facts->id, "") : NULL;
    p->signoff[0] = '\0';
    if (address != NULL)
        signing_standing_words(p->app, p->key, address, &words, &p->signoff_act);
    if (words.len > 0)
        snprintf(p->signoff, sizeof p->signoff, "sign-off %s", buf_text(&words));
    buf_free(&words);
}

static void take(struct hub_preview *p, int64_t key)
{
    struct error err;
    if (p->key == key)
        return;
    excerpt_close(p->excerpt);
    p->excerpt = NULL;
    arena_reset(p->arena);
    p->key = key;
    p->section_count = 0;
    p->progress = NULL;
    p->facts = library_facts(p->app->library, p->arena, key, &err);
    p->signoff[0] = '\0';
    if (p->facts == NULL)
        return;
    take_signoff(p);
    if (!library_sections(p->app->library, p->arena, key, &p->sections, &p->section_count, &err))
        p->section_count = 0;
    p->standing = standings_of(hub_rows_standings(p->rows), p->app, p->facts, &p->progress, &p->count);
}

struct area {
    struct terminal *t;
    int y, x, columns, end;
};

static void put_wrapped(struct area *a, enum style style, const char *text)
{
    struct wrap w = wrap_start(text, strlen(text), (size_t)(a->columns > 1 ? a->columns : 1));
    int used = -1, dots = terminal_render(a->t) == 0 ? 1 : 3; /* an ellipsis without UTF-8 */
    while (a->y < a->end && wrap_next(&w))
        used = terminal_put(a->t, a->y++, a->x, a->columns, style, w.line, w.length);
    if (w.n > 0 && used >= 0) /* not all of it */
        terminal_puts(a->t, a->end - 1, a->x + (used < a->columns - dots ? used : a->columns - dots), dots, style, "\xE2\x80\xA6");
}

/* "Quiz: 5 questions, passed 2026-05-12 with 90, fading". */
static void put_quiz(const struct hub_preview *p, struct area *a)
{
    struct buf line = {0};
    const struct progress *g = p->progress;
    if (p->facts->questions > 0)
        buf_addf(&line, "Quiz: %zu question%s", p->facts->questions, p->facts->questions == 1 ? "" : "s");
    if (g != NULL && g->passed_at > 0) {
        char day[16];
        clock_format_day(g->passed_at, day, sizeof day);
        buf_addf(&line, "%spassed %s", line.len > 0 ? ", " : "", day);
        if (g->score >= 0)
            buf_addf(&line, " with %d", (int)g->score);
        if (g->fading > 0)
            buf_adds(&line, ", fading");
    } else if (g != NULL && g->unfinished) {
        buf_adds(&line, ", begun: Ctrl-Q goes on");
    }
    if (p->standing == STANDING_BEGUN)
        buf_addf(&line, "%s%zu of %zu read", line.len > 0 ? ", " : "", p->count.done, p->count.total);
    if (p->count.changed + p->count.added > 0 && p->standing == STANDING_UPDATED)
        buf_addf(&line, "%s%zu updated", line.len > 0 ? ", " : "", p->count.changed + p->count.added);
    if (p->signoff[0] != '\0') /* low screens have one row for both */
        buf_addf(&line, "%s%s", line.len > 0 ? " \xC2\xB7 " : "", p->signoff);
    if (line.len > 0)
        put_wrapped(a, p->signoff[0] != '\0' && p->signoff_act ? STYLE_CHANGED : STYLE_DIM, buf_text(&line));
    buf_free(&line);
}

static void put_sections(const struct hub_preview *p, struct area *a, const char *here)
{
    for (size_t i = 0, n = 1; i < p->section_count && a->y < a->end; i++) {
        const struct library_section *s = &p->sections[i];
        if (s->level == 0)
            continue;
        char line[300];
        snprintf(line, sizeof line, "%2zu %s%s", n++, s->heading, s->changed ? "  (changed)" : "");
        bool on = here[0] != '\0' && strcmp(here, s->anchor) == 0;
        terminal_puts(a->t, a->y++, a->x, a->columns, on ? STYLE_STRONG : STYLE_TEXT, line);
    }
}

/* The text itself, from the section on that was found. */
static void put_excerpt(struct hub_preview *p, struct area *a, const char *anchor)
{
    int rows = a->end - a->y, columns = a->columns < EXCERPT_WIDEST ? a->columns : EXCERPT_WIDEST;
    if (p->excerpt == NULL || strcmp(p->excerpt_anchor, anchor) != 0 || p->excerpt_columns != columns ||
        p->excerpt_rows < rows) {
        struct error err;
        struct library_module *m = library_module_key(p->app->library, p->arena, p->key, &err);
        const char *kept = arena_strdup(p->arena, anchor);
        excerpt_close(p->excerpt);
        p->excerpt = m != NULL && kept != NULL ? excerpt_open(m, p->sections, p->section_count, anchor, (size_t)rows,
                                                              (size_t)columns, terminal_render(a->t))
                                               : NULL;
        p->excerpt_anchor = kept;
        p->excerpt_columns = columns;
        p->excerpt_rows = rows;
    }
    if (p->excerpt != NULL)
        excerpt_draw(p->excerpt, a->t, a->y, a->x, columns, rows);
}

static bool fetches(const struct hub_preview *p)
{
    return p->app->background != NULL && background_every(p->app->background) > 0;
}

void hub_preview_draw(struct hub_preview *p, const struct hub_row *row, struct terminal *t, int y, int x, int columns,
                      int rows)
{
    struct area a = {t, y, x, columns, y + rows};
    if (row == NULL || !row->selectable || columns < 4)
        return;
    if (row->act == HUB_ROW_PROGRAMME && row->about != NULL) {
        put_wrapped(&a, STYLE_TEXT, row->about);
        put_wrapped(&a, STYLE_DIM, row->other ? "A programme of other roles. Enter opens it." : "A programme. Enter opens it.");
        return;
    }
    if (row->act != HUB_ROW_OPEN) {
        put_wrapped(&a, STYLE_TEXT,
                    row->act == HUB_ROW_RECALL      ? "What you passed is about to fade. Two minutes keep it: Enter."
                    : row->act == HUB_ROW_PROGRAMME ? "A programme of yours: what is before, during and after its session. Enter opens it."
                    : row->act == HUB_ROW_SESSION     ? "Six letters like those that a trainer's screen shows. Enter joins, and you are there."
                    : row->act == HUB_ROW_LEFT        ? "Its module is gone, the questions that you began with are kept. Enter goes on where you stopped."
                    : row->act == HUB_ROW_COUNTERSIGN ? "Each was signed by who learned it; a supervisor signs, too. Enter lists them."
                                                    : "What changed in what you have begun or passed. What is done stays done.");
        return;
    }
    take(p, row->key);
    struct search *s = hub_rows_search(p->rows);
    const char *problem = search_problem(s, row->hit.doc), *outcome = search_outcome(s, row->hit.doc);
    bool tall = rows > 8;
    if (tall) {
        put_wrapped(&a, STYLE_TITLE, row->title);
        a.y++;
    }
    if (rows > 2 && outcome[0] != '\0')
        a.end--; /* the outcome has a line of its own, however long the problem is */
    put_wrapped(&a, STYLE_TEXT, problem);
    a.end = y + rows;
    if (a.y < a.end)
        put_wrapped(&a, STYLE_DIM, outcome);
    if (!row->on_device)
        put_wrapped(&a, STYLE_CHANGED,
                    fetches(p) ? "Not on this device: Enter fetches it."
                               : "Not on this device: Enter brings it with the next sync.");
    if (p->facts == NULL)
        return;
    if (!tall && problem[0] == '\0' && p->facts->kind == KIND_PAGE) {
        struct buf line = {0};
        size_t at, len;
        search_snippet(s, &row->hit, "", (size_t)columns * 2, &line, &at, &len);
        put_wrapped(&a, STYLE_DIM, buf_text(&line));
        buf_free(&line);
    }
    if (tall) {
        a.y++;
        put_sections(p, &a, row->anchor);
        a.y++;
    }
    if (a.y < a.end)
        put_quiz(p, &a);
    if (a.end - a.y > EXCERPT_LEAST) {
        terminal_fill(t, a.y++, a.x, a.columns, STYLE_RULE, "\xE2\x94\x80");
        put_excerpt(p, &a, row->anchor);
    }
}
