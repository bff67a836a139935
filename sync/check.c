#include "sync/check.h"

#include "core/base/output.h"
#include "core/base/text.h"
#include "sync/channel/progress.h"
#include "sync/told.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Each channel and store with what was found. */
static void add_text(struct buf *out, const char *name, const char *found)
{
    struct buf line = {0};
    buf_addf(&line, "%s: %s", name, found);
    text_safe(out, buf_text(&line), line.len, 0);
    buf_addc(out, '\n');
    buf_free(&line);
}

static void text_of(const struct syncing *now, struct buf *out)
{
    for (size_t i = 0; i < now->channel_count; i++)
        if (now->channels[i].error[0] == '\0')
            add_text(out, now->channels[i].id[0] != '\0' ? now->channels[i].id : now->channels[i].url, "reached");
    if (now->site.endpoint != NULL && now->site.endpoint[0] != '\0' && now->site.error[0] == '\0')
        add_text(out, now->site.endpoint, "reached, and this device is known there");
    for (size_t i = 0; i < now->store_count; i++)
        if (now->stores[i].error[0] == '\0')
            add_text(out, now->stores[i].endpoint, "reached");
    if (now->channel_count + now->store_count == 0 && out->len == 0)
        buf_adds(out, "nothing comes from elsewhere, and nothing leaves\n");
}

static bool print(const struct syncing *now, bool json, struct error *err)
{
    struct buf out = {0};
    if (json) {
        syncing_json(now, &out);
        output_end_json(&out);
    } else {
        text_of(now, &out);
    }
    return output_buf(&out, false, err);
}

/* The pipe takes what fits into it: whoever gave it reads. */
static bool hand_over(const struct syncing *now, int fd, struct error *err)
{
    struct buf lines = {0};
    syncing_text(now, &lines);
    bool ok = buf_ok(&lines) && (lines.len == 0 || write(fd, buf_text(&lines), lines.len) == (ssize_t)lines.len);
    buf_free(&lines);
    return ok || error_errno(err, errno, "cannot tell", NULL, NULL);
}

static void fail(const struct error *one, const struct error **first)
{
    if (one->code == 0)
        return;
    if (*first == NULL)
        *first = one;
    else
        error_print(one, "crib", stderr);
}

static bool first_failure(const struct told *t, struct error *err)
{
    const struct error *first = NULL;
    fail(&t->site.err, &first);
    for (size_t i = 0; i < t->count; i++)
        fail(&t->results[i].err, &first);
    for (size_t i = 0; i < t->sent.store_count; i++)
        if (!told_of_site(t, &t->sent.stores[i].err))
            fail(&t->sent.stores[i].err, &first);
    if (first == NULL) /* else what comes from there said so */
        fail(&t->site.away, &first);
    if (first != NULL)
        *err = *first;
    return first == NULL;
}

bool check_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    struct told told = {0};
    struct syncing now;
    struct remote_result *results = NULL;
    struct progress progress;
    const struct remote_options dry = {.dry = true};
    struct library *library = library_open(places, LIBRARY_READ, "", err);
    if (library == NULL)
        return false;
    progress_open(&progress, true);
    bool ok = remote_sync(a, places, library, &dry, &results, &told.count, &told.site, err);
    told.results = results;
    ok = ok && upload_check(a, places, &told.sent, err) && (told_found(a, places, &told, &now) || error_memory(err)) &&
         (progress.fd >= 0 ? hand_over(&now, progress.fd, err) : print(&now, args_flag(args, "json"), err));
    library_close(library);
    return ok && first_failure(&told, err);
}
