#include <jansson.h>

#include "sync/channel/pointer.h"

#include "core/base/clock.h"
#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/library/module.h"
#include "sync/channel/minisign.h"
#include "sync/channel/pack.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

enum { FORMAT = 1, TAG_BYTES = 8 };
#define VERSION_MOST ((int64_t)1 << 53) /* what every reader of JSON can tell apart */

/* ---- names ---- */

static bool plain(const char *s)
{
    return s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")] == '\0';
}

const char *group_name(struct arena *a, struct strings roles)
{
    if (roles.count == 0)
        return GROUP_ALL;
    struct buf joined = {0}, hashed = {0};
    bool good = true;
    for (size_t i = 0; i < roles.count; i++) {
        buf_addf(&joined, "%s%s", i > 0 ? "." : "", roles.items[i]);
        buf_add(&hashed, roles.items[i], strlen(roles.items[i]) + 1);
        good = good && plain(roles.items[i]) && roles.items[i][0] != '\0';
    }
    const char *name = buf_text(&joined);
    good = good && joined.len < POINTER_NAME_MOST && name[0] != '-' && strncmp(name, "g-", 2) != 0 &&
           strcmp(name, GROUP_ALL) != 0 && strcmp(name, GROUP_CATALOGUE) != 0;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)buf_text(&hashed), hashed.len);
    const char *digits = hex_text(a, hash, TAG_BYTES);
    const char *result = !buf_ok(&joined) || !buf_ok(&hashed) || digits == NULL ? NULL
                         : good ? arena_copy(a, name, joined.len)
                                : arena_printf(a, "g-%s", digits);
    buf_free(&joined);
    buf_free(&hashed);
    return result;
}

static const char *tag(struct arena *a, const unsigned char *hash)
{
    const char *digits = hex_text(a, hash, TAG_BYTES);
    return digits != NULL ? digits : "";
}

const char *signature_path(struct arena *a, const char *bytes, size_t n)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)bytes, n);
    return arena_printf(a, "sig/%s.minisig", tag(a, hash));
}

const char *pack_path(struct arena *a, const char *group, const unsigned char hash[POINTER_HASH])
{
    return arena_printf(a, "pack/%s-%s.tar.zst", group, tag(a, hash));
}

const char *delta_path(struct arena *a, const char *group, const unsigned char from[POINTER_HASH],
                       const unsigned char to[POINTER_HASH])
{
    return arena_printf(a, "delta/%s-%s-%s.zst", group, tag(a, from), tag(a, to));
}

const char *key_set_path(struct arena *a, int64_t number)
{
    return arena_printf(a, "keys/%lld.json", (long long)number);
}

/* ---- writing ---- */

static void write_time(struct json *j, const char *key, int64_t ms)
{
    char text[32] = "";
    struct tm tm;
    time_t s = (time_t)(ms / 1000);
    if (gmtime_r(&s, &tm) != NULL)
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    json_string(j, key, text);
}

void pointer_write(const struct pointer *p, struct buf *out)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_int(&j, "crib", FORMAT);
    json_string(&j, "id", p->id);
    json_int(&j, "version", p->version);
    write_time(&j, "published", p->published_ms);
    write_time(&j, "expires", p->expires_ms);
    json_int(&j, "keys", p->key_set);
    json_open_array(&j, "groups");
    for (size_t i = 0; i < p->count; i++) {
        json_open_object(&j, NULL);
        json_string(&j, "name", p->groups[i].name);
        json_strings(&j, "roles", p->groups[i].roles);
        json_hex(&j, "hash", p->groups[i].hash, POINTER_HASH);
        json_int(&j, "size", (int64_t)p->groups[i].size);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
    buf_addc(out, '\n');
}

void key_set_write(const struct key_set *set, struct buf *out)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_int(&j, "crib", FORMAT);
    json_int(&j, "set", set->number);
    json_strings(&j, "keys", set->keys);
    json_close_object(&j);
    buf_addc(out, '\n');
}

/* ---- reading ---- */

struct reading {
    struct arena *arena;
    const char *where;
    struct error *err;
};

static bool refuse(const struct reading *r, const char *why)
{
    return error_set(r->err, EX_DATAERR, "this is no channel that crib can take", r->where, why,
                     "check the URL; behind a captive portal, log in first");
}

static json_t *load(const struct reading *r, const char *bytes, size_t n, size_t most)
{
    if (n > most) {
        refuse(r, "it is too large");
        return NULL;
    }
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(root)) {
        json_decref(root);
        refuse(r, "it is not JSON as crib writes it");
        return NULL;
    }
    const json_t *format = json_object_get(root, "crib");
    if (!json_is_integer(format) || json_integer_value(format) != FORMAT) {
        json_decref(root);
        refuse(r, "its format is none that this version of crib knows");
        return NULL;
    }
    return root;
}

static bool read_number(const struct reading *r, const json_t *object, const char *key, int64_t least, int64_t most,
                        int64_t *value)
{
    const json_t *v = json_object_get(object, key);
    if (!json_is_integer(v) || json_integer_value(v) < least || json_integer_value(v) > most)
        return refuse(r, arena_printf(r->arena, "`%s` is no number as it should be", key));
    *value = json_integer_value(v);
    return true;
}

/* A text that may be shown and compared: printable UTF-8 without NUL. */
static bool read_text(const struct reading *r, const json_t *v, size_t most, const char **text)
{
    const char *s = json_is_string(v) ? json_string_value(v) : NULL;
    size_t n = json_is_string(v) ? json_string_length(v) : 0;
    if (s == NULL || n == 0 || n > most || text_control(s, n) != n)
        return refuse(r, "a text in it is no text as it should be");
    *text = arena_copy(r->arena, s, n);
    return *text != NULL || error_memory(r->err);
}

static bool read_time(const struct reading *r, const json_t *object, const char *key, int64_t *ms)
{
    const char *text;
    return read_text(r, json_object_get(object, key), 40, &text) &&
           (clock_parse(text, ms) || refuse(r, arena_printf(r->arena, "`%s` is no time", key)));
}

static bool read_strings(const struct reading *r, const json_t *list, size_t most, size_t longest,
                         struct strings *strings)
{
    size_t n = json_array_size(list);
    const char **items = arena_array(r->arena, n, sizeof *items);
    if (!json_is_array(list) || n > most)
        return refuse(r, "a list in it is no list as it should be");
    if (items == NULL)
        return error_memory(r->err);
    for (size_t i = 0; i < n; i++)
        if (!read_text(r, json_array_get(list, i), longest, &items[i]))
            return false;
    *strings = (struct strings){items, n};
    return true;
}

static bool sorted(struct strings list)
{
    for (size_t i = 1; i < list.count; i++)
        if (strcmp(list.items[i - 1], list.items[i]) >= 0)
            return false;
    return true;
}

static bool read_group(const struct reading *r, const json_t *v, struct pointer_group *group)
{
    const char *hash;
    int64_t size;
    if (!json_is_object(v))
        return refuse(r, "a group is none");
    if (!read_text(r, json_object_get(v, "name"), POINTER_NAME_MOST - 1, &group->name) ||
        !read_strings(r, json_object_get(v, "roles"), POINTER_ROLES_MOST, POINTER_ROLE_MOST, &group->roles) ||
        !read_text(r, json_object_get(v, "hash"), (size_t)POINTER_HASH * 2, &hash) ||
        !read_number(r, v, "size", 0, PACK_MOST, &size))
        return false;
    if (!hex_read(hash, group->hash, POINTER_HASH))
        return refuse(r, "a hash is none");
    group->size = (size_t)size;
    if (!sorted(group->roles))
        return refuse(r, "a group's roles are out of order");
    if (strcmp(group->name, GROUP_CATALOGUE) == 0)
        return group->roles.count == 0 || refuse(r, "the catalogue has roles");
    const char *name = group_name(r->arena, group->roles);
    return name != NULL ? strcmp(name, group->name) == 0 || refuse(r, "a group's name is not its own")
                        : error_memory(r->err);
}

static bool read_groups(const struct reading *r, const json_t *list, struct pointer *p)
{
    size_t n = json_array_size(list);
    struct pointer_group *groups = arena_array(r->arena, n, sizeof *groups);
    if (!json_is_array(list) || n > POINTER_GROUPS_MOST)
        return refuse(r, "it has no list of groups");
    if (groups == NULL)
        return error_memory(r->err);
    for (size_t i = 0; i < n; i++) {
        if (!read_group(r, json_array_get(list, i), &groups[i]))
            return false;
        if (i > 0 && strcmp(groups[i - 1].name, groups[i].name) >= 0)
            return refuse(r, "its groups are out of order");
    }
    p->groups = groups;
    p->count = n;
    return (pointer_group(p, GROUP_ALL) != NULL && pointer_group(p, GROUP_CATALOGUE) != NULL) ||
           refuse(r, "a group is missing");
}

bool pointer_read(struct arena *a, const char *bytes, size_t n, const char *where, struct pointer *p, struct error *err)
{
    const struct reading r = {a, where, err};
    json_t *root = load(&r, bytes, n, POINTER_MOST);
    *p = (struct pointer){0};
    bool ok = root != NULL && read_text(&r, json_object_get(root, "id"), MODULE_ID_MOST, &p->id) &&
              (module_id_valid(p->id) || refuse(&r, "its id is none")) &&
              read_number(&r, root, "version", 1, VERSION_MOST, &p->version) &&
              read_time(&r, root, "published", &p->published_ms) && read_time(&r, root, "expires", &p->expires_ms) &&
              read_number(&r, root, "keys", 0, VERSION_MOST, &p->key_set) &&
              (p->expires_ms > p->published_ms || refuse(&r, "it expires before it was published")) &&
              read_groups(&r, json_object_get(root, "groups"), p);
    json_decref(root);
    return ok;
}

static int compare_name(const void *key, const void *item)
{
    return strcmp(key, ((const struct pointer_group *)item)->name);
}

const struct pointer_group *pointer_group(const struct pointer *p, const char *name)
{
    return p->count == 0 ? NULL : bsearch(name, p->groups, p->count, sizeof *p->groups, compare_name);
}

bool key_set_read(struct arena *a, const char *bytes, size_t n, const char *where, struct key_set *set, struct error *err)
{
    const struct reading r = {a, where, err};
    json_t *root = load(&r, bytes, n, KEY_SET_MOST);
    *set = (struct key_set){0};
    bool ok = root != NULL && read_number(&r, root, "set", 1, VERSION_MOST, &set->number) &&
              read_strings(&r, json_object_get(root, "keys"), KEYS_MOST, KEY_TEXT - 1, &set->keys) &&
              (set->keys.count > 0 || refuse(&r, "it has no key"));
    struct public_key key;
    for (size_t i = 0; ok && i < set->keys.count; i++)
        ok = key_read(set->keys.items[i], &key, err);
    json_decref(root);
    return ok;
}
