/* The log of a kiosk, 100,000 events, between two devices of a site: handed in to a server on loopback, and taken from it into
 * the other one's record, where all that follows from it is derived.
 *
 *     bench_logs [EVENTS]
 *
 * Rows: `what|value|goal|met`. */
#include <jansson.h>

#include "core/base/clock.h"
#include "core/record/chain.h"
#include "core/record/learner_site.h"
#include "sync/serve/people.h"
#include "sync/serve/server.h"
#include "sync/site/log_wire.h"
#include "sync/site/logs_take.h"

#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEVICES = 2 };

static const char *const names[DEVICES] = {"bench", "hall"};
static struct error err;
static struct arena *arena;
static char dir[64];
static struct {
    struct people_keys keys;
    struct places places;
    struct record *record;
    struct lrs site;
} at[DEVICES];

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "bench_logs: %s: %s: %s: %s\n", what, err.what, err.where, err.why);
    exit(EXIT_FAILURE);
}

static void enrol(struct store *s, size_t i, const char *url)
{
    static const struct site_person people[] = {{.id = "p-ana", .name = "Ana", .rights = RIGHT_LEARNER, .account = "ana"}};
    struct site_list list = {.version = 1, .people = people, .count = 1};
    struct site_taken taken;
    char token[TOKEN_SIZE];
    const char *site, *badges;
    crypto_box_keypair(at[i].keys.box, at[i].keys.box_secret);
    must(store_add_client(s, names[i], false, token, &err) && store_box_set(s, names[i], at[i].keys.box, &err) &&
             people_told(arena, s, names[i], &site, &badges, &err),
         "a device");
    sodium_hex2bin(at[i].keys.site, SITE_KEY, site, strlen(site), NULL, NULL, NULL);
    memcpy(list.site, at[i].keys.site, SITE_KEY);
    at[i].places.state = at[i].places.data = arena_printf(arena, "%s/%s", dir, names[i]);
    at[i].site = (struct lrs){.channel = "", .endpoint = url, .ca = "", .credentials = file_join(arena, at[i].places.state, "key")};
    const char *line = arena_printf(arena, "%s:%s\n", names[i], token);
    must(file_make_dirs(at[i].places.state, &err) && file_write(at[i].site.credentials, line, strlen(line), 0600, &err), "its key");
    at[i].record = record_open(file_join(arena, at[i].places.data, "record.db"), &err);
    must(at[i].record != NULL && learner_site_take(at[i].record, &list, &taken, &err), "its record");
}

/* Sections read and modules opened; one event in ten is nobody's. */
static void live(struct record *r, int events)
{
    int64_t ana, same;
    must(learner_by_name(r, "Ana", &ana, &same, &err) && chain_begin(r, &err), "a learner");
    for (int i = 0; i < events; i++) {
        char module[40], hash[65];
        snprintf(module, sizeof module, "acme/module-%d", i % 300);
        snprintf(hash, sizeof hash, "%064x", (unsigned)i % 1800);
        const struct subject s = {.module = module, .iri = "https://acme.example/learn", .title = "A module", .language = "en", .revision = "r1"};
        struct json *j = chain_event(r, i % 2 == 0 ? "section.done" : "module.opened", i % 10 != 0 ? ana : 0, &s, "bleed");
        if (i % 2 == 0)
            json_string(j, "hash", hash);
        must(chain_append(r, NULL, &err), "an event");
    }
    must(chain_commit(r, &err), "events");
}

/* Seconds; what moved into *moved. */
static double exchange(size_t i, struct logs_moved *moved)
{
    struct people_passes told = {0};
    struct store *s = store_open(dir, true, &err);
    must(s != NULL && logs_tell(s, arena, names[i], &told, &err), "what the site says");
    store_close(s);
    int64_t began = clock_monotonic_ms();
    must(logs_exchange(arena, &at[i].places, &at[i].site, &at[i].keys, at[i].record, &told, moved, &err), "the exchange");
    return (double)(clock_monotonic_ms() - began) / 1000;
}

static size_t packed(struct record *r)
{
    struct own_log *logs;
    size_t count, bytes = 0;
    must(record_logs_own(r, arena, &logs, &count, &err) && count == 1, "the log");
    for (uint64_t after = 0; after < logs[0].last;) {
        struct log_part part;
        struct buf out = {0};
        struct arena *a = arena_open();
        must(record_log_part(r, a, logs[0].id, after, LOG_EVENTS_MOST, &part, &err) && part.count > 0 && log_write(&part, &out, &err), "a part");
        after += part.count;
        bytes += out.len;
        buf_free(&out);
        arena_close(a);
    }
    return bytes;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

int main(int argc, char **argv)
{
    int events = argc > 1 ? atoi(argv[1]) : 100000;
    const char *base = getenv("TMPDIR");
    struct logs_moved handed, taken;
    snprintf(dir, sizeof dir, "%.40s/crib-logs-XXXXXX", base != NULL ? base : "/tmp");
    must(sodium_init() >= 0 && mkdtemp(dir) != NULL && (arena = arena_open()) != NULL, "a directory");
    struct store *s = store_open(dir, false, &err);
    must(s != NULL && people_ready(arena, s, &err), "the store");
    struct workers *workers = workers_open(dir, &err);
    struct lrs *lrs = workers != NULL ? lrs_open(workers, "http://lrs.example.com/") : NULL;
    struct server *server = lrs != NULL ? server_open(&(struct server_options){.listen = "127.0.0.1:0", .lrs = lrs}, &err) : NULL;
    must(server != NULL, "the server");
    for (size_t i = 0; i < DEVICES; i++)
        enrol(s, i, server_url(server));
    store_close(s);
    live(at[0].record, events);
    double in = exchange(0, &handed), out = exchange(1, &taken);
    must(handed.handed > (size_t)events && taken.taken == handed.handed, "all of them");
    printf("%d events handed in|%.1f s|-|-\n%d events taken|%.1f s|-|-\nbytes an event on the wire|%.0f|-|-\n", events, in, events, out,
           (double)packed(at[0].record) / events);
    for (size_t i = 0; i < DEVICES; i++)
        record_close(at[i].record);
    server_close(server, 5000);
    lrs_close(lrs);
    workers_close(workers);
    arena_close(arena);
    return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
