#include <jansson.h>

#include "sync/xapi/listing.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/record/erase.h"
#include "sync/xapi/statement.h"

#include <string.h>

enum { AT_ONCE = 500 };

/* How many of a channel's go where, or what keeps them here. */
struct kept {
    const char *channel;
    enum outgoing_lack lack;
    size_t count;
    struct kept *next;
};

struct listing {
    struct outgoing *outgoing;
    struct table *table; /* of a text; NULL for JSON */
    struct buf *json;    /* of a JSON; NULL for a text */
    size_t leave;
    struct kept *kept;
};

/* ---- one statement ---- */

static const char *first_text(const json_t *map)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)map, key, value)
    {
        return json_string_value(value);
    }
    return NULL;
}

static const char *member(const json_t *object, const char *a, const char *b)
{
    return json_string_value(json_object_get(json_object_get(object, a), b));
}

/* What the object is called; a section, which has no name in a statement, as crib takes it: module#anchor. */
static const char *about_what(const json_t *root)
{
    const char *name = first_text(json_object_get(json_object_get(json_object_get(root, "object"), "definition"), "name"));
    const char *id = member(root, "object", "id"), *module = id != NULL ? strstr(id, "/m/") : NULL;
    for (const char *further = module; further != NULL; further = strstr(further + 1, "/m/"))
        module = further;
    return name != NULL ? name : module != NULL ? module + strlen("/m/") : id;
}

/* When, who, what, about what. */
static bool add_row(struct listing *l, struct arena *a, const char *statement, size_t n, struct error *err)
{
    json_t *root = json_loadb(statement, n, 0, NULL);
    const char *at = json_string_value(json_object_get(root, "timestamp"));
    const char *verb = first_text(json_object_get(json_object_get(root, "verb"), "display"));
    const char *who = json_string_value(json_object_get(json_object_get(json_object_get(root, "actor"), "account"), "name"));
    char when[40] = "";
    int64_t ms;
    if (at != NULL && clock_parse(at, &ms)) {
        clock_format(ms, clock_offset_minutes(ms), when, sizeof when);
        when[16] = '\0'; /* to the minute */
        when[10] = ' ';
    }
    table_add(l->table, arena_strdup(a, when));
    table_add(l->table, arena_strdup(a, who != NULL ? who : ""));
    table_add(l->table, arena_strdup(a, verb != NULL ? verb : ""));
    table_add(l->table, arena_strdup(a, about_what(root)));
    json_decref(root);
    return root != NULL || error_set(err, EX_DATAERR, "cannot read a statement", NULL, "it is no JSON", NULL);
}

static bool add_kept(struct listing *l, const char *channel, enum outgoing_lack lack, struct error *err)
{
    struct arena *a = l->outgoing->arena;
    struct kept *k = l->kept;
    while (k != NULL && (k->lack != lack || strcmp(k->channel, channel) != 0))
        k = k->next;
    if (k == NULL) {
        k = arena_alloc(a, sizeof *k);
        if (k == NULL || (k->channel = arena_strdup(a, channel)) == NULL)
            return error_memory(err);
        k->lack = lack;
        k->next = l->kept;
        l->kept = k;
    }
    k->count++;
    return true;
}

static bool add_statement(struct listing *l, struct arena *a, const char *statement, size_t n, const char *channel,
                          struct error *err)
{
    l->leave++;
    if (l->json == NULL)
        return add_row(l, a, statement, n, err) &&
               add_kept(l, channel, accepted_for(&l->outgoing->accepted, channel) != NULL ? LACK_NOTHING : LACK_LRS, err);
    buf_adds(l->json, l->leave > 1 ? ",\n" : "");
    buf_add(l->json, statement, n);
    return buf_ok(l->json) || error_memory(err);
}

/* ---- all of them ---- */

static bool list_events(void *context, struct arena *a, const struct outbox_event *events, size_t count,
                        struct error *err)
{
    struct listing *l = context;
    for (size_t i = 0; i < count; i++) {
        struct outgoing_made m;
        if (!outgoing_make(l->outgoing, a, &events[i], NULL, &m, err))
            return false;
        if (m.leaves && !(m.statement != NULL
                              ? add_statement(l, a, m.statement, strlen(m.statement), m.said.channel, err)
                              : add_kept(l, m.said.channel, m.lack, err)))
            return false;
    }
    return true;
}

static bool list_stored(void *context, struct arena *a, const struct outbox_item *items, size_t count, struct error *err)
{
    struct listing *l = context;
    for (size_t i = 0; i < count; i++)
        if (outgoing_leave(l->outgoing, items[i].kind) &&
            !add_statement(l, a, items[i].statement, items[i].len, items[i].channel, err))
            return false;
    return true;
}

static bool list_all(struct listing *l, struct error *err)
{
    const size_t most = AT_ONCE;
    return outgoing_waiting(l->outgoing, NULL, &most, SIZE_MAX, list_stored, l, err) &&
           outgoing_each(l->outgoing, list_events, l, err);
}

/* ---- printing ---- */

static void safe(struct buf *out, const char *text)
{
    text_safe(out, text, strlen(text), 0);
}

static void print_kept(const struct listing *l, struct buf *out)
{
    for (const struct kept *k = l->kept; k != NULL; k = k->next) {
        const struct lrs *lrs = k->lack == LACK_NOTHING ? accepted_for(&l->outgoing->accepted, k->channel) : NULL;
        if (k->channel[0] != '\0') {
            buf_addf(out, "%zu of ", k->count);
            safe(out, k->channel);
        } else {
            buf_addf(out, "%zu that found nothing", k->count);
        }
        if (lrs != NULL)
            buf_adds(out, k->count == 1 ? " goes with the next `crib sync` to\n  " : " go with the next `crib sync` to\n  ");
        else
            buf_addf(out, " stay%s here:\n  ", k->count == 1 ? "s" : "");
        safe(out, lrs != NULL ? lrs->endpoint : outgoing_lack_text(k->lack));
        buf_addc(out, '\n');
    }
}

static bool print_aside(const struct listing *l, struct buf *out, struct error *err)
{
    struct outbox_item *items;
    size_t count;
    if (!outbox_aside(l->outgoing->record, l->outgoing->arena, &items, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT];
        uuid_text(&items[i].id, id);
        buf_addf(out, "refused: %s, by ", id);
        safe(out, items[i].lrs);
        buf_adds(out, ":\n  ");
        safe(out, items[i].answer);
        buf_addc(out, '\n');
    }
    if (count > 0)
        buf_adds(out, "`crib outbox retry ID` sends it again, `crib outbox drop ID` gives it up.\n");
    return true;
}

/* Does the configuration name that LRS still? "": one that is not known yet. */
static bool is_accepted(const struct outgoing *o, const char *endpoint)
{
    for (size_t i = 0; i < o->accepted.count; i++)
        if (endpoint[0] == '\0' || strcmp(o->accepted.items[i].endpoint, endpoint) == 0)
            return true;
    return false;
}

/* What is to be erased where it was sent. */
static bool print_erasures(const struct listing *l, struct buf *out, struct error *err)
{
    struct erase_count *rows;
    size_t count;
    if (!erase_waiting(l->outgoing->record, l->outgoing->arena, &rows, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "%lld of a forgotten learner: %s\n", (long long)rows[i].count,
                 is_accepted(l->outgoing, rows[i].what) ? "the next `crib sync` has them erased at"
                                                        : "nobody is asked, lrs in config.yaml does not name");
        buf_adds(out, "  ");
        safe(out, rows[i].what[0] != '\0' ? rows[i].what : "the LRS of their channel, if it got them");
        buf_addc(out, '\n');
    }
    if (!erase_impossible(l->outgoing->record, l->outgoing->arena, &rows, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "%lld of a forgotten learner: the LRS can't erase them, ask who runs it:\n  ", (long long)rows[i].count);
        safe(out, rows[i].what);
        buf_addc(out, '\n');
    }
    return true;
}

/* The log goes to the site for its other devices: whole, with the content of what people on its list did. */
static void print_logs(const struct logs_waiting *logs, struct buf *out)
{
    if (logs->events == 0)
        return;
    buf_addf(out, "%zu event%s of this device's log %s with the next `crib sync` to the site, for its other devices:\n  ", logs->events,
             logs->events == 1 ? "" : "s", logs->events == 1 ? "goes" : "go");
    safe(out, logs->site);
    buf_addc(out, '\n');
}

bool listing_text(struct outgoing *o, const struct logs_waiting *logs, struct error *err)
{
    static const struct table_column columns[] = {
        {"when", false, false}, {"who", false, true}, {"what", false, false}, {"about", false, true}};
    struct listing l = {.outgoing = o, .table = table_open(columns, sizeof columns / sizeof *columns)};
    struct buf out = {0};
    struct outbox_counts counts;
    if (l.table == NULL)
        return error_memory(err);
    bool ok = list_all(&l, err) && outbox_counts(o->record, &counts, err) && print_aside(&l, &out, err) &&
              print_erasures(&l, &out, err);
    if (ok) {
        print_kept(&l, &out);
        print_logs(logs, &out);
        if (counts.acknowledged > 0)
            buf_addf(&out, "%lld sent and acknowledged.\n", (long long)counts.acknowledged);
        ok = table_print(l.table, logs->events > 0 ? "no statement waits to leave this device" : "nothing waits to leave this device", err);
    }
    table_close(l.table);
    if (!ok) {
        buf_free(&out);
        return false;
    }
    return output_buf(&out, false, err);
}

bool listing_json(struct outgoing *o, const struct logs_waiting *logs, struct error *err)
{
    struct buf out = {0};
    struct listing l = {.outgoing = o, .json = &out};
    buf_addc(&out, '[');
    bool ok = list_all(&l, err);
    if (logs->events > 0) {
        buf_adds(&out, l.leave > 0 ? ",\n" : "");
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "site", logs->site);
        json_int(&j, "events", (int64_t)logs->events);
        json_close_object(&j);
    }
    buf_adds(&out, "]\n");
    if (!ok) {
        buf_free(&out);
        return false;
    }
    return output_buf(&out, false, err);
}
