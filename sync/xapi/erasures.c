#include <jansson.h>

#include "sync/xapi/erasures.h"

#include "core/base/json.h"
#include "core/record/erase.h"

#include <string.h>

enum { AT_ONCE = 1000 };

static bool is_for(const struct outgoing *o, const struct lrs *lrs, const struct erase_request *r)
{
    return r->lrs[0] != '\0' ? strcmp(r->lrs, lrs->endpoint) == 0 : accepted_for(&o->accepted, r->channel) == lrs;
}

bool erasures_wait(struct outgoing *o, const struct lrs *lrs, bool *wait, struct error *err)
{
    struct erase_count *rows;
    size_t count;
    *wait = false;
    if (!erase_waiting(o->record, o->arena, &rows, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        *wait = *wait || rows[i].what[0] == '\0' || strcmp(rows[i].what, lrs->endpoint) == 0;
    return true;
}

bool erasures_offered(const char *about, size_t n)
{
    json_t *root = json_loadb(about, n, 0, NULL);
    bool offered = json_object_get(json_object_get(root, "extensions"), "urn:crib:xapi:erasures") != NULL;
    json_decref(root);
    return offered;
}

static bool ask(const struct erase_request *items, size_t count, erasures_post *post, void *context, struct error *err)
{
    struct buf body = {0}, answer = {0};
    struct json j = {.out = &body};
    json_open_object(&j, NULL);
    json_open_array(&j, "statements");
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT];
        uuid_text(&items[i].id, id);
        json_string(&j, NULL, id);
    }
    json_close_array(&j);
    json_close_object(&j);
    bool ok = buf_ok(&body) ? post(context, "/erasures", buf_text(&body), body.len, &answer, err) : error_memory(err);
    if (ok) {
        json_t *root = json_loadb(buf_text(&answer), answer.len, 0, NULL);
        ok = json_is_integer(json_object_get(root, "erased")) ||
             error_set(err, EX_PROTOCOL, "cannot have statements erased", NULL, "what answered is no LRS that erases", NULL);
        json_decref(root);
    }
    buf_free(&body);
    buf_free(&answer);
    return ok;
}

bool erasures_send(struct outgoing *o, const struct lrs *lrs, bool offered, erasures_post *post, void *context, size_t *erased,
                   size_t *stay, struct error *err)
{
    int64_t after = INT64_MIN;
    size_t count = 1;
    bool ok = true;
    while (ok && count > 0) {
        struct erase_request *items;
        struct arena *a = arena_open();
        ok = a != NULL ? erase_requests(o->record, a, after, AT_ONCE, &items, &count, err) : error_memory(err);
        size_t mine = 0;
        for (size_t i = 0; ok && i < count; i++) {
            after = items[i].position;
            if (is_for(o, lrs, &items[i]))
                items[mine++] = items[i];
        }
        if (ok && mine > 0) {
            ok = (!offered || ask(items, mine, post, context, err)) &&
                 erase_settle(o->record, items, mine, lrs->endpoint, offered ? ERASE_DONE : ERASE_IMPOSSIBLE, err);
            *(offered ? erased : stay) += ok ? mine : 0;
        }
        arena_close(a);
    }
    return ok;
}
