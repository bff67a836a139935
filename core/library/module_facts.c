#include "core/library/module_facts.h"

#include "core/base/yaml.h"
#include "core/library/front_matter.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const kind_names[] = {"module", "page", "event"};
static const char *const format_names[] = {"", "refresher", "micro", "course"};
static const char *const status_names[] = {"ready", "review", "draft"};
static const char *const feedback_names[] = {"answer", "end", "none"};
static const char *const trigger_names[] = {"code", "asset", "command", "output"};

#define LIST(array) ((struct strings){(array), sizeof(array) / sizeof *(array)})

const char *module_kind_name(enum module_kind kind)
{
    return kind_names[kind];
}

const char *module_format_name(enum module_format format)
{
    return format_names[format];
}

const char *trigger_kind_name(enum trigger_kind kind)
{
    return trigger_names[kind];
}

struct reading {
    struct arena *arena;
    const char *file;
    struct diags *diags;
    struct module *m;
    struct str yaml; /* the front matter's source */
    bool no_memory;
};

/* ---- values ---- */

static size_t choice(struct reading *r, const struct yaml *node, struct strings allowed, size_t fallback)
{
    const char *text = "";
    if (!yaml_text(node, r->file, r->diags, &text) || text[0] == '\0')
        return fallback;
    for (size_t i = 0; i < allowed.count; i++)
        if (strcmp(allowed.items[i], text) == 0)
            return i;
    char todo[128] = "write one of:";
    for (size_t i = 0; i < allowed.count; i++)
        if (allowed.items[i][0] != '\0') {
            size_t n = strlen(todo);
            snprintf(todo + n, sizeof todo - n, " %s", allowed.items[i]);
        }
    diags_add(r->diags, SEVERITY_ERROR, r->file, node->line, node->column, todo, "`%s` can't be `%.40s`", node->key,
              text);
    return fallback;
}

static void read_kind(struct reading *r, const struct yaml *node)
{
    static const char *const words[] = {"", "event"};
    if (choice(r, node, LIST(words), 0) != 1)
        return;
    if (r->m->kind == KIND_MODULE)
        r->m->kind = KIND_EVENT;
    else
        diags_add(r->diags, SEVERITY_WARNING, r->file, node->line, node->column, "move the file to modules/",
                  "a page can't be an event");
}

static void read_minutes(struct reading *r, const struct yaml *node)
{
    long minutes;
    if (yaml_number(node, 1, MODULE_MINUTES_MOST, r->file, r->diags, &minutes))
        r->m->minutes = (int)minutes;
}

static void read_format(struct reading *r, const struct yaml *node)
{
    r->m->format = (enum module_format)choice(r, node, LIST(format_names), FORMAT_NONE);
}

static void read_status(struct reading *r, const struct yaml *node)
{
    /* A status that can't be read must not publish what may be a draft. */
    r->m->status = (enum module_status)choice(r, node, LIST(status_names), STATUS_DRAFT);
}

static bool is_mapping(struct reading *r, const struct yaml *node, const char *todo)
{
    if (node->kind == YAML_MAPPING)
        return true;
    if (node->key != NULL)
        diags_add(r->diags, SEVERITY_ERROR, r->file, node->line, node->column, todo, "`%s` must be `key: value`", node->key);
    else
        diags_add(r->diags, SEVERITY_ERROR, r->file, node->line, node->column, todo, "this entry must be `key: value`");
    return false;
}

static void read_quiz(struct reading *r, const struct yaml *node)
{
    static const char *const known[] = {"pass", "shuffle", "feedback"};
    if (!is_mapping(r, node, "write {pass: 80, shuffle: true, feedback: answer}"))
        return;
    yaml_unknown(node, LIST(known), r->file, r->diags);
    struct quiz_settings *quiz = &r->m->quiz;
    const struct yaml *value;
    long pass;
    if ((value = yaml_get(node, "pass")) != NULL && yaml_number(value, 0, 100, r->file, r->diags, &pass))
        quiz->pass = (int)pass;
    if ((value = yaml_get(node, "shuffle")) != NULL)
        (void)yaml_bool(value, r->file, r->diags, &quiz->shuffle);
    if ((quiz->feedback_said = (value = yaml_get(node, "feedback")) != NULL))
        quiz->feedback = (enum feedback_policy)choice(r, value, LIST(feedback_names), FEEDBACK_ANSWER);
}

static void read_reviewed(struct reading *r, const struct yaml *node)
{
    static const char *const known[] = {"by", "on"};
    if (!is_mapping(r, node, "write {by: name@example.com, on: 2026-10-02}"))
        return;
    yaml_unknown(node, LIST(known), r->file, r->diags);
    const struct yaml *value;
    if ((value = yaml_get(node, "by")) != NULL)
        (void)yaml_text(value, r->file, r->diags, &r->m->reviewed_by);
    if ((value = yaml_get(node, "on")) != NULL)
        (void)yaml_day(value, r->file, r->diags, &r->m->reviewed_on);
}

/* ---- triggers and changes ---- */

static bool is_list(struct reading *r, const struct yaml *node, const char *todo)
{
    if (node->kind == YAML_SEQUENCE)
        return true;
    if (!yaml_is_null(node))
        diags_add(r->diags, SEVERITY_ERROR, r->file, node->line, node->column, todo, "`%s` must be a list", node->key);
    return false;
}

static void add_triggers(struct reading *r, const struct yaml *value, enum trigger_kind kind, struct trigger *out,
                         size_t *count)
{
    struct strings patterns = {0};
    bool empty = value->kind == YAML_SCALAR && value->text[0] == '\0';
    if (!empty && !yaml_strings(value, r->arena, r->file, r->diags, &patterns))
        return;
    if (patterns.count == 0)
        diags_add(r->diags, SEVERITY_ERROR, r->file, value->line, value->column, "write what it reacts to",
                  "the trigger `%s` is empty", value->key);
    const struct yaml *at = value->kind == YAML_SEQUENCE ? value->first : value;
    for (size_t i = 0; i < patterns.count && at != NULL; i++, at = at->next)
        out[(*count)++] = (struct trigger){kind, patterns.items[i], at->line, at->column};
}

static void read_triggers(struct reading *r, const struct yaml *node)
{
    static const char *const todo = "write a list: `- code: E-204`, `- asset: P-1*`";
    if (!is_list(r, node, todo))
        return;
    size_t most = 0;
    for (const struct yaml *entry = node->first; entry != NULL; entry = entry->next)
        for (const struct yaml *v = entry->first; v != NULL; v = v->next)
            most += v->kind == YAML_SEQUENCE ? v->count : 1;
    struct trigger *triggers = arena_array(r->arena, most, sizeof *triggers);
    if (triggers == NULL) {
        r->no_memory = true;
        return;
    }
    size_t count = 0;
    for (const struct yaml *entry = node->first; entry != NULL; entry = entry->next) {
        if (!is_mapping(r, entry, todo))
            continue;
        yaml_unknown(entry, LIST(trigger_names), r->file, r->diags);
        for (const struct yaml *v = entry->first; v != NULL; v = v->next)
            for (size_t k = 0; k < sizeof trigger_names / sizeof *trigger_names; k++)
                if (strcmp(v->key, trigger_names[k]) == 0)
                    add_triggers(r, v, (enum trigger_kind)k, triggers, &count);
    }
    r->m->triggers = triggers;
    r->m->trigger_count = count;
}

static bool read_change(struct reading *r, const struct yaml *entry, struct change *change)
{
    static const char *const known[] = {"on", "what", "material"};
    if (!is_mapping(r, entry, "write - {on: 2026-10-02, what: \"what changed\"}"))
        return false;
    yaml_unknown(entry, LIST(known), r->file, r->diags);
    *change = (struct change){.on = "", .what = ""};
    const struct yaml *on = yaml_get(entry, "on"), *what = yaml_get(entry, "what"),
                      *material = yaml_get(entry, "material");
    if (material != NULL)
        (void)yaml_bool(material, r->file, r->diags, &change->material);
    if (on == NULL || what == NULL) {
        diags_add(r->diags, SEVERITY_ERROR, r->file, entry->line, entry->column,
                  "write - {on: 2026-10-02, what: \"what changed\"}", "a change needs `on` and `what`");
        return false;
    }
    return yaml_day(on, r->file, r->diags, &change->on) && yaml_text(what, r->file, r->diags, &change->what);
}

static void read_changes(struct reading *r, const struct yaml *node)
{
    if (!is_list(r, node, "write a list of {on: 2026-10-02, what: \"what changed\"}"))
        return;
    struct change *changes = arena_array(r->arena, node->count, sizeof *changes);
    if (changes == NULL) {
        r->no_memory = true;
        return;
    }
    size_t count = 0;
    for (const struct yaml *entry = node->first; entry != NULL; entry = entry->next) {
        struct change change;
        if (!read_change(r, entry, &change))
            continue;
        size_t at = count++; /* insertion keeps the file's order among those of one day */
        for (; at > 0 && strcmp(changes[at - 1].on, change.on) < 0; at--)
            changes[at] = changes[at - 1];
        changes[at] = change;
    }
    r->m->changes = changes;
    r->m->change_count = count;
}

/* ---- the table of keys ---- */

enum value_type { VALUE_TEXT, VALUE_DAY, VALUE_LIST, VALUE_BOOL, VALUE_OWN };

static const struct key {
    const char *name;
    enum value_type type;
    size_t offset;
    void (*read)(struct reading *r, const struct yaml *node);
} keys[] = {
    {"title", VALUE_TEXT, offsetof(struct module, title), NULL},
    {"problem", VALUE_TEXT, offsetof(struct module, problem), NULL},
    {"outcome", VALUE_TEXT, offsetof(struct module, outcome), NULL},
    {"roles", VALUE_LIST, offsetof(struct module, roles), NULL},
    {"stages", VALUE_LIST, offsetof(struct module, stages), NULL},
    {"capabilities", VALUE_LIST, offsetof(struct module, capabilities), NULL},
    {"minutes", VALUE_OWN, 0, read_minutes},
    {"format", VALUE_OWN, 0, read_format},
    {"owner", VALUE_TEXT, offsetof(struct module, owner), NULL},
    {"review_by", VALUE_DAY, offsetof(struct module, review_by), NULL},
    {"triggers", VALUE_OWN, 0, read_triggers},
    {"quiz", VALUE_OWN, 0, read_quiz},
    {"status", VALUE_OWN, 0, read_status},
    {"reviewed", VALUE_OWN, 0, read_reviewed},
    {"changes", VALUE_OWN, 0, read_changes},
    {"sign_off", VALUE_BOOL, offsetof(struct module, sign_off), NULL},
    {"valid", VALUE_TEXT, offsetof(struct module, valid), NULL},
    {"attestation", VALUE_TEXT, offsetof(struct module, attestation), NULL},
    {"countersign", VALUE_BOOL, offsetof(struct module, countersign), NULL},
    {"kind", VALUE_OWN, 0, read_kind},
    {"where", VALUE_TEXT, offsetof(struct module, where), NULL},
    {"when", VALUE_TEXT, offsetof(struct module, when), NULL},
    {"link", VALUE_TEXT, offsetof(struct module, link), NULL},
};

enum { KEY_COUNT = sizeof keys / sizeof *keys };

static void read_key(struct reading *r, const struct key *key, const struct yaml *node)
{
    void *field = (char *)r->m + key->offset;
    switch (key->type) {
    case VALUE_TEXT:
        (void)yaml_text(node, r->file, r->diags, field);
        break;
    case VALUE_DAY:
        (void)yaml_day(node, r->file, r->diags, field);
        break;
    case VALUE_LIST:
        (void)yaml_strings(node, r->arena, r->file, r->diags, field);
        break;
    case VALUE_BOOL:
        (void)yaml_bool(node, r->file, r->diags, field);
        break;
    case VALUE_OWN:
        if (!yaml_is_null(node))
            key->read(r, node);
        break;
    }
}

/* The source lines from a key's line up to the next key's. The front matter starts on line 2. */
static struct str key_source(struct str yaml, size_t line, size_t next_line)
{
    const char *at = yaml.p, *end = yaml.p + yaml.n, *start = end;
    for (size_t l = 2; at < end && l < next_line; l++) {
        if (l == line)
            start = at;
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        at = lf != NULL ? lf + 1 : end;
    }
    return start < at ? (struct str){start, (size_t)(at - start)} : (struct str){yaml.p, 0};
}

static void keep_others(struct reading *r, const struct yaml *root, struct strings known)
{
    struct other_key *others = arena_array(r->arena, root->count, sizeof *others);
    if (others == NULL) {
        r->no_memory = true;
        return;
    }
    size_t count = 0;
    for (const struct yaml *n = root->first; n != NULL; n = n->next) {
        if (strings_has(known, n->key))
            continue;
        size_t next = n->next != NULL ? n->next->key_line : SIZE_MAX;
        struct str text = key_source(r->yaml, n->key_line, next > n->key_line ? next : n->key_line + 1);
        const char *copy = arena_copy(r->arena, text.p, text.n);
        if (copy == NULL)
            r->no_memory = true;
        else
            others[count++] = (struct other_key){n->key, copy, n->key_line, n->key_column};
    }
    r->m->others = others;
    r->m->other_count = count;
}

/* Of keys that nobody knows, but for the four that a module needs and that are only written large: that one is missing
 * says lint, once, and where. */
static void tell_unknown(struct reading *r, const struct yaml *root, const char *const *names)
{
    static const char *const needed[] = {"title", "problem", "outcome", "minutes"};
    enum { NEEDED = sizeof needed / sizeof *needed };
    const char *passed[KEY_COUNT + NEEDED];
    size_t count = KEY_COUNT;
    memcpy(passed, names, KEY_COUNT * sizeof *passed);
    for (size_t i = 0; i < NEEDED; i++)
        for (const struct yaml *n = root->first; n != NULL && yaml_get(root, needed[i]) == NULL; n = n->next)
            if (strcasecmp(n->key, needed[i]) == 0) {
                passed[count++] = n->key;
                break;
            }
    yaml_unknown(root, (struct strings){passed, count}, r->file, r->diags);
}

static struct strings read_known(struct reading *r, const struct yaml *root, const char *names[KEY_COUNT])
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        names[i] = keys[i].name;
        const struct yaml *node = yaml_get(root, keys[i].name);
        if (node != NULL)
            read_key(r, &keys[i], node);
    }
    tell_unknown(r, root, names);
    return (struct strings){names, KEY_COUNT};
}

static void read_facts(struct reading *r, const struct yaml *root)
{
    const char *names[KEY_COUNT];
    keep_others(r, root, read_known(r, root, names));
}

/* ---- front matter ---- */

/* Nobody closed the front matter, and a rule somewhere in the text seems to: what stands above the first heading is
 * read, and the text begins with that. false where it is something else that makes the YAML unreadable. */
static bool read_unclosed(struct reading *r)
{
    struct module *m = r->m;
    size_t offset, line;
    if (!front_heading(r->yaml, &offset, &line))
        return false;
    const struct yaml *root = yaml_parse(r->arena, r->yaml.p, offset, r->file, 2, NULL);
    if (root == NULL || root->kind != YAML_MAPPING)
        return false;
    diags_add(r->diags, SEVERITY_ERROR, r->file, line, 1, "put a line of three dashes above this one",
              "the front matter isn't closed");
    m->body = (struct str){r->yaml.p + offset, (size_t)(m->source.p + m->source.n - (r->yaml.p + offset))};
    m->body_line = line;
    r->yaml.n = offset;
    read_facts(r, root);
    return true;
}

/* Reads the front matter one top-level key after the other: says what can't be read (faults), or takes what can be.
 * Returns how many keys are at fault. */
static size_t read_piecemeal(struct reading *r, bool faults)
{
    size_t count = 0, line = 2, first = 2;
    for (size_t at = 0, from = 0, next, after; at < r->yaml.n; at = next, line++) {
        (void)front_line(r->yaml, at, &next);
        if (next < r->yaml.n && !front_begins_key(front_line(r->yaml, next, &after)))
            continue;
        const char *names[KEY_COUNT];
        const struct yaml *root =
            yaml_parse(r->arena, r->yaml.p + from, next - from, r->file, first, faults ? r->diags : NULL);
        count += root == NULL;
        if (!faults && root != NULL && root->kind == YAML_MAPPING)
            (void)read_known(r, root, names);
        from = next;
        first = line + 1;
    }
    return count;
}

/* One slip must not hide the others: where single keys are at fault, each is named and the rest is judged as ever. */
static void read_broken(struct reading *r)
{
    if (read_piecemeal(r, true) > 0)
        (void)read_piecemeal(r, false);
    else
        (void)yaml_parse(r->arena, r->yaml.p, r->yaml.n, r->file, 2, r->diags);
}

static void read_front_matter(struct reading *r)
{
    struct module *m = r->m;
    size_t body = 0;
    bool open;
    m->body = m->source;
    m->body_line = 1;
    if (!front_find(m->source, &r->yaml, &body, &m->body_line, &open)) {
        if (open && m->kind == KIND_MODULE) {
            diags_add(r->diags, SEVERITY_ERROR, r->file, 1, 1, "end it with a line of three dashes",
                      "the front matter isn't closed");
            m->broken = true;
        }
        return;
    }
    if (m->kind == KIND_PAGE && !front_looks_like_yaml(r->yaml)) {
        m->body_line = 1;
        return;
    }
    m->front_matter = true;
    m->body = (struct str){m->source.p + body, m->source.n - body};
    const struct yaml *root = yaml_parse(r->arena, r->yaml.p, r->yaml.n, r->file, 2, NULL);
    m->broken = root == NULL || root->kind != YAML_MAPPING;
    if (root == NULL && !read_unclosed(r))
        read_broken(r);
    else if (root == NULL)
        return;
    else if (m->broken)
        diags_add(r->diags, SEVERITY_ERROR, r->file, root->line, root->column, "write one a line",
                  "the front matter must be `key: value` lines");
    else
        read_facts(r, root);
}

static void set_defaults(struct module *m)
{
    m->title = m->problem = m->outcome = m->owner = m->review_by = "";
    m->reviewed_by = m->reviewed_on = m->valid = m->attestation = m->where = m->when = m->link = "";
    m->quiz = (struct quiz_settings){.pass = 80, .shuffle = false, .feedback = FEEDBACK_ANSWER};
}

bool module_facts(struct arena *a, struct module *m, const char *file, struct diags *diags)
{
    struct reading r = {.arena = a, .file = file, .diags = diags, .m = m};
    set_defaults(m);
    read_front_matter(&r);
    return !r.no_memory;
}
