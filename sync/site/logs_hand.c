#include <jansson.h>

#include "sync/site/logs_parts.h"

#include "core/base/text.h"
#include "sync/site/log_wire.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

/* `{"last": SEQ}` of the answer; UINT64_MAX for what is none. */
static uint64_t answered_last(const struct exchanging *x)
{
    json_t *root = json_loadb(buf_text(&x->answer.body), x->answer.body.len, 0, NULL);
    const json_t *last = json_object_get(root, "last");
    uint64_t value = json_is_integer(last) && json_integer_value(last) >= 0 ? (uint64_t)json_integer_value(last) : UINT64_MAX;
    json_decref(root);
    return value;
}

static bool site_refuses(struct exchanging *x, const struct own_log *own, struct error *err)
{
    struct buf words = {0};
    char id[2 * EVENT_LOG + 1];
    struct error why;
    sodium_bin2hex(id, sizeof id, own->id, EVENT_LOG);
    const struct str said = str_trim((struct str){buf_text(&x->answer.body), x->answer.body.len});
    buf_addf(&words, "it answered %ld: ", x->answer.status);
    text_safe(&words, said.p, text_cut(said.p, said.n, 300), 0);
    error_set(&why, EX_DATAERR, "the site does not take this device's log", id, buf_text(&words), "ask who runs the site");
    buf_free(&words);
    return logs_refuse(x, own->id, &why, err);
}

/* The answer is in x->answer where *posted says so. */
static bool post_part(struct exchanging *x, struct arena *a, const struct own_log *own, uint64_t after, size_t most, struct log_part *part,
                      bool *posted, struct error *err)
{
    struct buf body = {0};
    struct error why = {0};
    *posted = false;
    if (!record_log_part(x->record, a, own->id, after, most, part, err))
        return false;
    if (part->count == 0)
        return true;
    buf_add(&body, LOG_TAG, sizeof LOG_TAG);
    if (!log_write(part, &body, &why)) {
        buf_free(&body);
        if (why.code == EX_DATAERR && most > EVENT_SIGN_EVERY)
            return post_part(x, a, own, after, most / 2, part, posted, err);
        return why.code == EX_DATAERR ? logs_refuse(x, own->id, &why, err) : error_memory(err);
    }
    bool ok = logs_ask_site(x, "/logs", &body, err);
    buf_free(&body);
    *posted = ok && !x->away;
    return ok;
}

/* One part behind own->last, which moves on. *more: there may be others. */
static bool hand_in_part(struct exchanging *x, struct arena *a, struct own_log *own, bool *more, struct error *err)
{
    struct log_part part;
    bool posted;
    *more = false;
    if (!post_part(x, a, own, own->last, LOG_EVENTS_MOST, &part, &posted, err))
        return false;
    if (!posted)
        return true;
    uint64_t last = x->answer.status == 200 || x->answer.status == 409 ? answered_last(x) : UINT64_MAX;
    if (last == UINT64_MAX || last == own->last)
        return site_refuses(x, own, err);
    x->moved->handed += x->answer.status == 200 ? part.count : 0;
    *more = true;
    own->last = last;
    return true;
}

/* Who came to the list was here before perhaps: what they did goes once more, before what says so does: then it is over, and a
 * sync that ends within begins it anew. *through: all of it went. */
static bool hand_in_again(struct exchanging *x, struct own_log *own, bool *through, struct error *err)
{
    uint64_t first = 0, after = 0;
    bool ok = own->last == 0 || record_log_shared_since(x->record, own->id, own->last, &first, err), posted = first > 0;
    for (after = first > 0 ? first - 1 : 0; ok && posted && after < own->last;) {
        struct log_part part = {0};
        struct arena *a = arena_open();
        size_t most = own->last - after < LOG_EVENTS_MOST ? (size_t)(own->last - after) : LOG_EVENTS_MOST;
        ok = a != NULL ? post_part(x, a, own, after, most, &part, &posted, err) : error_memory(err);
        if (posted && x->answer.status != 200)
            ok = site_refuses(x, own, err), posted = false;
        after = posted ? part.events[part.count - 1].seq : after;
        arena_close(a);
    }
    *through = first == 0 || after >= own->last;
    return ok;
}

static bool hand_in(struct exchanging *x, struct own_log *own, uint64_t last, struct error *err)
{
    bool more = own->last < last, through = true;
    bool ok = !more || hand_in_again(x, own, &through, err);
    more = more && through;
    for (int set_back = 0; ok && more && set_back < 3 && logs_go_on(x);) {
        struct arena *a = arena_open();
        uint64_t before = own->last;
        ok = a != NULL ? hand_in_part(x, a, own, &more, err) : error_memory(err);
        set_back += own->last < before;
        more = more && own->last < last;
        arena_close(a);
    }
    return ok;
}

uint64_t logs_told_last(const struct exchanging *x, const unsigned char id[EVENT_LOG])
{
    for (size_t i = 0; i < x->told->own_count; i++)
        if (memcmp(x->told->own[i].id, id, EVENT_LOG) == 0)
            return x->told->own[i].last;
    return 0;
}

bool logs_hand_in(struct exchanging *x, struct error *err)
{
    struct own_log *logs;
    bool ok = record_logs_own(x->record, x->arena, &logs, &x->own_count, err);
    x->own = ok ? arena_array(x->arena, x->own_count, sizeof *x->own) : NULL;
    if (ok && x->own == NULL)
        return error_memory(err);
    for (size_t i = 0; ok && i < x->own_count; i++) {
        x->own[i] = logs[i];
        x->own[i].last = logs_told_last(x, logs[i].id);
        x->own_end = logs[i].last;
        ok = x->away || logs[i].forked || hand_in(x, &x->own[i], logs[i].last, err);
    }
    return ok;
}
