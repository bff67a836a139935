#include "sync/channel/fetch.h"

#include "core/base/clock.h"
#include "sync/channel/transfer.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_CONNECTIONS = 4 /* to one host */ };

struct item {
    struct transfer transfer;
    struct item *next;
    void (*done)(void *context, const struct fetch_result *result);
    void *context;
    int64_t again_ms; /* when to try again; 0: it is with libcurl */
};

struct fetch {
    CURLM *multi;
    struct item *items;
    size_t count;
    struct transfers_all all;
    int64_t began_ms;
    bool started; /* libcurl's own set-up was made for us */
};

/* ---- opening ---- */

struct fetch *fetch_open(int64_t limit_rate, struct error *err)
{
    struct fetch *f = calloc(1, sizeof *f);
    bool ok = f != NULL && (f->started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) &&
              (f->multi = curl_multi_init()) != NULL &&
              curl_multi_setopt(f->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)MOST_CONNECTIONS) == CURLM_OK;
    if (!ok) {
        fetch_close(f);
        error_memory(err);
        return NULL;
    }
    f->all.limit_rate = limit_rate;
    return f;
}

static void item_free(struct fetch *f, struct item *t)
{
    if (t->again_ms == 0)
        curl_multi_remove_handle(f->multi, t->transfer.easy);
    transfer_close(&t->transfer);
    free(t);
}

void fetch_close(struct fetch *f)
{
    if (f == NULL)
        return;
    while (f->items != NULL) {
        struct item *t = f->items;
        f->items = t->next;
        item_free(f, t);
    }
    curl_multi_cleanup(f->multi);
    if (f->started)
        curl_global_cleanup();
    free(f);
}

void fetch_report(struct fetch *f, fetch_reported *report, void *context)
{
    f->all.report = report;
    f->all.report_context = context;
}

static bool begin_try(struct fetch *f, struct item *t)
{
    t->again_ms = 0;
    if (transfer_begin(&t->transfer) && curl_multi_add_handle(f->multi, t->transfer.easy) == CURLM_OK)
        return true;
    t->again_ms = 1;
    return false;
}

bool fetch_add(struct fetch *f, const struct fetch_file *request, struct error *err)
{
    struct item *t = calloc(1, sizeof *t);
    if (t == NULL)
        return error_memory(err);
    *t = (struct item){.done = request->done, .context = request->context, .again_ms = 1};
    if (!transfer_open(&t->transfer, &f->all, request, t) || !begin_try(f, t)) {
        item_free(f, t);
        return error_memory(err);
    }
    t->next = f->items;
    f->items = t;
    f->count++;
    return true;
}

/* ---- how it ended ---- */

static void unlink_item(struct fetch *f, struct item *t)
{
    struct item **at = &f->items;
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    f->count--;
}

static void ended(struct fetch *f, struct item *t, CURLcode code)
{
    struct error err = {0};
    (void)curl_multi_remove_handle(f->multi, t->transfer.easy);
    t->again_ms = 1;
    if (transfer_again(&t->transfer, code)) {
        int tries = t->transfer.tries;
        t->again_ms = clock_monotonic_ms() + (tries > 1 ? 125L << tries : 0) + 1;
        return;
    }
    const struct fetch_result result = {
        .outcome = transfer_end(&t->transfer, code, &err),
        .bytes = {buf_text(&t->transfer.bytes), t->transfer.bytes.len},
        .etag = t->transfer.etag,
        .date_ms = t->transfer.date_ms,
        .error = &err,
    };
    unlink_item(f, t);
    t->done(t->context, &result);
    item_free(f, t);
}

/* ---- the loop ---- */

/* Begins anew what is due; how long the loop may sleep, in milliseconds. */
static bool wake(struct fetch *f, int *wait_ms)
{
    int64_t now = clock_monotonic_ms();
    *wait_ms = 1000;
    for (struct item *t = f->items; t != NULL; t = t->next) {
        if (t->again_ms == 0)
            continue;
        if (t->again_ms > now) {
            if (t->again_ms - now < *wait_ms)
                *wait_ms = (int)(t->again_ms - now);
            continue;
        }
        if (!begin_try(f, t))
            return false;
        *wait_ms = 0;
    }
    return true;
}

/* Waits until as much time has passed as what came may take: what isn't read, the other side does not send. */
static void throttle(const struct fetch *f)
{
    if (f->all.limit_rate <= 0)
        return;
    int64_t due = (int64_t)(f->all.received * 1000 / (uint64_t)f->all.limit_rate) - (clock_monotonic_ms() - f->began_ms);
    if (due > 0)
        nanosleep(&(struct timespec){.tv_sec = due < 1000 ? 0 : 1, .tv_nsec = due < 1000 ? due * 1000000 : 0}, NULL);
}

/* true when something ended: then there may be more to do at once. */
static bool reap(struct fetch *f)
{
    int left;
    bool any = false;
    const CURLMsg *m;
    while ((m = curl_multi_info_read(f->multi, &left)) != NULL) {
        char *context = NULL;
        if (m->msg != CURLMSG_DONE || curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &context) != CURLE_OK)
            continue;
        any = true;
        ended(f, (struct item *)(void *)context, m->data.result);
    }
    return any;
}

bool fetch_run(struct fetch *f, struct error *err)
{
    f->began_ms = clock_monotonic_ms();
    f->all.received = 0;
    while (f->count > 0) {
        int running, wait_ms;
        if (!wake(f, &wait_ms) || curl_multi_perform(f->multi, &running) != CURLM_OK)
            return error_memory(err);
        throttle(f);
        if (reap(f))
            continue;
        if (curl_multi_poll(f->multi, NULL, 0, wait_ms, NULL) != CURLM_OK)
            return error_memory(err);
    }
    return true;
}
