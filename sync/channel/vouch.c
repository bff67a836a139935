#include "sync/channel/vouch.h"

#include "sync/channel/pointer.h"

#include <sysexits.h>

bool vouch_from(struct vouch *v, struct arena *a, const struct public_key *key)
{
    char text[KEY_TEXT];
    const char **only = arena_array(a, 1, sizeof *only);
    *v = (struct vouch){.believe = key == NULL};
    if (key == NULL)
        return only != NULL;
    key_text(key, text);
    if (only == NULL || (only[0] = arena_strdup(a, text)) == NULL)
        return false;
    v->keys = (struct strings){only, 1};
    return true;
}

bool vouch_bytes(const struct vouch *v, struct str bytes, struct str signature, const char *where, struct error *err)
{
    struct public_key keys[KEYS_MOST];
    if (v->keys.count > KEYS_MOST)
        return error_set(err, EX_DATAERR, "refused the channel", where, "too many keys", "tell the publisher");
    for (size_t i = 0; i < v->keys.count; i++)
        if (!key_read(v->keys.items[i], &keys[i], err))
            return false;
    return verify(keys, v->keys.count, bytes.p, bytes.n, signature.p, signature.n, where, err);
}

bool vouch_set(struct vouch *v, struct arena *a, int64_t n, int64_t last, struct str bytes, struct str signature,
               const char *where, struct error *err)
{
    struct key_set set;
    struct error why = {0};
    if (!v->believe && !vouch_bytes(v, bytes, signature, where, &why)) {
        if (v->number == 0 && n < last && why.code == EX_NOPERM)
            return true;
        if (err != NULL)
            *err = why;
        return false;
    }
    if (!key_set_read(a, bytes.p, bytes.n, where, &set, err))
        return false;
    if (set.number != n)
        return error_set(err, EX_DATAERR, "refused the channel", where, "a set of keys has another's name",
                         "tell its publisher");
    v->number = n;
    v->keys = set.keys;
    v->believe = false;
    return true;
}
