#include "sync/serve/serve.h"

#include "core/base/buf.h"
#include "core/base/iri.h"
#include "core/base/json.h"
#include "core/base/notice.h"
#include "core/base/output.h"
#include "core/base/strings.h"
#include "sync/serve/clients.h"
#include "sync/serve/door.h"
#include "sync/serve/files.h"
#include "sync/serve/lrs.h"
#include "sync/serve/notices.h"
#include "sync/serve/offer.h"
#include "sync/serve/people.h"
#include "sync/serve/role_names.h"
#include "sync/serve/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000, PEM_BYTES = 1024 * 1024 };

static bool add_channels(struct files *files, const struct args *args, struct error *err)
{
    const char *dirs[ARGS_EARLIER + 1];
    size_t n = args_values(args, "channel", dirs);
    if (n == 0 && args_value(args, "data") == NULL)
        return error_set(err, EX_USAGE, "there is nothing to serve", NULL, "neither a channel nor a place for records is named",
                         "name a published directory: `crib serve --channel OUT`");
    for (size_t i = 0; i < n; i++)
        if (files_add(files, dirs[i], err) == NULL)
            return false;
    return true;
}

/* What a server that runs is made of. */
struct site {
    struct arena *arena;
    const struct args *args;
    struct files *files;
    struct workers *workers;
    struct lrs *lrs;
    struct web *web;
    struct door door; /* its rooms NULL: no live sessions are held */
    struct expecting expecting;
    struct leading leading;
    struct offered *offered;
    const char *url;           /* where devices reach it */
    const char *invited, *line; /* --init: what a device pastes */
};

/* ---- what it says ---- */

static void say_json(const struct site *site, const struct server *server, struct buf *out)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_string(&j, "url", server_url(server));
    json_int(&j, "port", server_port(server));
    json_open_array(&j, "channels");
    for (size_t i = 0; i < files_count(site->files); i++)
        json_string(&j, NULL, files_id(site->files, i));
    json_close_array(&j);
    json_open_object(&j, "keys");
    for (size_t i = 0; i < files_count(site->files); i++)
        if (site->offered[i].key[0] != '\0')
            json_string(&j, site->offered[i].id, site->offered[i].key);
    json_close_object(&j);
    json_bool(&j, "records", site->lrs != NULL);
    if (site->line != NULL)
        json_string(&j, "enrol", site->line);
    json_close_object(&j);
    output_end_json(out);
}

static void say_text(const struct site *site, const struct server *server, struct buf *out)
{
    for (size_t i = 0; i < files_count(site->files); i++) {
        const struct offered *o = &site->offered[i];
        buf_addf(out, "%s: %s/%s/\n", o->id, server_url(server), o->id);
        if (o->key[0] != '\0')
            buf_addf(out, "%s's key: %s\n", o->id, o->key);
    }
    if (site->lrs != NULL)
        buf_addf(out, "learning records: %s/xapi/\n", server_url(server));
    if (site->line != NULL)
        buf_addf(out, "%s, once, within a day: %s\n", site->invited, site->line);
}

/* What is ready, and where: the first thing that is printed, so that scripts can wait for it. */
static bool say(const struct site *site, const struct server *server, struct error *err)
{
    struct buf out = {0};
    if (args_flag(site->args, "json"))
        say_json(site, server, &out);
    else
        say_text(site, server, &out);
    return output_buf(&out, false, err);
}

/* What an administrator will wonder about later is said now. */
static void warn(const struct site *site)
{
    if (site->line == NULL)
        return;
    if (strstr(site->url, "//127.0.0.1") != NULL || strstr(site->url, "//[::1]") != NULL)
        fputs("Only this machine reaches it there: --listen '*:8080' lets others in, --url says the address that they use.\n", stderr);
    else if (strncmp(site->url, "https:", 6) != 0)
        fputs("Who listens on the network can read tokens: give --cert and --key, or let a proxy speak TLS and name it by --url.\n",
              stderr);
    for (size_t i = 0; i < files_count(site->files); i++)
        if (site->offered[i].key[0] == '\0')
            fprintf(stderr, "%s: devices that enrol are not told of it: --pin KEY gives its public key.\n", site->offered[i].id);
}

/* ---- --init ---- */

/* All addresses are this machine's name to others. */
static const char *reached(struct arena *a, const struct server *server)
{
    static const char everywhere[] = "://localhost:";
    char host[256];
    const char *url = server_url(server), *at = strstr(url, everywhere);
    if (at == NULL || gethostname(host, sizeof host) != 0)
        return url;
    host[sizeof host - 1] = '\0';
    return arena_printf(a, "%.*s://%s:%u", (int)(at - url), url, host, server_port(server));
}

static const char *without_slash(struct arena *a, const char *url)
{
    size_t n = strlen(url);
    while (n > 0 && url[n - 1] == '/')
        n--;
    return arena_copy(a, url, n);
}

/* Remembers where it is reached, for `--invite`; invites a first device where --init asks for it. */
static bool settle(struct site *site, const struct server *server, struct error *err)
{
    struct arena *a = site->arena;
    const char *data = args_value(site->args, "data"), *url = NULL;
    if (data == NULL)
        return true;
    struct store *s = store_open(data, false, err);
    const char *here = reached(a, server);
    bool ok = s != NULL && here != NULL && store_set(s, "reached", here, err) && clients_url(a, s, site->args, &url, err);
    site->url = url != NULL ? without_slash(a, url) : NULL;
    if (ok && args_flag(site->args, "init"))
        ok = site->url != NULL ? clients_invite(a, s, args_value(site->args, "invite"), site->url, &site->invited, &site->line, err)
                               : error_memory(err);
    store_close(s);
    return ok;
}

static sigset_t ending_signals(void)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    return ends;
}

static bool serve(struct site *site, const struct server_options *options, struct error *err)
{
    sigset_t ends = ending_signals();
    struct server *server = server_open(options, err);
    if (server == NULL)
        return false;
    bool ok = settle(site, server, err) && say(site, server, err);
    int signal_number = 0;
    if (ok) {
        notices_began(server_url(server), files_count(site->files), site->lrs != NULL);
        warn(site);
    }
    while (ok && sigwait(&ends, &signal_number) != 0)
        ;
    bool finished = server_close(server, PATIENCE_MS);
    if (!finished)
        fputs("some requests were cut off: they took longer than ten seconds\n", stderr);
    if (ok)
        notices_ended(finished);
    return ok;
}

/* Before the first thread is made: none of them shall take the signals that end the server. */
static bool block_signals(struct error *err)
{
    sigset_t ends = ending_signals();
    return sigprocmask(SIG_BLOCK, &ends, NULL) == 0 || error_errno(err, errno, "cannot wait for signals", NULL, NULL);
}

static bool read_tls(const struct args *args, struct buf *cert, struct buf *key, struct error *err)
{
    const char *cert_file = args_value(args, "cert"), *key_file = args_value(args, "key");
    if ((cert_file == NULL) != (key_file == NULL))
        return error_set(err, EX_USAGE, "cannot serve TLS", NULL, "--cert and --key go together", "name both, or neither");
    return cert_file == NULL || (file_read(cert_file, PEM_BYTES, cert, err) && file_read(key_file, PEM_BYTES, key, err));
}

/* ---- what it serves ---- */

/* What --init is told holds for the runs to come. */
static bool remember(const struct args *args, struct store *s, struct strings keys, struct error *err)
{
    struct buf all = {0};
    const char *url = args_value(args, "url");
    bool ok = true;
    for (size_t i = 0; i < keys.count; i++)
        buf_addf(&all, "%s%s", i > 0 ? "," : "", keys.items[i]);
    if (args_flag(args, "init") && url != NULL)
        ok = store_set(s, "url", url, err);
    if (ok && args_flag(args, "init") && keys.count > 0)
        ok = buf_ok(&all) ? store_set(s, "keys", buf_text(&all), err) : error_memory(err);
    buf_free(&all);
    return ok;
}

/* The keys of --pin, and those that --init was told. */
static bool read_keys(struct arena *a, const struct args *args, struct store *s, struct strings *keys, struct error *err)
{
    const char *words[ARGS_EARLIER + 1], *kept = NULL;
    size_t n = args_values(args, "pin", words);
    const char **items = arena_array(a, n, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < n; i++)
        if ((items[i] = offer_key(a, words[i], err)) == NULL)
            return false;
    *keys = (struct strings){items, n};
    if (n > 0 || s == NULL)
        return true;
    return store_get(s, a, "keys", &kept, err) && (kept == NULL || strings_split(a, kept, keys) || error_memory(err));
}

/* Whose accounts the clients are: the address that the world knows, or this machine's name. */
static const char *home_page(struct arena *a, const char *url, struct error *err)
{
    char host[256] = "localhost";
    if (url != NULL && (!iri_valid(url) || (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0))) {
        error_set(err, EX_USAGE, "cannot be reached there", url, "it is no address of the web", "it looks like https://crib.example.com");
        return NULL;
    }
    if (url == NULL && gethostname(host, sizeof host - 1) != 0)
        snprintf(host, sizeof host, "localhost");
    host[sizeof host - 1] = '\0';
    const char *home = url != NULL ? url : arena_printf(a, "http://%s/", host);
    if (home == NULL)
        error_memory(err);
    return home;
}

static bool find_expected(void *context, struct arena *a, struct strings roles, struct strings before, size_t most,
                          struct expected **list, size_t *count, struct error *err)
{
    return workers_expected(context, a, roles, before, most, list, count, err);
}

static bool find_leader(void *context, const char *person, const char *account, enum may_lead *may, struct error *err)
{
    return workers_may_lead(context, person, account, may, err);
}

static bool find_account(void *context, const char *person, char *account, size_t size, struct error *err)
{
    return workers_account_listed(context, person, account, size, err);
}

static bool open_records(struct site *site, const char *url, struct error *err)
{
    const char *home = home_page(site->arena, url, err);
    if (home == NULL || (site->workers = workers_open(args_value(site->args, "data"), err)) == NULL)
        return false;
    site->lrs = lrs_open(site->workers, home);
    if (site->lrs == NULL)
        return error_memory(err);
    lrs_offer(site->lrs, site->offered, files_count(site->files));
    site->door = (struct door){.rooms = rooms_open(args_value(site->args, "data"), err), .workers = site->workers};
    site->expecting = (struct expecting){find_expected, site->workers};
    site->leading = (struct leading){find_leader, find_account, site->workers};
    if (site->door.rooms == NULL)
        return false;
    rooms_expecting(site->door.rooms, &site->expecting);
    rooms_leading(site->door.rooms, &site->leading);
    lrs_rooms(site->lrs, site->door.rooms);
    return true;
}

static bool open_pages(struct site *site, const char *url, struct error *err)
{
    const char **origins = arena_array(site->arena, ARGS_EARLIER + 1, sizeof *origins);
    if (origins == NULL)
        return error_memory(err);
    size_t n = args_values(site->args, "origin", origins);
    if (files_count(site->files) == 0)
        return n == 0 || error_set(err, EX_USAGE, "there are no pages", NULL, "no channel is served", "--origin goes with --channel OUT");
    const struct web_options options = {
        .files = site->files, .data = args_value(site->args, "data"), .url = url, .origins = {origins, n}};
    site->web = web_open(&options, err);
    return site->web != NULL;
}

static bool open_site(struct site *site, struct error *err)
{
    const struct args *args = site->args;
    struct arena *a = site->arena;
    const char *data = args_value(args, "data"), *url = args_value(args, "url");
    struct strings keys;
    struct store *s = NULL;
    if (args_flag(args, "init") && data == NULL)
        return error_set(err, EX_USAGE, "nothing can be enrolled", NULL, "there is no place for records", "--init goes with --data DIR");
    if (!add_channels(site->files, args, err) || (data != NULL && (s = store_open(data, false, err)) == NULL))
        return false;
    bool ok = read_keys(a, args, s, &keys, err) && offer_channels(a, site->files, keys, &site->offered, err) &&
              (url == NULL || home_page(a, url, err) != NULL) && (s == NULL || (remember(args, s, keys, err) && role_names_keep(a, s, site->files, err) && people_ready(a, s, err))) &&
              (s == NULL || url != NULL || store_get(s, a, "url", &url, err));
    store_close(s);
    return ok && (data == NULL || open_records(site, url, err)) && open_pages(site, url, err);
}

bool serve_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    (void)places;
    bool asked, known = clients_command(a, args, &asked, err);
    if (!known || asked)
        return known;
    struct buf cert = {0}, key = {0};
    long connections = 0;
    struct site site = {.arena = a, .args = args, .files = files_open()};
    bool ok = (site.files != NULL || error_memory(err)) && block_signals(err) &&
              args_number(args, "connections", 1, 100000, 0, &connections, err) && read_tls(args, &cert, &key, err) &&
              open_site(&site, err);
    if (ok) {
        bool tls = args_value(args, "cert") != NULL;
        const struct server_options options = {.listen = args_value(args, "listen"),
                                               .files = site.files,
                                               .lrs = site.lrs,
                                               .web = site.web,
                                               .door = site.door.rooms != NULL ? &site.door : NULL,
                                               .cert = tls ? buf_text(&cert) : NULL,
                                               .key = tls ? buf_text(&key) : NULL,
                                               .connections = (size_t)connections};
        ok = serve(&site, &options, err);
    }
    if (!ok && err->code != EX_USAGE)
        notice_failure("crib serve can't go on", err);
    web_close(site.web);
    rooms_close(site.door.rooms);
    lrs_close(site.lrs);
    workers_close(site.workers);
    files_close(site.files);
    buf_free(&cert);
    buf_free(&key);
    return ok;
}
