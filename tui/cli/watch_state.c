#include "tui/cli/watch.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "tui/cli/hint_line.h"
#include "tui/cli/watch_plain.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* A module that may not be offered now is asked about again after so long: others may have changed that meanwhile. */
enum { ASK_AGAIN_MS = 60 * 1000, LINE_TOLD_MOST = 4096, TOLD_MOST = 64 << 10 };

/* An alarm seldom comes alone: more than that nobody reads. */
enum { MINUTE_MS = 60 * 1000, OFFERS_A_MINUTE = 6 };

/* ---- opening ---- */

struct owners {
    struct strings agreed;
    struct library_channel *channels;
    size_t count;
};

/* A local directory's patterns are one's own; those of a channel that was published elsewhere run where the configuration
 * says so. */
static bool may_run(void *context, const char *channel)
{
    const struct owners *o = context;
    for (size_t i = 0; i < o->agreed.count; i++)
        if (strcmp(o->agreed.items[i], channel) == 0)
            return true;
    for (size_t i = 0; i < o->count; i++)
        if (strcmp(o->channels[i].id, channel) == 0)
            return o->channels[i].dir[0] != '\0';
    return false;
}

static bool open_scan(struct watch *w, struct error *err)
{
    struct owners o = {0};
    struct config *config = app_config(w->app, err);
    if (config == NULL)
        return false;
    o.agreed = config_list(config, CONFIG_PATTERNS);
    if (triggers_outputs(w->look.triggers) > 0) {
        struct library *l = app_library(w->app, err);
        if (l == NULL || !library_channels(l, w->app->arena, &o.channels, &o.count, err))
            return false;
    }
    w->scan = stream_open(w->look.triggers, may_run, &o, err);
    return w->scan != NULL;
}

/* Six letters that can be read aloud. */
static void make_name(struct watch *w)
{
    static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
    char word[WATCH_WORD];
    for (size_t i = 0; i + 1 < sizeof word; i++) {
        const char *letters = i % 2 == 0 ? consonants : vowels;
        word[i] = letters[randombytes_uniform((uint32_t)strlen(letters))];
    }
    word[WATCH_WORD - 1] = '\0';
    snprintf(w->name, sizeof w->name, "crib[%s]", word);
}

bool watch_open(struct app *app, struct watch *w, const char *events, struct error *err)
{
    *w = (struct watch){.app = app, .events = -1};
    if (sodium_init() < 0)
        return error_set(err, EX_UNAVAILABLE, "no random numbers", NULL, NULL, NULL);
    if (!hint_look_open(app, &w->look, err))
        return false;
    w->quiet = calloc(triggers_modules(w->look.triggers) + 1, sizeof *w->quiet);
    bool ok = (w->quiet != NULL || error_memory(err)) && open_scan(w, err);
    if (ok && events != NULL) {
        w->events = open(events, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        ok = w->events >= 0 || error_errno(err, errno, "cannot write the events", events, NULL);
    }
    if (!ok)
        watch_close(w);
    make_name(w);
    return ok;
}

void watch_close(struct watch *w)
{
    stream_close(w->scan);
    hint_look_close(&w->look);
    free(w->quiet);
    if (w->events >= 0)
        close(w->events);
    buf_free(&w->told);
    buf_free(&w->carry);
    buf_free(&w->plain);
    buf_free(&w->waiting);
    *w = (struct watch){.events = -1};
}

/* ---- offering ---- */

static bool is_wanted(void *context, uint32_t module)
{
    const struct watch *w = context;
    return w->every || w->now >= w->quiet[module];
}

/* Where it can't be kept, on a full disk or in a home that is read alone, this process remembers it for its own hour. */
static void keep_offer(struct watch *w, const char *address, const struct trigger_match *match, int64_t now_ms)
{
    const char *state = w->app->places.state;
    char what[OFFER_WHAT_MOST];
    snprintf(what, sizeof what, "watch %s", match->pattern);
    if (offers_shorten(state, &w->look.offers, now_ms, NULL))
        (void)offer_add(state, &(struct offer){now_ms, OFFER_OFFERED, (long)getppid(), str_of(address), str_of(what)}, NULL);
}

static bool is_too_much(struct watch *w)
{
    if (w->in_minute == 0 || w->now - w->minute >= MINUTE_MS) {
        w->minute = w->now;
        w->in_minute = 0;
    }
    return w->in_minute >= OFFERS_A_MINUTE;
}

/* May it be offered now? Then it is kept as an offer, here and for all others of this account. */
static bool offer(struct watch *w, struct watch_mark *mark)
{
    char address[512];
    int64_t now_ms = clock_wall_ms();
    int64_t *quiet = &w->quiet[mark->match->module];
    if (w->asked || w->now < *quiet)
        return false;
    *quiet = w->now + ASK_AGAIN_MS;
    if (is_too_much(w))
        return false;
    offers_close(&w->look.offers);
    if (!offers_open(w->app->places.state, &w->look.offers, NULL))
        return false;
    int n = snprintf(address, sizeof address, "%s/%s", mark->module.channel, mark->module.id);
    if (n < 0 || (size_t)n >= sizeof address || hint_verdict(&w->look, &mark->module, address, now_ms) != HINT_OFFER)
        return false;
    keep_offer(w, address, mark->match, now_ms);
    *quiet = w->now + OFFER_HOUR_MS;
    w->in_minute++;
    return true;
}

void watch_line(const struct watch *w, const struct watch_mark *mark, struct buf *out)
{
    hint_line(out, w->name, &mark->module, NULL, output_columns(), true);
}

void watch_event(struct watch *w, const struct watch_mark *mark, struct buf *out)
{
    static const char *const kinds[] = {[TRIGGER_CODE] = "code", [TRIGGER_COMMAND] = "command", [TRIGGER_ASSET] = "asset", [TRIGGER_OUTPUT] = "output"};
    char address[512];
    struct json j = {.out = out};
    if (w->at[0] == '\0') {
        int64_t now_ms = clock_wall_ms();
        clock_format(now_ms, clock_offset_minutes(now_ms), w->at, sizeof w->at);
    }
    snprintf(address, sizeof address, "%s/%s", mark->module.channel, mark->module.id);
    json_open_object(&j, NULL);
    json_string(&j, "at", w->at);
    if (w->source != NULL)
        json_string(&j, "file", w->source);
    json_string(&j, "module", address);
    json_string(&j, "title", mark->module.title);
    json_int(&j, "minutes", mark->module.minutes);
    json_string(&j, "kind", kinds[mark->match->kind]);
    json_string(&j, "trigger", mark->match->pattern);
    json_bool(&j, "offered", mark->offered);
    json_text(&j, "line", mark->line, text_cut(mark->line, mark->length, LINE_TOLD_MOST));
    json_close_object(&j);
    buf_addc(out, '\n');
}

/* ---- lines ---- */

static void write_told(struct watch *w)
{
    if (w->events >= 0 && buf_ok(&w->told) && !watch_write(w->events, buf_text(&w->told), w->told.len)) {
        close(w->events); /* whoever read them is gone */
        w->events = -1;
    }
    buf_clear(&w->told);
}

static void take_hit(void *context, const struct stream_hit *hit)
{
    struct watch *w = context;
    struct watch_mark mark = {.place = w->base + hit->end + 1, .line = w->text + hit->line, .length = hit->end - hit->line, .match = &hit->match};
    if (mark.length > 0 && mark.line[mark.length - 1] == '\r')
        mark.length--;
    trigger_module(w->look.triggers, hit->match.module, &mark.module);
    mark.offered = offer(w, &mark);
    if (w->events >= 0)
        watch_event(w, &mark, &w->told);
    if (w->told.len >= TOLD_MOST)
        write_told(w);
    if (w->marked != NULL && (mark.offered || w->every))
        w->marked(w->context, w, &mark);
}

/* Whole lines; base is where text[0] would lie in the bytes that were taken, modulo the size of numbers. */
static void scan_lines(struct watch *w, const char *text, size_t n, size_t base)
{
    w->text = text;
    w->base = base;
    (void)stream_text(w->scan, plain_lines(text, n, &w->plain) ? buf_text(&w->plain) : text, n, is_wanted, take_hit, w);
    write_told(w);
}

/* A line that is too long is looked at in pieces, each with the end of the one before. */
static void cut_carry(struct watch *w, size_t taken)
{
    enum { OVERLAP = 512 };
    scan_lines(w, w->carry.data, w->carry.len, taken - w->carry.len - 1);
    memmove(w->carry.data, w->carry.data + w->carry.len - OVERLAP, OVERLAP);
    w->carry.len = OVERLAP;
}

static void add_carry(struct watch *w, const char *bytes, size_t n, size_t taken)
{
    while (n > 0) {
        size_t room = STREAM_LINE_MOST - w->carry.len, k = n < room ? n : room;
        buf_add(&w->carry, bytes, k);
        bytes += k;
        n -= k;
        taken += k;
        if (!buf_ok(&w->carry)) {
            buf_free(&w->carry); /* without memory a line goes unmarked */
            return;
        }
        if (w->carry.len == STREAM_LINE_MOST)
            cut_carry(w, taken);
    }
}

static size_t behind_last_line(const char *bytes, size_t n)
{
    while (n > 0 && bytes[n - 1] != '\n')
        n--;
    return n;
}

void watch_take(struct watch *w, const char *bytes, size_t n)
{
    size_t from = 0, end = behind_last_line(bytes, n);
    w->now = clock_monotonic_ms();
    w->at[0] = '\0';
    if (end > 0 && w->carry.len > 0) {
        from = (size_t)((const char *)memchr(bytes, '\n', n) - bytes) + 1;
        add_carry(w, bytes, from - 1, 0);
        if (w->carry.len > 0)
            scan_lines(w, w->carry.data, w->carry.len, from - 1 - w->carry.len);
        buf_clear(&w->carry);
    }
    if (end > from)
        scan_lines(w, bytes + from, end - from, from);
    if (n > end)
        add_carry(w, bytes + end, n - end, end);
}

void watch_rest(struct watch *w)
{
    w->now = clock_monotonic_ms();
    w->at[0] = '\0';
    if (w->carry.len > 0)
        scan_lines(w, w->carry.data, w->carry.len, (size_t)0 - w->carry.len - 1);
    buf_clear(&w->carry);
}

bool watch_write(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, bytes, n);
        if (k > 0) {
            bytes += k;
            n -= (size_t)k;
        } else if (k < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};
            (void)poll(&p, 1, -1);
        } else if (k < 0 && errno != EINTR) {
            return false;
        }
    }
    return true;
}
