#include <jansson.h>

#include "sync/xapi/talk.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/record/outbox.h"
#include "sync/xapi/erasures.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

enum { LONGEST_WAIT_MS = 30000 };

/* ---- what answers mean ---- */

bool talk_stop(const struct talk *t, int code, const char *why, const char *todo, struct error *err)
{
    return error_set(err, code, "cannot send to the LRS", t->lrs->endpoint, why, todo);
}

void talk_words(const struct talk *t, struct buf *out)
{
    size_t n = text_cut(buf_text(&t->answer.body), t->answer.body.len, OUTBOX_ANSWER_MOST - 20);
    buf_addf(out, "%ld ", t->answer.status);
    text_safe(out, buf_text(&t->answer.body), n, 0);
}

bool talk_not_an_lrs(const struct talk *t, struct error *err)
{
    return talk_stop(t, EX_TEMPFAIL, "what answered is no LRS (a captive portal, or another address)",
                     "open the network's sign-on page, or mend lrs in config.yaml; nothing was lost", err);
}

bool talk_no_way(const struct talk *t, struct error *err)
{
    long status = t->answer.status;
    char why[80];
    snprintf(why, sizeof why, "it answered %ld", status);
    if (status == 401)
        return talk_stop(t, EX_NOPERM, "it does not know these credentials", "mend the file that lrs names in config.yaml", err);
    if (status == 403)
        return talk_stop(t, EX_NOPERM, "these credentials may not add statements", "ask who runs the LRS", err);
    if (status == 404 || status == 405)
        return talk_stop(t, EX_CONFIG, why, "mend the endpoint in config.yaml: statements are at ENDPOINT/statements", err);
    return talk_stop(t, EX_TEMPFAIL, "it points to another address (a captive portal, or it moved)",
                     "open the network's sign-on page, or mend lrs in config.yaml; nothing was lost", err);
}

bool talk_says_no_way(const struct talk *t)
{
    long status = t->answer.status;
    return status == 401 || status == 403 || status == 404 || status == 405 || (status >= 300 && status < 400);
}

static bool is_passing(long status)
{
    return status == 0 || status == 408 || status == 425 || status == 429 || status >= 500;
}

/* Waits before the next attempt; false when patience is over. */
static bool wait_before_next(struct talk *t, struct error *err)
{
    int64_t patience = t->met || t->answer.status != 0 ? t->limits->patience_ms : 0;
    int64_t wait = t->limits->backoff_ms << (t->waits < 10 ? t->waits : 10);
    if (wait > LONGEST_WAIT_MS)
        wait = LONGEST_WAIT_MS;
    wait = wait / 2 + (int64_t)randombytes_uniform((uint32_t)(wait / 2 + 1));
    if (t->answer.retry_after_s > 0)
        wait = t->answer.retry_after_s * 1000;
    if (t->waited_ms + wait > patience) {
        char why[320];
        if (t->answer.status == 0)
            snprintf(why, sizeof why, "%.200s", t->answer.failure);
        else if (t->answer.retry_after_s > 0)
            snprintf(why, sizeof why, "it answered %ld and asks to wait %ld s", t->answer.status, t->answer.retry_after_s);
        else
            snprintf(why, sizeof why, "it answered %ld", t->answer.status);
        return talk_stop(t, EX_TEMPFAIL, why, "the next sync tries again; nothing was lost", err);
    }
    t->waits++;
    t->waited_ms += wait;
    struct timespec left = {wait / 1000, wait % 1000 * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
    return true;
}

bool talk_ask(struct talk *t, const char *path, const char *body, size_t len, struct error *err)
{
    for (;;) {
        if (!http_request(t->http, path, body, len, &t->answer, err))
            return false;
        if (!is_passing(t->answer.status))
            return true;
        if (!wait_before_next(t, err))
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
static bool learn_clock(struct talk *t, struct error *err)
{
    static const int64_t from = 1704067200000, to = 4102444800000; /* 2024, 2100 */
    char boot[65];
    if (t->outgoing->record == NULL) /* it was only to be seen whether somebody answers */
        return true;
    clock_boot_id(boot, sizeof boot);
    return t->answer.date_ms < from || t->answer.date_ms > to || boot[0] == '\0' ||
           record_clock_learnt(t->outgoing->record, boot, clock_monotonic_ms(), clock_wall_ms(), t->answer.date_ms + 500,
                               err);
}

static bool meet(struct talk *t, struct error *err)
{
    if (!talk_ask(t, "/about", NULL, 0, err))
        return false;
    if (talk_says_no_way(t))
        return talk_no_way(t, err);
    json_t *about = json_loadb(buf_text(&t->answer.body), t->answer.body.len, 0, NULL);
    bool lrs = t->answer.status == 200 && json_is_array(json_object_get(about, "version"));
    const char *version = best_version(about);
    json_decref(about);
    if (!lrs)
        return talk_not_an_lrs(t, err);
    if (version == NULL)
        return talk_stop(t, EX_UNAVAILABLE, "it speaks neither xAPI 2.0 nor 1.0", NULL, err);
    http_version(t->http, version);
    t->erases = erasures_offered(buf_text(&t->answer.body), t->answer.body.len);
    t->met = true;
    return learn_clock(t, err);
}

/* ---- the talk ---- */

bool talk_open(struct talk *t, struct outgoing *o, const struct lrs *lrs, const struct upload_limits *limits, struct error *err)
{
    const char *authorization;
    *t = (struct talk){.outgoing = o, .lrs = lrs, .limits = limits};
    if (!accepted_authorization(o->arena, lrs, &authorization, err))
        return false;
    t->http = http_open(lrs->endpoint, authorization, lrs->ca, limits->stall_s, err);
    return t->http != NULL && meet(t, err);
}

void talk_close(struct talk *t)
{
    http_close(t->http);
    buf_free(&t->answer.body);
}

void talk_heard(struct talk *t)
{
    t->waited_ms = 0;
    t->waits = 0;
}

bool talk_check_credentials(struct talk *t, struct error *err)
{
    return talk_ask(t, "/statements?statementId=00000000-0000-4000-8000-000000000000", NULL, 0, err) &&
           (t->answer.status != 401 || talk_no_way(t, err));
}
