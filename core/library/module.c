#include "core/library/module.h"

#include "core/library/module_facts.h"
#include "core/library/source.h"

#include <string.h>
#include <sysexits.h>

static bool is_id(const char *s, size_t n)
{
    if (n == 0 || n > MODULE_ID_MOST || s[0] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '-'))
            return false;
    return true;
}

bool module_id_valid(const char *id)
{
    return is_id(id, strlen(id));
}

/* BCP 47's shape, loosely: letters, then subtags of letters and digits. */
static bool is_language(const char *s, size_t n)
{
    size_t part = 0, parts = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i == n || s[i] == '-') {
            if (part < (parts == 0 ? 2 : 1) || part > 8)
                return false;
            parts++;
            part = 0;
        } else {
            bool letter = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z');
            if (!letter && !(parts > 0 && s[i] >= '0' && s[i] <= '9'))
                return false;
            part++;
        }
    }
    return true;
}

bool module_name(struct arena *a, const char *name, enum module_kind kind, const char **id, const char **language)
{
    size_t n = strlen(name);
    if (n <= 3 || strcmp(name + n - 3, ".md") != 0)
        return false;
    n -= 3;
    size_t stem = n;
    if (kind != KIND_PAGE) {
        const char *dot = memchr(name, '.', n);
        if (dot != NULL) {
            stem = (size_t)(dot - name);
            if (!is_language(dot + 1, n - stem - 1))
                return false;
        }
        if (!is_id(name, stem))
            return false;
    }
    *id = arena_copy(a, name, stem);
    *language = stem < n ? arena_copy(a, name + stem + 1, n - stem - 1) : "";
    return *id != NULL && *language != NULL;
}

struct module *module_parse(struct arena *a, const char *bytes, size_t n, const char *name, enum module_kind kind,
                            const char *file, struct diags *diags, struct error *err)
{
    if (n > MODULE_MOST_BYTES) {
        error_set(err, EX_DATAERR, "cannot take", file, "larger than 16 MiB", "split it");
        return NULL;
    }
    struct module *m = arena_alloc(a, sizeof *m);
    if (m == NULL || !source_clean(a, bytes, n, file, diags, &m->source)) {
        error_memory(err);
        return NULL;
    }
    m->kind = kind;
    if (!module_name(a, name, kind, &m->id, &m->language)) {
        m->id = arena_strdup(a, name);
        m->language = "";
    }
    if (!module_facts(a, m, file, diags) || m->id == NULL) {
        error_memory(err);
        return NULL;
    }
    return m;
}
