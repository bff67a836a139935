#include "sync/serve/people.h"

#include "core/base/clock.h"
#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/base/notice.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/learner_csv.h"
#include "sync/serve/logs.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* ---- keys: settings of the server's own database, which only its account can read ---- */

struct keys {
    unsigned char signing[SIGNING_KEY], site[SITE_KEY], badges[SITE_SECRET];
};

static bool get_keys(struct arena *a, struct store *s, struct keys *k, bool *found, struct error *err)
{
    const char *signing, *badges;
    if (!store_get(s, a, "learners.key", &signing, err) || !store_get(s, a, "learners.badges", &badges, err))
        return false;
    *found = signing != NULL && badges != NULL;
    if (!*found)
        return true;
    if (!hex_read(signing, k->signing, SIGNING_KEY) || !hex_read(badges, k->badges, SITE_SECRET))
        return error_set(err, EX_DATAERR, "the site's keys can't be read", NULL, "its database is damaged", "restore a copy of it");
    return crypto_sign_ed25519_sk_to_pk(k->site, k->signing) == 0;
}

static bool new_secret(struct arena *a, struct store *s, struct keys *k, struct error *err)
{
    randombytes_buf(k->badges, sizeof k->badges);
    const char *badges = hex_text(a, k->badges, SITE_SECRET);
    return badges != NULL ? store_set(s, "learners.badges", badges, err) && store_set(s, "learners.renew", "", err) : error_memory(err);
}

static bool make_keys(struct arena *a, struct store *s, struct error *err)
{
    struct keys k;
    crypto_sign_keypair(k.site, k.signing);
    const char *signing = hex_text(a, k.signing, SIGNING_KEY);
    bool ok = signing != NULL ? store_set(s, "learners.key", signing, err) && new_secret(a, s, &k, err) : error_memory(err);
    sodium_memzero(&k, sizeof k);
    return ok;
}

/* Two programs may be at it at once. */
static bool ready_within(struct arena *a, struct store *s, struct error *err)
{
    struct keys k;
    bool found;
    return get_keys(a, s, &k, &found, err) && (found || make_keys(a, s, err));
}

bool people_ready(struct arena *a, struct store *s, struct error *err)
{
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot serve", NULL, "libsodium does not start", NULL);
    if (!store_begin(s, err))
        return false;
    if (ready_within(a, s, err))
        return store_commit(s, err);
    store_rollback(s);
    return false;
}

/* ---- who knew the secret ---- */

bool people_stale(struct arena *a, struct store *s, bool *stale, struct error *err)
{
    const char *text;
    if (!store_get(s, a, "learners.renew", &text, err))
        return false;
    *stale = text != NULL && text[0] != '\0';
    return true;
}

static bool revoke_within(struct store *s, const char *name, bool *knew, struct error *err)
{
    unsigned char box[BOX_KEY];
    return store_box(s, name, box, knew, err) && store_revoke(s, name, err) && (!*knew || store_set(s, "learners.renew", "1", err));
}

bool people_revoke(struct store *s, const char *name, bool *knew, struct error *err)
{
    if (!store_begin(s, err))
        return false;
    if (revoke_within(s, name, knew, err))
        return store_commit(s, err);
    store_rollback(s);
    return false;
}

/* ---- the keys, out ---- */

bool people_told(struct arena *a, struct store *s, const char *device, const char **site, const char **badges, struct error *err)
{
    struct keys k;
    unsigned char box[BOX_KEY], sealed[SECRET_SEALED];
    bool found, told;
    *site = *badges = NULL;
    if (!get_keys(a, s, &k, &found, err) || !store_box(s, device, box, &told, err))
        return false;
    if (!found || !told)
        return true;
    crypto_box_seal(sealed, k.badges, sizeof k.badges, box);
    *site = hex_text(a, k.site, SITE_KEY);
    *badges = hex_text(a, sealed, sizeof sealed);
    sodium_memzero(&k, sizeof k);
    return (*site != NULL && *badges != NULL) || error_memory(err);
}

bool people_sealing(struct arena *a, struct store *s, const char *device, unsigned char signing[SIGNING_KEY],
                    unsigned char box[BOX_KEY], bool *told, struct error *err)
{
    struct keys k;
    bool found;
    if (!get_keys(a, s, &k, &found, err) || !store_box(s, device, box, told, err))
        return false;
    *told = *told && found;
    if (*told)
        memcpy(signing, k.signing, SIGNING_KEY);
    sodium_memzero(&k, sizeof k);
    return true;
}

/* ---- the list, out ---- */

bool people_version(struct arena *a, struct store *s, int64_t *version, struct error *err)
{
    const char *text;
    *version = 0;
    if (!store_get(s, a, "learners.version", &text, err))
        return false;
    if (text != NULL)
        *version = strtoll(text, NULL, 10);
    return true;
}

bool people_for(struct arena *a, struct store *s, const char *device, struct buf *out, struct error *err)
{
    struct keys k;
    unsigned char box[BOX_KEY];
    struct site_list list = {0};
    struct site_person *people;
    bool found, told;
    if (!get_keys(a, s, &k, &found, err) || !store_box(s, device, box, &told, err) || !people_version(a, s, &list.version, err))
        return false;
    if (!found || !told || list.version == 0)
        return true;
    if (!store_people(s, a, &people, &list.count, err))
        return false;
    list.people = people;
    memcpy(list.secret, k.badges, sizeof list.secret);
    bool ok = people_seal(&list, k.signing, box, out, err);
    sodium_memzero(&list, sizeof list);
    sodium_memzero(&k, sizeof k);
    return ok;
}

enum { PASSES_MOST = 1000 };

bool people_passes_for(struct arena *a, struct store *s, const char *device, int64_t after, struct buf *out, struct error *err)
{
    struct keys k;
    unsigned char box[BOX_KEY];
    struct people_passes passes = {0};
    struct people_pass *items;
    bool found, told;
    if (!get_keys(a, s, &k, &found, err) || !store_box(s, device, box, &told, err))
        return false;
    if (!found || !told)
        return true;
    if (!store_passes(s, a, device, after, PASSES_MOST, &items, &passes.count, &passes.through, &passes.more, err))
        return false;
    passes.items = items;
    bool ok = logs_tell(s, a, device, &passes, err) && people_seal_passes(&passes, k.signing, box, out, err);
    sodium_memzero(&k, sizeof k);
    return ok;
}

/* ---- the list, in ---- */

struct taking {
    struct arena *arena;
    struct site_person *old;
    bool *used; /* those of old who are in the new list, too */
    size_t old_count;
    struct site_person *people;
    size_t count, added, changed, removed;
    bool renew; /* the badges' secret */
};

static bool same_name(const char *x, const char *y)
{
    struct buf a = {0}, b = {0};
    text_fold(&a, x, strlen(x));
    text_fold(&b, y, strlen(y));
    bool same = buf_ok(&a) && buf_ok(&b) && strcmp(buf_text(&a), buf_text(&b)) == 0;
    buf_free(&a);
    buf_free(&b);
    return same;
}

enum likeness { LIKE_ACCOUNT, LIKE_BADGE, LIKE_NAME, LIKENESSES };

static bool like(const struct site_person *x, const struct site_person *y, enum likeness by)
{
    if (by == LIKE_ACCOUNT)
        return x->account[0] != '\0' && strcmp(x->account, y->account) == 0;
    if (by == LIKE_BADGE)
        return x->badge != NULL && y->badge != NULL && memcmp(x->badge, y->badge, SITE_BADGE) == 0;
    return same_name(x->name, y->name);
}

static bool same_badge(const struct site_person *x, const struct site_person *y)
{
    return x->badge == NULL || y->badge == NULL ? x->badge == y->badge : memcmp(x->badge, y->badge, SITE_BADGE) == 0;
}

/* Somebody with another account is somebody else, whatever badge or name they have now; and so is who got the badge, or has
 * the name, of somebody who is gone. */
static struct site_person *find_old(struct taking *t, const struct site_person *p, enum likeness by)
{
    struct site_person *found = NULL;
    for (size_t i = 0; i < t->old_count; i++) {
        struct site_person *o = &t->old[i];
        bool other = p->account[0] != '\0' && o->account[0] != '\0' && strcmp(p->account, o->account) != 0;
        bool back = !o->gone || by == LIKE_ACCOUNT || (same_badge(p, o) && same_name(p->name, o->name));
        if (t->used[i] || other || !back || !like(p, o, by))
            continue;
        if (found != NULL)
            return NULL;
        found = o;
    }
    return found;
}

static bool same_strings(struct strings x, struct strings y)
{
    bool same = x.count == y.count;
    for (size_t i = 0; same && i < x.count; i++)
        same = strcmp(x.items[i], y.items[i]) == 0;
    return same;
}

static bool same_person(const struct site_person *x, const struct site_person *y)
{
    return same_badge(x, y) && strcmp(x->name, y->name) == 0 && strcmp(x->account, y->account) == 0 && x->rights == y->rights &&
           same_strings(x->roles, y->roles);
}

static bool new_id(struct arena *a, struct site_person *p, struct error *err)
{
    unsigned char random[16];
    randombytes_buf(random, sizeof random);
    p->id = hex_text(a, random, sizeof random);
    return p->id != NULL || error_memory(err);
}

static bool identify(struct taking *t, struct error *err)
{
    for (int by = 0; by < LIKENESSES; by++)
        for (size_t i = 0; i < t->count; i++) {
            struct site_person *p = &t->people[i], *o = p->id == NULL ? find_old(t, p, (enum likeness)by) : NULL;
            if (o == NULL)
                continue;
            t->used[o - t->old] = true;
            p->id = o->id;
            t->changed += !o->gone && !same_person(p, o);
            t->added += o->gone;
        }
    for (size_t i = 0; i < t->count; i++) {
        bool new = t->people[i].id == NULL;
        if (new && !new_id(t->arena, &t->people[i], err))
            return false;
        t->added += new;
    }
    return true;
}

/* Behind those of the list stand those who are gone: who comes back is known again. */
static bool keep_gone(struct taking *t, struct site_person **all, size_t *count, struct error *err)
{
    *all = arena_array(t->arena, t->count + t->old_count, sizeof **all);
    *count = t->count;
    if (*all == NULL)
        return error_memory(err);
    for (size_t i = 0; i < t->count; i++)
        (*all)[i] = t->people[i];
    for (size_t i = 0; i < t->old_count; i++) {
        if (t->used[i])
            continue;
        t->removed += !t->old[i].gone;
        (*all)[*count] = t->old[i];
        (*all)[(*count)++].gone = true;
    }
    return true;
}

static bool make_person(struct arena *a, const struct keys *k, const struct learner_row *row, struct site_person *p,
                        struct error *err)
{
    *p = (struct site_person){.name = row->name, .roles = row->roles, .rights = row->rights | RIGHT_LEARNER, .account = row->account};
    if (row->badge[0] == '\0')
        return true;
    unsigned char *hash = arena_alloc(a, SITE_BADGE);
    p->badge = hash;
    return hash != NULL ? learner_site_badge(k->badges, row->badge, hash, err) : error_memory(err);
}

/* Two with one account, or one badge, or one name and at most one badge. */
static bool twice(const struct taking *t, size_t at)
{
    const struct site_person *p = &t->people[at];
    for (size_t i = 0; i < at; i++) {
        const struct site_person *o = &t->people[i];
        if (like(p, o, LIKE_ACCOUNT) || like(p, o, LIKE_BADGE) ||
            ((p->badge == NULL || o->badge == NULL) && (p->account[0] == '\0' || o->account[0] == '\0') && like(p, o, LIKE_NAME)))
            return true;
    }
    return false;
}

static bool make_people(struct taking *t, const struct keys *k, struct learner_csv *csv, struct error *err)
{
    t->people = arena_array(t->arena, csv->count, sizeof *t->people);
    t->count = csv->count;
    if (t->people == NULL)
        return error_memory(err);
    for (size_t i = 0; i < csv->count; i++) {
        struct error why = {0};
        bool ok = make_person(t->arena, k, &csv->rows[i], &t->people[i], &why);
        if (ok && twice(t, i))
            ok = error_set(&why, EX_DATAERR, "cannot take the list", csv->rows[i].name, "the list has this learner twice",
                           "an account and a badge are one person's");
        if (!ok)
            learner_csv_tell(t->arena, csv, i, &why);
    }
    return csv->wrong == 0 || learner_csv_refused(csv, err);
}

static bool next_version(struct taking *t, struct store *s, int64_t *version, struct error *err)
{
    int64_t now = clock_wall_ms() / 1000;
    if (!people_version(t->arena, s, version, err))
        return false;
    if (*version > 0 && t->added + t->changed + t->removed == 0 && !t->renew)
        return true;
    *version = *version < now ? now : *version + 1;
    const char *text = arena_printf(t->arena, "%lld", (long long)*version);
    return text != NULL ? store_set(s, "learners.version", text, err) : error_memory(err);
}

/* Who is who was found by the hashes of before; those of the people who are gone say nothing any more. */
static bool renew(struct taking *t, struct store *s, struct keys *k, const struct learner_csv *csv, struct site_person *all,
                  size_t count, struct error *err)
{
    if (!new_secret(t->arena, s, k, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        unsigned char *hash = i < t->count && all[i].badge != NULL ? arena_alloc(t->arena, SITE_BADGE) : NULL;
        if (i < t->count && all[i].badge != NULL && hash == NULL)
            return error_memory(err);
        if (hash != NULL && !learner_site_badge(k->badges, csv->rows[i].badge, hash, err))
            return false;
        all[i].badge = hash;
    }
    return true;
}

static bool take_within(struct taking *t, struct store *s, struct learner_csv *csv, int64_t *version, struct error *err)
{
    struct keys k;
    bool found, stale;
    if (!ready_within(t->arena, s, err) || !get_keys(t->arena, s, &k, &found, err) || !people_stale(t->arena, s, &stale, err) ||
        !store_people(s, t->arena, &t->old, &t->old_count, err))
        return false;
    t->renew = t->renew || stale;
    t->used = arena_array(t->arena, t->old_count, sizeof *t->used);
    if (t->used == NULL)
        return error_memory(err);
    struct site_person *all;
    size_t count;
    bool ok = make_people(t, &k, csv, err) && identify(t, err) && keep_gone(t, &all, &count, err) &&
              (!t->renew || renew(t, s, &k, csv, all, count, err)) && store_people_set(s, all, count, err) &&
              next_version(t, s, version, err);
    sodium_memzero(&k, sizeof k);
    return ok;
}

static bool say(const struct taking *t, int64_t version, bool as_json, struct error *err)
{
    struct buf out = {0};
    if (as_json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_int(&j, "version", version);
        json_int(&j, "learners", (int64_t)t->count);
        json_int(&j, "added", (int64_t)t->added);
        json_int(&j, "changed", (int64_t)t->changed);
        json_int(&j, "removed", (int64_t)t->removed);
        json_bool(&j, "renewed", t->renew);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "%zu learner%s: %zu added, %zu changed, %zu removed. Devices that many share take the list with their next sync.\n",
                 t->count, t->count == 1 ? "" : "s", t->added, t->changed, t->removed);
        if (t->renew)
            buf_adds(&out, "Badges are hashed with a new secret: the old one, and with it a device that was revoked, matches none of this list.\n");
    }
    return output_buf(&out, false, err);
}

/* Of all of them, each once. */
static bool all_roles(struct arena *a, const struct learner_csv *csv, struct strings *roles)
{
    size_t n = 0;
    for (size_t i = 0; i < csv->count; i++)
        n += csv->rows[i].roles.count;
    const char **items = arena_array(a, n, sizeof *items);
    *roles = (struct strings){items, 0};
    for (size_t i = 0; items != NULL && i < csv->count; i++)
        for (size_t k = 0; k < csv->rows[i].roles.count; k++)
            if (!strings_has(*roles, csv->rows[i].roles.items[k]))
                items[roles->count++] = csv->rows[i].roles.items[k];
    return items != NULL;
}

bool people_take(struct arena *a, struct store *s, const char *file, bool renewed, bool as_json, struct strings *roles, struct error *err)
{
    struct taking t = {.arena = a, .renew = renewed};
    struct learner_csv csv;
    int64_t version = 0;
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot take the list", NULL, "libsodium does not start", NULL);
    if (!learner_csv_read(a, file, &csv, err))
        return false;
    if (csv.wrong > 0)
        return learner_csv_refused(&csv, err);
    if (!store_begin(s, err))
        return false;
    if (!take_within(&t, s, &csv, &version, err)) {
        store_rollback(s);
        return false;
    }
    if (!store_commit(s, err))
        return false;
    notice(NOTICE_INFO, "the list of learners was taken: %zu, of whom %zu added and %zu changed; %zu removed%s", t.count, t.added, t.changed,
           t.removed, t.renew ? "; its badges have a new secret" : "");
    return say(&t, version, as_json, err) && (all_roles(a, &csv, roles) || error_memory(err));
}
