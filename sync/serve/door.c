#define _GNU_SOURCE /* struct ucred */

#include "sync/serve/door.h"

#include "core/base/account.h"
#include "core/base/arena.h"
#include "sync/serve/connections.h"
#include "sync/serve/credentials.h"
#include "sync/serve/http.h"
#include "sync/serve/reply.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* All bodies together are held to ALL_BODIES: no crowd of senders fills the memory. */
enum { BODY_MS = 30000, ALL_BODIES = 16 * 1024 * 1024 };

struct knock {
    struct request request;
    struct arena *arena;
    struct asker who;
    struct buf body;
    struct door *door;
    size_t counted; /* of door->bodies */
    unsigned refusal;
    const char *why;
};

bool door_is(const char *path)
{
    return strncmp(path, "/room/", 6) == 0;
}

static void forget(struct request *request)
{
    struct knock *k = (struct knock *)(void *)request;
    atomic_fetch_sub(&k->door->bodies, k->counted);
    buf_free(&k->body);
    arena_close(k->arena);
    free(k);
}

static void refuse(struct knock *k, unsigned status, const char *why)
{
    if (k->refusal != 0)
        return;
    k->refusal = status;
    k->why = why;
}

/* The kernel says which account is at the other end. */
static bool read_account(struct knock *k, struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
#ifdef SO_PEERCRED
    struct ucred peer;
    socklen_t n = sizeof peer;
    if (info == NULL || getsockopt(info->connect_fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
        return false;
    uid_t uid = peer.uid;
#else
    uid_t uid;
    gid_t gid;
    if (info == NULL || getpeereid(info->connect_fd, &uid, &gid) != 0)
        return false;
#endif
    k->who.id = (int64_t)uid;
    k->who.name = account_in(k->arena, "/etc/passwd", (unsigned long)uid);
    if (k->who.name == NULL)
        k->who.name = arena_printf(k->arena, "uid-%lu", (unsigned long)uid);
    return k->who.name != NULL;
}

static void read_asker(struct knock *k, const struct door *d, struct MHD_Connection *c)
{
    struct client client = {0};
    const char *why = "";
    k->who.account = "";
    if (d->workers == NULL) {
        if (!read_account(k, c))
            refuse(k, MHD_HTTP_UNAUTHORIZED, "who asks is not known here");
        return;
    }
    unsigned refused = credentials_read(d->workers, k->arena, c, &client, &k->who.name, &why);
    if (refused != 0) {
        refuse(k, refused, why);
        return;
    }
    k->who.id = client.id;
    k->who.account = arena_strdup(k->arena, client.account);
    if (k->who.account == NULL)
        refuse(k, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory");
}

static enum MHD_Result answer_refusal(const struct knock *k, struct MHD_Connection *c)
{
    char text[200];
    const char *wait = k->refusal == MHD_HTTP_TOO_MANY_REQUESTS ? "1" : "5";
    snprintf(text, sizeof text, "%s\n", k->why);
    if (k->refusal == MHD_HTTP_UNAUTHORIZED)
        return reply_with(c, k->refusal, text, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Basic realm=\"crib\", charset=\"UTF-8\"");
    if (k->refusal == MHD_HTTP_TOO_MANY_REQUESTS || k->refusal == MHD_HTTP_SERVICE_UNAVAILABLE)
        return reply_with(c, k->refusal, text, MHD_HTTP_HEADER_RETRY_AFTER, wait);
    return reply(c, k->refusal, text);
}

static enum MHD_Result begin(struct door *d, struct MHD_Connection *c, const char *method, struct request **request)
{
    struct knock *k = calloc(1, sizeof *k);
    if (k == NULL || (k->arena = arena_open()) == NULL) {
        free(k);
        return MHD_NO;
    }
    k->request.forget = forget;
    k->door = d;
    *request = &k->request;
    connections_begin(c, BODY_MS);
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
        refuse(k, MHD_HTTP_METHOD_NOT_ALLOWED, "this is for POST");
    /* A form in a page of another site can post text, but no JSON without being asked first. */
    if (!http_is_json(MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE)))
        refuse(k, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "the Content-Type has to be application/json");
    read_asker(k, d, c);
    const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (length == NULL || strtoull(length, NULL, 10) <= ROOMS_BODY_MOST)
        return MHD_YES;
    k->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
    k->why = "the content is too large";
    return answer_refusal(k, c); /* before the body: the connection ends with it */
}

static enum MHD_Result answer(struct door *d, struct knock *k, struct MHD_Connection *c, const char *path)
{
    struct buf out = {0};
    unsigned status = rooms_answer(d->rooms, &k->who, path, buf_text(&k->body), k->body.len, &out);
    if (status != MHD_HTTP_OK) {
        bool later = status == MHD_HTTP_TOO_MANY_REQUESTS;
        enum MHD_Result said = reply_with(c, status, buf_text(&out), later ? MHD_HTTP_HEADER_RETRY_AFTER : NULL, "1");
        buf_free(&out);
        return said;
    }
    struct MHD_Response *r = MHD_create_response_from_buffer(out.len, (void *)(size_t)buf_text(&out), MHD_RESPMEM_MUST_COPY);
    buf_free(&out);
    if (r == NULL)
        return MHD_NO;
    enum MHD_Result done = MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json") == MHD_YES &&
                                   MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES
                               ? MHD_queue_response(c, status, r)
                               : MHD_NO;
    MHD_destroy_response(r);
    return done;
}

static void add_body(struct knock *k, const char *bytes, size_t n)
{
    k->counted += n;
    if (atomic_fetch_add(&k->door->bodies, n) + n > ALL_BODIES)
        refuse(k, MHD_HTTP_SERVICE_UNAVAILABLE, "too much is being sent at once");
    else
        buf_add(&k->body, bytes, n);
}

enum MHD_Result door_handle(struct door *d, struct MHD_Connection *c, const char *path, const char *method, const char *upload,
                            size_t *upload_size, struct request **request)
{
    if (*request == NULL)
        return begin(d, c, method, request);
    struct knock *k = (struct knock *)(void *)*request;
    if (*upload_size > 0) { /* what is refused is read and forgotten, so that the answer arrives */
        if (k->refusal == 0 && k->body.len + *upload_size > ROOMS_BODY_MOST)
            refuse(k, MHD_HTTP_CONTENT_TOO_LARGE, "the content is too large");
        else if (k->refusal == 0)
            add_body(k, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    connections_received(c);
    if (!buf_ok(&k->body))
        refuse(k, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory");
    return k->refusal != 0 ? answer_refusal(k, c) : answer(d, k, c, path);
}
