#include "core/library/programme.h"

#include "core/base/clock.h"
#include "core/base/yaml.h"
#include "core/library/module.h"
#include "core/library/source.h"

#include <stdio.h>
#include <string.h>

#define LIST(array) ((struct strings){(array), sizeof(array) / sizeof *(array)})

static const char *const kind_names[ELEMENT_KINDS] = {"module", "session", "assessment", "follow-up"};
static const char *const phase_names[PHASES] = {"before", "during", "after"};

const char *element_kind_name(enum element_kind kind)
{
    return kind_names[kind];
}

const char *element_phase_name(enum element_phase phase)
{
    return phase_names[phase];
}

const char *programme_id(struct arena *a, const char *name)
{
    static const char ending[] = ".yaml";
    size_t n = strlen(name), k = sizeof ending - 1;
    if (n <= k || strcmp(name + n - k, ending) != 0)
        return NULL;
    const char *id = arena_copy(a, name, n - k);
    return id != NULL && module_id_valid(id) ? id : NULL;
}

/* ---- times ---- */

/* clock_parse wants seconds; people leave them out. */
bool programme_time(const char *text, int64_t *ms)
{
    enum { TO_MINUTES = 16 }; /* 2027-03-04T09:00 */
    char full[64];
    size_t n = strlen(text);
    if (n <= TO_MINUTES || n + sizeof ":00" > sizeof full)
        return false; /* a day alone, or without a zone */
    const char *zone = text + TO_MINUTES;
    while (*zone == ' ')
        zone++;
    if (*zone == ':')
        return clock_parse(text, ms);
    snprintf(full, sizeof full, "%.*s:00%s", TO_MINUTES, text, zone);
    return clock_parse(full, ms);
}

/* ---- reading ---- */

struct reading {
    struct arena *arena;
    const char *file;
    struct diags *diags;
};

static void wrong(const struct reading *r, const struct yaml *at, const char *todo, const char *text)
{
    diags_add(r->diags, SEVERITY_ERROR, r->file, at->line, at->column, todo, "%s", text);
}

static void read_text(const struct reading *r, const struct yaml *node, const char *key, const char **out)
{
    const struct yaml *value = yaml_get(node, key);
    if (value != NULL)
        (void)yaml_text(value, r->file, r->diags, out);
}

/* The place of a word among the known ones; their count where there is none, or another one (said). */
static size_t read_word(const struct reading *r, const struct yaml *node, const char *key, struct strings known)
{
    const struct yaml *value = yaml_get(node, key);
    const char *text = "";
    if (value == NULL || !yaml_text(value, r->file, r->diags, &text))
        return known.count;
    for (size_t i = 0; i < known.count; i++)
        if (strcmp(known.items[i], text) == 0)
            return i;
    char todo[128] = "write one of:";
    for (size_t i = 0; i < known.count; i++) {
        size_t n = strlen(todo);
        snprintf(todo + n, sizeof todo - n, " %s", known.items[i]);
    }
    const char *nearest = strings_nearest(known, text);
    if (nearest != NULL)
        snprintf(todo, sizeof todo, "did you mean `%s`?", nearest);
    diags_add(r->diags, SEVERITY_ERROR, r->file, value->line, value->column, todo, "`%s` can't be `%.40s`", key, text);
    return known.count;
}

static void read_starts(const struct reading *r, const struct yaml *node, struct element *e)
{
    const struct yaml *value = yaml_get(node, "starts");
    const char *text = "";
    if (value == NULL || !yaml_text(value, r->file, r->diags, &text) || text[0] == '\0')
        return;
    if (programme_time(text, &e->starts_ms)) {
        e->starts = text;
        return;
    }
    int64_t ms;
    bool day = strlen(text) == 10 && clock_parse(text, &ms);
    diags_add(r->diags, SEVERITY_ERROR, r->file, value->line, value->column, "write it as 2027-03-04T09:00+01:00",
              day ? "`starts` has no time of day and no zone: `%.40s`" : "`starts` is no day, time and zone: `%.40s`", text);
}

static void read_number(const struct reading *r, const struct yaml *node, const char *key, long most, int *out)
{
    const struct yaml *value = yaml_get(node, key);
    long number;
    if (value != NULL && !yaml_is_null(value) && yaml_number(value, strcmp(key, "minutes") == 0, most, r->file, r->diags, &number))
        *out = (int)number;
}

static bool read_id(const struct reading *r, const struct yaml *node, struct element *e)
{
    const struct yaml *value = yaml_get(node, "id");
    if (value == NULL)
        wrong(r, node, "add `id: workshop`; it never changes afterwards", "the element has no id");
    else if (yaml_text(value, r->file, r->diags, &e->id)) {
        if (module_id_valid(e->id))
            return true;
        diags_add(r->diags, SEVERITY_ERROR, r->file, value->line, value->column,
                  "use small letters, digits and dashes, 64 at most", "`%.80s` is no id", e->id);
    }
    return false;
}

/* ---- what an element needs, and what can't be ---- */

static void check_needs(const struct reading *r, const struct yaml *node, const struct element *e)
{
    bool session = e->kind == ELEMENT_SESSION;
    if (!session && e->module[0] == '\0')
        diags_add(r->diags, SEVERITY_ERROR, r->file, e->line, e->column, "add `module:` with the id of one of the channel's",
                  "`%s` names no module", e->id);
    if (e->kind == ELEMENT_FOLLOW_UP && e->after_days < 0 && yaml_get(node, "after_days") == NULL)
        diags_add(r->diags, SEVERITY_ERROR, r->file, e->line, e->column, "add `after_days: 14`: so long after the session",
                  "`%s` is a follow-up without a day", e->id);
    static const char *const of_sessions[] = {"starts", "minutes", "where"};
    for (size_t i = 0; !session && i < 3; i++) {
        const struct yaml *value = yaml_get(node, of_sessions[i]);
        if (value != NULL)
            diags_add(r->diags, SEVERITY_WARNING, r->file, value->key_line, value->key_column, "take it out, or make it a session",
                      "`%s` says nothing of a%s %s", of_sessions[i], e->kind == ELEMENT_ASSESSMENT ? "n" : "",
                      element_kind_name(e->kind));
    }
    const struct yaml *days = yaml_get(node, "after_days");
    if (days != NULL && session)
        diags_add(r->diags, SEVERITY_WARNING, r->file, days->key_line, days->key_column, "write `starts`",
                  "`after_days` says nothing of a session");
    else if (days != NULL && e->phase != PHASE_AFTER)
        diags_add(r->diags, SEVERITY_WARNING, r->file, days->key_line, days->key_column, "write `phase: after`",
                  "`after_days` counts from the session on: `%s` is not after it", e->id);
}

static enum element_phase usual_phase(const struct element *e)
{
    if (e->kind == ELEMENT_FOLLOW_UP || (e->kind != ELEMENT_SESSION && e->after_days >= 0))
        return PHASE_AFTER;
    return e->kind == ELEMENT_MODULE ? PHASE_BEFORE : PHASE_DURING;
}

static bool read_element(const struct reading *r, const struct yaml *node, struct element *e)
{
    static const char *const known[] = {"id",     "kind",    "phase", "title",     "module",
                                        "starts", "minutes", "where", "after_days"};
    *e = (struct element){.id = "", .title = "", .module = "", .starts = "", .where = "", .after_days = -1,
                          .line = node->line, .column = node->column};
    if (node->kind != YAML_MAPPING) {
        wrong(r, node, "write `- {id: workshop, kind: session, phase: during}`", "an element must be `key: value`");
        return false;
    }
    yaml_unknown(node, LIST(known), r->file, r->diags);
    bool good = read_id(r, node, e);
    size_t kind = read_word(r, node, "kind", LIST(kind_names)), phase = read_word(r, node, "phase", LIST(phase_names));
    if (yaml_get(node, "kind") == NULL)
        wrong(r, node, "add `kind:` module, session, assessment or follow-up", "the element has no kind");
    if (!good || kind == ELEMENT_KINDS)
        return false;
    e->kind = (enum element_kind)kind;
    read_text(r, node, "title", &e->title);
    read_text(r, node, "module", &e->module);
    read_text(r, node, "where", &e->where);
    read_starts(r, node, e);
    read_number(r, node, "minutes", PROGRAMME_MINUTES_MOST, &e->minutes);
    read_number(r, node, "after_days", PROGRAMME_DAYS_MOST, &e->after_days);
    e->phase = phase != PHASES ? (enum element_phase)phase : usual_phase(e);
    check_needs(r, node, e);
    return true;
}

static bool is_new(const struct reading *r, const struct element *items, size_t count, const struct element *e)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i].id, e->id) == 0) {
            diags_add(r->diags, SEVERITY_ERROR, r->file, e->line, e->column, "give one of them another id",
                      "the id `%s` stands on line %zu already", e->id, items[i].line);
            return false;
        }
    return true;
}

/* Keeps the file's order within a phase. */
static void put(struct element *items, size_t count, const struct element *e)
{
    size_t at = count;
    for (; at > 0 && items[at - 1].phase > e->phase; at--)
        items[at] = items[at - 1];
    items[at] = *e;
}

static bool read_elements(const struct reading *r, const struct yaml *node, struct programme *p, struct error *err)
{
    static const char *const todo = "write a list: `- {id: workshop, kind: session, phase: during}`";
    if (node == NULL || yaml_is_null(node))
        return true;
    if (node->kind != YAML_SEQUENCE) {
        wrong(r, node, todo, "`elements` must be a list");
        return true;
    }
    if (node->count > PROGRAMME_ELEMENTS_MOST)
        wrong(r, node, "make two programmes of it", "more than 100 elements");
    struct element *items = arena_array(r->arena, PROGRAMME_ELEMENTS_MOST, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    size_t seen = 0;
    for (const struct yaml *n = node->first; n != NULL && seen < PROGRAMME_ELEMENTS_MOST; n = n->next, seen++) {
        struct element e;
        if (read_element(r, n, &e) && is_new(r, items, p->count, &e))
            put(items, p->count++, &e);
    }
    p->elements = items;
    return true;
}

static void check_required(const struct reading *r, const struct yaml *root, const struct programme *p)
{
    const struct yaml *elements = yaml_get(root, "elements");
    const struct {
        const char *key, *todo;
        bool missing;
    } required[] = {
        {"title", "add `title: Pump week`", p->title[0] == '\0'},
        {"problem", "add `problem:`: what goes wrong without it?", p->problem[0] == '\0'},
        {"outcome", "add `outcome:`: what can people do afterwards?", p->outcome[0] == '\0'},
        {"elements", "add `elements:` with a list of what belongs to it",
         elements == NULL || yaml_is_null(elements) || (elements->kind == YAML_SEQUENCE && elements->count == 0)},
    };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        if (required[i].missing)
            diags_add(r->diags, SEVERITY_ERROR, r->file, 1, 1, required[i].todo, "`%s` is missing", required[i].key);
}

bool programme_parse(struct arena *a, const char *bytes, size_t n, const char *id, const char *file,
                     struct diags *diags, const struct programme **out, struct error *err)
{
    static const char *const known[] = {"title", "problem", "outcome", "roles", "elements"};
    const struct reading r = {a, file, diags};
    struct str clean;
    *out = NULL;
    struct programme *p = arena_alloc(a, sizeof *p);
    if (p == NULL || !source_clean(a, bytes, n, file, diags, &clean))
        return error_memory(err);
    const struct yaml *root = yaml_parse(a, clean.p, clean.n, file, 1, diags);
    if (root == NULL)
        return true;
    if (root->kind != YAML_MAPPING) {
        wrong(&r, root, "write `key: value` lines", "a programme must be `key: value` lines");
        return true;
    }
    *p = (struct programme){.id = id, .title = "", .problem = "", .outcome = ""};
    yaml_unknown(root, LIST(known), file, diags);
    read_text(&r, root, "title", &p->title);
    read_text(&r, root, "problem", &p->problem);
    read_text(&r, root, "outcome", &p->outcome);
    const struct yaml *roles = yaml_get(root, "roles");
    if (roles != NULL)
        (void)yaml_strings(roles, a, file, diags, &p->roles);
    if (!read_elements(&r, yaml_get(root, "elements"), p, err))
        return false;
    check_required(&r, root, p);
    *out = p;
    return true;
}

/* ---- asking ---- */

const struct element *programme_last_session(const struct programme *p)
{
    const struct element *last = NULL;
    for (size_t i = 0; i < p->count; i++) {
        const struct element *e = &p->elements[i];
        if (e->kind == ELEMENT_SESSION && e->starts[0] != '\0' && (last == NULL || e->starts_ms > last->starts_ms))
            last = e;
    }
    return last;
}
