#include "sync/report/gather.h"

#include "core/base/json.h"
#include "core/record/scratch.h"
#include "sync/report/retell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_TEXT "300" /* statements, so that a page stays below HTTP_BODY_MOST */

struct gather {
    struct arena *arena;
    struct source *source;
    const struct library_channel *channels;
    size_t channel_count;
    struct retold *items;
    size_t count, cap;
    int64_t last_ms; /* what one device said last */
    struct site_person *people;
    size_t people_count;
};

struct gather *gather_open(struct arena *a, struct source *source, const struct library_channel *channels, size_t count,
                           struct error *err)
{
    struct gather *g = calloc(1, sizeof *g);
    if (g == NULL)
        error_memory(err);
    else
        *g = (struct gather){.arena = a, .source = source, .channels = channels, .channel_count = count};
    return g;
}

void gather_close(struct gather *g)
{
    if (g == NULL)
        return;
    free(g->items);
    free(g);
}

/* ---- asking ---- */

static bool keep(void *context, const struct json_t *statement, struct error *err)
{
    struct gather *g = context;
    bool known;
    if (g->count == g->cap) {
        size_t cap = g->cap == 0 ? 256 : 2 * g->cap;
        struct retold *grown = realloc(g->items, cap * sizeof *grown);
        if (grown == NULL)
            return error_memory(err);
        g->items = grown;
        g->cap = cap;
    }
    if (!retell(g->arena, statement, g->channels, g->channel_count, &g->items[g->count], &known))
        return error_memory(err);
    g->count += known;
    return true;
}

bool gather_activity(struct gather *g, const char *activity, const char *verb, struct error *err)
{
    const struct parameter list[] = {
        {"activity", activity}, {"related_activities", "true"}, {"ascending", "true"}, {"limit", PAGE_TEXT}, {"verb", verb}};
    return source_ask(g->source, list, verb[0] != '\0' ? 5 : 4, true, keep, g, err);
}

bool gather_verb(struct gather *g, const char *verb, struct error *err)
{
    const struct parameter list[] = {{"verb", verb}, {"ascending", "true"}, {"limit", PAGE_TEXT}};
    return source_ask(g->source, list, 3, true, keep, g, err);
}

bool gather_account(struct gather *g, const char *home_page, const char *name, struct error *err)
{
    struct buf agent = {0};
    struct json j = {.out = &agent};
    json_open_object(&j, NULL);
    json_open_object(&j, "account");
    json_string(&j, "homePage", home_page);
    json_string(&j, "name", name);
    json_close_object(&j);
    json_close_object(&j);
    const struct parameter list[] = {{"agent", buf_text(&agent)}, {"ascending", "true"}, {"limit", PAGE_TEXT}};
    bool ok = buf_ok(&agent) ? source_ask(g->source, list, 3, true, keep, g, err) : error_memory(err);
    buf_free(&agent);
    return ok;
}

bool gather_people(struct gather *g, struct error *err)
{
    return source_people(g->source, g->arena, &g->people, &g->people_count, err);
}

/* ---- when each device was heard of last, whatever it said ---- */

static bool newest(void *context, const struct json_t *statement, struct error *err)
{
    struct gather *g = context;
    struct retold said;
    bool known;
    if (!retell(g->arena, statement, g->channels, g->channel_count, &said, &known))
        return error_memory(err);
    if (known && said.stored_ms > g->last_ms)
        g->last_ms = said.stored_ms;
    return true;
}

static bool ask_device(struct gather *g, struct record *r, const struct retold *one, struct error *err)
{
    const struct parameter list[] = {{"agent", one->authority}, {"related_agents", "true"}, {"limit", "1"}};
    g->last_ms = one->stored_ms;
    return source_ask(g->source, list, 3, false, newest, g, err) && scratch_device(r, one->device, g->last_ms, err);
}

static int by_device(const void *left, const void *right)
{
    const struct retold *a = left, *b = right;
    int order = strcmp(a->device, b->device);
    return order != 0 ? order : (a->stored_ms < b->stored_ms) - (a->stored_ms > b->stored_ms);
}

static bool ask_devices(struct gather *g, struct record *r, struct error *err)
{
    if (g->count > 1)
        qsort(g->items, g->count, sizeof *g->items, by_device);
    for (size_t i = 0; i < g->count; i++) {
        bool first = i == 0 || strcmp(g->items[i].device, g->items[i - 1].device) != 0;
        if (first && g->items[i].device[0] != '\0' && !ask_device(g, r, &g->items[i], err))
            return false;
    }
    return true;
}

/* ---- telling ---- */

static int by_log(const void *left, const void *right)
{
    const struct retold *a = left, *b = right;
    int order = strcmp(a->log, b->log);
    return order != 0 ? order : a->seq != b->seq ? (a->seq > b->seq) - (a->seq < b->seq) : memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

static bool tell(struct record *r, int64_t log, const struct retold *one, struct error *err)
{
    int64_t learner;
    struct buf payload = {0};
    if (!scratch_person(r, one->home_page, one->name, &learner, err))
        return false;
    buf_addf(&payload, "{\"learner\":%" PRId64 ",%s}", learner, one->said);
    bool ok = buf_ok(&payload) ? scratch_tell(r, log, &one->id, one->kind, buf_text(&payload), payload.len, err) : error_memory(err);
    buf_free(&payload);
    return ok && (one->device[0] == '\0' || scratch_heard(r, learner, one->device, one->stored_ms, err));
}

/* In the order of logs and places in them, each once: those that others speak of, or the others. */
static bool tell_all(const struct gather *g, struct record *r, bool begins, struct error *err)
{
    bool ok = true;
    int64_t log = 0;
    for (size_t i = 0; ok && i < g->count; i++) {
        const struct retold *one = &g->items[i], *before = i > 0 ? one - 1 : NULL;
        if (before == NULL || strcmp(one->log, before->log) != 0)
            log++;
        bool twice = before != NULL && memcmp(one->id.bytes, before->id.bytes, sizeof one->id.bytes) == 0;
        if (!twice && scratch_begins(one->kind) == begins)
            ok = tell(r, log, one, err);
    }
    return ok;
}

static void take_name(struct gathered *out, const struct retold *one)
{
    if (one->text == NULL || strcmp(one->text, one->question) == 0)
        return;
    for (size_t i = 0; i < out->name_count; i++)
        if (strcmp(out->names[i].id, one->question) == 0)
            return;
    out->names[out->name_count++] = (struct report_name){one->question, one->text};
}

bool gather_tell(struct gather *g, struct gathered *out, struct error *err)
{
    *out = (struct gathered){.record = scratch_open(err), .names = arena_array(g->arena, g->count + 1, sizeof *out->names)};
    if (out->record == NULL)
        return false;
    bool ok = (out->names != NULL || error_memory(err)) && ask_devices(g, out->record, err);
    if (ok && g->count > 1)
        qsort(g->items, g->count, sizeof *g->items, by_log);
    ok = ok && tell_all(g, out->record, true, err) && tell_all(g, out->record, false, err);
    for (size_t i = 0; ok && i < g->people_count; i++)
        ok = scratch_listed(out->record, &g->people[i], err);
    for (size_t i = 0; ok && i < g->count; i++)
        take_name(out, &g->items[i]);
    if (ok)
        return true;
    record_close(out->record);
    out->record = NULL;
    return false;
}
