#include <jansson.h>

#include "sync/serve/store_log_erase.h"

#include "core/base/hex.h"
#include "sync/serve/store_private.h"

#include <stdlib.h>
#include <string.h>

enum { SHIFT = 40, RANGES_MOST = 256 /* that an event says */ };

/* Positions, the first and the last. */
struct range {
    int64_t first, last;
};

struct ranges {
    struct range *items;
    size_t count, cap;
};

static bool add(struct ranges *list, struct range range, struct error *err)
{
    if (list->count == list->cap) {
        size_t wider = list->cap == 0 ? RANGES_MOST : 2 * list->cap;
        struct range *more = realloc(list->items, wider * sizeof *more);
        if (more == NULL)
            return error_memory(err);
        list->items = more;
        list->cap = wider;
    }
    list->items[list->count++] = range;
    return true;
}

/* The number of the log that it speaks of; 0: none that it may speak of. */
static bool find_meant(struct store *s, int64_t number, const json_t *root, int64_t *meant, struct error *err)
{
    unsigned char log[EVENT_LOG];
    *meant = 0;
    return !hex_read(json_string_value(json_object_get(root, "log")), log, EVENT_LOG) ||
           db_number(s->db, meant, 0, err, "SELECT number FROM log WHERE id = ? AND client = (SELECT client FROM log WHERE number = ?)", "bi",
                     log, sizeof log, number);
}

static bool collect(struct store *s, int64_t number, const struct log_event *e, struct ranges *list, struct error *err)
{
    int64_t meant, most = ((int64_t)1 << SHIFT) - 1;
    json_t *root = json_loadb(e->payload, e->payload_len, 0, NULL);
    const json_t *said = json_object_get(root, "ranges");
    size_t count = json_array_size(said);
    bool ok = find_meant(s, number, root, &meant, err);
    if (meant == number)
        most = (int64_t)e->seq - 1;
    for (size_t i = 0; ok && meant != 0 && i < count && i < RANGES_MOST; i++) {
        json_int_t first = json_integer_value(json_array_get(json_array_get(said, i), 0)),
                   last = json_integer_value(json_array_get(json_array_get(said, i), 1));
        if (first > 0 && last >= first && last <= most)
            ok = add(list, (struct range){meant * ((int64_t)1 << SHIFT) + first, meant * ((int64_t)1 << SHIFT) + last}, err);
    }
    json_decref(root);
    return ok;
}

static int by_first(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

/* What they name together, each once. */
static bool erase(struct store *s, struct ranges *list, struct error *err)
{
    bool ok = true;
    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, by_first);
    for (size_t i = 0; ok && i < list->count;) {
        struct range r = list->items[i];
        for (i++; i < list->count && list->items[i].first <= r.last + 1; i++)
            if (list->items[i].last > r.last)
                r.last = list->items[i].last;
        ok = db_run(s->db, err,
                    "UPDATE log_event SET salt = x'', payload = NULL WHERE position BETWEEN ? AND ? AND (payload IS NOT NULL OR salt IS NULL)"
                    " AND kind NOT IN ('erased', 'log.begun', 'log.continued')",
                    "ii", r.first, r.last);
    }
    return ok;
}

bool store_log_erase(struct store *s, int64_t number, const struct log_event *events, size_t count, bool *erases, struct error *err)
{
    struct ranges list = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        if (events[i].payload != NULL && strcmp(events[i].kind, "erased") == 0)
            ok = collect(s, number, &events[i], &list, err);
    *erases = *erases || list.count > 0;
    ok = ok && erase(s, &list, err);
    free(list.items);
    return ok;
}
