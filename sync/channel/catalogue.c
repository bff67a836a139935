#include "sync/channel/catalogue.h"

#include "core/base/json.h"

#include <string.h>

/* JSON's texts are YAML's. */
static void add_text(struct buf *out, const char *text)
{
    struct json j = {.out = out};
    json_string(&j, NULL, text);
}

static void add_line(struct buf *out, const char *key, const char *text)
{
    if (text[0] == '\0')
        return;
    buf_addf(out, "%s: ", key);
    add_text(out, text);
    buf_addc(out, '\n');
}

static void add_list(struct buf *out, const char *key, struct strings list)
{
    if (list.count == 0)
        return;
    buf_addf(out, "%s: [", key);
    for (size_t i = 0; i < list.count; i++) {
        buf_adds(out, i > 0 ? ", " : "");
        add_text(out, list.items[i]);
    }
    buf_adds(out, "]\n");
}

static bool keep(struct arena *a, struct buf *out, struct str *entry)
{
    const char *copy = buf_ok(out) ? arena_copy(a, buf_text(out), out->len) : NULL;
    *entry = (struct str){copy, out->len};
    buf_free(out);
    return copy != NULL;
}

bool catalogue_entry(struct arena *a, const struct module *m, struct strings roles, struct str *entry)
{
    struct buf out = {0};
    buf_adds(&out, "---\n");
    if (m->kind == KIND_EVENT)
        add_line(&out, "kind", module_kind_name(m->kind));
    add_line(&out, "title", m->title);
    add_line(&out, "problem", m->problem);
    add_line(&out, "outcome", m->outcome);
    if (m->minutes > 0)
        buf_addf(&out, "minutes: %d\n", m->minutes);
    add_line(&out, "format", module_format_name(m->format));
    add_list(&out, "roles", roles);
    add_list(&out, "stages", m->stages);
    buf_adds(&out, m->trigger_count > 0 ? "triggers:\n" : "");
    for (size_t i = 0; i < m->trigger_count; i++) {
        buf_addf(&out, "  - %s: ", trigger_kind_name(m->triggers[i].kind));
        add_text(&out, m->triggers[i].pattern);
        buf_addc(&out, '\n');
    }
    buf_adds(&out, "---\n");
    return keep(a, &out, entry);
}

static void add_member(struct buf *out, const char *key, const char *text)
{
    if (text[0] == '\0')
        return;
    buf_addf(out, ", %s: ", key);
    add_text(out, text);
}

static void add_element(struct buf *out, const struct element *e)
{
    buf_adds(out, "  - {id: ");
    add_text(out, e->id);
    add_member(out, "kind", element_kind_name(e->kind));
    add_member(out, "phase", element_phase_name(e->phase));
    add_member(out, "title", e->title);
    add_member(out, "module", e->module);
    add_member(out, "starts", e->starts);
    if (e->minutes > 0)
        buf_addf(out, ", minutes: %d", e->minutes);
    add_member(out, "where", e->where);
    if (e->after_days >= 0)
        buf_addf(out, ", after_days: %d", e->after_days);
    buf_adds(out, "}\n");
}

bool catalogue_programme(struct arena *a, const struct programme *p, struct strings roles, struct str *entry)
{
    struct buf out = {0};
    add_line(&out, "title", p->title);
    add_line(&out, "problem", p->problem);
    add_line(&out, "outcome", p->outcome);
    add_list(&out, "roles", roles);
    buf_adds(&out, p->count > 0 ? "elements:\n" : "");
    for (size_t i = 0; i < p->count; i++)
        add_element(&out, &p->elements[i]);
    return keep(a, &out, entry);
}
