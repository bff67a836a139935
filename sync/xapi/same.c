#include <jansson.h>

#include "sync/xapi/same.h"

#include "core/record/event.h"
#include "sync/xapi/value.h"

#include <stdlib.h>
#include <string.h>

json_t *statement_json(const char *text, size_t n, json_error_t *error)
{
    return json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, error);
}

const char *statement_object_type(const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "objectType"));
    return type != NULL ? type : "Activity";
}

/* What the specification takes out of the comparison is taken out of both, what has no order is ordered. */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The elements as texts, sorted: an array of strings that is equal whatever the order was. */
static json_t *ordered(const json_t *array)
{
    size_t n = json_array_size(array), got = 0;
    char **texts = calloc(n + 1, sizeof *texts);
    json_t *out = texts != NULL ? json_array() : NULL;
    for (; out != NULL && got < n; got++)
        if ((texts[got] = json_dumps(json_array_get(array, got), JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY)) == NULL)
            break;
    if (out != NULL)
        qsort((void *)texts, got, sizeof *texts, by_text);
    for (size_t i = 0; i < got; i++) {
        json_array_append_new(out, json_string(texts[i]));
        free(texts[i]);
    }
    free((void *)texts);
    return out;
}

static void plain_one(json_t *agent)
{
    const char *mbox = json_string_value(json_object_get(agent, "mbox"));
    const char *at = mbox != NULL ? strrchr(mbox, '@') : NULL;
    if (at != NULL) {
        char *copy = strdup(mbox);
        for (char *c = copy != NULL ? copy + (at - mbox) : NULL; c != NULL && *c != '\0'; c++)
            if (*c >= 'A' && *c <= 'Z')
                *c = (char)(*c - 'A' + 'a');
        if (copy != NULL)
            json_object_set_new(agent, "mbox", json_string(copy));
        free(copy);
    }
    const char *type = json_string_value(json_object_get(agent, "objectType"));
    if (type != NULL && strcmp(type, "Agent") == 0)
        json_object_del(agent, "objectType"); /* the default */
}

/* An agent or a group. A member is an agent: what lies below one is compared as it is. */
static void plain_agent(json_t *agent)
{
    plain_one(agent);
    json_t *members = json_object_get(agent, "member");
    if (!json_is_array(members))
        return;
    for (size_t i = 0; i < json_array_size(members); i++)
        plain_one(json_array_get(members, i));
    json_object_set_new(agent, "member", ordered(members));
}

static void plain_activity(json_t *activity)
{
    json_object_del(activity, "definition");
    json_object_del(activity, "objectType");
}

static void small_id(json_t *of, const char *name)
{
    struct uuid id;
    char small[UUID_TEXT];
    if (!uuid_parse(json_string_value(json_object_get(of, name)), &id))
        return;
    uuid_text(&id, small);
    json_object_set_new(of, name, json_string(small));
}

static void plain_context(json_t *context)
{
    static const char *const kinds[] = {"parent", "grouping", "category", "other"};
    json_t *activities = json_object_get(context, "contextActivities");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        json_t *list = json_object_get(activities, kinds[i]);
        for (size_t k = 0; k < json_array_size(list); k++)
            plain_activity(json_array_get(list, k));
    }
    plain_agent(json_object_get(context, "instructor"));
    plain_agent(json_object_get(context, "team"));
    small_id(context, "registration");
    small_id(json_object_get(context, "statement"), "id");
}

static void plain_statement(json_t *v)
{
    static const char *const out[] = {"id", "stored", "authority", "version", "attachments"};
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        json_object_del(v, out[i]);
    int64_t us;
    const char *timestamp = json_string_value(json_object_get(v, "timestamp"));
    if (timestamp != NULL && xapi_timestamp(timestamp, &us)) {
        char text[XAPI_TIME_SIZE];
        xapi_time_text(us, text);
        json_object_set_new(v, "timestamp", json_string(text));
    }
    plain_agent(json_object_get(v, "actor"));
    json_object_del(json_object_get(v, "verb"), "display");
    plain_context(json_object_get(v, "context"));
    json_t *object = json_object_get(v, "object");
    const char *type = statement_object_type(object);
    if (strcmp(type, "Activity") == 0)
        plain_activity(object);
    else if (strcmp(type, "StatementRef") == 0)
        small_id(object, "id");
    else if (strcmp(type, "SubStatement") == 0)
        plain_statement(object);
    else
        plain_agent(object);
}

bool statements_agree(const char *a, size_t a_length, const char *b, size_t b_length)
{
    json_t *one = statement_json(a, a_length, NULL), *two = statement_json(b, b_length, NULL);
    json_t *const both[] = {one, two};
    /* A timestamp that the server gave (it is the moment of storing, or still blank) says nothing. */
    bool server_gave = false;
    for (size_t i = 0; i < 2; i++) {
        const json_t *stored = json_object_get(both[i], "stored"), *timestamp = json_object_get(both[i], "timestamp");
        server_gave = server_gave || timestamp == NULL || json_equal(stored, timestamp);
    }
    for (size_t i = 0; i < 2; i++) {
        if (server_gave)
            json_object_del(both[i], "timestamp");
        plain_statement(both[i]);
    }
    bool same = json_is_object(one) && json_is_object(two) && json_equal(one, two);
    json_decref(one);
    json_decref(two);
    return same;
}
