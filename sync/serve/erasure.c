#include <jansson.h>

#include "sync/serve/erasure.h"

#include "core/base/json.h"

static bool refuse(const char *why, struct error *err)
{
    return error_set(err, EX_DATAERR, "not an erasure", NULL, why, NULL);
}

static bool read_ids(struct arena *a, const json_t *list, struct uuid **ids, size_t *count, struct error *err)
{
    *count = json_array_size(list);
    if (!json_is_array(list) || *count == 0 || *count > ERASURE_MOST)
        return refuse("`statements` names 1 to 10,000 ids", err);
    *ids = arena_array(a, *count, sizeof **ids);
    if (*ids == NULL)
        return error_memory(err);
    for (size_t i = 0; i < *count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text == NULL || !uuid_parse(text, &(*ids)[i]))
            return refuse("an id is no UUID", err);
    }
    return true;
}

bool erasure_read(struct arena *a, const char *bytes, size_t n, struct uuid **ids, size_t *count, struct error *err)
{
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
    bool ok = json_is_object(root) ? read_ids(a, json_object_get(root, "statements"), ids, count, err)
                                   : refuse("it is {\"statements\": [...]}", err);
    json_decref(root);
    return ok;
}

void erasure_answer(struct buf *out, size_t erased, size_t asked)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_int(&j, "erased", (int64_t)erased);
    json_int(&j, "unknown", (int64_t)(asked - erased));
    json_close_object(&j);
}
