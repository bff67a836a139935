#include "sync/serve/statement.h"

#include "core/base/buf.h"
#include "core/record/event.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STATEMENTS = 10000 };

/* ---- the text: values by their place, in JSON that is known to be well formed ---- */

static size_t blanks(const char *t, size_t i, size_t n)
{
    while (i < n && (t[i] == ' ' || t[i] == '\t' || t[i] == '\n' || t[i] == '\r'))
        i++;
    return i;
}

static size_t string_end(const char *t, size_t i, size_t n)
{
    for (i++; i < n && t[i] != '"'; i++)
        if (t[i] == '\\')
            i++;
    return i < n ? i + 1 : n;
}

/* The place behind the value that begins at i. */
static size_t value_end(const char *t, size_t i, size_t n)
{
    size_t depth = 0;
    while (i < n) {
        if (t[i] == '"') {
            i = string_end(t, i, n);
        } else if (t[i] == '{' || t[i] == '[') {
            depth++;
            i++;
        } else if (t[i] == '}' || t[i] == ']') {
            if (depth == 0)
                return i;
            depth--;
            i++;
        } else if (t[i] == ',' && depth == 0) {
            return i;
        } else {
            i++;
            continue;
        }
        if (depth == 0)
            return i;
    }
    return n;
}

/* ---- composing ---- */

/* What the server says itself is left out of what the client wrote. */
static bool is_ours(const char *key, size_t n)
{
    static const char *const ours[] = {"id", "stored", "authority", "version"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strlen(ours[i]) == n && memcmp(ours[i], key, n) == 0)
            return true;
    return false;
}

static void add_members(struct buf *out, const char *t, size_t n)
{
    size_t i = blanks(t, 0, n) + 1;
    while ((i = blanks(t, i, n)) < n && t[i] == '"') {
        size_t key = i, key_end = string_end(t, i, n);
        size_t colon = blanks(t, key_end, n), value = blanks(t, colon + 1, n), end = value_end(t, value, n);
        if (!is_ours(t + key + 1, key_end - key - 2)) {
            buf_addc(out, ',');
            buf_add(out, t + key, key_end - key);
            buf_addc(out, ':');
            buf_add(out, t + value, end - value);
        }
        i = blanks(t, end, n);
        if (i < n && t[i] == ',')
            i++;
    }
}

/* A key written with escapes would not be seen to be ours. */
static bool plain_keys(const char *t, size_t n)
{
    size_t i = blanks(t, 0, n) + 1;
    while ((i = blanks(t, i, n)) < n && t[i] == '"') {
        size_t end = string_end(t, i, n);
        if (memchr(t + i, '\\', end - i) != NULL)
            return false;
        i = blanks(t, value_end(t, blanks(t, blanks(t, end, n) + 1, n), n), n);
        if (i < n && t[i] == ',')
            i++;
    }
    return true;
}

/* A single activity stands for an array of one, and is given back as such (Part Two, 2.4.6.2). */
static bool wrap_activities(json_t *statement)
{
    static const char *const kinds[] = {"parent", "grouping", "category", "other"};
    json_t *all = json_object_get(json_object_get(statement, "context"), "contextActivities");
    bool changed = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        json_t *one = json_object_get(all, kinds[i]);
        if (json_is_object(one)) {
            json_t *array = json_array();
            json_array_append(array, one);
            json_object_set_new(all, kinds[i], array);
            changed = true;
        }
    }
    json_t *object = json_object_get(statement, "object");
    if (strcmp(statement_object_type(object), "SubStatement") == 0)
        changed = wrap_activities(object) || changed;
    return changed;
}

static void random_uuid(char out[UUID_TEXT])
{
    struct uuid id;
    randombytes_buf(id.bytes, sizeof id.bytes);
    id.bytes[6] = (unsigned char)((id.bytes[6] & 0x0F) | 0x40);
    id.bytes[8] = (unsigned char)((id.bytes[8] & 0x3F) | 0x80);
    uuid_text(&id, out);
}

static void small_letters(char *to, const char *from, size_t size)
{
    size_t i = 0;
    for (; from[i] != '\0' && i + 1 < size; i++)
        to[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] - 'A' + 'a' : from[i]);
    to[i] = '\0';
}

static const char moment[] = "                           ";
_Static_assert(sizeof moment == XAPI_TIME_SIZE, "the blanks are as long as a moment");

static bool compose(struct arena *a, struct statement *s, const json_t *v, const char *t, size_t n, const char *authority,
                    enum xapi_version version)
{
    const char *own = json_string_value(json_object_get(v, "version"));
    struct buf out = {0};
    buf_addf(&out, "{\"id\":\"%s\",\"stored\":\"", s->id);
    s->stored_at = out.len;
    buf_addf(&out, "%s\",\"authority\":%s,\"version\":\"%s\"", moment, authority,
             own != NULL ? own : version == XAPI_2_0 ? "2.0.0" : "1.0.0");
    if (json_object_get(v, "timestamp") == NULL) {
        buf_adds(&out, ",\"timestamp\":\"");
        s->timestamp_at = out.len;
        buf_addf(&out, "%s\"", moment);
    }
    add_members(&out, t, n);
    buf_addc(&out, '}');
    s->text = buf_ok(&out) ? arena_copy(a, buf_text(&out), out.len) : NULL;
    s->length = out.len;
    buf_free(&out);
    return s->text != NULL;
}

/* ---- terms ---- */

struct terms {
    struct arena *arena;
    struct term *items;
    size_t count, room;
    bool failed;
};

static void add_term(struct terms *t, const char *text, bool broad)
{
    if (t->count == t->room) {
        size_t room = t->room > 0 ? t->room * 2 : 16;
        struct term *more = arena_array(t->arena, room, sizeof *more);
        if (more != NULL && t->count > 0)
            memcpy(more, t->items, t->count * sizeof *more);
        t->items = more != NULL ? more : t->items;
        t->room = more != NULL ? room : t->room;
        t->failed = t->failed || more == NULL;
    }
    t->failed = t->failed || text == NULL;
    if (t->failed)
        return;
    t->items[t->count++] = (struct term){text, broad};
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct term *)a)->text, ((const struct term *)b)->text);
}

/* Each text once, sorted: who sends may name a hundred thousand. */
static void once_each(struct terms *t)
{
    size_t kept = 0;
    if (t->count > 0)
        qsort(t->items, t->count, sizeof *t->items, by_text);
    for (size_t i = 0; i < t->count; i++) {
        if (kept == 0 || strcmp(t->items[kept - 1].text, t->items[i].text) != 0)
            t->items[kept++] = t->items[i];
        else
            t->items[kept - 1].broad = t->items[kept - 1].broad && t->items[i].broad;
    }
    t->count = kept;
}

bool statement_has_term(const struct statement *s, const char *text)
{
    const struct term key = {.text = text};
    return s->count > 0 && bsearch(&key, s->terms, s->count, sizeof key, by_text) != NULL;
}

static void add_id(struct terms *t, char kind, const json_t *id, bool broad)
{
    if (json_is_string(id))
        add_term(t, arena_printf(t->arena, "%c%s", kind, json_string_value(id)), broad);
}

const char *statement_agent_key(struct arena *a, const json_t *agent)
{
    const char *value = json_string_value(json_object_get(agent, "mbox"));
    if (value != NULL) { /* a domain is the same in any case */
        char *key = arena_printf(a, "am%s", value);
        char *at = key != NULL ? strrchr(key, '@') : NULL;
        if (at != NULL)
            small_letters(at, at, strlen(at) + 1);
        return key;
    }
    if ((value = json_string_value(json_object_get(agent, "mbox_sha1sum"))) != NULL) {
        char *key = arena_printf(a, "as%s", value);
        if (key != NULL)
            small_letters(key, key, strlen(key) + 1);
        return key;
    }
    if ((value = json_string_value(json_object_get(agent, "openid"))) != NULL)
        return arena_printf(a, "ao%s", value);
    const json_t *account = json_object_get(agent, "account");
    const char *name = json_string_value(json_object_get(account, "name"));
    value = json_string_value(json_object_get(account, "homePage"));
    return name != NULL && value != NULL ? arena_printf(a, "aa%s\x1f%s", value, name) : NULL;
}

static void add_agent(struct terms *t, const json_t *agent, bool broad)
{
    if (!json_is_object(agent))
        return;
    const char *key = statement_agent_key(t->arena, agent);
    if (key != NULL)
        add_term(t, key, broad);
    const json_t *members = json_object_get(agent, "member");
    for (size_t i = 0; i < json_array_size(members); i++)
        add_agent(t, json_array_get(members, i), broad);
}

static void add_activities(struct terms *t, const json_t *v)
{
    if (json_is_object(v))
        add_id(t, 'i', json_object_get(v, "id"), true);
    for (size_t i = 0; i < json_array_size(v); i++)
        add_id(t, 'i', json_object_get(json_array_get(v, i), "id"), true);
}

static void add_context(struct terms *t, const json_t *context)
{
    static const char *const kinds[] = {"parent", "grouping", "category", "other"};
    const json_t *activities = json_object_get(context, "contextActivities");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        add_activities(t, json_object_get(activities, kinds[i]));
    add_agent(t, json_object_get(context, "instructor"), true);
    add_agent(t, json_object_get(context, "team"), true);
    const json_t *agents = json_object_get(context, "contextAgents"), *groups = json_object_get(context, "contextGroups");
    for (size_t i = 0; i < json_array_size(agents); i++)
        add_agent(t, json_object_get(json_array_get(agents, i), "agent"), true);
    for (size_t i = 0; i < json_array_size(groups); i++)
        add_agent(t, json_object_get(json_array_get(groups, i), "group"), true);
}

static void add_object(struct terms *t, const json_t *object, bool broad)
{
    const char *type = statement_object_type(object);
    if (strcmp(type, "Activity") == 0) {
        add_id(t, 'i', json_object_get(object, "id"), broad);
    } else if (strcmp(type, "Agent") == 0 || strcmp(type, "Group") == 0) {
        add_agent(t, object, broad);
    } else if (strcmp(type, "SubStatement") == 0 && !broad) {
        add_agent(t, json_object_get(object, "actor"), true);
        add_object(t, json_object_get(object, "object"), true);
        add_context(t, json_object_get(object, "context"));
    }
}

static bool find_terms(struct arena *a, const json_t *v, struct statement *s)
{
    struct terms t = {.arena = a};
    add_agent(&t, json_object_get(v, "actor"), false);
    add_id(&t, 'v', json_object_get(json_object_get(v, "verb"), "id"), false);
    const json_t *object = json_object_get(v, "object"), *context = json_object_get(v, "context");
    add_object(&t, object, false);
    const char *registration = json_string_value(json_object_get(context, "registration"));
    if (registration != NULL) {
        char small[37];
        small_letters(small, registration, sizeof small);
        add_term(&t, arena_printf(a, "r%s", small), false);
    }
    add_context(&t, context);
    add_agent(&t, json_object_get(v, "authority"), true);
    if (!t.failed)
        once_each(&t);
    s->terms = t.items;
    s->count = t.count;
    s->target[0] = '\0';
    if (strcmp(statement_object_type(object), "StatementRef") == 0)
        small_letters(s->target, json_string_value(json_object_get(object, "id")), sizeof s->target);
    const char *verb = json_string_value(json_object_get(json_object_get(v, "verb"), "id"));
    s->voids = verb != NULL && strcmp(verb, XAPI_VOIDED) == 0;
    return !t.failed;
}

bool statement_terms(struct arena *a, const char *text, size_t n, struct statement *out)
{
    json_t *v = statement_json(text, n, NULL);
    bool ok = v != NULL && find_terms(a, v, out);
    json_decref(v);
    return ok;
}

/* ---- reading ---- */

bool statement_text_member(const char *text, size_t n, const char *name, char *out, size_t size)
{
    json_t *v = statement_json(text, n, NULL);
    const char *value = json_string_value(json_object_get(v, name));
    bool fits = value != NULL && strlen(value) < size;
    if (fits)
        memcpy(out, value, strlen(value) + 1);
    json_decref(v);
    return fits;
}

bool statement_is_by(const struct statement *s, const char *account)
{
    json_t *v = statement_json(s->text, s->length, NULL);
    const json_t *actor = json_object_get(v, "actor"), *member = json_object_get(actor, "member"); /* a group is others, too */
    const char *name = json_string_value(json_object_get(json_object_get(actor, "account"), "name"));
    bool is = name != NULL && strcmp(name, account) == 0 && member == NULL;
    json_decref(v);
    return is;
}

static bool take_id(struct statement *s, json_t *v, const char *put_id, struct error *err)
{
    const char *own = json_string_value(json_object_get(v, "id"));
    char small[37];
    if (own != NULL)
        small_letters(s->id, own, sizeof s->id);
    else if (put_id == NULL)
        random_uuid(s->id);
    if (put_id == NULL)
        return true;
    small_letters(small, put_id, sizeof small);
    if (own != NULL && strcmp(small, s->id) != 0)
        return error_set(err, EX_DATAERR, "not a statement", "id", "it is another one than statementId", NULL);
    memcpy(s->id, small, sizeof small);
    return true;
}

/* t is the statement's own text, or NULL to write it anew. */
static bool take(struct arena *a, struct statement *s, json_t *v, const char *t, size_t n, const char *put_id,
                 enum xapi_version version, const char *authority, json_t *authority_value, struct error *err)
{
    *s = (struct statement){0};
    if (!statement_check(v, version, err) || !take_id(s, v, put_id, err))
        return false;
    const json_t *attachments = json_object_get(v, "attachments");
    for (size_t i = 0; i < json_array_size(attachments); i++)
        if (json_object_get(json_array_get(attachments, i), "fileUrl") == NULL)
            return error_set(err, EX_DATAERR, "not a statement", "attachments", "attachments' content is not kept here",
                             "say where it lies: fileUrl");
    char *written = NULL;
    if (wrap_activities(v) || !plain_keys(t, n)) {
        written = json_dumps(v, JSON_COMPACT | JSON_REAL_PRECISION(17));
        t = written;
        n = written != NULL ? strlen(written) : 0;
    }
    bool ok = t != NULL && compose(a, s, v, t, n, authority, version);
    free(written);
    if (!ok || json_object_set(v, "authority", authority_value) != 0 || !find_terms(a, v, s))
        return error_memory(err);
    return true;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A batch that names an id twice is refused whole (Part Three, 2.1.2). */
static bool different_ids(struct arena *a, const struct statement *list, size_t count, struct error *err)
{
    const char **ids = arena_array(a, count, sizeof *ids);
    if (ids == NULL)
        return error_memory(err);
    for (size_t i = 0; i < count; i++)
        ids[i] = list[i].id;
    qsort((void *)ids, count, sizeof *ids, by_id);
    for (size_t i = 1; i < count; i++)
        if (strcmp(ids[i - 1], ids[i]) == 0)
            return error_set(err, EX_DATAERR, "not a batch", ids[i], "the id stands twice", NULL);
    return true;
}

static struct statement *read_all(struct arena *a, json_t *root, const char *t, size_t n, const char *put_id,
                                  enum xapi_version version, const char *authority, size_t *count, struct error *err)
{
    bool array = json_is_array(root);
    *count = array ? json_array_size(root) : 1;
    struct statement *list = *count <= MOST_STATEMENTS ? arena_array(a, *count + 1, sizeof *list) : NULL;
    json_t *who = statement_json(authority, strlen(authority), NULL);
    bool ok = list != NULL && who != NULL;
    if (!ok)
        error_memory(err);
    size_t i = blanks(t, 0, n) + (array ? 1U : 0U);
    for (size_t k = 0; ok && k < *count; k++) {
        i = blanks(t, i, n);
        size_t end = value_end(t, i, n);
        ok = take(a, &list[k], array ? json_array_get(root, k) : root, t + i, end - i, put_id, version, authority, who, err);
        if (!ok && array && err != NULL) {
            char where[400];
            snprintf(where, sizeof where, "%zu: %s", k, err->where);
            snprintf(err->where, sizeof err->where, "%.300s", where);
        }
        i = blanks(t, end, n) + 1;
    }
    json_decref(who);
    return ok && different_ids(a, list, *count, err) ? list : NULL;
}

struct statement *statements_read(struct arena *a, const char *bytes, size_t n, const char *id, enum xapi_version version,
                                  const char *authority, size_t *count, bool *is_array, struct error *err)
{
    json_error_t error;
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL && json_error_code(&error) == json_error_numeric_overflow)
        root = statement_json(bytes, n, &error);
    if (root == NULL || (id != NULL && !json_is_object(root))) {
        error_set(err, EX_DATAERR, "not JSON that is taken here", NULL, root == NULL ? error.text : "one statement is put at a time",
                  NULL);
        json_decref(root);
        return NULL;
    }
    *is_array = json_is_array(root);
    struct statement *list = read_all(a, root, bytes, n, id, version, authority, count, err);
    json_decref(root);
    return list;
}

void statement_stamp(struct statement *s, int64_t stored_us)
{
    char text[XAPI_TIME_SIZE];
    xapi_time_text(stored_us, text);
    memcpy(s->text + s->stored_at, text, sizeof text - 1);
    if (s->timestamp_at > 0)
        memcpy(s->text + s->timestamp_at, text, sizeof text - 1);
}
