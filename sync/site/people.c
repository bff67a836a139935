#include <jansson.h>

#include "sync/site/people.h"

#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <sodium.h>
#include <string.h>
#include <sysexits.h>

static const char list_tag[] = "crib-learners-1", passes_tag[] = "crib-results-1";

enum { PASS_TEXT = 2048 };

/* ---- writing ---- */

static bool write_list(struct arena *a, const struct site_list *list, struct buf *out)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_int(&j, "version", list->version);
    json_hex(&j, "secret", list->secret, SITE_SECRET);
    json_open_array(&j, "learners");
    for (size_t i = 0; i < list->count; i++) {
        const struct site_person *p = &list->people[i];
        struct strings rights;
        if (p->gone)
            continue;
        if (!strings_split(a, rights_text(a, p->rights), &rights))
            return false;
        json_open_object(&j, NULL);
        json_string(&j, "id", p->id);
        json_string(&j, "name", p->name);
        if (p->badge != NULL)
            json_hex(&j, "badge", p->badge, SITE_BADGE);
        else
            json_null(&j, "badge");
        json_strings(&j, "roles", p->roles);
        json_strings(&j, "rights", rights);
        json_string(&j, "account", p->account);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
    return buf_ok(out);
}

bool people_seal(const struct site_list *list, const unsigned char signing[SIGNING_KEY], const unsigned char box[BOX_KEY],
                 struct buf *out, struct error *err)
{
    struct arena *a = arena_open();
    struct buf plain = {0};
    sealed_begin(&plain, list_tag);
    bool ok = (a != NULL && write_list(a, list, &plain)) || error_memory(err);
    ok = ok && sealed_end(&plain, signing, box, out, err);
    if (plain.data != NULL)
        sodium_memzero(plain.data, plain.cap);
    buf_free(&plain);
    arena_close(a);
    return ok;
}

static void logs_json(struct json *j, const struct people_passes *passes)
{
    json_int(j, "logs", passes->logs);
    json_open_array(j, "own");
    for (size_t i = 0; i < passes->own_count; i++) {
        json_open_array(j, NULL);
        json_hex(j, NULL, passes->own[i].id, EVENT_LOG);
        json_int(j, NULL, (int64_t)passes->own[i].last);
        json_close_array(j);
    }
    json_close_array(j);
}

bool people_seal_passes(const struct people_passes *passes, const unsigned char signing[SIGNING_KEY],
                        const unsigned char box[BOX_KEY], struct buf *out, struct error *err)
{
    struct buf plain = {0};
    struct json j = {.out = &plain};
    sealed_begin(&plain, passes_tag);
    json_open_object(&j, NULL);
    json_int(&j, "through", passes->through);
    json_bool(&j, "more", passes->more);
    json_open_array(&j, "passed");
    for (size_t i = 0; i < passes->count; i++) {
        const struct people_pass *p = &passes->items[i];
        json_open_object(&j, NULL);
        json_string(&j, "person", p->person);
        json_string(&j, "home", p->home_page);
        json_string(&j, "activity", p->activity);
        json_int(&j, "at", p->at);
        json_string(&j, "revision", p->revision);
        json_double(&j, "score", p->score);
        json_string(&j, "device", p->device);
        json_close_object(&j);
    }
    json_close_array(&j);
    if (passes->logs_told)
        logs_json(&j, passes);
    json_close_object(&j);
    bool ok = sealed_end(&plain, signing, box, out, err);
    buf_free(&plain);
    return ok;
}

/* ---- reading: what is signed was written by the site's crib, and may be wrong all the same ---- */

static bool refuse(const char *why, struct error *err)
{
    return error_set(err, EX_DATAERR, "what came of the site's learners can't be taken", NULL, why, "the next sync asks again; tell who runs the site");
}

static const char *text_of(struct arena *a, const json_t *value, size_t most)
{
    const char *text = json_string_value(value);
    size_t n = json_string_length(value);
    return text != NULL && n <= most && strlen(text) == n ? arena_copy(a, text, n) : NULL;
}

static bool strings_of(struct arena *a, const json_t *array, struct strings *list)
{
    size_t n = json_array_size(array);
    const char **items = arena_array(a, n, sizeof *items);
    if (items == NULL || !json_is_array(array))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((items[i] = text_of(a, json_array_get(array, i), LEARNER_NAME_MOST)) == NULL)
            return false;
    *list = (struct strings){items, n};
    return true;
}

static bool read_person(struct arena *a, const json_t *one, struct site_person *p, struct error *err)
{
    struct strings rights;
    const json_t *badge = json_object_get(one, "badge");
    *p = (struct site_person){.id = text_of(a, json_object_get(one, "id"), PERSON_MOST),
                              .name = text_of(a, json_object_get(one, "name"), LEARNER_NAME_MOST),
                              .account = text_of(a, json_object_get(one, "account"), LEARNER_ACCOUNT_MOST)};
    if (p->id == NULL || p->name == NULL || p->account == NULL || !strings_of(a, json_object_get(one, "roles"), &p->roles) ||
        !strings_of(a, json_object_get(one, "rights"), &rights))
        return refuse("somebody in it has no id, name, account, roles or rights", err);
    if (!rights_parse(rights, &p->rights, err))
        return false;
    if (json_is_null(badge))
        return true;
    unsigned char *hash = arena_alloc(a, SITE_BADGE);
    p->badge = hash;
    return hash != NULL ? hex_read(json_string_value(badge), hash, SITE_BADGE) || refuse("a badge in it is none", err)
                        : error_memory(err);
}

static bool read_list(struct arena *a, const char *text, size_t n, struct site_list *list, struct error *err)
{
    json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *array = json_object_get(root, "learners");
    size_t count = json_array_size(array);
    struct site_person *people = arena_array(a, count, sizeof *people);
    list->version = json_integer_value(json_object_get(root, "version"));
    bool ok = people != NULL || error_memory(err);
    if (ok && (!json_is_array(array) || list->version <= 0))
        ok = refuse("it has no version, or no learners", err);
    const json_t *secret = json_object_get(root, "secret");
    if (ok && secret != NULL && !hex_read(json_string_value(secret), list->secret, SITE_SECRET))
        ok = refuse("the secret of its badges is none", err);
    for (size_t i = 0; ok && i < count; i++)
        ok = read_person(a, json_array_get(array, i), &people[i], err);
    json_decref(root);
    list->people = people;
    list->count = count;
    return ok;
}

bool people_open(struct arena *a, const char *bytes, size_t n, const struct people_keys *keys, struct site_list *list,
                 struct error *err)
{
    struct str text;
    *list = (struct site_list){0};
    if (!sealed_open(a, bytes, n, keys, list_tag, &text, err))
        return false;
    memcpy(list->site, keys->site, sizeof list->site);
    memcpy(list->secret, keys->badges, sizeof list->secret);
    return read_list(a, text.p, text.n, list, err);
}

static bool read_pass(struct arena *a, const json_t *one, struct people_pass *p)
{
    *p = (struct people_pass){.person = text_of(a, json_object_get(one, "person"), PERSON_MOST),
                              .home_page = text_of(a, json_object_get(one, "home"), PASS_TEXT),
                              .activity = text_of(a, json_object_get(one, "activity"), PASS_TEXT),
                              .revision = text_of(a, json_object_get(one, "revision"), PASS_TEXT),
                              .at = json_integer_value(json_object_get(one, "at")),
                              .score = json_number_value(json_object_get(one, "score")),
                              .device = text_of(a, json_object_get(one, "device"), PASS_TEXT)};
    if (p->device == NULL)
        p->device = "";
    return p->person != NULL && p->home_page != NULL && p->activity != NULL && p->revision != NULL && p->at > 0 && p->score >= 0 &&
           p->score <= 100;
}

static bool read_logs(struct arena *a, const json_t *root, struct people_passes *passes)
{
    const json_t *own = json_object_get(root, "own");
    size_t count = json_array_size(own);
    struct people_log *logs = arena_array(a, count, sizeof *logs);
    passes->logs_told = json_is_integer(json_object_get(root, "logs"));
    passes->logs = json_integer_value(json_object_get(root, "logs"));
    for (size_t i = 0; logs != NULL && i < count; i++) {
        const json_t *one = json_array_get(own, i);
        json_int_t last = json_integer_value(json_array_get(one, 1));
        struct people_log *l = &logs[passes->own_count];
        l->last = last > 0 ? (uint64_t)last : 0;
        passes->own_count += hex_read(json_string_value(json_array_get(one, 0)), l->id, EVENT_LOG);
    }
    passes->own = logs;
    return logs != NULL;
}

/* What one of them lacks is left out: it is one device's, and the others' stand. */
bool people_open_passes(struct arena *a, const char *bytes, size_t n, const struct people_keys *keys, struct people_passes *passes,
                        struct error *err)
{
    struct str text;
    *passes = (struct people_passes){0};
    if (!sealed_open(a, bytes, n, keys, passes_tag, &text, err))
        return false;
    json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *array = json_object_get(root, "passed");
    size_t count = json_array_size(array);
    struct people_pass *items = arena_array(a, count, sizeof *items);
    for (size_t i = 0; items != NULL && i < count; i++)
        passes->count += read_pass(a, json_array_get(array, i), &items[passes->count]);
    passes->items = items;
    passes->through = json_integer_value(json_object_get(root, "through"));
    passes->more = json_is_true(json_object_get(root, "more"));
    bool whole = json_is_array(array) && passes->through >= 0, read = read_logs(a, root, passes);
    json_decref(root);
    return items == NULL || !read ? error_memory(err) : whole || refuse("it has no results", err);
}
