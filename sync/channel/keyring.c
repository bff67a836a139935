#include "sync/channel/keyring.h"

#include "sync/channel/keyfile.h"
#include "sync/channel/pointer.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const char *text_of(const struct outdir *o, const struct public_key *key)
{
    char text[KEY_TEXT];
    key_text(key, text);
    return arena_strdup(o->arena, text);
}

static const char *signature_name(const struct outdir *o, int64_t number)
{
    const char *path = key_set_path(o->arena, number);
    return path != NULL ? arena_printf(o->arena, "%s.minisig", path) : NULL;
}

/* ---- what is ---- */

static bool stranger(const struct outdir *o, struct error *err)
{
    return error_set(err, EX_NOPERM, "this key does not count for the channel in", o->dir,
                     "another one signed it, and has not introduced this one",
                     "publish with that one, and --next-key; without it, see LOST KEYS in crib-channel(5)");
}

/* Did this key sign what is there? */
static bool signed_by(const struct outdir *o, const struct public_key *mine, struct error *err)
{
    struct buf signature = {0};
    const struct str bytes = o->editions[0].bytes;
    struct error why = {0};
    bool ok = outdir_read(o, signature_path(o->arena, bytes.p, bytes.n), SIGNATURE_MOST, &signature, NULL) ||
              outdir_read(o, OUTDIR_SIGNATURE, SIGNATURE_MOST, &signature, err);
    if (ok && !verify(mine, 1, bytes.p, bytes.n, buf_text(&signature), signature.len, "channel.json", &why))
        ok = why.code == EX_NOPERM ? stranger(o, err) : error_set(err, why.code, why.what, why.where, why.why, why.todo);
    buf_free(&signature);
    return ok;
}

static bool read_set(const struct outdir *o, struct keyring *k, struct error *err)
{
    struct buf text = {0};
    struct key_set set;
    const char *path = key_set_path(o->arena, k->number);
    bool ok = outdir_read(o, path, KEY_SET_MOST, &text, err) &&
              key_set_read(o->arena, buf_text(&text), text.len, path, &set, err);
    buf_free(&text);
    if (ok)
        k->keys = set.keys;
    return ok;
}

bool keyring_open(const struct outdir *o, const struct public_key *mine, struct keyring *k, struct error *err)
{
    const char **only = arena_array(o->arena, 1, sizeof *only);
    const char *text = text_of(o, mine);
    if (only == NULL || text == NULL)
        return error_memory(err);
    only[0] = text;
    *k = (struct keyring){.keys = {only, 1}};
    if (o->count == 0)
        return true;
    k->number = o->editions[0].pointer.key_set;
    if (k->number == 0)
        return signed_by(o, mine, err);
    return read_set(o, k, err) && (strings_has(k->keys, text) || stranger(o, err));
}

/* ---- what will be ---- */

static bool read_texts(const struct outdir *o, struct strings given, struct strings *texts, struct error *err)
{
    const char **items = arena_array(o->arena, given.count, sizeof *items);
    struct public_key key;
    if (items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < given.count; i++) {
        if (!keyfile_public(given.items[i], &key, err))
            return false;
        items[i] = text_of(o, &key);
        if (items[i] == NULL)
            return error_memory(err);
    }
    *texts = (struct strings){items, given.count};
    return true;
}

static bool may_drop(const struct keyring *k, const char *mine, struct strings drop, struct error *err)
{
    if (strings_has(drop, mine))
        return error_set(err, EX_USAGE, "cannot drop the key that signs", mine, NULL, "publish with another key of the set");
    for (size_t i = 0; i < drop.count; i++)
        if (!strings_has(k->keys, drop.items[i]))
            return error_set(err, EX_USAGE, "cannot drop the key", drop.items[i], "it does not count now", "`crib publish --check OUT` names those that do");
    return true;
}

/* The keys that stay and those that come, none twice; *same: it is what was. */
static bool next_keys(const struct outdir *o, const struct keyring *k, struct strings next, struct strings drop,
                      struct strings *keys, bool *same, struct error *err)
{
    const char **items = arena_array(o->arena, k->keys.count + next.count, sizeof *items);
    size_t n = 0;
    if (items == NULL)
        return error_memory(err);
    *same = drop.count == 0;
    for (size_t i = 0; i < k->keys.count; i++)
        if (!strings_has(drop, k->keys.items[i]))
            items[n++] = k->keys.items[i];
    for (size_t i = 0; i < next.count; i++) {
        if (strings_has((struct strings){items, n}, next.items[i]))
            continue;
        items[n++] = next.items[i];
        *same = false;
    }
    *keys = (struct strings){items, n};
    return n <= KEYS_MOST || error_set(err, EX_USAGE, "too many keys", NULL, "16 can count at once", "drop one: --drop-key");
}

static bool copy_out(const struct outdir *o, struct buf *from, struct str *to, struct error *err)
{
    *to = (struct str){buf_ok(from) ? arena_copy(o->arena, buf_text(from), from->len) : NULL, from->len};
    buf_free(from);
    return to->p != NULL || error_memory(err);
}

bool keyring_change(const struct outdir *o, struct keyring *k, const struct secret_key *secret, struct strings next,
                    struct strings drop, struct error *err)
{
    const struct public_key mine = key_public(secret);
    const char *text = text_of(o, &mine);
    struct key_set set = {.number = k->number + 1};
    struct buf bytes = {0}, signature = {0};
    char comment[64];
    bool same;
    if (text == NULL)
        return error_memory(err);
    if (!read_texts(o, next, &next, err) || !read_texts(o, drop, &drop, err) || !may_drop(k, text, drop, err) ||
        !next_keys(o, k, next, drop, &set.keys, &same, err))
        return false;
    if (same)
        return true;
    key_set_write(&set, &bytes);
    snprintf(comment, sizeof comment, "set of keys %lld", (long long)set.number);
    bool ok = sign(secret, buf_text(&bytes), bytes.len, comment, &signature, err);
    k->number = set.number;
    k->keys = set.keys;
    ok = copy_out(o, &bytes, &k->set, err) && ok;
    return copy_out(o, &signature, &k->signature, err) && ok;
}

bool keyring_write(const struct outdir *o, const struct keyring *k, struct error *err)
{
    return k->set.n == 0 || (outdir_write(o, signature_name(o, k->number), k->signature, err) &&
                             outdir_write(o, key_set_path(o->arena, k->number), k->set, err));
}

size_t keyring_cost(const struct outdir *o, const struct keyring *k, int64_t from)
{
    size_t total = k->set.n + k->signature.n;
    for (int64_t n = from + 1; n <= k->number - (k->set.n > 0); n++)
        total += outdir_size(o, key_set_path(o->arena, n)) + outdir_size(o, signature_name(o, n));
    return total;
}
