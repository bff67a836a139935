#include "sync/channel/remote.h"

#include "core/base/file.h"
#include "sync/channel/keyfile.h"
#include "sync/channel/minisign.h"
#include "sync/channel/sweep.h"

#include <sodium.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

enum { LOCK_WAIT_MS = 5000 };

bool remote_any(const struct places *places)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/trust.db", places->data);
    return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

int remote_lock(struct arena *a, const struct places *places, struct error *err)
{
    const char *path = file_join(a, places->data, "sync.lock");
    if (path == NULL) {
        error_memory(err);
        return -1;
    }
    if (!file_make_dirs(places->data, err))
        return -1;
    return file_lock(path, LOCK_WAIT_MS, "another crib is syncing", err);
}

static bool read_key(const char *text, char *base64, struct error *err)
{
    struct public_key key;
    if (!keyfile_public(text, &key, err))
        return false;
    key_text(&key, base64);
    return true;
}

bool remote_add(struct arena *a, const struct places *places, const char *url, const char *key, const char *credentials,
                const char *ca, struct error *err)
{
    char base64[KEY_TEXT];
    struct trust_channel c = {.url = url, .pinned = base64};
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot verify", NULL, "libsodium does not start", NULL);
    if (!read_key(key, base64, err) || !file_whole(a, credentials, &c.credentials, err) ||
        !file_whole(a, ca, &c.ca, err))
        return false;
    struct trust *trust = trust_open(places->data, err);
    bool ok = trust != NULL && trust_add(trust, &c, err);
    trust_close(trust);
    return ok;
}

static bool remove_locked(struct arena *a, const struct places *places, struct library *library, struct trust *trust,
                          const char *what, bool *removed, struct error *err)
{
    struct error why = {0};
    const struct trust_channel *c = trust_find(trust, a, what, &why);
    if (c == NULL && why.code != EX_NOINPUT && err != NULL)
        *err = why;
    if (c == NULL)
        return why.code == EX_NOINPUT;
    *removed = trust_remove(trust, c->number, err);
    return *removed && sweep_packs(a, places->data, library, trust, NULL, 0, err);
}

bool remote_remove(struct arena *a, const struct places *places, struct library *library, const char *what,
                   bool *removed, struct error *err)
{
    *removed = false;
    if (!remote_any(places))
        return true;
    int lock = remote_lock(a, places, err);
    if (lock < 0)
        return false;
    struct trust *trust = trust_open(places->data, err);
    bool ok = trust != NULL && remove_locked(a, places, library, trust, what, removed, err);
    trust_close(trust);
    close(lock);
    return ok;
}

bool remote_list(struct arena *a, const struct places *places, struct trust_channel **items, size_t *count,
                 struct error *err)
{
    *items = NULL;
    *count = 0;
    if (!remote_any(places))
        return true;
    struct trust *trust = trust_open(places->data, err);
    bool ok = trust != NULL && trust_channels(trust, a, items, count, err);
    trust_close(trust);
    return ok;
}
