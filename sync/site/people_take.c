#include "sync/site/people_take.h"

#include "core/base/account.h"
#include "core/base/hex.h"
#include "core/library/library.h"
#include "core/record/elsewhere.h"
#include "sync/site/logs_take.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

enum { FILE_MOST = 1024, SECRET_DIGITS = 2 * BOX_KEY };

#define PEOPLE_FILE "site.people"

/* ---- the keys: three lines, `box HEX`, and once the site has told, `site HEX` and `badges HEX` ---- */

static bool read_line(const char *text, const char *name, unsigned char *out, size_t size)
{
    char digits[SECRET_DIGITS + 1];
    size_t n = strlen(name);
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n'), line += line != NULL) {
        if (strncmp(line, name, n) != 0 || line[n] != ' ' || strcspn(line + n + 1, "\n") != 2 * size)
            continue;
        memcpy(digits, line + n + 1, 2 * size);
        digits[2 * size] = '\0';
        bool read = hex_read(digits, out, size);
        sodium_memzero(digits, sizeof digits);
        return read;
    }
    return false;
}

static bool write_keys(struct arena *a, const char *path, const struct people_keys *keys, struct error *err)
{
    const char *box = hex_text(a, keys->box_secret, BOX_KEY), *site = hex_text(a, keys->site, SITE_KEY),
               *badges = hex_text(a, keys->badges, SITE_SECRET);
    struct buf text = {0};
    if (box == NULL || site == NULL || badges == NULL)
        return error_memory(err);
    buf_addf(&text, "box %s\n", box);
    if (keys->enrolled)
        buf_addf(&text, "site %s\nbadges %s\n", site, badges);
    bool ok = buf_ok(&text) ? file_write(path, buf_text(&text), text.len, 0600, err) : error_memory(err);
    if (text.data != NULL)
        sodium_memzero(text.data, text.cap);
    buf_free(&text);
    return ok;
}

static bool read_keys(const char *path, struct people_keys *keys, bool *found, struct error *err)
{
    struct buf text = {0};
    struct error why = {0};
    *keys = (struct people_keys){0};
    *found = file_read(path, FILE_MOST, &text, &why);
    bool fits = *found && read_line(buf_text(&text), "box", keys->box_secret, BOX_KEY);
    if (fits)
        keys->enrolled = read_line(buf_text(&text), "site", keys->site, SITE_KEY) &&
                         read_line(buf_text(&text), "badges", keys->badges, SITE_SECRET);
    if (text.data != NULL)
        sodium_memzero(text.data, text.cap);
    buf_free(&text);
    if (!*found && why.code == EX_NOINPUT)
        return true;
    if (!*found && err != NULL)
        *err = why;
    return *found && (fits || error_set(err, EX_DATAERR, "the device's keys can't be read", path, "the file is damaged",
                                        "take it away, and enrol this device anew"));
}

bool people_keys_read(struct arena *a, const struct places *places, bool make, struct people_keys *keys, struct error *err)
{
    bool found;
    const char *path = file_join(a, places->config, PEOPLE_FILE);
    if (path == NULL)
        return error_memory(err);
    if (!read_keys(path, keys, &found, err))
        return false;
    if (!found && !make)
        return true;
    if (!found)
        randombytes_buf(keys->box_secret, BOX_KEY);
    crypto_scalarmult_base(keys->box, keys->box_secret);
    return found || write_keys(a, path, keys, err);
}

bool people_keys_told(struct arena *a, const struct places *places, const char *site, const char *sealed, struct error *err)
{
    struct people_keys keys;
    unsigned char bytes[SECRET_SEALED];
    const char *path = file_join(a, places->config, PEOPLE_FILE);
    if (path == NULL)
        return error_memory(err);
    if (!people_keys_read(a, places, true, &keys, err))
        return false;
    keys.enrolled = hex_read(site, keys.site, SITE_KEY) && hex_read(sealed, bytes, sizeof bytes) &&
                    crypto_box_seal_open(keys.badges, bytes, sizeof bytes, keys.box, keys.box_secret) == 0;
    bool ok = keys.enrolled ? write_keys(a, path, &keys, err)
                            : error_set(err, EX_DATAERR, "what came is no answer of a site", NULL, "its keys for learners are none", "the next sync asks again; tell who runs the site");
    sodium_memzero(&keys, sizeof keys);
    return ok;
}

/* ---- the list ---- */

struct asking {
    struct arena *arena;
    const struct places *places;
    const struct lrs *site;
    struct record *record;
    struct people_keys keys;
    bool done;
    struct site_taken taken;
    size_t passed;
    struct logs_moved moved;
    struct error err;
};

/* A new secret of the badges comes with the list that is hashed with it: the record took both at once, and this file follows,
 * for lists that don't say it. */
static bool keep_secret(struct asking *q, const struct site_list *list)
{
    if (sodium_memcmp(q->keys.badges, list->secret, SITE_SECRET) == 0)
        return true;
    const char *path = file_join(q->arena, q->places->config, PEOPLE_FILE);
    memcpy(q->keys.badges, list->secret, SITE_SECRET);
    return path != NULL ? write_keys(q->arena, path, &q->keys, &q->err) : error_memory(&q->err);
}

static void list_came(void *context, const struct fetch_result *result)
{
    struct asking *q = context;
    struct site_list list;
    if (result->outcome != FETCH_WHOLE)
        return;
    q->done = people_open(q->arena, result->bytes.p, result->bytes.n, &q->keys, &list, &q->err) &&
              learner_site_take(q->record, &list, &q->taken, &q->err) && keep_secret(q, &list);
    sodium_memzero(list.secret, sizeof list.secret);
}

bool people_wanted(struct arena *a, const struct places *places)
{
    struct error ignored;
    const struct config *c = config_load(a, places, NULL, &ignored);
    const char *system = account_name(a);
    return c != NULL && system != NULL &&
           (strings_has(config_list(c, CONFIG_SHARED_ACCOUNTS), system) || config_get(c, CONFIG_KIOSK)->origin != ORIGIN_DEFAULT);
}

/* ---- what they passed elsewhere ---- */

struct passing {
    struct arena *arena;
    struct asking *of;
    const char *home_page; /* accounts there are the list's */
    const struct library_channel *channels;
    size_t channel_count;
    const char *names; /* of the channels */
    int64_t after;
    bool more;
    size_t taken;
    struct people_passes said; /* what came last: how things stand with logs */
    bool came;
};

/* channel/module of an activity, `<iri>/m/<module>`; NULL for what is none of a channel that is here. */
static const char *module_of(const struct passing *p, const char *activity)
{
    for (size_t i = 0; i < p->channel_count; i++) {
        struct str iri = str_of(p->channels[i].iri);
        if (iri.n > 0 && iri.p[iri.n - 1] == '/')
            iri.n--;
        if (iri.n == 0 || strncmp(activity, iri.p, iri.n) != 0 || strncmp(activity + iri.n, "/m/", 3) != 0)
            continue;
        const char *rest = activity + iri.n + 3;
        char *module = strchr(rest, '#') == NULL ? arena_printf(p->arena, "%s/%s", p->channels[i].id, rest) : NULL;
        if (module != NULL)
            hex_unescape(module);
        return module;
    }
    return NULL;
}

static void results_came(void *context, const struct fetch_result *result)
{
    struct passing *p = context;
    struct asking *q = p->of;
    struct people_passes passes;
    size_t count = 0, taken = 0;
    p->more = false;
    if (result->outcome != FETCH_WHOLE ||
        !people_open_passes(q->arena, result->bytes.p, result->bytes.n, &q->keys, &passes, &q->err))
        return;
    struct elsewhere *items = arena_array(q->arena, passes.count, sizeof *items);
    if (items == NULL) {
        error_memory(&q->err);
        return;
    }
    for (size_t i = 0; i < passes.count; i++) {
        const struct people_pass *one = &passes.items[i];
        const char *module = strcmp(one->home_page, p->home_page) == 0 ? module_of(p, one->activity) : NULL;
        if (module != NULL)
            items[count++] = (struct elsewhere){one->person, module, one->revision, one->score, one->at, one->device};
    }
    p->more = passes.through > p->after &&
              record_elsewhere(q->record, q->keys.site, items, count, passes.through, p->names, &taken, &q->err) && passes.more;
    p->taken += taken;
    p->said = passes;
    p->came = true;
}

static bool ask_results(struct passing *p, const struct fetch_source *source, struct fetch *f, struct error *err)
{
    do {
        if (!record_elsewhere_through(p->of->record, p->of->keys.site, p->names, &p->after, err))
            return false;
        const char *path = arena_printf(p->arena, "results/%lld", (long long)p->after);
        if (path == NULL)
            return error_memory(err);
        const struct fetch_file request = {source, path, NULL, PEOPLE_BYTES, NULL, results_came, p};
        if (!fetch_add(f, &request, err) || !fetch_run(f, err))
            return false;
    } while (p->more);
    return true;
}

static bool pass(struct asking *q, const struct places *places, const struct fetch_source *source, struct fetch *f,
                 struct error *err)
{
    struct passing p = {.arena = q->arena, .of = q};
    struct library_channel *channels = NULL;
    const struct config *c = config_load(q->arena, places, NULL, err);
    struct library *l = c != NULL ? library_open(places, LIBRARY_READ, "", err) : NULL;
    bool ok = l != NULL && library_channels(l, q->arena, &channels, &p.channel_count, err);
    library_close(l);
    if (!ok)
        return false;
    p.channels = channels;
    p.names = "";
    for (size_t i = 0; p.names != NULL && i < p.channel_count; i++)
        p.names = arena_printf(q->arena, "%s%s%s", p.names, i > 0 ? "," : "", channels[i].id);
    if (p.channel_count == 0 || p.names == NULL) /* before the first one came */
        return p.names != NULL || error_memory(err);
    p.home_page = config_text(c, CONFIG_HOMEPAGE);
    ok = ask_results(&p, source, f, err);
    q->passed = p.taken;
    return ok && (!p.came || q->err.code != 0 ||
                  logs_exchange(q->arena, places, q->site, &q->keys, q->record, &p.said, &q->moved, err));
}

static bool ask(struct asking *q, const struct places *places, const struct lrs *site, struct fetch *f, struct error *err)
{
    struct arena *a = q->arena;
    int64_t version;
    struct fetch_source source = {.url = arena_printf(a, "%s/", site->endpoint), .ca = site->ca};
    if (!learner_site_version(q->record, q->keys.site, &version, err))
        return false;
    const char *etag = arena_printf(a, "\"l%lld\"", (long long)version);
    if (source.url == NULL || etag == NULL)
        return error_memory(err);
    if (!accepted_authorization(a, site, &source.authorization, err))
        return false;
    const struct fetch_file request = {&source, "learners", etag, PEOPLE_BYTES, NULL, list_came, q};
    return fetch_add(f, &request, err) && fetch_run(f, err) && (q->err.code != 0 || pass(q, places, &source, f, err));
}

bool people_ask(struct arena *a, const struct places *places, const struct lrs *site, struct fetch *f, bool quiet,
                struct error *err)
{
    struct asking q = {.arena = a, .places = places, .site = site};
    struct stat st;
    const char *path = file_join(a, places->data, "record.db");
    if (path == NULL)
        return error_memory(err);
    if (sodium_init() < 0 || !people_wanted(a, places))
        return true;
    if (!people_keys_read(a, places, false, &q.keys, err))
        return false;
    if (!q.keys.enrolled || (stat(path, &st) == 0 && st.st_size == 0)) /* empty: that is crib's to see to (heal.h) */
        return true;
    q.record = record_open(path, err);
    bool ok = q.record != NULL && record_foreign_follow(q.record, err) && ask(&q, places, site, f, err);
    record_close(q.record);
    sodium_memzero(&q.keys, sizeof q.keys);
    if (ok && !quiet && q.done && q.taken.added + q.taken.changed + q.taken.removed > 0)
        fprintf(stderr, "the site's list of learners: %zu added, %zu changed, %zu removed\n", q.taken.added, q.taken.changed,
                q.taken.removed);
    if (ok && !quiet && q.passed > 0)
        fprintf(stderr, "%zu passed on other devices of the site, counted here\n", q.passed);
    if (!quiet && q.moved.handed > 0)
        fprintf(stderr, "%zu event%s handed to the site for its other devices\n", q.moved.handed, q.moved.handed == 1 ? "" : "s");
    if (!quiet && q.moved.taken > 0)
        fprintf(stderr, "%zu event%s of the site's other devices taken\n", q.moved.taken, q.moved.taken == 1 ? "" : "s");
    if (!quiet && q.moved.rest)
        fputs("more events wait: the next sync goes on\n", stderr);
    if (ok && q.err.code != 0 && err != NULL)
        *err = q.err;
    return ok && q.err.code == 0;
}
