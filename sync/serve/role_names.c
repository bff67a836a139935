#include "sync/serve/role_names.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "sync/channel/pointer.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { PATH_MOST = 4096, KNOWN_MOST = 1024 };

/* Unresolved: `current` may come to point elsewhere. */
bool role_names_keep(struct arena *a, struct store *s, const struct files *f, struct error *err)
{
    char here[PATH_MOST];
    const char *kept;
    struct buf all = {0};
    if (files_count(f) == 0 || getcwd(here, sizeof here) == NULL)
        return true;
    for (size_t i = 0; i < files_count(f); i++) {
        const char *path = file_join(a, here, files_dir(f, i));
        if (path != NULL && strchr(path, '\n') == NULL)
            buf_addf(&all, "%s\n", path);
    }
    bool ok = (buf_ok(&all) || error_memory(err)) && store_get(s, a, "channels", &kept, err) &&
              ((kept != NULL && strcmp(kept, buf_text(&all)) == 0) || store_set(s, "channels", buf_text(&all), err));
    buf_free(&all);
    return ok;
}

struct known {
    struct arena *arena;
    const char *roles[KNOWN_MOST];
    struct strings list;
};

static bool add(struct known *k, const char *dir)
{
    struct error ignored;
    struct pointer pointer;
    struct buf bytes = {0};
    const char *path = file_join(k->arena, dir, "channel.json");
    bool ok = path != NULL && file_read(path, POINTER_MOST, &bytes, &ignored) &&
              pointer_read(k->arena, buf_text(&bytes), bytes.len, dir, &pointer, &ignored);
    buf_free(&bytes);
    for (size_t i = 0; ok && i < pointer.count; i++)
        for (size_t n = 0; n < pointer.groups[i].roles.count && k->list.count < KNOWN_MOST; n++)
            if (!strings_has(k->list, pointer.groups[i].roles.items[n]))
                k->roles[k->list.count++] = pointer.groups[i].roles.items[n];
    return ok;
}

static bool read_known(struct known *k, struct store *s, const struct args *args)
{
    struct error ignored;
    const char *dirs[ARGS_EARLIER + 1], *kept = NULL;
    size_t n = args_values(args, "channel", dirs);
    bool ok = n > 0 || (store_get(s, k->arena, "channels", &kept, &ignored) && kept != NULL);
    k->list.items = k->roles;
    for (size_t i = 0; ok && i < n; i++)
        ok = add(k, dirs[i]);
    for (const char *at = kept; ok && at != NULL && *at != '\0';) {
        size_t length = strcspn(at, "\n");
        const char *dir = arena_copy(k->arena, at, length);
        ok = dir != NULL && add(k, dir);
        at += length + (at[length] == '\n');
    }
    return ok && k->list.count < KNOWN_MOST;
}

void role_names_check(struct arena *a, struct store *s, const struct args *args, struct strings roles)
{
    struct known *k = arena_alloc(a, sizeof *k);
    if (k == NULL)
        return;
    *k = (struct known){.arena = a};
    if (!read_known(k, s, args))
        return;
    for (size_t i = 0; i < roles.count; i++) {
        struct error said;
        struct strings before = {roles.items, i};
        const char *nearest = strings_nearest(k->list, roles.items[i]);
        if (strings_has(k->list, roles.items[i]) || strings_has(before, roles.items[i]))
            continue;
        error_set(&said, EX_USAGE, "nothing of the channels here is for this role", roles.items[i], NULL,
                  nearest != NULL ? arena_printf(a, "did you mean %s?", nearest) : NULL);
        error_print(&said, "crib", stderr);
    }
}
