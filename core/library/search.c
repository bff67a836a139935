#include "core/library/search_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool stat_manifest(const char *dir, struct stat *st)
{
    char path[4096];
    memset(st, 0, sizeof *st);
    if (dir[0] == '\0')
        return false;
    int n = snprintf(path, sizeof path, "%s/index", dir);
    return n > 0 && (size_t)n < sizeof path && stat(path, st) == 0;
}

static bool open_segments(struct search *s, const struct manifest *m, struct error *err)
{
    for (size_t i = 0; i < m->count; i++) {
        struct segment *segment = &s->segments[i];
        if (!segment_open(s->dir, m->segments[i].number, false, segment, err))
            return false;
        s->count = i + 1;
        for (size_t k = 0; k < m->segments[i].dead_count; k++) {
            uint32_t doc = m->segments[i].dead[k];
            if (doc < segment->counts[SEG_DOCS] && !segment->dead[doc]) {
                segment->dead[doc] = 1;
                segment->live--;
            }
        }
        if (segment->counts[SEG_DOCS] > UINT32_MAX / 2 - s->base[i])
            return false;
        s->base[i + 1] = s->base[i] + (uint32_t)segment->counts[SEG_DOCS];
    }
    return true;
}

struct search *search_open(const char *dir, struct error *err)
{
    struct search *s = calloc(1, sizeof *s);
    if (s == NULL || (dir != NULL && strlen(dir) >= sizeof s->dir)) {
        free(s);
        error_memory(err);
        return NULL;
    }
    snprintf(s->dir, sizeof s->dir, "%s", dir != NULL ? dir : "");
    bool ok = dir == NULL;
    /* A commit between reading the manifest and opening a file may have removed the file: once more then. */
    for (int attempt = 0; attempt < 3 && !ok; attempt++) {
        struct manifest m;
        for (size_t i = 0; i < s->count; i++)
            segment_close(&s->segments[i]);
        s->count = 0;
        stat_manifest(dir, &s->manifest);
        if (manifest_read(dir, &m, err)) {
            ok = open_segments(s, &m, err);
            manifest_free(&m);
        }
    }
    if (ok && (s->stamp = calloc((size_t)s->base[s->count] + 1, sizeof *s->stamp)) == NULL)
        ok = error_memory(err);
    if (!ok) {
        search_close(s);
        return NULL;
    }
    return s;
}

void search_close(struct search *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        segment_close(&s->segments[i]);
    free(s->stamp);
    free(s);
}

bool search_changed(const struct search *s)
{
    struct stat now;
    stat_manifest(s->dir, &now);
    return now.st_ino != s->manifest.st_ino || now.st_size != s->manifest.st_size ||
           now.st_mtim.tv_sec != s->manifest.st_mtim.tv_sec || now.st_mtim.tv_nsec != s->manifest.st_mtim.tv_nsec;
}

size_t search_count(const struct search *s)
{
    size_t live = 0;
    for (size_t i = 0; i < s->count; i++)
        live += s->segments[i].live;
    return live;
}

/* ---- facts ---- */

const struct seg_doc *search_doc_at(const struct search *s, uint32_t doc, const struct segment **segment)
{
    size_t i = 0;
    while (i + 1 < s->count && doc >= s->base[i + 1])
        i++;
    if (i >= s->count || doc - s->base[i] >= s->segments[i].counts[SEG_DOCS])
        return NULL;
    *segment = &s->segments[i];
    return &s->segments[i].docs[doc - s->base[i]];
}

const struct seg_unit *search_unit_at(const struct segment *g, const struct seg_doc *d, uint32_t i)
{
    size_t at = (size_t)d->first_unit + i;
    return i < d->units && at < g->counts[SEG_UNITS] ? &g->units[at] : NULL;
}

#define TEXT_FACT(name, member)                                                                                        \
    const char *name(const struct search *s, uint32_t doc)                                                             \
    {                                                                                                                  \
        const struct segment *g;                                                                                       \
        const struct seg_doc *d = search_doc_at(s, doc, &g);                                                                  \
        return d != NULL ? segment_text(g, d->member) : "";                                                            \
    }

TEXT_FACT(search_channel, channel)
TEXT_FACT(search_id, id)
TEXT_FACT(search_title, title)
TEXT_FACT(search_problem, problem)
TEXT_FACT(search_outcome, outcome)

#define NUMBER_FACT(type, name, member)                                                                                \
    type name(const struct search *s, uint32_t doc)                                                                    \
    {                                                                                                                  \
        const struct segment *g;                                                                                       \
        const struct seg_doc *d = search_doc_at(s, doc, &g);                                                                  \
        return d != NULL ? (type)d->member : (type)0;                                                                  \
    }

NUMBER_FACT(int64_t, search_key, key)
NUMBER_FACT(int64_t, search_updated, updated)
NUMBER_FACT(int, search_minutes, minutes)
NUMBER_FACT(enum module_kind, search_kind, kind)
NUMBER_FACT(enum module_format, search_format, format)
NUMBER_FACT(bool, search_on_device, on_device)

size_t search_sections(const struct search *s, uint32_t doc)
{
    const struct segment *g;
    const struct seg_doc *d = search_doc_at(s, doc, &g);
    return d != NULL && d->units > 0 && d->units <= g->counts[SEG_UNITS] ? d->units - 1 : 0;
}

static const struct seg_unit *section_of(const struct search *s, uint32_t doc, uint32_t section,
                                         const struct segment **g)
{
    const struct seg_doc *d = search_doc_at(s, doc, g);
    return d != NULL && section < UINT32_MAX - 1 ? search_unit_at(*g, d, section + 1) : NULL;
}

const char *search_anchor(const struct search *s, uint32_t doc, uint32_t section)
{
    const struct segment *g;
    const struct seg_unit *u = section_of(s, doc, section, &g);
    return u != NULL ? segment_text(g, u->anchor) : "";
}

const char *search_heading(const struct search *s, uint32_t doc, uint32_t section)
{
    const struct segment *g;
    const struct seg_unit *u = section_of(s, doc, section, &g);
    return u != NULL ? segment_text(g, u->heading) : "";
}

const char *search_section_text(const struct search *s, uint32_t doc, uint32_t section)
{
    const struct segment *g;
    const struct seg_unit *u = section_of(s, doc, section, &g);
    return u != NULL ? segment_text(g, u->text) : "";
}

bool search_list_has(const struct segment *g, uint32_t from, uint32_t count, const char *text)
{
    for (uint32_t i = 0; i < count && from + i < g->counts[SEG_LISTS]; i++)
        if (strcmp(segment_text(g, g->lists[from + i]), text) == 0)
            return true;
    return false;
}

bool search_meets(const struct segment *g, const struct seg_doc *d, struct strings roles)
{
    if (d->roles == 0 || roles.count == 0)
        return true;
    for (size_t i = 0; i < roles.count; i++)
        if (search_list_has(g, d->first_list, d->roles, roles.items[i]))
            return true;
    return false;
}

bool search_for_roles(const struct search *s, uint32_t doc, struct strings roles)
{
    const struct segment *g;
    const struct seg_doc *d = search_doc_at(s, doc, &g);
    return d != NULL && search_meets(g, d, roles);
}
