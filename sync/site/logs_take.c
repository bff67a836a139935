#include "sync/site/logs_parts.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "sync/site/log_list.h"
#include "sync/site/log_wire.h"
#include "sync/site/people_take.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

enum { STALL_S = 60, WAIT_MOST_S = 30, PATIENCE = 10 /* times that the site may say that it is busy, one after the other */ };

/* ---- asking ---- */

static bool open_http(struct exchanging *x, struct error *err)
{
    const char *authorization;
    if (x->http != NULL)
        return true;
    if (!accepted_authorization(x->arena, x->site, &authorization, err))
        return false;
    x->http = http_open(x->site->endpoint, authorization, x->site->ca, STALL_S, err);
    if (x->http != NULL)
        http_content(x->http, "application/octet-stream");
    return x->http != NULL;
}

bool logs_go_on(struct exchanging *x)
{
    x->moved->rest = x->moved->rest || (!x->away && clock_monotonic_ms() >= x->until_ms);
    return !x->away && !x->moved->rest;
}

static void pause_ms(int64_t ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

bool logs_ask_site(struct exchanging *x, const char *path, const struct buf *body, struct error *err)
{
    if (!open_http(x, err))
        return false;
    for (int i = 0; i < PATIENCE; i++) {
        if (!http_request(x->http, path, body != NULL ? buf_text(body) : NULL, body != NULL ? body->len : 0, &x->answer, err))
            return false;
        if (!http_busy(x->answer.status))
            break;
        int64_t wait_ms = 1000 * (x->answer.retry_after_s < 1 ? 3 : x->answer.retry_after_s > WAIT_MOST_S ? WAIT_MOST_S : x->answer.retry_after_s);
        if (clock_monotonic_ms() + wait_ms >= x->until_ms) /* channels and statements come behind */
            break;
        pause_ms(wait_ms);
    }
    long s = x->answer.status;
    x->away = s == 0 || s == 401 || s == 429 || s >= 500 || (s >= 300 && s < 400);
    return true;
}

/* ---- what does not hold ---- */

bool logs_refuse(struct exchanging *x, const unsigned char id[EVENT_LOG], const struct error *why, struct error *err)
{
    struct buf words = {0};
    bool known = false;
    error_words(why, &words);
    const char *text = buf_ok(&words) ? arena_strdup(x->arena, buf_text(&words)) : NULL;
    buf_free(&words);
    if (text == NULL)
        return error_memory(err);
    for (size_t i = 0; i < x->kept.refused_count; i++)
        known = known || (memcmp(x->kept.refused[i].id, id, EVENT_LOG) == 0 && strcmp(x->kept.refused[i].words, text) == 0);
    if (!known)
        error_print(why, "crib", stderr);
    if (x->refused_count == SITE_LOGS_REFUSED)
        return true;
    memcpy(x->refused[x->refused_count].id, id, EVENT_LOG);
    x->refused[x->refused_count++].words = text;
    return true;
}

static bool is_among(const struct refused_log *list, size_t count, const unsigned char id[EVENT_LOG])
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(list[i].id, id, EVENT_LOG) == 0)
            return true;
    return false;
}

/* ---- taking ---- */

static bool is_one_of(const struct own_log *list, size_t count, const unsigned char id[EVENT_LOG])
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(list[i].id, id, EVENT_LOG) == 0)
            return true;
    return false;
}

static bool is_own(const struct exchanging *x, const unsigned char id[EVENT_LOG])
{
    return is_one_of(x->own, x->own_count, id);
}

/* What came is opened, read and taken; EX_DATAERR in *why where it does not hold, code 0 where it does. */
static bool take_message(struct exchanging *x, struct arena *a, const struct site_log *log, struct str message, uint64_t *end,
                         struct error *why)
{
    struct log_part part;
    size_t taken = 0;
    if (!log_read(a, message.p, message.n, &part, why))
        return false;
    if (memcmp(part.log, log->id, EVENT_LOG) != 0)
        return error_set(why, EX_DATAERR, "cannot take another device's log", NULL, "another one came", NULL);
    if (!record_foreign_take(x->record, &part, &taken, why))
        return false;
    x->moved->taken += taken;
    *end = part.events[part.count - 1].seq;
    return true;
}

static bool take_bytes(struct exchanging *x, struct arena *a, const struct site_log *log, uint64_t *end, struct error *why)
{
    struct str message;
    const struct buf *body = &x->answer.body;
    return sealed_open(a, buf_text(body), body->len, x->keys, LOG_TAG, &message, why) && take_message(x, a, log, message, end, why);
}

/* What came with the list. Does it not fit on what is here, or not hold, then the log is asked for, and that is judged. */
static bool take_sent(struct exchanging *x, const struct site_log *log, struct error *err)
{
    struct arena *a = arena_open();
    struct error why = {0};
    uint64_t end;
    bool ok = a != NULL ? take_message(x, a, log, log->part, &end, &why) || why.code == EX_DATAERR : error_memory(&why);
    arena_close(a);
    if (!ok && err != NULL)
        *err = why;
    return ok;
}

/* One part behind `after`. *end: its last event, `after` where none came. */
static bool take_part(struct exchanging *x, struct arena *a, const struct site_log *log, uint64_t after, uint64_t *end, struct error *err)
{
    char id[2 * EVENT_LOG + 1];
    struct error why = {0};
    sodium_bin2hex(id, sizeof id, log->id, EVENT_LOG);
    const char *path = arena_printf(a, "/logs/%s/%llu", id, (unsigned long long)after);
    *end = after;
    if (path == NULL)
        return error_memory(err);
    if (!logs_ask_site(x, path, NULL, err))
        return false;
    if (x->away || x->answer.status == 204)
        return true;
    if (x->answer.status != 200)
        error_set(&why, EX_DATAERR, "cannot take another device's log", id, "the site does not give it", NULL);
    else if (take_bytes(x, a, log, end, &why))
        return true;
    if (why.code != EX_DATAERR) {
        if (err != NULL)
            *err = why;
        return false;
    }
    struct error named = why;
    char what[sizeof named.what];
    snprintf(what, sizeof what, "cannot take the log of %s", log->device);
    error_set(&named, EX_DATAERR, what, why.where[0] != '\0' ? why.where : id, why.why, why.todo);
    return logs_refuse(x, log->id, &named, err);
}

/* Behind `after`, up to `last`; again: it is here, and would begin anew with the next sync: time is no matter. *through: so far
 * it came. */
static bool take_run(struct exchanging *x, const struct site_log *log, uint64_t after, uint64_t last, bool again, bool *through,
                     struct error *err)
{
    bool ok = true, more = after < last;
    while (ok && more && (again ? !x->away : logs_go_on(x))) {
        struct arena *a = arena_open();
        uint64_t end = after;
        ok = a != NULL ? take_part(x, a, log, after, &end, err) : error_memory(err);
        more = end > after && end < last;
        after = end;
        arena_close(a);
    }
    *through = after >= last;
    return ok;
}

/* First what is new, since that tells whose it is what came later. */
static bool take_log(struct exchanging *x, const struct site_log *log, struct error *err)
{
    uint64_t here;
    bool came = true;
    if (is_own(x, log->id))
        return true;
    if ((log->part.n > 0 && !take_sent(x, log, err)) || !record_foreign_through(x->record, log->id, &here, err) ||
        !take_run(x, log, here, log->last, false, &came, err))
        return false;
    return !came || log->again == 0 || log->again > here || take_run(x, log, log->again - 1, here, true, &came, err);
}

/* The one that is appended to, and those that forked. */
static bool is_not_former(const struct exchanging *x, const unsigned char id[EVENT_LOG])
{
    for (size_t i = 0; i < x->own_count; i++)
        if (memcmp(x->own[i].id, id, EVENT_LOG) == 0)
            return x->own[i].forked || i + 1 == x->own_count;
    return false;
}

/* What this device handed in and does not have: its record went on from a copy, or is another one by now. Not of the log that is
 * appended to, its newest. */
static bool take_former(struct exchanging *x, struct error *err)
{
    bool ok = true, came;
    for (size_t i = 0; ok && i < x->told->own_count && !x->away; i++) {
        struct site_log log = {.last = x->told->own[i].last, .device = "this device, before its record was restored or made anew"};
        uint64_t here;
        memcpy(log.id, x->told->own[i].id, EVENT_LOG);
        if (!is_not_former(x, log.id))
            ok = record_foreign_through(x->record, log.id, &here, err) && take_run(x, &log, here, log.last, false, &came, err);
    }
    return ok;
}

/* Which logs changed behind that. *all false: the site didn't say. */
static bool ask_list(struct exchanging *x, int64_t after, struct site_log_list *list, bool *all, struct error *err)
{
    const char *path = arena_printf(x->arena, "/logs/%lld", (long long)after);
    struct error why = {0};
    *list = (struct site_log_list){0};
    *all = false;
    if (path == NULL)
        return error_memory(err);
    if (!logs_ask_site(x, path, NULL, err))
        return false;
    if (x->away || x->answer.status != 200)
        return true;
    *all = log_list_open(x->arena, buf_text(&x->answer.body), x->answer.body.len, x->keys, list, &why);
    if (!*all)
        error_print(&why, "crib", stderr);
    return true;
}

static bool is_wanted(const struct exchanging *x, const unsigned char id[EVENT_LOG])
{
    return is_one_of(x->dropped, x->dropped_count, id) ||
           (is_among(x->kept.refused, x->kept.refused_count, id) && !is_among(x->refused, x->refused_count, id));
}

/* What was dropped here came, or is none that the site has, or was refused: that is remembered elsewhere. */
static bool forget_dropped(struct exchanging *x, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < x->dropped_count && !x->away && !x->moved->rest; i++)
        ok = record_foreign_asked(x->record, x->dropped[i].id, err);
    return ok;
}

/* Those that were refused before or dropped here, whether they changed or not; of the others nothing is asked for again. */
static bool take_wanted(struct exchanging *x, struct error *err)
{
    struct site_log_list list;
    bool all, ok = true, some = x->dropped_count > 0;
    for (size_t i = 0; i < x->kept.refused_count; i++)
        some = some || !is_own(x, x->kept.refused[i].id);
    if (!some || !logs_go_on(x))
        return true;
    if (!ask_list(x, 0, &list, &all, err))
        return false;
    for (size_t i = 0; ok && all && i < list.count; i++)
        if (is_wanted(x, list.items[i].id))
            ok = take_log(x, &list.items[i], err);
    return ok && (!all || forget_dropped(x, err));
}

static bool take_all(struct exchanging *x, struct error *err)
{
    struct site_log_list list;
    bool ok, all, anew = x->told->logs < x->kept.changed;
    if (!ask_list(x, anew ? 0 : x->kept.changed, &list, &all, err))
        return false;
    ok = true;
    for (size_t i = 0; ok && all && i < list.count; i++)
        ok = take_log(x, &list.items[i], err);
    ok = ok && take_wanted(x, err);
    if (ok && all && !x->away && !x->moved->rest)
        x->kept.changed = list.changed;
    return ok;
}

/* ---- both ---- */

static bool anything_to_take(const struct exchanging *x)
{
    if (x->dropped_count > 0)
        return true;
    if (x->told->logs != x->kept.changed && (x->told->logs > 0 || x->kept.changed > 0))
        return true;
    for (size_t i = 0; i < x->kept.refused_count; i++)
        if (!is_own(x, x->kept.refused[i].id))
            return true;
    return false;
}

static bool same_as_kept(const struct exchanging *x, int64_t changed)
{
    bool same = x->kept.changed == changed && x->kept.own_count == x->own_count && x->kept.refused_count == x->refused_count;
    for (size_t i = 0; same && i < x->own_count; i++)
        same = memcmp(x->kept.own[i].id, x->own[i].id, EVENT_LOG) == 0 && x->kept.own[i].last == x->own[i].last;
    for (size_t i = 0; same && i < x->refused_count; i++)
        same = is_among(x->kept.refused, x->kept.refused_count, x->refused[i].id);
    return same;
}

/* What was refused before and was not asked for again, since the site went away or the time was over, is refused still. */
static void keep_refused(struct exchanging *x)
{
    for (size_t i = 0; (x->away || x->moved->rest) && i < x->kept.refused_count && x->refused_count < SITE_LOGS_REFUSED; i++)
        if (!is_among(x->refused, x->refused_count, x->kept.refused[i].id))
            x->refused[x->refused_count++] = x->kept.refused[i];
}

/* Neither waits for the other: each has its own time. */
static bool both_ways(struct exchanging *x, struct error *err)
{
    if (x->kept.changed == SITE_LOGS_NONE) /* it keeps them by now */
        x->kept.changed = 0;
    x->until_ms = clock_monotonic_ms() + LOGS_MS;
    bool back;
    if (!logs_hand_in(x, err) || !logs_set_back(x, &back, err) || (back && !logs_hand_in(x, err)))
        return false;
    bool rest = x->moved->rest;
    x->moved->rest = false;
    x->until_ms = clock_monotonic_ms() + LOGS_MS;
    bool ok = take_former(x, err) && (x->away || !anything_to_take(x) || take_all(x, err));
    x->moved->rest = x->moved->rest || rest;
    return ok;
}

static bool exchange(struct exchanging *x, const struct places *places, struct error *err)
{
    if (!site_logs_read(x->arena, places, x->keys->site, &x->kept, err) ||
        !record_foreign_dropped(x->record, x->arena, &x->dropped, &x->dropped_count, err))
        return false;
    int64_t changed = x->kept.changed;
    x->refused = arena_array(x->arena, SITE_LOGS_REFUSED, sizeof *x->refused);
    if (x->refused == NULL)
        return error_memory(err);
    bool ok = true;
    if (!x->told->logs_told)
        x->kept.changed = SITE_LOGS_NONE;
    else
        ok = both_ways(x, err);
    keep_refused(x);
    if (same_as_kept(x, changed))
        return ok;
    const struct site_logs now = {.changed = x->kept.changed, .own = x->own, .own_count = x->own_count,
                                  .refused = x->refused, .refused_count = x->refused_count};
    struct site_logs kept = now;
    memcpy(kept.site, x->keys->site, SITE_KEY);
    return site_logs_write(x->arena, places, &kept, ok ? err : NULL) && ok;
}

bool logs_exchange(struct arena *a, const struct places *places, const struct lrs *site, const struct people_keys *keys,
                   struct record *r, const struct people_passes *told, struct logs_moved *moved, struct error *err)
{
    struct exchanging x = {.arena = a, .site = site, .keys = keys, .record = r, .told = told, .moved = moved};
    *moved = (struct logs_moved){0};
    bool ok = exchange(&x, places, err);
    http_close(x.http);
    buf_free(&x.answer.body);
    return ok;
}

/* ---- before ---- */

bool logs_wait(struct arena *a, const struct places *places, struct record *r, struct logs_waiting *waiting, struct error *err)
{
    struct people_keys keys;
    struct lrs site;
    struct site_logs kept;
    struct own_log *own;
    size_t count;
    *waiting = (struct logs_waiting){.site = ""};
    const struct config *c = config_load(a, places, NULL, err);
    if (c == NULL || !accepted_site(a, c, &site, err))
        return false;
    if (site.endpoint[0] == '\0' || !people_wanted(a, places))
        return true;
    if (!people_keys_read(a, places, false, &keys, err))
        return false;
    bool enrolled = keys.enrolled;
    if (enrolled && (!site_logs_read(a, places, keys.site, &kept, err) || !record_logs_own(r, a, &own, &count, err)))
        return false;
    sodium_memzero(&keys, sizeof keys);
    if (!enrolled || kept.changed == SITE_LOGS_NONE)
        return true;
    waiting->site = site.endpoint;
    for (size_t i = 0; i < count; i++) {
        uint64_t there = 0;
        for (size_t k = 0; k < kept.own_count; k++)
            if (memcmp(kept.own[k].id, own[i].id, EVENT_LOG) == 0)
                there = kept.own[k].last;
        waiting->events += own[i].last > there && !own[i].forked ? (size_t)(own[i].last - there) : 0;
    }
    return true;
}
