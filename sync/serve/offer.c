#include "sync/serve/offer.h"

#include "core/base/file.h"
#include "sync/channel/keyfile.h"
#include "sync/channel/minisign.h"
#include "sync/channel/pointer.h"

#include <string.h>
#include <sysexits.h>

const char *offer_key(struct arena *a, const char *word, struct error *err)
{
    struct public_key key;
    char text[KEY_TEXT];
    if (!keyfile_public(word, &key, err))
        return NULL;
    key_text(&key, text);
    const char *copy = arena_strdup(a, text);
    if (copy == NULL)
        error_memory(err);
    return copy;
}

/* A file of the channel and its signature; "" for what is missing: then no key fits. */
static bool signed_file(struct arena *a, const char *dir, const char *name, size_t most, struct buf *bytes,
                        struct buf *signature, struct error *err)
{
    const char *path = file_join(a, dir, name), *beside = arena_printf(a, "%s.minisig", path != NULL ? path : "");
    if (path == NULL || beside == NULL)
        return error_memory(err);
    return file_read(path, most, bytes, err) && file_read(beside, SIGNATURE_MOST, signature, err);
}

static bool read_signed(struct arena *a, const char *dir, struct buf *bytes, struct buf *signature, struct error *err)
{
    struct pointer pointer;
    const char *name;
    if (!signed_file(a, dir, "channel.json", POINTER_MOST, bytes, signature, err))
        return false;
    if (!pointer_read(a, buf_text(bytes), bytes->len, dir, &pointer, err))
        return false;
    if (pointer.key_set == 0)
        return true;
    buf_clear(bytes);
    buf_clear(signature);
    name = key_set_path(a, 1);
    return name != NULL ? signed_file(a, dir, name, KEY_SET_MOST, bytes, signature, err) : error_memory(err);
}

/* The key among them; "" for none. */
static bool find(struct arena *a, const char *dir, struct strings keys, bool *used, const char **found, struct error *err)
{
    struct buf bytes = {0}, signature = {0};
    bool ok = read_signed(a, dir, &bytes, &signature, err);
    *found = "";
    for (size_t i = 0; ok && i < keys.count; i++) {
        struct public_key key;
        if (!key_read(keys.items[i], &key, NULL) ||
            !verify(&key, 1, buf_text(&bytes), bytes.len, buf_text(&signature), signature.len, dir, NULL))
            continue;
        *found = keys.items[i];
        used[i] = true;
    }
    buf_free(&bytes);
    buf_free(&signature);
    return ok;
}

bool offer_channels(struct arena *a, const struct files *files, struct strings keys, struct offered **list, struct error *err)
{
    size_t n = files_count(files);
    struct offered *items = arena_array(a, n, sizeof *items);
    bool *used = arena_array(a, keys.count, sizeof *used);
    if (items == NULL || used == NULL)
        return error_memory(err);
    for (size_t i = 0; i < n; i++) {
        items[i] = (struct offered){files_id(files, i), ""};
        if (keys.count > 0 && !find(a, files_dir(files, i), keys, used, &items[i].key, err))
            return false;
    }
    for (size_t i = 0; i < keys.count; i++)
        if (!used[i])
            return error_set(err, EX_DATAERR, "whose key is this", keys.items[i], "none of the channels that are served is signed by it",
                             "give the key that the channel was first published with, beside its --channel");
    *list = items;
    return true;
}
