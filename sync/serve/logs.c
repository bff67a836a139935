#include "sync/serve/logs.h"

#include "core/base/hex.h"
#include "sync/serve/people.h"
#include "sync/serve/store_logs.h"
#include "sync/site/log_list.h"
#include "sync/site/log_wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char *text, int64_t *value)
{
    char *end;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 15)
        return false;
    *value = strtoll(text, &end, 10);
    return *end == '\0';
}

bool logs_ask_read(const char *text, struct logs_ask *ask)
{
    char digits[2 * EVENT_LOG + 1];
    *ask = (struct logs_ask){.list = strchr(text, '/') == NULL};
    if (ask->list)
        return read_number(text, &ask->after);
    if (strcspn(text, "/") != 2 * EVENT_LOG)
        return false;
    memcpy(digits, text, 2 * EVENT_LOG);
    digits[2 * EVENT_LOG] = '\0';
    return hex_read(digits, ask->log, EVENT_LOG) && read_number(text + 2 * EVENT_LOG + 1, &ask->after);
}

bool logs_read(struct arena *a, const char *bytes, size_t n, struct log_part *part, struct error *err)
{
    if (n < sizeof LOG_TAG || memcmp(bytes, LOG_TAG, sizeof LOG_TAG) != 0)
        return error_set(err, EX_DATAERR, "that is no part of a log", NULL, "it has no tag, or another", NULL);
    return log_read(a, bytes + sizeof LOG_TAG, n - sizeof LOG_TAG, part, err) && log_part_check(part, NULL, err);
}

/* ---- giving ---- */

struct sealing {
    unsigned char signing[SIGNING_KEY], box[BOX_KEY];
};

enum { AT_ONCE_BYTES = 1 << 20 }; /* of parts that go with a list */

/* What is new in it since, where that is no more than one part, and there is room for it. What has none is not kept. */
static bool add_part(struct store *s, struct arena *a, const struct kept_log *log, size_t *room, struct site_log *item, struct error *err)
{
    struct log_part part;
    struct buf bytes = {0};
    struct error why = {0};
    if (log->last - log->before > LOG_EVENTS_MOST || log->again != 0)
        return true;
    struct arena *own = arena_open();
    bool ok = (own != NULL || error_memory(err)) && store_log_part(s, own, log->id, log->before, LOG_EVENTS_MOST, *room, &part, err) &&
              (part.count != log->last - log->before || log_write(&part, &bytes, &why) || why.code == EX_DATAERR || error_memory(err));
    if (ok && why.code == 0 && bytes.len > 0 && bytes.len <= *room) {
        item->part = (struct str){arena_copy(a, buf_text(&bytes), bytes.len), bytes.len};
        *room -= bytes.len;
        ok = item->part.p != NULL || error_memory(err);
    }
    buf_free(&bytes);
    arena_close(own);
    return ok;
}

static bool seal_list(struct store *s, struct arena *a, const char *device, int64_t after, const struct sealing *k, struct buf *out,
                      struct error *err)
{
    struct kept_log *logs;
    struct site_log_list list = {.changed = after};
    size_t room = after > 0 ? AT_ONCE_BYTES : 0;
    if (!store_logs(s, a, device, false, after, &logs, &list.count, err))
        return false;
    struct site_log *items = arena_array(a, list.count, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < list.count; i++) {
        memcpy(items[i].id, logs[i].id, EVENT_LOG);
        items[i].last = logs[i].last;
        items[i].again = logs[i].again;
        items[i].device = logs[i].device;
        list.changed = logs[i].changed;
        if (room > 0 && !add_part(s, a, &logs[i], &room, &items[i], err))
            return false;
    }
    list.items = items;
    return log_list_seal(&list, k->signing, k->box, out, err);
}

static bool seal_part(struct store *s, struct arena *a, const struct logs_ask *ask, const struct sealing *k, struct buf *out,
                      struct error *err)
{
    struct log_part part;
    struct buf plain = {0};
    if (!store_log_part(s, a, ask->log, (uint64_t)ask->after, LOG_EVENTS_MOST, LOG_EVENTS_BYTES, &part, err))
        return false;
    if (part.count == 0)
        return true;
    sealed_begin(&plain, LOG_TAG);
    bool ok = log_write(&part, &plain, err) && sealed_end(&plain, k->signing, k->box, out, err);
    buf_free(&plain);
    return ok;
}

bool logs_for(struct store *s, const char *device, const struct logs_ask *ask, struct buf *out, bool *told, struct error *err)
{
    struct sealing k;
    struct arena *a = arena_open();
    bool ok = a != NULL ? people_sealing(a, s, device, k.signing, k.box, told, err) : error_memory(err);
    if (ok && *told)
        ok = ask->list ? seal_list(s, a, device, ask->after, &k, out, err) : seal_part(s, a, ask, &k, out, err);
    sodium_memzero(&k, sizeof k);
    arena_close(a);
    return ok;
}

bool logs_tell(struct store *s, struct arena *a, const char *device, struct people_passes *passes, struct error *err)
{
    struct kept_log *own;
    if (!store_logs_changed(s, device, &passes->logs, err) || !store_logs(s, a, device, true, 0, &own, &passes->own_count, err))
        return false;
    struct people_log *items = arena_array(a, passes->own_count, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < passes->own_count; i++) {
        memcpy(items[i].id, own[i].id, EVENT_LOG);
        items[i].last = own[i].last;
    }
    passes->own = items;
    passes->logs_told = true;
    return true;
}
