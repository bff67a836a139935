#include <jansson.h>

#include "sync/xapi/same.h"

#include "core/base/clock.h"
#include "core/record/event.h"

#include <string.h>

enum { DEEPEST = 32 };

static bool same(const char *key, const json_t *ours, const json_t *theirs, unsigned depth);

/* Every member of ours is in theirs. */
static bool within(const json_t *ours, const json_t *theirs, unsigned depth)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)ours, key, value)
    {
        if (strcmp(key, "definition") == 0 || strcmp(key, "display") == 0 || strcmp(key, "objectType") == 0)
            continue;
        if (!same(key, value, json_object_get(theirs, key), depth + 1))
            return false;
    }
    return true;
}

static bool same_list(const json_t *ours, const json_t *theirs, unsigned depth)
{
    if (json_array_size(ours) != json_array_size(theirs))
        return false;
    for (size_t i = 0; i < json_array_size(ours); i++)
        if (!same("", json_array_get(ours, i), json_array_get(theirs, i), depth + 1))
            return false;
    return true;
}

static bool same_text(const char *key, const char *ours, const char *theirs)
{
    int64_t a, b;
    if (strcmp(key, "timestamp") == 0)
        return clock_parse(ours, &a) && clock_parse(theirs, &b) && a == b;
    struct uuid one, other; /* which may come in either case */
    return strcmp(ours, theirs) == 0 || (uuid_parse(ours, &one) && uuid_parse(theirs, &other) && uuid_equal(&one, &other));
}

static bool same(const char *key, const json_t *ours, const json_t *theirs, unsigned depth)
{
    if (theirs == NULL || depth > DEEPEST)
        return false;
    if (json_is_object(ours))
        return json_is_object(theirs) && within(ours, theirs, depth);
    if (json_is_array(ours))
        return json_is_array(theirs) && same_list(ours, theirs, depth);
    if (json_is_number(ours)) {
        double a = json_number_value(ours), b = json_number_value(theirs);
        return json_is_number(theirs) && a - b < 1e-9 && b - a < 1e-9;
    }
    if (json_is_string(ours))
        return json_is_string(theirs) && same_text(key, json_string_value(ours), json_string_value(theirs));
    return json_equal(ours, theirs);
}

bool statement_same(const char *ours, size_t our_len, const char *theirs, size_t their_len)
{
    json_t *a = json_loadb(ours, our_len, 0, NULL), *b = json_loadb(theirs, their_len, 0, NULL);
    /* The result and the context are whole or absent: what is in theirs alone makes another statement. */
    bool ok = json_is_object(a) && json_is_object(b) && same("", a, b, 0) &&
              (json_object_get(a, "result") != NULL) == (json_object_get(b, "result") != NULL) &&
              json_object_size(json_object_get(a, "result")) == json_object_size(json_object_get(b, "result"));
    json_decref(a);
    json_decref(b);
    return ok;
}
