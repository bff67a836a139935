#include "tui/screen/attract.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/record/learner.h"
#include "tui/kiosk.h"
#include "tui/left.h"
#include "tui/lobby.h"
#include "tui/screen/badge.h"
#include "tui/screen/countdown.h"
#include "tui/screen/hub.h"
#include "tui/screen/menu.h"
#include "tui/screen/quiz.h"
#include "tui/screen/session.h"
#include "tui/session.h"
#include "tui/visit.h"
#include "tui/widget/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct attract {
    struct screen screen;
    struct app *app;
    struct lobby lobby;
    struct prompt badge;
    bool in;             /* somebody is here: the hub stands above */
    bool counting;       /* the countdown does, too */
    bool typed;          /* something was typed or said since the screen was last as new */
    bool tapped;         /* a finger wants to type */
    bool leaving;        /* the line asks for an administrator's badge, who ends the kiosk */
    bool renew;          /* a visit is over, and what is left of it goes at the next turn */
    char next[LEARNER_BADGE_MOST + 1]; /* the badge that was scanned meanwhile, "" for none */
    char said[64];       /* when it is over */
    int64_t minute;      /* that the screen tells */
};

/* ---- what is shown ---- */

/* The sessions of this day, whosever they are. Returns the row below. */
static int draw_today(const struct lobby *l, struct terminal *t, int y, int x, int bottom)
{
    struct buf on = {0};
    lobby_session_line(l, &on);
    if (on.len > 0 && y < bottom)
        y = screen_wrapped(t, y, x, bottom, STYLE_STRONG, buf_text(&on)) + 1;
    buf_free(&on);
    if (l->today_count == 0 || y + 2 > bottom)
        return y;
    terminal_puts(t, y++, x, terminal_columns(t) - x, STYLE_HEADING_2, "Today");
    for (size_t i = 0; i < l->today_count && i < LOBBY_TODAY && y < bottom; i++, y++) {
        struct buf line = {0};
        lobby_today_line(l, i, &line);
        terminal_put(t, y, x, terminal_columns(t) - 2 * x, STYLE_TEXT, buf_text(&line), line.len);
        buf_free(&line);
    }
    return y + 1;
}

static int draw_news(const struct lobby *l, struct terminal *t, int y, int x, int bottom)
{
    if (l->news_count == 0 || y + 2 > bottom)
        return y;
    terminal_puts(t, y++, x, terminal_columns(t) - x, STYLE_HEADING_2, "What's new");
    for (size_t i = 0; i < l->news_count && i < LOBBY_NEWS && y < bottom; i++, y++) {
        struct buf line = {0};
        buf_addf(&line, "\xC2\xB7 %s", l->news[i].facts->title);
        terminal_put(t, y, x, terminal_columns(t) - 2 * x, STYLE_TEXT, buf_text(&line), line.len);
        buf_free(&line);
    }
    return y + 1;
}

/* What badging in is good for. Whole lines of it, as many as have room. */
static int draw_here(const struct lobby *l, struct terminal *t, int y, int x, int bottom)
{
    if (l->channel_count == 0 || y + 2 > bottom)
        return y;
    terminal_puts(t, y++, x, terminal_columns(t) - x, STYLE_HEADING_2, "Here");
    for (size_t i = 0; i < l->channel_count && i < LOBBY_CHANNELS && y < bottom; i++) {
        struct buf line = {0};
        lobby_channel_line(l, i, &line);
        y = screen_wrapped(t, y, x, bottom, STYLE_TEXT, buf_text(&line));
        buf_free(&line);
    }
    return y + 1;
}

static void draw_how(const struct lobby *l, struct terminal *t, int y, int x, int bottom)
{
    const char *const lines[] = {"Badge in, and type or scan a code, an asset tag, or words of the work before you.",
                                 l->guests ? "Without a badge you are a guest: you read and try quizzes, and nothing is recorded." : "",
                                 touch_is_on(t) ? "When you go, badge out: everything is saved." : "When you go, badge out (Ctrl-C): everything is saved."};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        int width = terminal_columns(t) - 2 * x, rows = ((int)strlen(lines[i]) + width) / (width > 0 ? width : 1);
        if (lines[i][0] != '\0' && y + rows <= bottom)
            y = screen_wrapped(t, y, x, bottom, STYLE_DIM, lines[i]);
    }
}

/* "09:41" */
static int64_t minute_now(char text[6])
{
    char at[40];
    int64_t now = clock_wall_ms();
    clock_format(now, clock_offset_minutes(now), at, sizeof at);
    snprintf(text, 6, "%.5s", strlen(at) > 16 ? at + 11 : "");
    return now / 60000;
}

/* Where the line stands that takes the badge. */
static int ask_row(const struct terminal *t)
{
    int rows = terminal_rows(t);
    return rows > 6 ? rows - screen_footer_rows(t) - 2 : rows > 1 ? rows - 2 : 0;
}

static void draw_footer(const struct attract *a, struct terminal *t)
{
    static const struct key_label in[] = {{"Enter", "badge in"}}, guest[] = {{"Enter", "badge in, or learn as a guest"}},
                                  end[] = {{"Enter", "end the kiosk"}, {"Esc", "don't"}},
                                  tapped[] = {{"Enter", "badge in"}, {"Esc", "don't"}, {"Ctrl-C", "end the kiosk"}};
    bool typing = a->tapped && !a->leaving;
    screen_footer_alone(t, a->leaving ? end : typing ? tapped : a->lobby.guests ? guest : in, a->leaving ? 2 : typing ? 3 : 1);
}

static void attract_draw(struct screen *s, struct terminal *t)
{
    const struct attract *a = (const struct attract *)s;
    int rows = terminal_rows(t), columns = terminal_columns(t), x = columns < 40 ? 1 : 4;
    char time[6];
    (void)minute_now(time);
    screen_header(t, a->lobby.settings.name, time);
    int ask = ask_row(t), y = screen_top(t) + (rows > 15);
    if (a->lobby.settings.text[0] != '\0' && rows > 8)
        y = screen_wrapped(t, y, x, ask - 1, STYLE_TEXT, a->lobby.settings.text) + 1;
    y = draw_today(&a->lobby, t, y, x, ask - 1);
    y = draw_news(&a->lobby, t, y, x, ask - 1);
    y = draw_here(&a->lobby, t, y, x, ask - 1);
    draw_how(&a->lobby, t, y, x, ask - 1);
    const char *question = columns < 50 ? "Badge:" : a->leaving ? "To end the kiosk, an administrator's badge:"
                                                                : "Scan your badge, or type it:";
    for (int i = -1; touch_is_on(t) && i <= 1; i++)
        terminal_fill(t, ask + i, x - 1, columns - 2 * x + 2, STYLE_PROMPT, " ");
    int from = x + terminal_puts(t, ask, x, columns - x - 8, STYLE_KEY, question) + 1;
    prompt_draw(&a->badge, t, ask, from, columns - from - 1, true);
    draw_footer(a, t);
}

/* ---- a visit ---- */

static void resume_chosen(void *context, size_t row)
{
    struct attract *a = context;
    struct error err;
    if (row == 0 && !quiz_go_on(a->screen.stack, a->app, NULL, &err))
        screens_fail(a->screen.stack, &err);
}

static void offer_quiz(struct attract *a)
{
    static const struct menu_row rows[] = {{.text = "Go on with it"}, {.text = "Later"}};
    struct left_quiz left;
    struct arena *arena = arena_open();
    if (arena != NULL && left_quiz(a->app, arena, &left)) {
        struct buf title = {0};
        buf_addf(&title, "You left a quiz half-way: %s", left.title);
        menu_open(a->screen.stack,
                  &(struct menu_spec){.title = arena_strdup(a->app->arena, buf_text(&title)),
                                      .detail = arena_strdup(a->app->arena, left.detail), .choose = resume_chosen, .context = a},
                  rows, 2);
        buf_free(&title);
    }
    arena_close(arena);
}

static void join_chosen(void *context, size_t row)
{
    struct attract *a = context;
    struct error err;
    if (row == 0 && !session_open(a->screen.stack, a->app, a->lobby.code, &err))
        screens_fail(a->screen.stack, &err);
}

/* A session that is on, or was left today, comes before anything else. */
static bool offer_session(struct attract *a)
{
    static const struct menu_row rows[] = {{.text = "Join it"}, {.text = "Not now"}}, back[] = {{.text = "Go back into it"}, {.text = "Not now"}};
    bool on = session_open_here(a->app, a->lobby.code, a->lobby.session, sizeof a->lobby.session);
    if (!on && !session_left(a->app, a->lobby.code, a->lobby.session, sizeof a->lobby.session))
        return false;
    struct buf title = {0};
    buf_addf(&title, on ? "A session is on: %s" : "You were in a session: %s", a->lobby.session);
    bool shown = menu_open(a->screen.stack,
                           &(struct menu_spec){.title = arena_strdup(a->app->arena, buf_text(&title)), .choose = join_chosen, .context = a},
                           on ? rows : back, 2);
    buf_free(&title);
    return shown;
}

static void is_in(void *context)
{
    struct attract *a = context;
    struct error err;
    prompt_set(&a->badge, "");
    a->tapped = false;
    if (!hub_open(a->screen.stack, a->app, NULL, &err)) {
        kiosk_refused(a->app, &err);
        visit_end(a->app);
        screens_fail(a->screen.stack, &err);
        return;
    }
    a->in = true;
    kiosk_tell(a->app->kiosk, a->app, true);
    if (visit_kept(a->app) && !offer_session(a))
        offer_quiz(a);
}

static void badge_out(struct attract *a);

/* Whoever it is, is in now, with the PIN if there is one. Without, a badge that lies about would do. */
static void may_leave(void *context)
{
    struct attract *a = context;
    struct screens *s = a->screen.stack;
    const struct learner *who = visit_person(a->app);
    if (who != NULL && who->pin && visit_may(a->app, RIGHT_ADMINISTRATOR)) {
        a->app->kiosk->left = true;
        screens_quit(s);
        return;
    }
    badge_out(a);
    snprintf(a->said, sizeof a->said, "Only an administrator who has a PIN ends the kiosk.");
}

static void badge_in(struct attract *a, const char *said)
{
    bool nothing = said[strspn(said, " ")] == '\0';
    badge_then then = a->leaving ? may_leave : is_in;
    if (!nothing || (a->lobby.guests && !a->leaving))
        badge_begin(a->screen.stack, a->app, nothing ? "" : said, then, a);
    prompt_set(&a->badge, "");
}

/* The screens go at once; what they were made of, when they are closed. */
static void badge_out(struct attract *a)
{
    screens_clear(a->screen.stack, &a->screen);
    a->in = a->leaving = a->tapped = false;
    a->renew = true;
    snprintf(a->said, sizeof a->said, "Badged out. Everything is saved.");
}

static void time_is_over(void *context)
{
    badge_out(context);
}

static bool leave(struct screens *s, void *context)
{
    struct attract *a = context;
    (void)s;
    if (a->in) {
        badge_out(a);
    } else {
        screens_clear(a->screen.stack, &a->screen); /* a PIN that is asked for */
        visit_end(a->app);
        prompt_set(&a->badge, "");
        a->leaving = a->typed = true;
    }
    return true;
}

/* Nothing of the visit is left: not in memory, nor in the terminal's. */
static void forget(struct attract *a)
{
    struct error err;
    struct screens *s = a->screen.stack;
    struct terminal *t = screens_terminal(s);
    a->renew = false;
    if (!kiosk_renew(a->app, &err)) {
        screens_quit(s); /* the service manager starts it anew */
        return;
    }
    terminal_set_theme(t, config_text(a->app->config, CONFIG_THEME));
    terminal_set_mouse(t, config_yes(a->app->config, CONFIG_MOUSE));
    terminal_forget(t);
    screens_draw_now(s);
    prompt_free(&a->badge);
    lobby_load(&a->lobby, a->app);
    touch_set(t, a->lobby.settings.touch);
    kiosk_tell(a->app->kiosk, a->app, false);
    screens_say(s, STYLE_DIM, a->said);
    if (a->next[0] != '\0') {
        char next[sizeof a->next];
        memcpy(next, a->next, sizeof next);
        a->next[0] = '\0';
        badge_in(a, next);
    }
}

bool attract_turn(struct app *app)
{
    struct attract *a = app->kiosk->attract;
    struct screens *s = a->screen.stack;
    int64_t idle_ms = screens_idle_ms(s);
    notify_alive(&app->kiosk->notify);
    if (a->renew) {
        forget(a);
        return true;
    }
    if (!a->in && idle_ms > LOBBY_TYPED_MS && a->typed) {
        prompt_set(&a->badge, "");
        screens_clear(s, &a->screen);
        visit_end(app);
        a->typed = a->leaving = a->tapped = false;
        return true;
    }
    char time[6];
    int64_t minute = minute_now(time);
    bool another = !a->in && (lobby_turn(&a->lobby) || minute != a->minute);
    a->minute = minute;
    if (!a->in || idle_ms < a->lobby.settings.idle_s * 1000)
        a->counting = false;
    else if (!a->counting)
        return a->counting = countdown_open(s, (int)a->lobby.settings.countdown_s, time_is_over, a);
    return another;
}

bool attract_scanned(struct app *app, const char *text)
{
    struct attract *a = app->kiosk->attract;
    bool own;
    countdown_stop(a->screen.stack);
    if (!a->in || !visit_is_badge(app, text, &own))
        return false;
    badge_out(a);
    snprintf(a->next, sizeof a->next, "%s", own ? "" : text);
    return true;
}

/* ---- the screen ---- */

static enum place attract_place(const struct screen *s)
{
    (void)s;
    return PLACE_PROMPT;
}

static bool attract_key(struct screen *s, uint32_t key)
{
    struct attract *a = (struct attract *)s;
    bool changed;
    a->typed = true;
    return prompt_key(&a->badge, key, &changed);
}

static bool attract_request(struct screen *s, enum request r)
{
    struct attract *a = (struct attract *)s;
    if (r == REQ_BACK) {
        prompt_set(&a->badge, "");
        a->leaving = a->tapped = false;
    }
    if (r != REQ_OPEN)
        return r != REQ_QUIT && r != REQ_REDRAW;
    char *said = strdup(buf_text(&a->badge.text));
    if (said != NULL)
        badge_in(a, said);
    free(said);
    return true;
}

/* Badges of digits are many; the keyboard has letters, too. */
static enum keyboard attract_keyboard(const struct screen *s)
{
    return ((const struct attract *)s)->tapped ? KEYBOARD_DIGITS : KEYBOARD_NONE;
}

static void attract_mouse(struct screen *s, int y, int x, int wheel)
{
    struct attract *a = (struct attract *)s;
    int ask = ask_row(screens_terminal(s->stack));
    (void)x;
    if (wheel == 0 && touch_is_on(screens_terminal(s->stack)) && y >= ask - 1 && y <= ask + 1)
        a->tapped = a->typed = true;
}

static void attract_paste(struct screen *s, const char *text, size_t len)
{
    struct attract *a = (struct attract *)s;
    a->typed = true;
    prompt_paste(&a->badge, text, len);
}

static void attract_changed(struct screen *s)
{
    struct attract *a = (struct attract *)s;
    if (!a->in && !a->renew)
        lobby_load(&a->lobby, a->app);
}

static void attract_close(struct screen *s)
{
    struct attract *a = (struct attract *)s;
    a->app->kiosk->attract = NULL;
    prompt_free(&a->badge);
    lobby_close(&a->lobby);
    free(a);
}

static const struct screen_ops attract_ops = {
    .name = "kiosk",
    .asks = true,
    .place = attract_place,
    .draw = attract_draw,
    .key = attract_key,
    .request = attract_request,
    .paste = attract_paste,
    .mouse = attract_mouse,
    .keyboard = attract_keyboard,
    .changed = attract_changed,
    .close = attract_close,
};

bool attract_open(struct screens *s, struct app *app, struct error *err)
{
    struct attract *a = calloc(1, sizeof *a);
    if (a == NULL)
        return error_memory(err);
    a->screen.ops = &attract_ops;
    a->app = app;
    app->kiosk->attract = a;
    screens_push(s, &a->screen);
    screens_on_leave(s, leave, a);
    terminal_forget(screens_terminal(s));
    lobby_load(&a->lobby, a->app);
    touch_set(screens_terminal(s), a->lobby.settings.touch);
    return true;
}
