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
    const char *copy = buf_ok(&out) ? arena_copy(a, buf_text(&out), out.len) : NULL;
    *entry = (struct str){copy, out.len};
    buf_free(&out);
    return copy != NULL;
}
