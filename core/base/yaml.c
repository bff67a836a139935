#include "core/base/yaml.h"

#include "core/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

/* A collection that is being filled. */
struct level {
    struct yaml *node;
    struct yaml *last;
    const char *key; /* of a mapping: the key that waits for its value */
    size_t key_line, key_column;
};

struct reading {
    struct arena *arena;
    const char *file;
    size_t first_line;
    struct diags *diags;
    yaml_parser_t parser;
    struct level levels[YAML_MOST_LEVELS];
    size_t depth;
    size_t nodes;
    const struct yaml *root;
};

static const char *remedy(const char *problem)
{
    if (strstr(problem, "mapping values are not allowed") != NULL)
        return "put quotes around a value that holds a colon";
    if (strstr(problem, "cannot start any token") != NULL)
        return "indent with blanks, and put quotes around a value that begins with @, %, ` or a tab";
    if (strstr(problem, "unexpected end of stream") != NULL || strstr(problem, "end of stream") != NULL)
        return "close the quote";
    if (strstr(problem, "block mapping") != NULL || strstr(problem, "expected ':'") != NULL ||
        strstr(problem, "could not find") != NULL)
        return "write `key: value` lines, indented alike";
    if (strstr(problem, "expected ',' or ']'") != NULL)
        return "close the [ with a ]";
    if (strstr(problem, "expected ',' or '}'") != NULL)
        return "close the { with a }";
    return "write `key: value` lines; quote what looks odd";
}

static bool refuse(struct reading *r, yaml_mark_t mark, const char *todo, const char *text, const char *name)
{
    diags_add(r->diags, SEVERITY_ERROR, r->file, r->first_line + mark.line, mark.column + 1, todo, text, name);
    return false;
}

static bool refuse_parser(struct reading *r)
{
    if (r->parser.error == YAML_MEMORY_ERROR)
        return refuse(r, r->parser.mark, "", "%s", "out of memory");
    const char *problem = r->parser.problem != NULL ? r->parser.problem : "not YAML";
    yaml_mark_t mark = r->parser.error == YAML_READER_ERROR ? r->parser.mark : r->parser.problem_mark;
    /* What is never closed is found at the end of all; its author looks for where it begins. */
    bool unclosed = strstr(problem, "end of stream") != NULL || strstr(problem, "expected ',' or") != NULL;
    if (unclosed && r->parser.context != NULL)
        mark = r->parser.context_mark;
    return refuse(r, mark, remedy(problem), "the YAML can't be read: %s", problem);
}

static bool has_key(const struct yaml *mapping, const char *key)
{
    for (const struct yaml *n = mapping->first; n != NULL; n = n->next)
        if (strcmp(n->key, key) == 0)
            return true;
    return false;
}

/* Hangs a node under the open collection, or makes it the root. */
static bool hang(struct reading *r, struct yaml *node)
{
    if (r->depth == 0) {
        r->root = node;
        return true;
    }
    struct level *top = &r->levels[r->depth - 1];
    if (top->node->kind == YAML_MAPPING) {
        node->key = top->key;
        node->key_line = top->key_line;
        node->key_column = top->key_column;
        top->key = NULL;
    }
    if (top->last != NULL)
        top->last->next = node;
    else
        top->node->first = node;
    top->last = node;
    top->node->count++;
    return true;
}

static struct yaml *make(struct reading *r, enum yaml_kind kind, yaml_mark_t mark)
{
    if (++r->nodes > YAML_MOST_NODES) {
        refuse(r, mark, "keep it small", "%s", "more than 5,000 values");
        return NULL;
    }
    struct yaml *node = arena_alloc(r->arena, sizeof *node);
    if (node == NULL) {
        refuse(r, mark, "", "%s", "out of memory");
        return NULL;
    }
    node->kind = kind;
    node->line = r->first_line + mark.line;
    node->column = mark.column + 1;
    node->text = "";
    return node;
}

static bool take_key(struct reading *r, struct level *top, const yaml_event_t *e, const char *text)
{
    if (has_key(top->node, text))
        return refuse(r, e->start_mark, "keep one of them", "the key `%s` stands twice", text);
    top->key = text;
    top->key_line = r->first_line + e->start_mark.line;
    top->key_column = e->start_mark.column + 1;
    return true;
}

static bool take_scalar(struct reading *r, const yaml_event_t *e)
{
    const char *bytes = (const char *)e->data.scalar.value;
    if (memchr(bytes, '\0', e->data.scalar.length) != NULL)
        return refuse(r, e->start_mark, "take the \\0 out", "%s", "a NUL inside a text");
    const char *text = arena_copy(r->arena, bytes, e->data.scalar.length);
    if (text == NULL)
        return refuse(r, e->start_mark, "", "%s", "out of memory");
    struct level *top = r->depth > 0 ? &r->levels[r->depth - 1] : NULL;
    if (top != NULL && top->node->kind == YAML_MAPPING && top->key == NULL)
        return take_key(r, top, e, text);
    struct yaml *node = make(r, YAML_SCALAR, e->start_mark);
    if (node == NULL)
        return false;
    node->text = text;
    node->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return hang(r, node);
}

static bool open_collection(struct reading *r, const yaml_event_t *e, enum yaml_kind kind)
{
    struct level *top = r->depth > 0 ? &r->levels[r->depth - 1] : NULL;
    if (top != NULL && top->node->kind == YAML_MAPPING && top->key == NULL)
        return refuse(r, e->start_mark, "write a plain word before the colon", "%s", "a key must be a text");
    if (r->depth == YAML_MOST_LEVELS)
        return refuse(r, e->start_mark, "keep it flat", "%s", "more than 16 levels");
    struct yaml *node = make(r, kind, e->start_mark);
    if (node == NULL || !hang(r, node))
        return false;
    r->levels[r->depth++] = (struct level){.node = node};
    return true;
}

/* Takes one event; *ended is set behind the first document. */
static bool take(struct reading *r, const yaml_event_t *e, bool *ended)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return take_scalar(r, e);
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(r, e, YAML_SEQUENCE);
    case YAML_MAPPING_START_EVENT:
        return open_collection(r, e, YAML_MAPPING);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return true;
    case YAML_ALIAS_EVENT:
        return refuse(r, e->start_mark, "write the value out", "%s", "an alias (`*name`) is not allowed here");
    case YAML_DOCUMENT_END_EVENT:
    case YAML_STREAM_END_EVENT:
        *ended = true;
        return true;
    default:
        return true;
    }
}

static bool read_events(struct reading *r)
{
    for (bool ended = false; !ended;) {
        yaml_event_t e;
        if (!yaml_parser_parse(&r->parser, &e))
            return refuse_parser(r);
        bool ok = take(r, &e, &ended);
        yaml_event_delete(&e);
        if (!ok)
            return false;
    }
    return true;
}

const struct yaml *yaml_parse(struct arena *a, const char *bytes, size_t n, const char *file, size_t first_line,
                              struct diags *diags)
{
    struct reading r = {.arena = a, .file = file, .first_line = first_line, .diags = diags};
    if (n > YAML_MOST_BYTES) {
        refuse(&r, (yaml_mark_t){0}, "keep it small", "%s", "more than 64 KiB of YAML");
        return NULL;
    }
    if (!yaml_parser_initialize(&r.parser)) {
        refuse(&r, (yaml_mark_t){0}, "", "%s", "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)bytes, n);
    bool ok = read_events(&r);
    yaml_parser_delete(&r.parser);
    if (!ok)
        return NULL;
    if (r.root == NULL || (r.root->kind == YAML_SCALAR && r.root->text[0] == '\0'))
        r.root = make(&r, YAML_MAPPING, (yaml_mark_t){0});
    return r.root;
}

const struct yaml *yaml_get(const struct yaml *node, const char *key)
{
    if (node == NULL || node->kind != YAML_MAPPING)
        return NULL;
    for (const struct yaml *n = node->first; n != NULL; n = n->next)
        if (strcmp(n->key, key) == 0)
            return n;
    return NULL;
}

bool yaml_is_null(const struct yaml *node)
{
    return node->kind == YAML_SCALAR && !node->quoted &&
           (node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcasecmp(node->text, "null") == 0);
}

static bool mistyped(const struct yaml *node, const char *file, struct diags *diags, const char *wanted,
                     const char *todo)
{
    char name[80];
    if (node->key != NULL)
        snprintf(name, sizeof name, "`%.60s`", node->key);
    else
        snprintf(name, sizeof name, "this entry");
    if (node->kind == YAML_SCALAR)
        diags_add(diags, SEVERITY_ERROR, file, node->line, node->column, todo, "%s must be %s, not `%.60s`", name,
                  wanted, node->text);
    else
        diags_add(diags, SEVERITY_ERROR, file, node->line, node->column, todo, "%s must be %s, not %s", name, wanted,
                  node->kind == YAML_SEQUENCE ? "a list" : "`key: value`");
    return false;
}

bool yaml_text(const struct yaml *node, const char *file, struct diags *diags, const char **out)
{
    if (node->kind != YAML_SCALAR)
        return mistyped(node, file, diags, "a text", "write it after the colon; put quotes around brackets");
    *out = yaml_is_null(node) ? "" : node->text;
    return true;
}

bool yaml_bool(const struct yaml *node, const char *file, struct diags *diags, bool *out)
{
    static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no", "off"};
    if (node->kind == YAML_SCALAR)
        for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
            if (strcasecmp(node->text, yes[i]) == 0 || strcasecmp(node->text, no[i]) == 0) {
                *out = strcasecmp(node->text, yes[i]) == 0;
                return true;
            }
        }
    return mistyped(node, file, diags, "true or false", "write true or false");
}

bool yaml_number(const struct yaml *node, long least, long most, const char *file, struct diags *diags, long *out)
{
    const char *todo = "write digits alone";
    if (node->kind == YAML_SCALAR && node->text[0] != '\0') {
        char *end;
        errno = 0;
        long value = strtol(node->text, &end, 10);
        if (*end == '\0' && errno == 0 && value >= least && value <= most) {
            *out = value;
            return true;
        }
        if (*end == '\0')
            todo = value < least ? "write a larger one" : "write a smaller one";
    }
    char wanted[80];
    snprintf(wanted, sizeof wanted, "a whole number from %ld to %ld", least, most);
    return mistyped(node, file, diags, wanted, todo);
}

bool yaml_day(const struct yaml *node, const char *file, struct diags *diags, const char **out)
{
    int64_t ms;
    if (node->kind == YAML_SCALAR && strlen(node->text) == 10 && clock_parse(node->text, &ms)) {
        *out = node->text;
        return true;
    }
    return mistyped(node, file, diags, "a day", "write it as 2027-06-01");
}

bool yaml_strings(const struct yaml *node, struct arena *a, const char *file, struct diags *diags, struct strings *out)
{
    if (node->kind == YAML_MAPPING)
        return mistyped(node, file, diags, "a list", "write [one, two]");
    bool one = node->kind == YAML_SCALAR;
    if (one && yaml_is_null(node)) {
        *out = (struct strings){0};
        return true;
    }
    const char **items = arena_array(a, one ? 1 : node->count, sizeof *items);
    if (items == NULL)
        return mistyped(node, file, diags, "smaller: memory is out", "");
    size_t count = 0;
    for (const struct yaml *n = one ? node : node->first; n != NULL; n = one ? NULL : n->next) {
        if (n->kind != YAML_SCALAR || n->text[0] == '\0')
            return mistyped(n, file, diags, "a text", "write [one, two]");
        items[count++] = n->text;
    }
    *out = (struct strings){items, count};
    return true;
}

void yaml_unknown(const struct yaml *node, struct strings known, const char *file, struct diags *diags)
{
    if (node == NULL || node->kind != YAML_MAPPING)
        return;
    for (const struct yaml *n = node->first; n != NULL; n = n->next) {
        if (strings_has(known, n->key))
            continue;
        const char *nearest = strings_nearest(known, n->key);
        char todo[128] = "it is kept, and nothing is done with it";
        if (nearest != NULL)
            snprintf(todo, sizeof todo, "did you mean `%s`?", nearest);
        diags_add(diags, SEVERITY_WARNING, file, n->key_line, n->key_column, todo, "unknown key `%s`", n->key);
    }
}
