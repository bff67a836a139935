#include "sync/xapi/upload.h"

#include "core/base/clock.h"
#include "core/record/erase.h"
#include "sync/xapi/erasures.h"
#include "sync/xapi/posting.h"
#include "sync/xapi/statement.h"
#include "sync/xapi/talk.h"

#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const struct upload_limits usual = {50, 1 << 20, 60, 1000, 60000};

/* ---- erasing ---- */

static bool post_erasure(void *context, const char *path, const char *body, size_t len, struct buf *answer, struct error *err)
{
    struct talk *t = context;
    if (!talk_ask(t, path, body, len, err))
        return false;
    if (talk_says_no_way(t))
        return talk_no_way(t, err);
    if (t->answer.status != 200)
        return talk_not_an_lrs(t, err);
    buf_add(answer, buf_text(&t->answer.body), t->answer.body.len);
    return buf_ok(answer) || error_memory(err);
}

/* ---- each LRS ---- */

static bool send_to(struct outgoing *o, const struct lrs *lrs, const struct upload_limits *limits,
                    struct upload_result *result, const char *const *channels, size_t count, struct error *err)
{
    struct talk t;
    struct posting p = {.talk = &t, .batch = limits->batch};
    bool ok = talk_open(&t, o, lrs, limits, err) && outgoing_prepare(o, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = accepted_for(&o->accepted, channels[i]) != lrs || posting_channel(&p, channels[i], err);
    /* Last: nothing that was under way comes after it. */
    ok = ok && erasures_send(o, lrs, t.erases, post_erasure, &t, &result->erased, &result->stay, err);
    talk_close(&t);
    result->sent += p.sent;
    result->aside += p.aside;
    return ok;
}

struct channels {
    struct outgoing *outgoing;
    const char **items;
    size_t count, cap;
};

static bool add_channel(struct channels *c, const char *id, struct error *err)
{
    struct arena *a = c->outgoing->arena;
    if (c->count == c->cap) {
        size_t cap = c->cap * 2 + 8;
        const char **more = arena_array(a, cap, sizeof *more);
        if (more == NULL)
            return error_memory(err);
        for (size_t i = 0; i < c->count; i++)
            more[i] = c->items[i];
        c->items = more;
        c->cap = cap;
    }
    c->items[c->count] = arena_strdup(a, id);
    if (c->items[c->count] == NULL)
        return error_memory(err);
    c->count++;
    return true;
}

/* Adds the channels of events that could leave now; one of each is enough. */
static bool add_ready(void *context, struct arena *a, const struct outbox_event *events, size_t count, struct error *err)
{
    struct channels *c = context;
    for (size_t i = 0; i < count; i++) {
        struct said said;
        struct outgoing_made made;
        if (events[i].payload == NULL || !statement_leaves(events[i].kind, NULL))
            continue;
        if (!said_read(a, events[i].payload, events[i].payload_len, &said, err))
            return false;
        if (strings_has((struct strings){c->items, c->count}, said.channel))
            continue;
        if (!outgoing_make(c->outgoing, a, &events[i], NULL, &made, err) ||
            (made.statement != NULL && !add_channel(c, said.channel, err)))
            return false;
    }
    return true;
}

/* The channels of which something waits, or could once it is made: where there is none, nobody is called. */
static bool find_channels(struct outgoing *o, struct channels *c, struct error *err)
{
    *c = (struct channels){.outgoing = o};
    if (!outbox_channels(o->record, o->arena, &c->items, &c->count, err))
        return false;
    c->cap = c->count;
    return outgoing_each(o, add_ready, c, err);
}

static bool wanted(struct outgoing *o, const struct lrs *lrs, const char *const *channels, size_t count, bool *yes,
                   struct error *err)
{
    if (!erasures_wait(o, lrs, yes, err))
        return false;
    for (size_t i = 0; i < count; i++)
        *yes = *yes || accepted_for(&o->accepted, channels[i]) == lrs;
    return true;
}

bool upload_all(struct outgoing *o, const struct upload_limits *limits, struct upload_result *result, struct error *err)
{
    struct channels c;
    *result = (struct upload_result){.stores = arena_array(o->arena, o->accepted.count, sizeof *result->stores)};
    if (result->stores == NULL)
        return error_memory(err);
    if (!find_channels(o, &c, err))
        return false;
    bool ok = true;
    for (size_t i = 0; i < o->accepted.count; i++) {
        struct error why = {0};
        const struct lrs *lrs = &o->accepted.items[i];
        bool yes;
        if (!wanted(o, lrs, c.items, c.count, &yes, err))
            return false;
        if (!yes)
            continue;
        size_t sent_before = result->sent, aside_before = result->aside;
        bool sent = send_to(o, lrs, limits, result, c.items, c.count, &why);
        result->stores[result->store_count++] =
            (struct upload_store){lrs->endpoint, why, result->sent - sent_before, result->aside - aside_before};
        if (sent)
            continue;
        if (ok && err != NULL)
            *err = why;
        ok = false;
    }
    /* Nothing for anybody: what came since is only noted as seen. */
    return result->store_count > 0 ? ok : outgoing_prepare(o, err);
}

/* ---- for the command ---- */

static bool check_one(struct outgoing *o, const struct lrs *lrs, struct error *err)
{
    struct upload_limits hasty = usual;
    struct talk t;
    hasty.patience_ms = 0;
    bool ok = talk_open(&t, o, lrs, &hasty, err) && talk_check_credentials(&t, err);
    talk_close(&t);
    return ok;
}

bool upload_check(struct arena *a, const struct places *places, struct upload_result *result, struct error *err)
{
    struct outgoing o = {.arena = a};
    struct config *c = config_load(a, places, NULL, err);
    *result = (struct upload_result){0};
    if (c == NULL || !accepted_read(a, c, &o.accepted, err))
        return false;
    result->stores = arena_array(a, o.accepted.count, sizeof *result->stores);
    if (result->stores == NULL)
        return error_memory(err);
    for (size_t i = 0; i < o.accepted.count; i++) {
        const struct lrs *lrs = &o.accepted.items[i];
        bool again = lrs->endpoint[0] == '\0';
        for (size_t k = 0; k < result->store_count; k++)
            again = again || strcmp(result->stores[k].endpoint, lrs->endpoint) == 0;
        if (again)
            continue;
        struct upload_store *store = &result->stores[result->store_count++];
        *store = (struct upload_store){.endpoint = lrs->endpoint};
        (void)check_one(&o, lrs, &store->err);
    }
    return true;
}

static bool run_locked(struct arena *a, const struct places *places, const char *path, struct upload_result *result,
                       struct error *err)
{
    struct outgoing o;
    struct record *r = record_open(path, err);
    if (r == NULL)
        return false;
    bool ok = outgoing_open(&o, a, places, r, err) && upload_all(&o, &usual, result, err);
    outgoing_close(&o);
    record_close(r);
    return ok;
}

/* Of what was forgotten: that which was kept until today, and what another crib kept from being overwritten. What can't be
 * done now is done the next time: it is no reason not to sync. */
static void forget_rest(const char *path)
{
    struct record *r = record_open(path, NULL);
    struct erase_result result;
    if (r != NULL && record_erase_finish(r, clock_wall_ms(), NULL) && record_erase_due(r, clock_wall_ms(), &result, NULL))
        (void)record_overwrite(r, NULL);
    record_close(r);
}

bool upload_run(struct arena *a, const struct places *places, struct upload_result *result, struct error *err)
{
    *result = (struct upload_result){0};
    const char *path = file_join(a, places->data, "record.db"), *mutex = file_join(a, places->data, "outbox.lock");
    struct config *c = config_load(a, places, NULL, err);
    struct accepted accepted;
    struct stat st;
    struct error why = {0};
    if (path == NULL || mutex == NULL)
        return error_memory(err);
    if (c == NULL || !accepted_read(a, c, &accepted, err))
        return false;
    if (stat(path, &st) != 0 || st.st_size == 0)
        return true;
    forget_rest(path);
    if (accepted.count == 0)
        return true;
    int lock = file_lock(mutex, 0, "another crib is sending", &why);
    if (lock < 0 && why.code != EX_TEMPFAIL && err != NULL)
        *err = why;
    if (lock < 0)
        return why.code == EX_TEMPFAIL;
    bool ok = run_locked(a, places, path, result, err);
    close(lock);
    return ok;
}
