#include "tui/screen/reader_file.h"

#include "tui/handing.h"
#include "tui/kiosk.h"
#include "tui/screen/ask.h"
#include "tui/screen/signals.h"
#include "tui/screen/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void save_to(void *context, const char *line)
{
    struct reader *r = context;
    struct library_file f;
    struct error err;
    struct arena *a = arena_open();
    struct library *library = a != NULL ? app_library(r->app, &err) : NULL;
    const char *saved;
    bool ok = a != NULL ? library != NULL : error_memory(&err);
    ok = ok && library_file(library, a, r->saving, &f, &err) && handing_save(r->app, &f, line, a, &saved, &err);
    if (ok) {
        struct buf words = {0};
        buf_adds(&words, "saved: ");
        text_safe(&words, saved, strlen(saved), 0);
        screens_say(r->screen.stack, STYLE_DIM, buf_text(&words));
        buf_free(&words);
    } else {
        screens_fail(r->screen.stack, &err);
    }
    arena_close(a);
}

static void ask_where(struct reader *r, const struct library_file *f)
{
    struct buf question = {0};
    handing_words(f, &question);
    buf_adds(&question, ", save as:");
    size_t n = strlen(f->channel) + strlen(f->path) + 2;
    free(r->saving);
    r->saving = malloc(n);
    if (r->saving != NULL) {
        snprintf(r->saving, n, "%s/%s", f->channel, f->path);
        ask_open(r->screen.stack, buf_text(&question), f->name, save_to, NULL, r);
    }
    buf_free(&question);
}

void reader_hand_out(struct reader *r, const struct library_file *f)
{
    struct error err;
    if (r->app->kiosk != NULL) {
        kiosk_refuse("cannot open a file", &err);
        screens_fail(r->screen.stack, &err);
        return;
    }
    if (!handing_has_viewer(r->app)) {
        ask_where(r, f);
        return;
    }
    terminal_leave(screens_terminal(r->screen.stack));
    bool ok = handing_view(r->app, f, signals_forked, &err);
    terminal_return(screens_terminal(r->screen.stack));
    if (!ok)
        screens_fail(r->screen.stack, &err);
}

void reader_say_file(struct reader *r, const char *target)
{
    struct library_file f;
    struct arena *a = arena_open();
    if (a != NULL && source_file(r->app, a, r->content, target, &f, NULL)) {
        struct buf words = {0};
        handing_words(&f, &words);
        if (r->app->kiosk == NULL)
            buf_adds(&words, handing_has_viewer(r->app) ? ": Enter opens it" : ": Enter saves it");
        screens_say(r->screen.stack, STYLE_LINK, buf_text(&words));
        buf_free(&words);
    }
    arena_close(a);
}
