#include "tui/cli/keys.h"

#include "core/base/clock.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "tui/lobby.h"
#include "tui/screen/signals.h"
#include "tui/screen/terminal.h"
#include "tui/visit.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { LINE_MOST = 4000, TURN_MS = 1000, ESCAPE_MS = 500, SOON_S = 10 };
enum { KEY_ESCAPE_WAITS = K_ALT + 1, KEY_QUIET }; /* no keys: time has passed */
enum { CONTROL_C = 3, CONTROL_D = 4, CONTROL_L = 12, CONTROL_U = 21 };
/* Where in a sequence: behind its Escape, in one with parameters, behind ESC O, in a string, at its end, in an old mouse's three bytes. */
enum { NO_ESCAPE, ESCAPED, PARAMETERS, ONE_MORE, STRING, STRING_ENDS, MOUSE, MOUSE_LAST = MOUSE + 2 };

/* ---- what is shown ---- */

static void show(struct keys *k, const char *text, size_t n)
{
    text_safe(&k->out, text, n, k->safe | TEXT_KEEP_NEWLINES);
}

static void show_words(struct keys *k, const char *text)
{
    show(k, text, strlen(text));
}

static void flush(struct keys *k)
{
    struct error err;
    if (k->out.len > 0 && !output_text(buf_text(&k->out), k->out.len, false, &err))
        k->over = KEYS_END;
    buf_clear(&k->out);
}

static void ask_again(struct keys *k)
{
    if (k->asked == NULL)
        return;
    show_words(k, k->asked);
    if (!k->hidden)
        show(k, buf_text(&k->line), k->line.len);
}

/* Takes n bytes off the line's end, and what stands for them off the screen. */
static void take_back(struct keys *k, size_t n)
{
    struct buf seen = {0};
    text_safe(&seen, buf_text(&k->line) + k->line.len - n, n, k->safe);
    size_t columns = k->hidden ? 0 : text_width(buf_text(&seen), seen.len);
    while (columns-- > 0)
        buf_adds(&k->out, "\b \b");
    sodium_memzero(k->line.data + k->line.len - n, n);
    k->line.len -= n;
    buf_free(&seen);
}

static void clear_line(struct keys *k)
{
    if (k->line.len > 0)
        take_back(k, k->line.len);
}

static size_t last_character(const struct keys *k)
{
    size_t n = 1;
    while (n < k->line.len && ((unsigned char)k->line.data[k->line.len - n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* ---- time ---- */

static void announce(struct keys *k, long left)
{
    char words[80];
    k->told_s = left;
    snprintf(words, sizeof words, "%sStill there? Badging out in %ld second%s. Any key: go on.\n", k->asked != NULL ? "\n" : "", left,
             left == 1 ? "" : "s");
    show_words(k, words);
}

/* What is due while no key comes. */
static void pass(struct keys *k)
{
    int64_t idle = clock_monotonic_ms() - k->key_ms, left;
    notify_alive(&k->app->kiosk->notify);
    if (!k->in) {
        bool stale = k->typed && idle > LOBBY_TYPED_MS;
        if (stale || (!k->typed && k->another != NULL && k->another(k->context)))
            k->over = KEYS_ANOTHER;
        return;
    }
    left = k->idle_s * 1000 + k->countdown_s * 1000 - idle;
    if (idle < k->idle_s * 1000)
        return;
    if (left <= 0) {
        show_words(k, k->asked != NULL ? "\n" : "");
        k->over = KEYS_IDLE;
    } else if (k->told_s == 0) {
        announce(k, (long)((left + 999) / 1000));
    } else if (k->told_s > SOON_S && left <= SOON_S * 1000) {
        announce(k, SOON_S);
    }
}

/* Somebody touched it: a countdown is over, and a key that says nothing more than that is taken for nothing more. */
static void touched(struct keys *k)
{
    if (k->told_s == 0)
        return;
    k->told_s = 0;
    k->key_ms = clock_monotonic_ms();
    show_words(k, "Going on.\n");
    ask_again(k);
    if (k->count == 1 && strchr("\r\n \033", k->bytes[0]) != NULL)
        k->count = 0;
}

/* Waits for keys, at most so long. */
static void take_bytes(struct keys *k, int64_t ms)
{
    struct signals came;
    k->at = k->count = 0;
    flush(k);
    if (k->over != KEYS_ON)
        return;
    bool readable = signals_wait(STDIN_FILENO, -1, (int)(ms < TURN_MS ? ms : TURN_MS), &came);
    if (came.end) {
        k->over = KEYS_END;
        return;
    }
    if (readable) {
        ssize_t n = read(STDIN_FILENO, k->bytes, sizeof k->bytes);
        if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
            k->over = KEYS_END;
        k->count = n > 0 ? (size_t)n : 0;
    }
    if (k->count > 0)
        touched(k);
    else
        pass(k);
}

/* ---- keys ---- */

static uint32_t character(struct keys *k, char c)
{
    wchar_t wide = 0;
    size_t n = mbrtowc(&wide, &c, 1, &k->state);
    if (n == (size_t)-1)
        memset(&k->state, 0, sizeof k->state);
    return n == (size_t)-1 || n == (size_t)-2 || wide < 0x20 || (wide >= 0x7F && wide < 0xA0) ? 0 : (uint32_t)wide;
}

static uint32_t plain_key(struct keys *k, char c)
{
    if (c == '\r' || c == '\n')
        return K_ENTER;
    if (c == '\b' || c == 0x7F)
        return K_BACKSPACE;
    if (c == 0x1B) {
        k->escape = ESCAPED;
        return 0;
    }
    return (unsigned char)c < 0x20 ? (uint32_t)c : character(k, c);
}

static uint32_t behind_escape(struct keys *k, char c)
{
    k->escape = c == '[' ? PARAMETERS : c == 'O' ? ONE_MORE : strchr("]P^_X", c) != NULL && c != '\0' ? STRING : NO_ESCAPE;
    if ((unsigned char)c >= 0x20)
        return 0; /* Alt and a key is none of ours, either */
    k->at--;      /* the Escape was a key of its own */
    return K_ESCAPE;
}

/* The key that the byte ends; 0: none. What terminals send by themselves, and keys that a line has no use for, end here. */
static uint32_t decode(struct keys *k, char c)
{
    bool control = (unsigned char)c < 0x20;
    switch (k->escape) {
    case NO_ESCAPE:
        return plain_key(k, c);
    case ESCAPED:
        return behind_escape(k, c);
    case PARAMETERS:
        if (c >= 0x40 && c <= 0x7E)
            k->escape = c == 'M' && k->at >= 2 && k->bytes[k->at - 2] == '[' ? MOUSE : NO_ESCAPE;
        break;
    case STRING_ENDS:
        k->escape = NO_ESCAPE;
        return c == '\\' ? 0 : behind_escape(k, c);
    case STRING:
        k->escape = c == 0x1B ? STRING_ENDS : c == '\a' ? NO_ESCAPE : STRING;
        control = control && c != 0x1B && c != '\a';
        break;
    default: /* ONE_MORE, and a mouse's */
        k->escape = k->escape == ONE_MORE || k->escape == MOUSE_LAST ? NO_ESCAPE : k->escape + 1;
        break;
    }
    if (!control)
        return 0;
    k->escape = NO_ESCAPE; /* a control character ends whatever it stands in */
    return plain_key(k, c);
}

/* The next key, or what the time brings; 0: the visit is over. *waited_ms: since the one before. */
static uint32_t next_key(struct keys *k, int64_t *waited_ms)
{
    while (k->over == KEYS_ON) {
        while (k->at < k->count) {
            uint32_t key = decode(k, k->bytes[k->at++]);
            int64_t now = clock_monotonic_ms();
            *waited_ms = now - k->key_ms;
            k->key_ms = now;
            if (key != 0)
                return key;
        }
        int64_t since = clock_monotonic_ms() - k->key_ms;
        int64_t patience = k->scan.held ? scan_patience(&k->scan) - since : k->escape != NO_ESCAPE ? ESCAPE_MS - since : TURN_MS;
        take_bytes(k, patience > 0 ? patience : 0);
        since = clock_monotonic_ms() - k->key_ms;
        if (k->count > 0)
            continue;
        if (scan_quiet(&k->scan, since))
            return KEY_QUIET;
        if (k->escape != NO_ESCAPE && since >= ESCAPE_MS) {
            bool alone = k->escape == ESCAPED;
            k->escape = NO_ESCAPE;
            if (alone)
                return K_ESCAPE;
        }
    }
    return 0;
}

/* ---- a line ---- */

enum turn { GOES_ON, IS_WHOLE, GIVEN_UP };

static enum turn act(struct keys *k, uint32_t key)
{
    char bytes[4];
    k->typed = true;
    if (key == K_ENTER)
        return IS_WHOLE;
    if (key == CONTROL_D)
        return GIVEN_UP;
    if (key == CONTROL_C) {
        k->over = KEYS_OUT;
        return GIVEN_UP;
    }
    if (key == K_ESCAPE && (k->hidden || !k->in))
        return GIVEN_UP;
    if (key == K_ESCAPE || key == CONTROL_U) {
        clear_line(k);
    } else if (key == CONTROL_L) {
        show_words(k, "\n");
        ask_again(k);
    } else if (key == K_BACKSPACE && k->line.len > 0) {
        take_back(k, last_character(k));
    } else if (key >= 0x20 && key < KEYS_START && k->line.len < LINE_MOST) {
        size_t n = text_encode(key, bytes);
        buf_add(&k->line, bytes, n);
        if (!k->hidden)
            show(k, bytes, n);
    }
    return GOES_ON;
}

/* All that a scan may have been, and is not. */
static enum turn release(struct keys *k)
{
    enum turn t = GOES_ON;
    for (size_t i = 0; i < k->scan.count && t == GOES_ON; i++)
        t = act(k, k->scan.keys[i]);
    scan_clear(&k->scan);
    return t;
}

/* A badge that nobody asked for ends the visit; whatever else was scanned is what the line says. */
static enum turn scanned(struct keys *k)
{
    struct buf text = {0};
    bool own = false, held = k->scan.held;
    scan_text(&k->scan, &text);
    scan_clear(&k->scan);
    if (k->in && !k->badge && visit_is_badge(k->app, buf_text(&text), &own)) {
        snprintf(k->next, sizeof k->next, "%s", own ? "" : buf_text(&text));
        k->over = KEYS_BADGE;
    } else if (held || !k->in) {
        clear_line(k);
        buf_add(&k->line, buf_text(&text), text.len);
        if (!k->hidden)
            show(k, buf_text(&text), text.len);
    }
    buf_free(&text);
    k->typed = true;
    return k->over == KEYS_ON ? IS_WHOLE : GIVEN_UP;
}

static enum turn turn(struct keys *k)
{
    int64_t waited = 0;
    uint32_t key = next_key(k, &waited);
    if (key == 0)
        return GIVEN_UP;
    if (key == KEY_QUIET)
        return release(k);
    switch (scan_key(&k->scan, key, waited, true)) {
    case SCAN_PASS:
        return act(k, key);
    case SCAN_RELEASE:
        return release(k);
    case SCAN_ENDS:
        return scanned(k);
    default:
        return GOES_ON;
    }
}

static ssize_t hand_over(struct keys *k, char **line, size_t *room)
{
    size_t n = k->line.len + 2;
    if (!buf_ok(&k->line))
        return -1;
    if (*room < n) {
        char *grown = realloc(*line, n);
        if (grown == NULL)
            return -1;
        *line = grown;
        *room = n;
    }
    memcpy(*line, buf_text(&k->line), k->line.len);
    memcpy(*line + k->line.len, "\n", 2);
    return (ssize_t)(n - 1);
}

static ssize_t take_line(void *context, const char *asked, enum listen_for what, char **line, size_t *room)
{
    struct keys *k = context;
    enum turn t = GOES_ON;
    k->asked = asked;
    k->hidden = what == LISTEN_HIDDEN;
    k->badge = what == LISTEN_BADGE;
    scan_clear(&k->scan);
    while (t == GOES_ON)
        t = turn(k);
    k->unanswered = t != IS_WHOLE || k->line.len == 0;
    if (!k->hidden && t == IS_WHOLE)
        buf_addc(&k->out, '\n');
    flush(k);
    ssize_t n = t == IS_WHOLE && k->over == KEYS_ON ? hand_over(k, line, room) : -1;
    if (k->line.data != NULL)
        sodium_memzero(k->line.data, k->line.cap);
    buf_clear(&k->line);
    k->asked = NULL;
    k->hidden = k->badge = false;
    return n;
}

/* Of what is typed meanwhile, Ctrl-C counts alone. */
static bool wait_so_long(void *context, int ms)
{
    struct keys *k = context;
    int64_t end = clock_monotonic_ms() + ms, left = ms;
    do {
        take_bytes(k, left > 0 ? left : 0);
        if (k->count > 0) {
            k->key_ms = clock_monotonic_ms();
            if (memchr(k->bytes, CONTROL_C, k->count) != NULL)
                k->over = KEYS_OUT;
        }
        left = end - clock_monotonic_ms();
    } while (k->over == KEYS_ON && left > 0);
    flush(k);
    return k->over == KEYS_ON;
}

/* ---- the terminal ---- */

bool keys_open(struct keys *k, struct app *app, struct error *err)
{
    const struct config *config = app_config(app, err);
    *k = (struct keys){.app = app, .safe = output_text_flags(), .key_ms = clock_monotonic_ms()};
    if (config == NULL)
        return false;
    if (isatty(STDOUT_FILENO) != 1 || tcgetattr(STDIN_FILENO, &k->before) != 0)
        return error_set(err, EX_UNAVAILABLE, "cannot be a kiosk", NULL, "there is no terminal", "start it on a console or over SSH: `crib kiosk install`");
    if (!signals_start())
        return error_errno(err, errno, "cannot be a kiosk", NULL, NULL);
    signals_shut();
    struct termios shut = k->before;
    shut.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
    shut.c_iflag &= ~(tcflag_t)IXON;
    shut.c_cc[VMIN] = 1;
    shut.c_cc[VTIME] = 0;
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &shut);
    scan_set(&k->scan, config_text(config, CONFIG_SCAN_PREFIX), config_text(config, CONFIG_SCAN_SUFFIX));
    k->listener = (struct listener){take_line, wait_so_long, k};
    listen_by(&k->listener);
    return true;
}

void keys_close(struct keys *k)
{
    listen_by(NULL);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &k->before);
    signals_end();
    buf_free(&k->out);
    buf_free(&k->line);
}

void keys_visit(struct keys *k, bool in, const struct kiosk_settings *settings)
{
    if (k->over != KEYS_END)
        k->over = KEYS_ON;
    if (!in) { /* what was typed ahead was one's who is gone */
        sodium_memzero(k->bytes, sizeof k->bytes);
        k->at = k->count = 0;
        k->escape = NO_ESCAPE;
    }
    k->in = in;
    k->typed = false;
    k->told_s = 0;
    k->idle_s = settings->idle_s;
    k->countdown_s = settings->countdown_s;
    k->key_ms = clock_monotonic_ms();
}
