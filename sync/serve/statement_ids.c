#include "sync/serve/statement_ids.h"

#include "sync/xapi/same.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Leaves of an object the members that are named. */
static void keep(json_t *v, const char *const *names)
{
    const char *key;
    void *next;
    json_t *value;
    json_object_foreach_safe(v, next, key, value) {
        const char *const *name = names;
        while (*name != NULL && strcmp(*name, key) != 0)
            name++;
        if (*name == NULL)
            json_object_del(v, key);
    }
}

static void reduce_agent(json_t *v)
{
    static const char *const identified[] = {"objectType", "mbox", "mbox_sha1sum", "openid", "account", NULL};
    static const char *const anonymous[] = {"objectType", "member", NULL};
    bool named = false;
    for (size_t i = 1; identified[i] != NULL; i++)
        named = named || json_object_get(v, identified[i]) != NULL;
    keep(v, named ? identified : anonymous);
    json_t *members = json_object_get(v, "member");
    for (size_t i = 0; i < json_array_size(members); i++)
        reduce_agent(json_array_get(members, i));
}

static void reduce_activity(json_t *v)
{
    static const char *const names[] = {"id", NULL}; /* what names no objectType is an activity */
    keep(v, names);
}

static void reduce_context(json_t *context)
{
    static const char *const kinds[] = {"parent", "grouping", "category", "other"};
    static const char *const lists[][2] = {{"contextAgents", "agent"}, {"contextGroups", "group"}};
    reduce_agent(json_object_get(context, "instructor"));
    reduce_agent(json_object_get(context, "team"));
    const json_t *activities = json_object_get(context, "contextActivities");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const json_t *list = json_object_get(activities, kinds[i]);
        for (size_t k = 0; k < json_array_size(list); k++)
            reduce_activity(json_array_get(list, k));
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const json_t *list = json_object_get(context, lists[i][0]);
        for (size_t k = 0; k < json_array_size(list); k++)
            reduce_agent(json_object_get(json_array_get(list, k), lists[i][1]));
    }
}

static void reduce(json_t *v)
{
    static const char *const verb[] = {"id", NULL};
    reduce_agent(json_object_get(v, "actor"));
    keep(json_object_get(v, "verb"), verb);
    reduce_context(json_object_get(v, "context"));
    reduce_agent(json_object_get(v, "authority"));
    json_t *object = json_object_get(v, "object");
    const char *type = statement_object_type(object);
    if (strcmp(type, "Activity") == 0)
        reduce_activity(object);
    else if (strcmp(type, "SubStatement") == 0)
        reduce(object);
    else if (strcmp(type, "StatementRef") != 0)
        reduce_agent(object);
}

static json_t *parsed(const struct buf *array)
{
    json_t *list = json_loadb(buf_text(array), array->len, 0, NULL);
    return list != NULL ? list : json_loadb(buf_text(array), array->len, JSON_DECODE_INT_AS_REAL, NULL);
}

bool statement_ids(struct buf *out, const char *text, size_t n)
{
    struct buf array = {0};
    buf_addc(&array, '[');
    buf_add(&array, text, n);
    buf_addc(&array, ']');
    json_t *list = buf_ok(&array) ? parsed(&array) : NULL;
    buf_free(&array);
    for (size_t i = 0; i < json_array_size(list); i++)
        reduce(json_array_get(list, i));
    char *reduced = list != NULL ? json_dumps(list, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(list);
    if (reduced != NULL)
        buf_add(out, reduced + 1, strlen(reduced) - 2); /* without the brackets */
    bool ok = reduced != NULL && buf_ok(out);
    free(reduced);
    return ok;
}
