#include <jansson.h>

#include "sync/site/log_list.h"

#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <string.h>
#include <sysexits.h>

static const char tag[] = "crib-logs-1";

bool log_list_seal(const struct site_log_list *list, const unsigned char signing[SIGNING_KEY], const unsigned char box[BOX_KEY],
                   struct buf *out, struct error *err)
{
    struct buf plain = {0};
    struct json j = {.out = &plain};
    sealed_begin(&plain, tag);
    json_open_object(&j, NULL);
    json_int(&j, "changed", list->changed);
    json_open_array(&j, "logs");
    for (size_t i = 0; i < list->count; i++) {
        json_open_object(&j, NULL);
        json_hex(&j, "log", list->items[i].id, EVENT_LOG);
        json_int(&j, "last", (int64_t)list->items[i].last);
        json_int(&j, "again", (int64_t)list->items[i].again);
        json_string(&j, "device", list->items[i].device);
        json_int(&j, "part", (int64_t)list->items[i].part.n);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
    buf_addc(&plain, '\0');
    for (size_t i = 0; i < list->count; i++)
        buf_add(&plain, list->items[i].part.p, list->items[i].part.n);
    bool ok = sealed_end(&plain, signing, box, out, err);
    buf_free(&plain);
    return ok;
}

/* Its part is the beginning of *parts. */
static bool read_log(struct arena *a, const json_t *one, struct site_log *l, struct str *parts)
{
    const char *device = json_string_value(json_object_get(one, "device"));
    size_t n = json_string_length(json_object_get(one, "device"));
    json_int_t last = json_integer_value(json_object_get(one, "last")), again = json_integer_value(json_object_get(one, "again"));
    bool fits = device != NULL && n <= LOG_DEVICE_MOST && text_control(device, n) == n && last > 0 &&
                hex_read(json_string_value(json_object_get(one, "log")), l->id, EVENT_LOG);
    l->last = fits ? (uint64_t)last : 0;
    l->again = again > 0 ? (uint64_t)again : 0;
    l->device = fits ? arena_copy(a, device, n) : NULL;
    json_int_t size = json_integer_value(json_object_get(one, "part"));
    if (l->device == NULL || size < 0 || (uint64_t)size > parts->n)
        return false;
    l->part = (struct str){parts->p, (size_t)size};
    parts->p += size;
    parts->n -= (size_t)size;
    return true;
}

bool log_list_open(struct arena *a, const char *bytes, size_t n, const struct people_keys *keys, struct site_log_list *list,
                   struct error *err)
{
    struct str text;
    *list = (struct site_log_list){0};
    if (!sealed_open(a, bytes, n, keys, tag, &text, err))
        return false;
    const char *nul = memchr(text.p, '\0', text.n);
    struct str parts = nul != NULL ? (struct str){nul + 1, text.n - (size_t)(nul - text.p) - 1} : (struct str){"", 0};
    json_t *root = json_loadb(text.p, nul != NULL ? (size_t)(nul - text.p) : 0, JSON_REJECT_DUPLICATES, NULL);
    const json_t *array = json_object_get(root, "logs");
    size_t count = json_array_size(array);
    struct site_log *items = arena_array(a, count, sizeof *items);
    list->changed = json_integer_value(json_object_get(root, "changed"));
    bool whole = json_is_array(array) && list->changed >= 0;
    for (size_t i = 0; whole && items != NULL && i < count; i++)
        whole = read_log(a, json_array_get(array, i), &items[i], &parts);
    json_decref(root);
    list->items = items;
    list->count = count;
    whole = whole && parts.n == 0;
    if (items == NULL)
        return error_memory(err);
    return whole || error_set(err, EX_DATAERR, "what came from the site can't be taken", NULL, "it is no list of logs", "the next sync asks again; tell who runs the site");
}
