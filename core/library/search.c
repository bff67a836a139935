#include "core/library/search.h"

#include "core/library/search_match.h"
#include "core/library/search_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* ---- the handle ---- */

static void stat_manifest(const char *dir, struct stat *st)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/index", dir);
    if (dir[0] == '\0' || n < 0 || (size_t)n >= sizeof path || stat(path, st) != 0)
        memset(st, 0, sizeof *st);
}

/* Puts a segment that is open behind the others. At most JOINED_MOST times UNITS_MOST units: their numbers fit. */
static void number_segment(struct search *s)
{
    const struct segment *segment = &s->segments[s->count];
    s->base[s->count + 1] = s->base[s->count] + (uint32_t)segment->doc_count;
    s->section_base[s->count + 1] = s->section_base[s->count] + (uint32_t)segment->counts[SEG_SECTIONS];
    s->count++;
}

static bool open_segments(struct search *s, const struct manifest *m, struct error *err)
{
    for (size_t i = 0; i < m->count; i++) {
        struct segment *segment = &s->segments[i];
        if (!segment_open(s->indexes[0].dir, m->segments[i].number, segment, err))
            return false;
        number_segment(s);
        segment_bury(segment, m->segments[i].dead, m->segments[i].dead_count);
    }
    return true;
}

static void free_room(struct search *s)
{
    free(s->docs);
    free(s->sections);
    free(s->word_docs);
    free(s->word_sections);
    free(s->found_docs);
    free(s->found_sections);
}

static bool make_room(struct search *s, struct error *err)
{
    size_t docs = (size_t)s->base[s->count] + 1, sections = (size_t)s->section_base[s->count] + 1;
    s->docs = calloc(docs, sizeof *s->docs);
    s->sections = calloc(sections, sizeof *s->sections);
    s->word_docs = calloc(docs, sizeof *s->word_docs);
    s->found_docs = calloc(docs, sizeof *s->found_docs);
    s->word_sections = calloc(sections, sizeof *s->word_sections);
    s->found_sections = calloc(sections, sizeof *s->found_sections);
    if (s->docs == NULL || s->sections == NULL || s->word_docs == NULL || s->found_docs == NULL ||
        s->word_sections == NULL || s->found_sections == NULL)
        return error_memory(err);
    return true;
}

/* What a posting weighs by its field. */
static void fill_worth(struct search *s)
{
    static const float fields[FIELDS] = {[FIELD_TEXT] = 1.0F,    [FIELD_OUTCOME] = 2.2F, [FIELD_HEADING] = 4.0F,
                                         [FIELD_PROBLEM] = 4.5F, [FIELD_ID] = 5.0F,      [FIELD_TRIGGER] = 7.0F,
                                         [FIELD_TITLE] = 9.0F};
    for (unsigned i = 0; i < 256; i++) {
        float part = (float)WORTH_LEVEL(i) * LEVEL_MOST / (float)LEVELS;
        s->worth[i] = WORTH_FIELD(i) < FIELDS ? fields[WORTH_FIELD(i)] * part : 0.0F;
    }
}

struct search *search_open(const char *dir, struct error *err)
{
    struct search *s = calloc(1, sizeof *s);
    if (s == NULL || (dir != NULL && strlen(dir) >= sizeof s->indexes[0].dir)) {
        free(s);
        error_memory(err);
        return NULL;
    }
    if (dir != NULL)
        snprintf(s->indexes[s->index_count++].dir, sizeof s->indexes[0].dir, "%s", dir);
    fill_worth(s);
    bool ok = dir == NULL;
    /* A commit between reading the manifest and opening a file may have removed the file: once more then. */
    for (int attempt = 0; attempt < 3 && !ok; attempt++) {
        struct manifest m;
        for (size_t i = 0; i < s->count; i++)
            segment_close(&s->segments[i]);
        s->count = 0;
        stat_manifest(dir, &s->indexes[0].manifest);
        if (manifest_read(dir, &m, err)) {
            ok = open_segments(s, &m, err);
            s->generation = m.generation;
            manifest_free(&m);
        }
    }
    if (!ok || !make_room(s, err)) {
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
    free_room(s);
    free(s);
}

/* ---- two as one ---- */

static void bury_channels(struct segment *g, struct strings channels)
{
    uint32_t asked = 0;
    bool hidden = false;
    for (uint32_t d = 0; channels.count > 0 && d < g->doc_count; d++) {
        if (d == 0 || g->facts[d].channel != asked)
            hidden = strings_has(channels, segment_text(g, asked = g->facts[d].channel));
        if (hidden)
            segment_bury(g, &d, 1);
    }
}

bool search_join(struct search *s, struct search *other, int64_t key_mark, struct strings hidden, struct error *err)
{
    if (s->count + other->count > JOINED_MOST || s->index_count + other->index_count > INDEXES_MOST) {
        search_close(other);
        return error_set(err, EX_SOFTWARE, "cannot search in so many libraries", NULL, NULL, NULL);
    }
    for (size_t i = 0; i < other->index_count; i++)
        s->indexes[s->index_count++] = other->indexes[i];
    for (size_t i = 0; i < other->count; i++) {
        struct segment *segment = &s->segments[s->count];
        *segment = other->segments[i];
        segment->key_mark |= key_mark;
        bury_channels(segment, hidden);
        number_segment(s);
    }
    other->count = 0;
    search_close(other);
    free_room(s);
    return make_room(s, err);
}

bool search_changed(const struct search *s)
{
    bool changed = false;
    for (size_t i = 0; i < s->index_count && !changed; i++) {
        const struct stat *before = &s->indexes[i].manifest;
        struct stat now;
        stat_manifest(s->indexes[i].dir, &now);
        changed = now.st_ino != before->st_ino || now.st_size != before->st_size ||
                  now.st_mtim.tv_sec != before->st_mtim.tv_sec || now.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
    }
    return changed;
}

uint64_t search_generation(const struct search *s)
{
    return s->generation;
}

bool search_whole(const struct search *s)
{
    bool whole = true;
    for (size_t i = 0; whole && i < s->count; i++)
        whole = segment_whole(&s->segments[i]);
    return whole;
}

size_t search_count(const struct search *s)
{
    size_t live = 0;
    for (size_t i = 0; i < s->count; i++)
        live += s->segments[i].live;
    return live;
}

/* ---- facts ---- */

const struct seg_facts *search_facts_of(const struct search *s, uint32_t doc, const struct segment **segment)
{
    uint32_t local;
    if (doc >= s->base[s->count])
        return NULL;
    *segment = &s->segments[segment_of(s, doc, &local)];
    return &(*segment)->facts[local];
}

#define TEXT_FACT(name, member)                                                                                        \
    const char *name(const struct search *s, uint32_t doc)                                                             \
    {                                                                                                                  \
        const struct segment *g;                                                                                       \
        const struct seg_facts *f = search_facts_of(s, doc, &g);                                                       \
        return f != NULL ? segment_text(g, f->member) : "";                                                            \
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
        const struct seg_facts *f = search_facts_of(s, doc, &g);                                                       \
        return f != NULL ? (type)f->member : (type)0;                                                                  \
    }

NUMBER_FACT(int, search_minutes, minutes)

int64_t search_key(const struct search *s, uint32_t doc)
{
    const struct segment *g;
    const struct seg_facts *f = search_facts_of(s, doc, &g);
    return f != NULL ? f->key | g->key_mark : 0;
}

bool search_on_device(const struct search *s, uint32_t doc)
{
    const struct segment *g;
    const struct seg_facts *f = search_facts_of(s, doc, &g);
    return f != NULL && f->on_device != 0;
}

static const struct seg_doc *doc_of(const struct search *s, uint32_t doc, const struct segment **segment)
{
    const struct seg_facts *f = search_facts_of(s, doc, segment);
    return f != NULL ? &(*segment)->docs[f - (*segment)->facts] : NULL;
}

enum module_kind search_kind(const struct search *s, uint32_t doc)
{
    const struct segment *g;
    const struct seg_doc *d = doc_of(s, doc, &g);
    return d != NULL && d->kind <= KIND_EVENT ? (enum module_kind)d->kind : KIND_PAGE;
}

enum module_format search_format(const struct search *s, uint32_t doc)
{
    const struct segment *g;
    const struct seg_doc *d = doc_of(s, doc, &g);
    return d != NULL && d->format <= FORMAT_COURSE ? (enum module_format)d->format : FORMAT_NONE;
}

bool search_knows(const struct search *s, const char *word, size_t n, bool begun)
{
    for (size_t g = 0; g < s->count; g++)
        if (match_stands(&s->segments[g], word, n, begun))
            return true;
    return false;
}

bool search_set_has(const struct segment *g, uint32_t set, const char *text)
{
    size_t count;
    const uint32_t *texts = segment_set(g, set, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(segment_text(g, texts[i]), text) == 0)
            return true;
    return false;
}

bool search_set_meets(const struct segment *g, uint32_t set, struct strings texts)
{
    size_t count;
    segment_set(g, set, &count);
    if (count == 0 || texts.count == 0)
        return true;
    for (size_t i = 0; i < texts.count; i++)
        if (search_set_has(g, set, texts.items[i]))
            return true;
    return false;
}

/* ---- sections ---- */

size_t search_sections(const struct search *s, uint32_t doc)
{
    const struct segment *g;
    const struct seg_doc *d = doc_of(s, doc, &g);
    size_t first = 0, end = 0;
    if (d != NULL)
        segment_sections(g, (size_t)(d - g->docs), &first, &end);
    return end - first;
}

size_t search_section_of(const struct search *s, uint32_t doc, uint32_t section, const struct segment **segment)
{
    const struct seg_doc *d = doc_of(s, doc, segment);
    size_t first = 0, end = 0;
    if (d != NULL)
        segment_sections(*segment, (size_t)(d - (*segment)->docs), &first, &end);
    return section < end - first ? first + section : SIZE_MAX;
}

const char *search_anchor(const struct search *s, uint32_t doc, uint32_t section)
{
    const struct segment *g;
    size_t at = search_section_of(s, doc, section, &g);
    return at != SIZE_MAX ? segment_text(g, g->sections[at].anchor) : "";
}

const char *search_heading(const struct search *s, uint32_t doc, uint32_t section)
{
    const struct segment *g;
    size_t at = search_section_of(s, doc, section, &g);
    return at != SIZE_MAX ? segment_text(g, g->sections[at].heading) : "";
}
