#include "core/base/syncing.h"

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 8 << 20 };

#define NUMBER_MOST INT64_C(1000000000000000) /* more is no time, and no amount */

static const char *const step_names[] = {"ask", "fetch", "install", "send", "done", "failed"};
static const char *const result_names[] = {"ok", "offline", "failed"};

/* ---- reading ----
 *
 * JSON is YAML's flow style, and core/base/yaml bounds what it takes. */

static const struct yaml *read_line(struct arena *a, const char *line, size_t n)
{
    if (n == 0 || n > YAML_MOST_BYTES || line[0] != '{' || line[n - 1] != '}')
        return NULL;
    const struct yaml *root = yaml_parse(a, line, n, "", 1, NULL);
    return root != NULL && root->kind == YAML_MAPPING ? root : NULL;
}

/* A text without anything that a name should not hold; "" where there is none. */
static const char *text_of(struct arena *a, const struct yaml *node)
{
    if (node == NULL || node->kind != YAML_SCALAR || yaml_is_null(node))
        return "";
    struct buf safe = {0};
    text_safe(&safe, node->text, text_cut(node->text, strlen(node->text), SYNCING_TEXT), 0);
    const char *text = buf_ok(&safe) ? arena_copy(a, buf_text(&safe), safe.len) : NULL;
    buf_free(&safe);
    return text != NULL ? text : "";
}

static const char *member(struct arena *a, const struct yaml *root, const char *key)
{
    return text_of(a, yaml_get(root, key));
}

/* A whole number; 0 where there is none, or none that can be reckoned with. */
static int64_t number_of(const struct yaml *node)
{
    if (node == NULL || node->kind != YAML_SCALAR || node->quoted)
        return 0;
    char *end;
    errno = 0;
    long long value = strtoll(node->text, &end, 10);
    bool fits = *end == '\0' && errno == 0 && value > -NUMBER_MOST && value < NUMBER_MOST;
    return end != node->text && fits ? (int64_t)value : 0;
}

static int64_t number(const struct yaml *root, const char *key)
{
    return number_of(yaml_get(root, key));
}

/* Of what counts or tells a time: nothing is before its zero. */
static int64_t amount(const struct yaml *root, const char *key)
{
    int64_t value = number(root, key);
    return value > 0 ? value : 0;
}

static bool is_true(const struct yaml *root, const char *key)
{
    const struct yaml *node = yaml_get(root, key);
    return node != NULL && node->kind == YAML_SCALAR && !node->quoted && strcmp(node->text, "true") == 0;
}

/* Which of the names it is; fallback where it is none. */
static int named(const char *text, const char *const *names, size_t count, int fallback)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], text) == 0)
            return (int)i;
    return fallback;
}

bool syncing_progress_read(struct arena *a, const char *line, size_t n, struct syncing_progress *p)
{
    const struct yaml *root = read_line(a, line, n);
    if (root == NULL || yaml_get(root, "channel") == NULL)
        return false;
    int step = named(member(a, root, "step"), step_names, sizeof step_names / sizeof *step_names, -1);
    *p = (struct syncing_progress){.channel = member(a, root, "channel"),
                                   .step = (enum syncing_step)(step < 0 ? 0 : step),
                                   .done = amount(root, "done"),
                                   .total = amount(root, "total")};
    return step >= 0;
}

static struct strings read_came(struct arena *a, const struct yaml *list)
{
    if (list == NULL || list->kind != YAML_SEQUENCE)
        return (struct strings){0};
    const char **items = arena_array(a, SYNCING_CAME, sizeof *items);
    size_t count = 0;
    for (const struct yaml *node = list->first; items != NULL && node != NULL && count < SYNCING_CAME; node = node->next)
        items[count++] = text_of(a, node);
    return (struct strings){items, count};
}

static void read_counts(const struct yaml *list, struct syncing_channel *c)
{
    int64_t *const counts[] = {&c->added, &c->changed, &c->removed};
    const struct yaml *node = list != NULL && list->kind == YAML_SEQUENCE ? list->first : NULL;
    for (size_t i = 0; i < sizeof counts / sizeof *counts && node != NULL; i++, node = node->next)
        *counts[i] = number_of(node) > 0 ? number_of(node) : 0;
}

static void read_channel(struct arena *a, const struct yaml *root, struct syncing_channel *c)
{
    *c = (struct syncing_channel){.id = member(a, root, "channel"),
                                  .url = member(a, root, "url"),
                                  .key = member(a, root, "key"),
                                  .version = amount(root, "version"),
                                  .published_ms = amount(root, "published"),
                                  .expires_ms = amount(root, "expires"),
                                  .tried_ms = amount(root, "tried"),
                                  .reached_ms = amount(root, "reached"),
                                  .error = member(a, root, "error"),
                                  .todo = member(a, root, "todo"),
                                  .denied = is_true(root, "denied"),
                                  .ahead_s = number(root, "ahead"),
                                  .changed_ms = amount(root, "changed"),
                                  .came = read_came(a, yaml_get(root, "came"))};
    read_counts(yaml_get(root, "counts"), c);
}

static void read_store(struct arena *a, const struct yaml *root, const char *key, struct syncing_store *s)
{
    *s = (struct syncing_store){.endpoint = member(a, root, key),
                                .tried_ms = amount(root, "tried"),
                                .reached_ms = amount(root, "reached"),
                                .error = member(a, root, "error"),
                                .todo = member(a, root, "todo"),
                                .denied = is_true(root, "denied")};
}

static void read_end(struct arena *a, const struct yaml *root, struct syncing_end *e)
{
    *e = (struct syncing_end){
        .ended_ms = amount(root, "ended"),
        .result = (enum syncing_result)named(member(a, root, "result"), result_names,
                                             sizeof result_names / sizeof *result_names, RESULT_FAILED),
        .since_ms = amount(root, "since"),
        .files = amount(root, "files"),
        .bytes = amount(root, "bytes"),
        .sent = amount(root, "sent"),
        .aside = amount(root, "aside"),
        .error = member(a, root, "error")};
}

static void take_line(struct arena *a, const char *line, size_t n, struct syncing *s)
{
    const struct yaml *root = read_line(a, line, n);
    if (yaml_get(root, "ended") != NULL) {
        if (s->end_count == SYNCING_LOG)
            memmove(s->ends, s->ends + 1, --s->end_count * sizeof *s->ends);
        read_end(a, root, &s->ends[s->end_count++]);
    } else if (yaml_get(root, "store") != NULL && s->store_count < SYNCING_CHANNELS) {
        read_store(a, root, "store", &s->stores[s->store_count++]);
    } else if (yaml_get(root, "site") != NULL) {
        read_store(a, root, "site", &s->site);
        s->sessions = read_came(a, yaml_get(root, "sessions"));
    } else if (yaml_get(root, "url") != NULL && s->channel_count < SYNCING_CHANNELS) {
        read_channel(a, root, &s->channels[s->channel_count++]);
    }
}

bool syncing_parse(struct arena *a, const char *text, size_t n, struct syncing *s)
{
    *s = (struct syncing){.channels = arena_array(a, SYNCING_CHANNELS, sizeof *s->channels),
                          .site = {.endpoint = "", .error = "", .todo = ""},
                          .stores = arena_array(a, SYNCING_CHANNELS, sizeof *s->stores),
                          .ends = arena_array(a, SYNCING_LOG, sizeof *s->ends)};
    if (s->channels == NULL || s->stores == NULL || s->ends == NULL)
        return false;
    for (size_t at = 0; at < n;) {
        const char *lf = memchr(text + at, '\n', n - at);
        size_t length = lf != NULL ? (size_t)(lf - text) - at : n - at;
        take_line(a, text + at, length, s);
        at += length + 1;
    }
    return true;
}

const char *syncing_path(struct arena *a, const struct places *places)
{
    return file_join(a, places->state, "sync.jsonl");
}

bool syncing_read(struct arena *a, const char *path, struct syncing *s)
{
    struct buf text = {0};
    if (!file_read(path, FILE_MOST, &text, NULL))
        buf_clear(&text);
    bool ok = syncing_parse(a, buf_text(&text), text.len, s);
    buf_free(&text);
    return ok;
}

/* ---- writing ---- */

static void add_text(struct json *j, const char *key, const char *text)
{
    json_text(j, key, text, text_cut(text, strlen(text), SYNCING_TEXT));
}

/* Without what says nothing. */
static void add_if(struct json *j, const char *key, const char *text)
{
    if (text[0] != '\0')
        add_text(j, key, text);
}

static void add_number(struct json *j, const char *key, int64_t value)
{
    if (value != 0)
        json_int(j, key, value);
}

void syncing_progress_write(const struct syncing_progress *p, struct buf *out)
{
    struct buf line = {0};
    struct json j = {.out = &line};
    json_open_object(&j, NULL);
    add_text(&j, "channel", p->channel);
    json_string(&j, "step", step_names[p->step]);
    add_number(&j, "done", p->done);
    add_number(&j, "total", p->total);
    json_close_object(&j);
    buf_addc(&line, '\n');
    if (buf_ok(&line) && line.len <= SYNCING_LINE)
        buf_add(out, buf_text(&line), line.len);
    buf_free(&line);
}

static void channel_text(const struct syncing_channel *c, struct json *j)
{
    add_text(j, "channel", c->id);
    add_text(j, "url", c->url);
    add_if(j, "key", c->key);
    add_number(j, "version", c->version);
    add_number(j, "published", c->published_ms);
    add_number(j, "expires", c->expires_ms);
    add_number(j, "tried", c->tried_ms);
    add_number(j, "reached", c->reached_ms);
    add_if(j, "error", c->error);
    add_if(j, "todo", c->todo);
    if (c->denied)
        json_bool(j, "denied", true);
    add_number(j, "ahead", c->ahead_s);
    add_number(j, "changed", c->changed_ms);
    json_open_array(j, "counts");
    json_int(j, NULL, c->added);
    json_int(j, NULL, c->changed);
    json_int(j, NULL, c->removed);
    json_close_array(j);
    json_open_array(j, "came");
    for (size_t i = 0; i < c->came.count && i < SYNCING_CAME; i++)
        add_text(j, NULL, c->came.items[i]);
    json_close_array(j);
}

static void store_text(const struct syncing_store *s, const char *key, struct json *j)
{
    add_text(j, key, s->endpoint);
    add_number(j, "tried", s->tried_ms);
    add_number(j, "reached", s->reached_ms);
    add_if(j, "error", s->error);
    add_if(j, "todo", s->todo);
    if (s->denied)
        json_bool(j, "denied", true);
}

static void end_text(const struct syncing_end *e, struct json *j)
{
    json_int(j, "ended", e->ended_ms);
    json_string(j, "result", result_names[e->result]);
    add_number(j, "since", e->since_ms);
    add_number(j, "files", e->files);
    add_number(j, "bytes", e->bytes);
    add_number(j, "sent", e->sent);
    add_number(j, "aside", e->aside);
    add_if(j, "error", e->error);
}

static void begin_line(struct json *j, struct buf *out)
{
    *j = (struct json){.out = out};
    json_open_object(j, NULL);
}

static void end_line(struct json *j)
{
    json_close_object(j);
    buf_addc(j->out, '\n');
}

void syncing_text(const struct syncing *s, struct buf *out)
{
    struct json j;
    size_t skipped = s->end_count > SYNCING_LOG ? s->end_count - SYNCING_LOG : 0;
    for (size_t i = 0; i < s->channel_count; i++) {
        begin_line(&j, out);
        channel_text(&s->channels[i], &j);
        end_line(&j);
    }
    if (s->site.endpoint != NULL && s->site.endpoint[0] != '\0') {
        begin_line(&j, out);
        store_text(&s->site, "site", &j);
        if (s->sessions.count > 0)
            json_open_array(&j, "sessions");
        for (size_t i = 0; i < s->sessions.count && i < SYNCING_CAME; i++)
            add_text(&j, NULL, s->sessions.items[i]);
        if (s->sessions.count > 0)
            json_close_array(&j);
        end_line(&j);
    }
    for (size_t i = 0; i < s->store_count; i++) {
        begin_line(&j, out);
        store_text(&s->stores[i], "store", &j);
        end_line(&j);
    }
    for (size_t i = skipped; i < s->end_count; i++) {
        begin_line(&j, out);
        end_text(&s->ends[i], &j);
        end_line(&j);
    }
}

void syncing_json(const struct syncing *s, struct buf *out)
{
    struct buf lines = {0};
    syncing_text(s, &lines);
    buf_addc(out, '[');
    for (size_t i = 0; i + 1 < lines.len; i++)
        buf_addc(out, lines.data[i] == '\n' ? ',' : lines.data[i]);
    buf_addc(out, ']');
    buf_free(&lines);
}
