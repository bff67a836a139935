#include "tui/cli/kiosk_plain.h"

#include "core/base/output.h"
#include "core/base/text.h"
#include "tui/cli/keys.h"
#include "tui/cli/visitor.h"
#include "tui/left.h"
#include "tui/lobby.h"
#include "tui/screen/wipe.h"
#include "tui/session.h"
#include "tui/visit.h"
#include "tui/widget/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct hall {
    struct app *app;
    struct keys keys;
    struct lobby lobby;
    struct buf board;       /* what was said last of what stands there */
    int64_t library;        /* its version then */
    const char *said;       /* what is said first, once */
    char *line;
    size_t room;
};

/* ---- what may be done ---- */

bool kiosk_plain_may(const char *line, struct error *err)
{
    static const char *const words[] = {"quiz", "recall", "news", "note", "find", "list", "show", "session", "help", "audit countersign"};
    static const char *const options[] = {"--missed", "--again", "--sign", "--seen", "--programmes", "--help"};
    const char *rest;
    bool may = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        may = may || plain_word(line, words[i], &rest);
    for (const char *at = line + strcspn(line, " "); may && *at != '\0'; at += strcspn(at, " ")) {
        at += strspn(at, " ");
        size_t n = strcspn(at, " ");
        bool known = *at != '-';
        for (size_t i = 0; i < sizeof options / sizeof *options; i++)
            known = known || (strlen(options[i]) == n && strncmp(at, options[i], n) == 0);
        may = known && !(n >= 5 && strncmp(at + n - 5, ".gift", 5) == 0); /* a file of questions, wherever it lies */
    }
    return may || kiosk_refuse("cannot do that", err);
}

/* ---- what is said ---- */

static void add_titles(const struct lobby *l, struct buf *out)
{
    if (l->today_count > 0)
        buf_adds(out, "Today:\n");
    for (size_t i = 0; i < l->today_count && i < LOBBY_TODAY; i++) {
        lobby_today_line(l, i, out);
        buf_addc(out, '\n');
    }
    if (l->news_count > 0)
        buf_adds(out, "What's new:\n");
    for (size_t i = 0; i < l->news_count && i < LOBBY_NEWS; i++)
        buf_addf(out, "%s\n", l->news[i].facts->title);
}

static void add_board(const struct lobby *l, struct buf *out)
{
    buf_addf(out, "%s\n", l->settings.name);
    if (l->settings.text[0] != '\0')
        buf_addf(out, "%s\n", l->settings.text);
    lobby_session_line(l, out);
    if (l->code[0] != '\0')
        buf_addc(out, '\n');
    add_titles(l, out);
}

static bool say(const char *text)
{
    struct error err;
    struct buf safe = {0}, lines = {0};
    text_safe(&safe, text, strlen(text), output_text_flags() | TEXT_KEEP_NEWLINES);
    wrap_text(buf_text(&safe), output_columns(), &lines);
    bool ok = buf_ok(&safe) && output_buf(&lines, false, &err);
    buf_free(&safe);
    return ok;
}

static void say_error(const struct error *err)
{
    struct buf words = {0};
    error_words(err, &words);
    buf_addf(&words, err->todo[0] != '\0' ? " (%s)\n" : "%s\n", err->todo);
    (void)say(buf_text(&words));
    buf_free(&words);
}

static int64_t library_now(const struct app *app)
{
    return app->library != NULL ? library_version(app->library) : 0;
}

/* Is it another text by now? */
static bool another(void *context)
{
    struct hall *h = context;
    struct buf now = {0};
    bool other = lobby_turn(&h->lobby);
    int64_t library = library_now(h->app);
    if (!other && library == h->library)
        return false;
    h->library = library;
    lobby_load(&h->lobby, h->app);
    add_board(&h->lobby, &now);
    other = strcmp(buf_text(&now), buf_text(&h->board)) != 0;
    buf_free(&now);
    return other;
}

/* ---- a visit ---- */

void kiosk_plain_offers(struct plain *p)
{
    char code[ROOM_CODE + 1], title[200], line[300];
    struct left_quiz left;
    struct app *app = p->app;
    struct arena *a = arena_open();
    plain_say(p, "%s is here.%s badge out, or Ctrl-C, badges out.\n", visit_name(app), visit_kept(app) ? "" : " Nothing is kept.");
    bool on = visit_kept(app) && session_open_here(app, code, title, sizeof title);
    if (on || (visit_kept(app) && session_left(app, code, title, sizeof title))) {
        plain_say(p, on ? "A session is on: %s.\n" : "You were in a session: %s.\n", title);
        snprintf(line, sizeof line, "session join %s", code);
        if (plain_yes_or_no(p, on ? "Join it? y or n" : "Go back into it? y or n") == PLAIN_YES)
            plain_command(p, line);
    } else if (a != NULL && visit_kept(app) && left_quiz(app, a, &left)) {
        plain_say(p, "You left a quiz half-way: %s, %s.\n", left.title, left.detail);
        snprintf(line, sizeof line, "quiz %s", left.address);
        if (plain_yes_or_no(p, "Go on with it? y or n") == PLAIN_YES)
            plain_command(p, line);
    }
    arena_close(a);
}

/* Who came in learns, until the visit is over, in whatever way. */
static void visit(struct hall *h)
{
    keys_visit(&h->keys, true, &h->lobby.settings);
    kiosk_tell(h->app->kiosk, h->app, true);
    (void)plain_hub(h->app, NULL);
    h->said = "Badged out. Everything is saved.\n";
    kiosk_tell(h->app->kiosk, h->app, false);
}

/* One without PIN is no administrator: a badge that lies about would do. */
static void leave(struct hall *h)
{
    struct error err;
    keys_visit(&h->keys, false, &h->lobby.settings);
    (void)say("\nTo end the kiosk, an administrator badges in; Escape goes back.\n");
    h->said = NULL;
    if (visitor_must(h->app, RIGHT_ADMINISTRATOR, "cannot end the kiosk", &err) && visit_person(h->app)->pin)
        h->app->kiosk->left = true;
    else if (h->keys.over == KEYS_ON && h->keys.unanswered)
        h->said = "The kiosk goes on.\n";
    else if (h->keys.over == KEYS_ON)
        h->said = "Only an administrator who has a PIN ends the kiosk.\n";
}

/* ---- the hall ---- */

static bool set_up(struct hall *h)
{
    keys_visit(&h->keys, false, &h->lobby.settings);
    wipe_all();
    buf_clear(&h->board);
    add_board(&h->lobby, &h->board);
    h->library = library_now(h->app);
    const char *said = h->said;
    h->said = NULL;
    return say(said != NULL ? said : "") && say(buf_text(&h->board));
}

/* Until somebody is in, or something else is to be done. */
static bool wait_for_badge(struct hall *h)
{
    struct error err;
    const char *asked = h->lobby.guests ? "Scan your badge, or type it (Enter alone: guest): " : "Scan your badge, or type it: ";
    while (h->keys.over == KEYS_ON) {
        char next[sizeof h->keys.next];
        memcpy(next, h->keys.next, sizeof next);
        h->keys.next[0] = '\0';
        if (next[0] == '\0' && (!say(asked) || listen_line(asked, &h->line, &h->room) < 0)) {
            if (h->keys.over == KEYS_ON)
                (void)say("\n");
            continue;
        }
        const char *said = next[0] != '\0' ? next : h->line;
        bool nothing = said[strspn(said, " \t\r\n")] == '\0';
        if (nothing && !h->lobby.guests)
            continue;
        if (visitor_come_in(h->app, nothing ? "" : said, &err))
            return true;
        if (h->keys.over == KEYS_ON)
            say_error(&err);
    }
    return false;
}

/* One after the other; false when the kiosk ends. */
static bool serve_one(struct hall *h)
{
    struct error err;
    if (!set_up(h))
        return false;
    if (wait_for_badge(h))
        visit(h);
    else if (h->keys.over == KEYS_OUT)
        leave(h);
    else
        visit_end(h->app);
    if (h->app->kiosk->left || h->keys.over == KEYS_END || !kiosk_renew(h->app, &err))
        return false;
    lobby_load(&h->lobby, h->app);
    return true;
}

/* What is said on standard error is for whoever is here, not for the journal. */
static bool take_errors(struct error *err)
{
    return dup2(STDOUT_FILENO, STDERR_FILENO) >= 0 || error_set(err, EX_OSERR, "cannot be a kiosk", NULL, NULL, NULL);
}

int kiosk_plain(struct app *app)
{
    struct error err;
    struct hall h = {.app = app};
    if (!keys_open(&h.keys, app, &err))
        return app_fail(&err);
    bool ok = take_errors(&err);
    wipe_begin();
    h.keys.another = another;
    h.keys.context = &h;
    if (ok)
        kiosk_bound(app->kiosk, app);
    if (ok)
        lobby_load(&h.lobby, app);
    while (ok && serve_one(&h)) {
    }
    wipe_all();
    keys_close(&h.keys);
    lobby_close(&h.lobby);
    buf_free(&h.board);
    free(h.line);
    return !ok ? app_fail(&err) : app->kiosk != NULL && app->kiosk->left ? EX_OK : EX_UNAVAILABLE;
}
