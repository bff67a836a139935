#include "sync/room/line.h"

#include "core/base/clock.h"
#include "core/record/accepted.h"
#include "sync/xapi/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MOST = 16, STALL_S = 5, PAUSE_MS = 2000, WAIT_MOST_S = 60 };

struct line {
    char *place;
    struct http *http;
    int64_t not_before_ms, used_ms;
    long status; /* why it is left alone: 0 nobody answered, else what was answered */
    char why[200];
};

struct lines {
    struct arena *arena;
    struct lrs site;
    struct line items[LINES_MOST];
};

struct lines *room_lines_open(const struct config *config, struct error *err)
{
    struct lines *l = calloc(1, sizeof *l);
    if (l == NULL || (l->arena = arena_open()) == NULL) {
        free(l);
        error_memory(err);
        return NULL;
    }
    if (!accepted_site(l->arena, config, &l->site, NULL))
        l->site = (struct lrs){.endpoint = ""};
    return l;
}

static void hang_up(struct line *x)
{
    http_close(x->http);
    free(x->place);
    *x = (struct line){0};
}

void room_lines_close(struct lines *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < LINES_MOST; i++)
        hang_up(&l->items[i]);
    arena_close(l->arena);
    free(l);
}

const char *room_lines_site(struct lines *l)
{
    return l->site.endpoint;
}

static bool dial(struct lines *l, struct line *x, const char *place, struct error *err)
{
    const char *authorization = NULL;
    bool local = place[0] == '/';
    if (!local && !accepted_authorization(l->arena, &l->site, &authorization, err))
        return false;
    x->place = strdup(place);
    x->http = x->place != NULL ? http_open(local ? "http://localhost" : place, authorization, local ? "" : l->site.ca, STALL_S, err)
                               : (error_memory(err), NULL);
    if (x->http != NULL && (!local || http_socket(x->http, place, err)))
        return true;
    hang_up(x);
    return false;
}

/* The one to that place, made where there is none: in the place of the one that was used least lately. */
static struct line *line_to(struct lines *l, const char *place, struct error *err)
{
    struct line *oldest = &l->items[0];
    for (size_t i = 0; i < LINES_MOST; i++) {
        struct line *x = &l->items[i];
        if (x->place != NULL && strcmp(x->place, place) == 0)
            return x;
        if (x->used_ms < oldest->used_ms)
            oldest = x;
    }
    hang_up(oldest);
    return dial(l, oldest, place, err) ? oldest : NULL;
}

/* Where nobody answers, and where it is asked too much, nothing is asked for a moment; as long as it says. */
static bool request(struct line *x, const char *path, const struct buf *json, int64_t now, struct line_answer *answer, struct error *err)
{
    struct http_response r = {.body = answer->body};
    bool ok = http_request(x->http, path, buf_text(json), json->len, &r, err);
    answer->body = r.body;
    answer->status = x->status = ok ? r.status : 0;
    if (ok && r.status == 0) {
        x->not_before_ms = now + PAUSE_MS;
        snprintf(x->why, sizeof x->why, "%.190s", r.failure);
    } else if (ok && http_busy(r.status)) {
        x->not_before_ms = now + (r.retry_after_s > WAIT_MOST_S ? WAIT_MOST_S : r.retry_after_s) * (int64_t)1000;
    }
    return ok;
}

bool room_lines_post(struct lines *l, const char *place, const char *path, const struct buf *json, struct line_answer *answer,
                     struct error *err)
{
    int64_t now = clock_monotonic_ms();
    answer->status = 0;
    if (!buf_ok(json))
        return error_memory(err);
    if (place[0] != '/' && strcmp(place, l->site.endpoint) != 0) { /* its token goes nowhere else */
        snprintf(answer->why, sizeof answer->why, "this device is not enrolled there any more");
        return true;
    }
    struct line *x = line_to(l, place, err);
    if (x == NULL)
        return false;
    x->used_ms = now;
    bool waits = now < x->not_before_ms, ok = waits || request(x, path, json, now, answer, err);
    if (waits) {
        buf_clear(&answer->body);
        answer->status = x->status;
    }
    memcpy(answer->why, x->why, sizeof answer->why);
    return ok;
}
