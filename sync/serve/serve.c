#include "sync/serve/serve.h"

#include "core/base/buf.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "sync/serve/files.h"
#include "sync/serve/lrs.h"
#include "sync/serve/server.h"
#include "sync/xapi/value.h"

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

/* What is ready, and where: the first thing that is printed, so that scripts can wait for it. */
static bool say(const struct server *server, const struct server_options *options, bool as_json, struct error *err)
{
    const struct files *files = options->files;
    struct buf out = {0};
    if (as_json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "url", server_url(server));
        json_int(&j, "port", server_port(server));
        json_open_array(&j, "channels");
        for (size_t i = 0; i < files_count(files); i++)
            json_string(&j, NULL, files_id(files, i));
        json_close_array(&j);
        json_bool(&j, "records", options->lrs != NULL);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        for (size_t i = 0; i < files_count(files); i++)
            buf_addf(&out, "%s: %s/%s/\n", files_id(files, i), server_url(server), files_id(files, i));
        if (options->lrs != NULL)
            buf_addf(&out, "learning records: %s/xapi/\n", server_url(server));
    }
    return output_buf(&out, false, err);
}

static bool serve(const struct server_options *options, const struct args *args, struct error *err)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &ends, NULL) != 0)
        return error_errno(err, errno, "cannot wait for signals", NULL, NULL);
    struct server *server = server_open(options, err);
    if (server == NULL)
        return false;
    bool ok = say(server, options, args_flag(args, "json"), err);
    int signal_number = 0;
    while (ok && sigwait(&ends, &signal_number) != 0)
        ;
    if (!server_close(server, PATIENCE_MS))
        fputs("some requests were cut off: they took longer than ten seconds\n", stderr);
    return ok;
}

static bool read_tls(const struct args *args, struct buf *cert, struct buf *key, struct error *err)
{
    const char *cert_file = args_value(args, "cert"), *key_file = args_value(args, "key");
    if ((cert_file == NULL) != (key_file == NULL))
        return error_set(err, EX_USAGE, "cannot serve TLS", NULL, "--cert and --key go together", NULL);
    return cert_file == NULL || (file_read(cert_file, PEM_BYTES, cert, err) && file_read(key_file, PEM_BYTES, key, err));
}

/* ---- who may send and read records ---- */

static bool say_token(const char *name, const char *token, bool as_json, struct error *err)
{
    struct buf out = {0};
    if (as_json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "name", name);
        json_string(&j, "token", token);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "name: %s\ntoken: %s\nIt is shown this once.\n", name, token);
    }
    return output_buf(&out, false, err);
}

enum { INVITATION_MS = 24 * 60 * 60 * 1000 };

static bool say_code(const char *name, const char *code, bool as_json, struct error *err)
{
    struct buf out = {0};
    if (as_json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "name", name);
        json_string(&j, "code", code);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "name: %s\ncode: %s\nIt is good for one device, once, for a day: POST {\"code\": \"%s\"} to /enrol.\n", name,
                 code, code);
    }
    return output_buf(&out, false, err);
}

static bool invite(struct store *store, const char *name, bool as_json, struct error *err)
{
    char code[CODE_SIZE];
    return store_invite(store, name, INVITATION_MS, code, err) && say_code(name, code, as_json, err);
}

/* --client, --device, --invite and --revoke change who is known; a server that runs knows it at once. */
static bool change_clients(const struct args *args, bool *changed, struct error *err)
{
    const char *client = args_value(args, "client"), *device = args_value(args, "device"), *revoke = args_value(args, "revoke");
    const char *invited = args_value(args, "invite");
    const char *data = args_value(args, "data");
    int wanted = (client != NULL) + (device != NULL) + (revoke != NULL) + (invited != NULL);
    *changed = wanted > 0;
    if (wanted == 0)
        return true;
    if (wanted > 1 || data == NULL)
        return error_set(err, EX_USAGE, "cannot change who is known", NULL, "one of --client, --device, --invite and --revoke goes with --data",
                         NULL);
    struct store *store = store_open(data, false, err);
    if (store == NULL)
        return false;
    char token[TOKEN_SIZE];
    bool ok = revoke != NULL    ? store_revoke(store, revoke, err)
              : invited != NULL ? invite(store, invited, args_flag(args, "json"), err)
                             : store_add_client(store, client != NULL ? client : device, client != NULL, token, err) &&
                                   say_token(client != NULL ? client : device, token, args_flag(args, "json"), err);
    store_close(store);
    return ok;
}

/* Whose accounts the clients are: the address that the world knows, or this machine's name. */
static const char *home_page(struct arena *a, const struct args *args, struct error *err)
{
    char host[256] = "localhost";
    const char *url = args_value(args, "url");
    if (url != NULL && (!xapi_iri(url) || strncmp(url, "http", 4) != 0)) {
        error_set(err, EX_USAGE, "cannot be reached there", url, "it is no address of the web", NULL);
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

static bool open_records(struct arena *a, const struct args *args, struct workers **workers, struct lrs **lrs, struct error *err)
{
    const char *data = args_value(args, "data"), *home;
    if (data == NULL)
        return true;
    if ((home = home_page(a, args, err)) == NULL || (*workers = workers_open(data, err)) == NULL)
        return false;
    *lrs = lrs_open(*workers, home);
    return *lrs != NULL || error_memory(err);
}

bool serve_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    (void)places;
    bool changed, known = change_clients(args, &changed, err);
    if (!known || changed)
        return known;
    struct buf cert = {0}, key = {0};
    long connections = 0;
    struct workers *workers = NULL;
    struct lrs *lrs = NULL;
    struct files *files = files_open();
    bool ok = files != NULL || error_memory(err);
    ok = ok && args_number(args, "connections", 1, 100000, 0, &connections, err) && read_tls(args, &cert, &key, err) &&
         add_channels(files, args, err) && open_records(a, args, &workers, &lrs, err);
    if (ok) {
        bool tls = args_value(args, "cert") != NULL;
        const struct server_options options = {.listen = args_value(args, "listen"),
                                               .files = files,
                                               .lrs = lrs,
                                               .cert = tls ? buf_text(&cert) : NULL,
                                               .key = tls ? buf_text(&key) : NULL,
                                               .connections = (size_t)connections};
        ok = serve(&options, args, err);
    }
    lrs_close(lrs);
    workers_close(workers);
    files_close(files);
    buf_free(&cert);
    buf_free(&key);
    return ok;
}
