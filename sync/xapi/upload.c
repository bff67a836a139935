#include <jansson.h>

#include "sync/xapi/upload.h"

#include "core/base/clock.h"
#include "core/base/hex.h"
#include "core/record/erase.h"
#include "core/record/verify.h"
#include "sync/xapi/erasures.h"
#include "sync/xapi/http.h"
#include "sync/xapi/same.h"
#include "sync/xapi/statement.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    REFUSED_MOST = 20,
    LONGEST_WAIT_MS = 30000,
    DEEPEST = 16 /* halves of halves */
};

const struct upload_limits upload_usual = {50, 1 << 20, 60, 1000, 60000};

/* One LRS as it is talked to. */
struct session {
    struct outgoing *outgoing;
    const struct lrs *lrs;
    const struct upload_limits *limits;
    struct upload_result *result;
    struct http *http;
    struct http_response answer;
    size_t batch;        /* statements a request, after what 413 taught */
    int64_t waited_ms;   /* since the last acknowledgement */
    unsigned waits;      /* one after the other */
    size_t refused;      /* since the last acknowledgement */
    bool erases;         /* what is to be forgotten */
    bool met;            /* it has answered before: a line that breaks now is worth another try */
};

enum outcome {
    OUTCOME_FAILED, /* err is filled: stop with this LRS */
    OUTCOME_TAKEN,
    OUTCOME_REFUSED,
    OUTCOME_CONFLICT,
    OUTCOME_TOO_LARGE,
    OUTCOME_UNTOLD, /* 204 */
};

/* ---- what answers mean ---- */

static bool stop(const struct session *s, int code, const char *why, const char *todo, struct error *err)
{
    return error_set(err, code, "cannot send to the LRS", s->lrs->endpoint, why, todo);
}

/* The LRS's own words, as text: the body's beginning behind the status. */
static void words(const struct session *s, struct buf *out)
{
    size_t n = text_cut(buf_text(&s->answer.body), s->answer.body.len, OUTBOX_ANSWER_MOST - 20);
    buf_addf(out, "%ld ", s->answer.status);
    text_safe(out, buf_text(&s->answer.body), n, 0);
}

static bool not_an_lrs(const struct session *s, struct error *err)
{
    return stop(s, EX_TEMPFAIL, "what answered is no LRS (a captive portal, or another address)",
                "open the network's sign-on page, or mend lrs in config.yaml; nothing was lost", err);
}

static bool no_way(const struct session *s, struct error *err)
{
    long status = s->answer.status;
    char why[80];
    snprintf(why, sizeof why, "it answered %ld", status);
    if (status == 401)
        return stop(s, EX_NOPERM, "it does not know these credentials", "mend the file that lrs names in config.yaml", err);
    if (status == 403)
        return stop(s, EX_NOPERM, "these credentials may not add statements", "ask who runs the LRS", err);
    if (status == 404 || status == 405)
        return stop(s, EX_CONFIG, why, "mend the endpoint in config.yaml: statements are at ENDPOINT/statements", err);
    return stop(s, EX_TEMPFAIL, "it points to another address (a captive portal, or it moved)",
                "open the network's sign-on page, or mend lrs in config.yaml; nothing was lost", err);
}

static bool says_no_way(long status)
{
    return status == 401 || status == 403 || status == 404 || status == 405 || (status >= 300 && status < 400);
}

static bool is_passing(long status)
{
    return status == 0 || status == 408 || status == 425 || status == 429 || status >= 500;
}

/* Waits before the next attempt; false when patience is over. There is none for an LRS that was never reached in this
 * run: to be offline is the normal case. */
static bool wait_before_next(struct session *s, struct error *err)
{
    int64_t patience = s->met || s->answer.status != 0 ? s->limits->patience_ms : 0, wait = s->limits->backoff_ms << (s->waits < 10 ? s->waits : 10);
    if (wait > LONGEST_WAIT_MS)
        wait = LONGEST_WAIT_MS;
    wait = wait / 2 + (int64_t)randombytes_uniform((uint32_t)(wait / 2 + 1));
    if (s->answer.retry_after_s > 0)
        wait = s->answer.retry_after_s * 1000;
    if (s->waited_ms + wait > patience) {
        char why[320];
        if (s->answer.status == 0)
            snprintf(why, sizeof why, "%.200s", s->answer.failure);
        else if (s->answer.retry_after_s > 0)
            snprintf(why, sizeof why, "it answered %ld and asks to wait %ld s", s->answer.status, s->answer.retry_after_s);
        else
            snprintf(why, sizeof why, "it answered %ld", s->answer.status);
        return stop(s, EX_TEMPFAIL, why, "the next sync tries again; nothing was lost", err);
    }
    s->waits++;
    s->waited_ms += wait;
    struct timespec left = {wait / 1000, wait % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
    return true;
}

/* A request until it has an answer that is worth reading. */
static bool ask(struct session *s, const char *path, const char *body, size_t len, struct error *err)
{
    for (;;) {
        if (!http_request(s->http, path, body, len, &s->answer, err))
            return false;
        if (!is_passing(s->answer.status))
            return true;
        if (!wait_before_next(s, err))
            return false;
    }
}

/* ---- about ---- */

static const char *best_version(const json_t *about)
{
    const char *best = NULL;
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(about, "version"), i, item)
    {
        const char *text = json_string_value(item);
        if (text != NULL && strncmp(text, "2.0", 3) == 0)
            best = "2.0.0";
        else if (text != NULL && strncmp(text, "1.0", 3) == 0 && best == NULL)
            best = "1.0.3";
    }
    return best;
}

/* The server's clock against ours, where its Date is plausible. Whole seconds: half of one is added. */
static bool learn_clock(struct session *s, struct error *err)
{
    static const int64_t from = 1704067200000, to = 4102444800000; /* 2024, 2100 */
    char boot[65];
    if (s->outgoing->record == NULL) /* it was only to be seen whether somebody answers */
        return true;
    clock_boot_id(boot, sizeof boot);
    return s->answer.date_ms < from || s->answer.date_ms > to || boot[0] == '\0' ||
           record_clock_learnt(s->outgoing->record, boot, clock_monotonic_ms(), clock_wall_ms(), s->answer.date_ms + 500,
                               err);
}

static bool meet(struct session *s, struct error *err)
{
    if (!ask(s, "/about", NULL, 0, err))
        return false;
    if (says_no_way(s->answer.status))
        return no_way(s, err);
    json_t *about = json_loadb(buf_text(&s->answer.body), s->answer.body.len, 0, NULL);
    bool lrs = s->answer.status == 200 && json_is_array(json_object_get(about, "version"));
    const char *version = best_version(about);
    json_decref(about);
    if (!lrs)
        return not_an_lrs(s, err);
    if (version == NULL)
        return stop(s, EX_UNAVAILABLE, "it speaks neither xAPI 2.0 nor 1.0", NULL, err);
    http_version(s->http, version);
    s->erases = erasures_offered(buf_text(&s->answer.body), s->answer.body.len);
    s->met = true;
    return learn_clock(s, err);
}

/* ---- statements ---- */

/* An array of exactly the ids that were sent, each once, in any order. */
static bool names_all(const struct session *s, const struct outbox_item *items, size_t count)
{
    json_t *ids = json_loadb(buf_text(&s->answer.body), s->answer.body.len, 0, NULL);
    bool ok = json_is_array(ids) && json_array_size(ids) == count;
    for (size_t i = 0; ok && i < count; i++) {
        ok = false;
        for (size_t k = 0; !ok && k < count; k++) {
            const char *text = json_string_value(json_array_get(ids, k));
            struct uuid id;
            ok = text != NULL && uuid_parse(text, &id) && uuid_equal(&id, &items[i].id);
        }
    }
    json_decref(ids);
    return ok;
}

static enum outcome post(struct session *s, const struct outbox_item *items, size_t count, struct error *err)
{
    struct buf body = {0};
    buf_addc(&body, '[');
    for (size_t i = 0; i < count; i++) {
        buf_adds(&body, i > 0 ? "," : "");
        buf_add(&body, items[i].statement, items[i].len);
    }
    buf_addc(&body, ']');
    bool ok = (buf_ok(&body) || error_memory(err)) && ask(s, "/statements", buf_text(&body), body.len, err);
    buf_free(&body);
    long status = s->answer.status;
    if (!ok)
        return OUTCOME_FAILED;
    if (status == 200 && names_all(s, items, count))
        return OUTCOME_TAKEN;
    if (status == 204)
        return OUTCOME_UNTOLD;
    if (status < 300) {
        not_an_lrs(s, err);
        return OUTCOME_FAILED;
    }
    if (says_no_way(status)) {
        no_way(s, err);
        return OUTCOME_FAILED;
    }
    return status == 409 ? OUTCOME_CONFLICT : status == 413 ? OUTCOME_TOO_LARGE : OUTCOME_REFUSED;
}

/* An LRS that holds a statement with the log's signed head is a witness of the chain up to there: whoever makes the record
 * anew differs from it. */
static bool note_witness(struct session *s, const struct outbox_item *item, struct error *err)
{
    if (strstr(item->statement, "urn:crib:xapi:checkpoint") == NULL)
        return true;
    json_t *root = json_loadb(item->statement, item->len, 0, NULL);
    const json_t *extensions = json_object_get(json_object_get(root, "context"), "extensions");
    const json_t *signed_head = json_object_get(extensions, "urn:crib:xapi:checkpoint");
    json_int_t seq = json_integer_value(json_object_get(signed_head, "seq"));
    unsigned char log[EVENT_LOG], head[EVENT_HASH];
    bool whole = seq > 0 && hex_read(json_string_value(json_object_get(signed_head, "log")), log, sizeof log) &&
                 hex_read(json_string_value(json_object_get(signed_head, "head")), head, sizeof head);
    json_decref(root);
    struct error why = {0};
    /* A log that isn't kept here (handed over as a file), or has another head: that is for `crib audit verify` to say. */
    if (!whole || record_vouch(s->outgoing->record, log, (uint64_t)seq, head, "server", s->lrs->endpoint, &why) ||
        why.code == EX_DATAERR)
        return true;
    *err = why;
    return false;
}

static bool take(struct session *s, const struct outbox_item *items, size_t count, struct error *err)
{
    s->waited_ms = 0;
    s->waits = 0;
    s->refused = 0;
    s->result->sent += count;
    for (size_t i = 0; i < count; i++)
        if (!note_witness(s, &items[i], err))
            return false;
    return outbox_acknowledge(s->outgoing->record, items, count, s->lrs->endpoint, err);
}

static bool set_aside(struct session *s, const struct outbox_item *item, const char *why, struct error *err)
{
    s->result->aside++;
    return outbox_set_aside(s->outgoing->record, item, s->lrs->endpoint, why, err) &&
           (++s->refused < REFUSED_MOST ||
            stop(s, EX_PROTOCOL, "it refuses one statement after the other", "`crib outbox` says why", err));
}

/* Is the answer a statement with the item's id? */
static bool names_it(const struct session *s, const struct outbox_item *item)
{
    json_t *held = json_loadb(buf_text(&s->answer.body), s->answer.body.len, 0, NULL);
    const char *text = json_string_value(json_object_get(held, "id"));
    struct uuid id;
    bool ok = text != NULL && uuid_parse(text, &id) && uuid_equal(&id, &item->id);
    json_decref(held);
    return ok;
}

/* What the LRS holds under the item's id, voided or not: in the answer; false in *found where it gives nothing. */
static bool read_back(struct session *s, const struct outbox_item *item, bool *found, struct error *err)
{
    static const char *const names[] = {"statementId", "voidedStatementId"};
    char id[UUID_TEXT], path[100];
    uuid_text(&item->id, id);
    *found = false;
    for (size_t i = 0; i < 2 && !*found; i++) {
        snprintf(path, sizeof path, "/statements?%s=%s", names[i], id);
        if (!ask(s, path, NULL, 0, err))
            return false;
        if (s->answer.status >= 200 && s->answer.status < 400 && !(s->answer.status == 200 && names_it(s, item)))
            return not_an_lrs(s, err);
        *found = s->answer.status == 200;
    }
    return true;
}

static bool settle_one(struct session *s, const struct outbox_item *item, enum outcome outcome, struct error *err)
{
    struct buf why = {0};
    words(s, &why);
    bool found = false, ok = true;
    if (outcome == OUTCOME_CONFLICT || outcome == OUTCOME_UNTOLD)
        ok = read_back(s, item, &found, err);
    if (ok && found && statements_agree(item->statement, item->len, buf_text(&s->answer.body), s->answer.body.len))
        ok = take(s, item, 1, err);
    else if (ok && found)
        ok = set_aside(s, item, "it holds another statement under this id", err);
    else if (ok && outcome == OUTCOME_UNTOLD)
        ok = stop(s, EX_PROTOCOL, "it answered 204 and does not give the statement back", "ask who runs the LRS", err);
    else if (ok)
        ok = set_aside(s, item, buf_text(&why), err);
    buf_free(&why);
    return ok;
}

/* Sends these; what is refused together is sent again in halves. */
static bool send_items(struct session *s, const struct outbox_item *items, size_t count, unsigned depth,
                       struct error *err)
{
    enum outcome outcome = post(s, items, count, err);
    if (outcome == OUTCOME_FAILED)
        return false;
    if (outcome == OUTCOME_TAKEN)
        return take(s, items, count, err);
    if (outcome == OUTCOME_UNTOLD || count == 1 || depth == DEEPEST) {
        bool ok = true;
        for (size_t i = 0; ok && i < count; i++)
            ok = settle_one(s, &items[i], outcome, err);
        return ok;
    }
    size_t half = count / 2;
    if (outcome == OUTCOME_TOO_LARGE && half < s->batch)
        s->batch = half;
    return send_items(s, items, half, depth + 1, err) && send_items(s, items + half, count - half, depth + 1, err);
}

static bool send_channel(struct session *s, const char *channel, struct error *err)
{
    int64_t after = 0;
    size_t count = 1;
    bool ok = true;
    while (ok && count > 0) {
        struct outbox_item *items;
        struct arena *a = arena_open();
        ok = a != NULL ? outbox_waiting(s->outgoing->record, a, channel, after, s->batch, s->limits->bytes, &items, &count,
                                        err)
                       : error_memory(err);
        if (ok && count > 0) {
            after = items[count - 1].position;
            ok = send_items(s, items, count, 0, err);
        }
        arena_close(a);
    }
    return ok;
}

/* ---- erasing ---- */

static bool post_erasure(void *context, const char *path, const char *body, size_t len, struct buf *answer, struct error *err)
{
    struct session *s = context;
    if (!ask(s, path, body, len, err))
        return false;
    if (says_no_way(s->answer.status))
        return no_way(s, err);
    if (s->answer.status != 200)
        return not_an_lrs(s, err);
    buf_add(answer, buf_text(&s->answer.body), s->answer.body.len);
    return buf_ok(answer) || error_memory(err);
}

/* ---- each LRS ---- */

static bool send_to(struct outgoing *o, const struct lrs *lrs, const struct upload_limits *limits,
                    struct upload_result *result, const char *const *channels, size_t count, struct error *err)
{
    struct session s = {.outgoing = o, .lrs = lrs, .limits = limits, .result = result, .batch = limits->batch};
    const char *authorization;
    if (!accepted_authorization(o->arena, lrs, &authorization, err))
        return false;
    s.http = http_open(lrs->endpoint, authorization, lrs->ca, limits->stall_s, err);
    bool ok = s.http != NULL && meet(&s, err) && outgoing_prepare(o, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = accepted_for(&o->accepted, channels[i]) != lrs || send_channel(&s, channels[i], err);
    /* Last: nothing that was under way comes after it. */
    ok = ok && erasures_send(o, lrs, s.erases, post_erasure, &s, &result->erased, &result->stay, err);
    http_close(s.http);
    buf_free(&s.answer.body);
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

/* Whoever asks for a statement that nobody has is told so, or that the credentials are none. That they may only add, and
 * not read, is no mistake. */
static bool check_credentials(struct session *s, struct error *err)
{
    return ask(s, "/statements?statementId=00000000-0000-4000-8000-000000000000", NULL, 0, err) &&
           (s->answer.status != 401 || no_way(s, err));
}

static bool check_one(struct outgoing *o, const struct lrs *lrs, struct error *err)
{
    struct upload_result none = {0};
    struct upload_limits hasty = upload_usual;
    hasty.patience_ms = 0;
    struct session s = {.outgoing = o, .lrs = lrs, .limits = &hasty, .result = &none};
    const char *authorization;
    if (!accepted_authorization(o->arena, lrs, &authorization, err))
        return false;
    s.http = http_open(lrs->endpoint, authorization, lrs->ca, hasty.stall_s, err);
    bool ok = s.http != NULL && meet(&s, err) && check_credentials(&s, err);
    http_close(s.http);
    buf_free(&s.answer.body);
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
    bool ok = outgoing_open(&o, a, places, r, err) && upload_all(&o, &upload_usual, result, err);
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
    if (stat(path, &st) != 0)
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
