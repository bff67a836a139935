#include "sync/serve/serve.h"

#include "core/base/buf.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "sync/serve/files.h"
#include "sync/serve/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>

enum { PATIENCE_MS = 10000, PEM_BYTES = 1024 * 1024 };

static bool add_channels(struct files *files, const struct args *args, struct error *err)
{
    const char *dirs[ARGS_EARLIER + 1];
    size_t n = args_values(args, "channel", dirs);
    if (n == 0)
        return error_set(err, EX_USAGE, "there is nothing to serve", NULL, "no channel is named",
                         "name a published directory: `crib serve --channel OUT`");
    for (size_t i = 0; i < n; i++)
        if (files_add(files, dirs[i], err) == NULL)
            return false;
    return true;
}

/* What is ready, and where: the first thing that is printed, so that scripts can wait for it. */
static bool say(const struct server *server, const struct files *files, bool as_json, struct error *err)
{
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
        json_close_object(&j);
        buf_addc(&out, '\n');
    } else {
        for (size_t i = 0; i < files_count(files); i++)
            buf_addf(&out, "%s: %s/%s/\n", files_id(files, i), server_url(server), files_id(files, i));
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
    bool ok = say(server, options->files, args_flag(args, "json"), err);
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

bool serve_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    (void)a;
    (void)places;
    struct buf cert = {0}, key = {0};
    long connections = 0;
    struct files *files = files_open();
    bool ok = files != NULL || error_memory(err);
    ok = ok && args_number(args, "connections", 1, 100000, 0, &connections, err) && read_tls(args, &cert, &key, err) &&
         add_channels(files, args, err);
    if (ok) {
        bool tls = args_value(args, "cert") != NULL;
        const struct server_options options = {.listen = args_value(args, "listen"),
                                               .files = files,
                                               .cert = tls ? buf_text(&cert) : NULL,
                                               .key = tls ? buf_text(&key) : NULL,
                                               .connections = (size_t)connections};
        ok = serve(&options, args, err);
    }
    files_close(files);
    buf_free(&cert);
    buf_free(&key);
    return ok;
}
