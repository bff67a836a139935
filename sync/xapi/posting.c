#include <jansson.h>

#include "sync/xapi/posting.h"

#include "core/base/hex.h"
#include "core/record/verify.h"
#include "sync/xapi/same.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum {
    REFUSED_MOST = 20,
    DEEPEST = 16 /* halves of halves */
};

enum outcome {
    OUTCOME_FAILED, /* err is filled: stop with this LRS */
    OUTCOME_TAKEN,
    OUTCOME_REFUSED,
    OUTCOME_CONFLICT,
    OUTCOME_TOO_LARGE,
    OUTCOME_UNTOLD, /* 204 */
};

/* An array of exactly the ids that were sent, each once, in any order. */
static bool names_all(const struct posting *p, const struct outbox_item *items, size_t count)
{
    json_t *ids = json_loadb(buf_text(&p->talk->answer.body), p->talk->answer.body.len, 0, NULL);
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

static enum outcome post(struct posting *p, const struct outbox_item *items, size_t count, struct error *err)
{
    struct buf body = {0};
    buf_addc(&body, '[');
    for (size_t i = 0; i < count; i++) {
        buf_adds(&body, i > 0 ? "," : "");
        buf_add(&body, items[i].statement, items[i].len);
    }
    buf_addc(&body, ']');
    bool ok = (buf_ok(&body) || error_memory(err)) && talk_ask(p->talk, "/statements", buf_text(&body), body.len, err);
    buf_free(&body);
    long status = p->talk->answer.status;
    if (!ok)
        return OUTCOME_FAILED;
    if (status == 200 && names_all(p, items, count))
        return OUTCOME_TAKEN;
    if (status == 204)
        return OUTCOME_UNTOLD;
    if (status < 300) {
        talk_not_an_lrs(p->talk, err);
        return OUTCOME_FAILED;
    }
    if (talk_says_no_way(p->talk)) {
        talk_no_way(p->talk, err);
        return OUTCOME_FAILED;
    }
    return status == 409 ? OUTCOME_CONFLICT : status == 413 ? OUTCOME_TOO_LARGE : OUTCOME_REFUSED;
}

/* An LRS that holds a statement with the log's signed head is a witness of the chain up to there: whoever makes the record
 * anew differs from it. */
static bool note_witness(struct posting *p, const struct outbox_item *item, struct error *err)
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
    if (!whole || record_vouch(p->talk->outgoing->record, log, (uint64_t)seq, head, "server", p->talk->lrs->endpoint, &why) ||
        why.code == EX_DATAERR)
        return true;
    *err = why;
    return false;
}

static bool take(struct posting *p, const struct outbox_item *items, size_t count, struct error *err)
{
    talk_heard(p->talk);
    p->refused = 0;
    p->sent += count;
    for (size_t i = 0; i < count; i++)
        if (!note_witness(p, &items[i], err))
            return false;
    return outbox_acknowledge(p->talk->outgoing->record, items, count, p->talk->lrs->endpoint, err);
}

static bool set_aside(struct posting *p, const struct outbox_item *item, const char *why, struct error *err)
{
    p->aside++;
    return outbox_set_aside(p->talk->outgoing->record, item, p->talk->lrs->endpoint, why, err) &&
           (++p->refused < REFUSED_MOST ||
            talk_stop(p->talk, EX_PROTOCOL, "it refuses one statement after the other", "`crib outbox` says why", err));
}

/* Is the answer a statement with the item's id? */
static bool names_it(const struct posting *p, const struct outbox_item *item)
{
    json_t *held = json_loadb(buf_text(&p->talk->answer.body), p->talk->answer.body.len, 0, NULL);
    const char *text = json_string_value(json_object_get(held, "id"));
    struct uuid id;
    bool ok = text != NULL && uuid_parse(text, &id) && uuid_equal(&id, &item->id);
    json_decref(held);
    return ok;
}

/* What the LRS holds under the item's id, voided or not: in the answer; false in *found where it gives nothing. */
static bool read_back(struct posting *p, const struct outbox_item *item, bool *found, struct error *err)
{
    static const char *const names[] = {"statementId", "voidedStatementId"};
    char id[UUID_TEXT], path[100];
    uuid_text(&item->id, id);
    *found = false;
    for (size_t i = 0; i < 2 && !*found; i++) {
        snprintf(path, sizeof path, "/statements?%s=%s", names[i], id);
        if (!talk_ask(p->talk, path, NULL, 0, err))
            return false;
        if (p->talk->answer.status >= 200 && p->talk->answer.status < 400 && !(p->talk->answer.status == 200 && names_it(p, item)))
            return talk_not_an_lrs(p->talk, err);
        *found = p->talk->answer.status == 200;
    }
    return true;
}

static bool settle_one(struct posting *p, const struct outbox_item *item, enum outcome outcome, struct error *err)
{
    struct buf why = {0};
    talk_words(p->talk, &why);
    bool found = false, ok = true;
    if (outcome == OUTCOME_CONFLICT || outcome == OUTCOME_UNTOLD)
        ok = read_back(p, item, &found, err);
    if (ok && found && statements_agree(item->statement, item->len, buf_text(&p->talk->answer.body), p->talk->answer.body.len))
        ok = take(p, item, 1, err);
    else if (ok && found)
        ok = set_aside(p, item, "it holds another statement under this id", err);
    else if (ok && outcome == OUTCOME_UNTOLD)
        ok = talk_stop(p->talk, EX_PROTOCOL, "it answered 204 and does not give the statement back", "ask who runs the LRS", err);
    else if (ok)
        ok = set_aside(p, item, buf_text(&why), err);
    buf_free(&why);
    return ok;
}

/* Sends these; what is refused together is sent again in halves. */
static bool send_items(struct posting *p, const struct outbox_item *items, size_t count, unsigned depth,
                       struct error *err)
{
    enum outcome outcome = post(p, items, count, err);
    if (outcome == OUTCOME_FAILED)
        return false;
    if (outcome == OUTCOME_TAKEN)
        return take(p, items, count, err);
    if (outcome == OUTCOME_UNTOLD || count == 1 || depth == DEEPEST) {
        bool ok = true;
        for (size_t i = 0; ok && i < count; i++)
            ok = settle_one(p, &items[i], outcome, err);
        return ok;
    }
    size_t half = count / 2;
    if (outcome == OUTCOME_TOO_LARGE && half < p->batch)
        p->batch = half;
    return send_items(p, items, half, depth + 1, err) && send_items(p, items + half, count - half, depth + 1, err);
}

static bool send_run(void *context, struct arena *a, const struct outbox_item *items, size_t count, struct error *err)
{
    (void)a;
    return send_items(context, items, count, 0, err);
}

bool posting_channel(struct posting *p, const char *channel, struct error *err)
{
    return outgoing_waiting(p->talk->outgoing, channel, &p->batch, p->talk->limits->bytes, send_run, p, err);
}
