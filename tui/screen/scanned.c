#include "tui/screen/scanned.h"

#include "tui/fits.h"
#include "tui/missed.h"
#include "tui/screen/menu.h"
#include "tui/screen/reader.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The rows of a choice; in the app's arena, since the menu outlives the call. */
struct choice {
    struct screens *screens;
    struct app *app;
    const char *addresses[FITS_MOST];
};

static void open_target(struct screens *s, struct app *app, const struct target *t)
{
    struct error err;
    bool ok = t->stage[0] == '\0' || config_override(app->config, CONFIG_STAGE, t->stage, "crib://", &err);
    if (!ok || !reader_open(s, app, t->key, t->anchor, NULL, &err))
        screens_fail(s, &err);
    else
        reader_found_by(s, FOUND_BY_SCAN);
}

/* What is meant by an address or a link and nothing else; false where it is none. */
static bool open_address(struct screens *s, struct app *app, const char *what)
{
    struct error err;
    struct target *targets;
    size_t count;
    bool link = strncasecmp(what, "crib://", 7) == 0;
    struct library *library = app_library(app, &err);
    if (library == NULL || !library_resolve(library, app->arena, what, &targets, &count, &err)) {
        screens_fail(s, &err);
        return link;
    }
    if (count == 0 || (!link && targets[0].reason != TARGET_ADDRESS))
        return false;
    open_target(s, app, &targets[0]);
    return true;
}

static void chosen(void *context, size_t row)
{
    struct choice *c = context;
    open_address(c->screens, c->app, c->addresses[row]);
}

static void open_choice(struct screens *s, struct app *app, const struct fits *f, const char *text)
{
    struct choice *c = arena_alloc(app->arena, sizeof *c);
    struct menu_row *rows = arena_array(app->arena, f->count, sizeof *rows);
    if (c == NULL || rows == NULL)
        return;
    *c = (struct choice){.screens = s, .app = app};
    for (size_t i = 0; i < f->count; i++) {
        const struct fit *fit = &f->items[i];
        struct buf why = {0};
        fit_reasons(f, fit, &why);
        rows[i] = (struct menu_row){.text = fit->title};
        rows[i].right = fit->minutes > 0 ? arena_printf(app->arena, "%d min", fit->minutes) : NULL;
        rows[i].about = arena_printf(app->arena, "%s (%s)", fit->problem, buf_text(&why));
        c->addresses[i] = library_address(app->arena, fit->channel, fit->id, fit->anchor);
        buf_free(&why);
        if (rows[i].about == NULL || c->addresses[i] == NULL)
            return;
    }
    menu_open(s, &(struct menu_spec){.title = text, .detail = "Enter opens, Esc goes back", .choose = chosen, .context = c},
              rows, f->count);
}

static bool find(struct app *app, struct fits *f, struct error *err)
{
    if (!fits_find(app, f, err))
        return false;
    if (f->count > 0 || f->roles.count == 0)
        return true;
    fits_close(f);
    f->roles.count = 0; /* who stands at the machine needs it, whatever the job is called */
    return fits_find(app, f, err);
}

bool scanned_open(struct screens *s, struct app *app, const char *text, bool surely)
{
    struct error err;
    const char *kept = arena_strdup(app->arena, text);
    if (kept == NULL || kept[strspn(kept, " ")] == '\0')
        return surely;
    if (strncasecmp(kept, "crib://", 7) == 0 && open_address(s, app, kept))
        return true;
    struct fits f = {.code = kept, .asset = kept, .stage = app_stage(app), .roles = app_roles(app)};
    bool ok = find(app, &f, &err), opened = ok && f.count > 0;
    if (ok && f.count > 1)
        open_choice(s, app, &f, kept);
    else if (ok && f.count == 1)
        open_address(s, app, library_address(app->arena, f.items[0].channel, f.items[0].id, f.items[0].anchor));
    else if (ok)
        opened = open_address(s, app, kept);
    else
        screens_fail(s, &err);
    fits_close(&f);
    if (!opened && ok && surely) {
        char said[200];
        missed(app, GAP_CODE, kept);
        snprintf(said, sizeof said, "Nothing here knows what was scanned: %.120s", kept);
        screens_say(s, STYLE_CHANGED, said);
    }
    return opened || surely;
}
