#include "core/library/search_writer.h"

#include "core/base/file.h"
#include "core/library/search_build.h"
#include "core/library/search_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { SEGMENTS_WANTED = 6 }; /* past so many the small ones become one */

struct search_writer {
    char dir[3800];
    struct segment segments[SEGMENTS_MOST];
    size_t count;
    uint64_t generation;
    uint64_t next_number;
    struct builder *fresh; /* what was added since the last commit */
    int64_t *replaced;     /* keys in fresh that were replaced again before the commit */
    size_t replaced_count, replaced_cap;
    uint64_t gone[2 * SEGMENTS_MOST]; /* files to remove after the commit */
    size_t gone_count;
    bool touched;
};

static void forget_all(struct search_writer *w)
{
    for (size_t i = 0; i < w->count; i++)
        segment_close(&w->segments[i]);
    w->count = 0;
}

static void mark_dead(struct segment *s, size_t doc)
{
    if (doc < s->counts[SEG_DOCS] && !s->dead[doc]) {
        s->dead[doc] = 1;
        s->live--;
    }
}

static bool open_segments(struct search_writer *w, const struct manifest *m, struct error *err)
{
    for (size_t i = 0; i < m->count; i++) {
        struct segment *s = &w->segments[w->count];
        if (!segment_open(w->dir, m->segments[i].number, true, s, err))
            return false;
        w->count++;
        for (size_t k = 0; k < m->segments[i].dead_count; k++)
            mark_dead(s, m->segments[i].dead[k]);
        if (s->number >= w->next_number)
            w->next_number = s->number + 1;
    }
    w->generation = m->generation;
    return true;
}

struct search_writer *search_writer_open(const char *dir, bool *lost, struct error *err)
{
    struct search_writer *w = calloc(1, sizeof *w);
    if (w == NULL || strlen(dir) >= sizeof w->dir) {
        free(w);
        error_memory(err);
        return NULL;
    }
    snprintf(w->dir, sizeof w->dir, "%s", dir);
    w->next_number = 1;
    struct manifest m;
    struct error why = {0};
    bool ok = file_make_dirs(dir, &why) && manifest_read(dir, &m, &why);
    if (ok) {
        ok = open_segments(w, &m, &why);
        manifest_free(&m);
    }
    if (!ok && why.code == EX_DATAERR) {
        /* Damaged: an empty index takes its place at the next commit, under numbers that nobody has open. */
        forget_all(w);
        w->generation = 0;
        w->next_number = (uint64_t)getpid() << 32 | 1;
        w->touched = true;
    } else if (!ok) {
        if (err != NULL)
            *err = why;
        search_writer_close(w);
        return NULL;
    }
    if (lost != NULL)
        *lost = !ok;
    return w;
}

void search_writer_close(struct search_writer *w)
{
    if (w == NULL)
        return;
    forget_all(w);
    builder_close(w->fresh);
    free(w->replaced);
    free(w);
}

uint64_t search_writer_generation(const struct search_writer *w)
{
    return w->generation;
}

/* Takes the key's document out of the segments; returns whether it was there. */
static bool take_out(struct search_writer *w, int64_t key)
{
    for (size_t i = 0; i < w->count; i++) {
        struct segment *s = &w->segments[i];
        for (size_t d = 0; d < s->counts[SEG_DOCS]; d++)
            if (s->docs[d].key == key && !s->dead[d]) {
                mark_dead(s, d);
                return true;
            }
    }
    return false;
}

static bool note_replaced(struct search_writer *w, size_t doc)
{
    if (w->replaced_count == w->replaced_cap) {
        size_t cap = w->replaced_cap == 0 ? 16 : w->replaced_cap * 2;
        int64_t *grown = realloc(w->replaced, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        w->replaced = grown;
        w->replaced_cap = cap;
    }
    w->replaced[w->replaced_count++] = (int64_t)doc;
    return true;
}

/* A document of this commit that is replaced or removed again: rare (an installer names each file once). */
static bool drop_fresh(struct search_writer *w, int64_t key)
{
    if (w->fresh == NULL)
        return true;
    size_t n = builder_count(w->fresh);
    /* Keys mostly come in rising order: the newest is larger than all before, and then none can be the same. */
    if (n == 0 || builder_key(w->fresh, n - 1) < key)
        return true;
    for (size_t i = 0; i < n; i++)
        if (builder_key(w->fresh, i) == key && !note_replaced(w, i))
            return false;
    return true;
}

bool search_writer_replace(struct search_writer *w, const struct search_doc *doc, struct error *err)
{
    if (w->fresh == NULL && (w->fresh = builder_open(err)) == NULL)
        return false;
    take_out(w, doc->key);
    w->touched = true;
    if (!drop_fresh(w, doc->key))
        return error_memory(err);
    return builder_add(w->fresh, doc, err);
}

void search_writer_remove(struct search_writer *w, int64_t key)
{
    w->touched |= take_out(w, key);
    if (!drop_fresh(w, key))
        w->touched = true;
}

/* ---- merging ---- */

static struct strings list_of(const struct segment *s, uint32_t from, uint32_t count, const char **texts)
{
    size_t n = 0;
    for (uint32_t i = 0; i < count && from + i < s->counts[SEG_LISTS]; i++)
        texts[n++] = segment_text(s, s->lists[from + i]);
    return (struct strings){texts, n};
}

/* Adds a segment's document again, as it was given. */
static bool copy_doc(struct builder *to, const struct segment *s, size_t number, struct error *err)
{
    const struct seg_doc *d = &s->docs[number];
    size_t lists = (size_t)d->roles + d->stages + d->capabilities;
    if (d->units == 0 || d->first_unit > s->counts[SEG_UNITS] || d->units > s->counts[SEG_UNITS] - d->first_unit ||
        d->first_trigger > s->counts[SEG_TRIGGERS] || d->triggers > s->counts[SEG_TRIGGERS] - d->first_trigger ||
        lists > s->counts[SEG_LISTS])
        return error_set(err, EX_DATAERR, "the search index is damaged", NULL, NULL, "`crib sync` makes it anew");
    const char **texts = calloc(lists + 1, sizeof *texts);
    struct search_section *sections = calloc(d->units, sizeof *sections);
    struct trigger *triggers = calloc((size_t)d->triggers + 1, sizeof *triggers);
    bool ok = texts != NULL && sections != NULL && triggers != NULL;
    if (ok) {
        for (uint32_t i = 1; i < d->units; i++) {
            const struct seg_unit *u = &s->units[d->first_unit + i];
            const char *text = segment_text(s, u->text);
            sections[i - 1] = (struct search_section){segment_text(s, u->anchor), segment_text(s, u->heading), text,
                                                      strlen(text)};
        }
        for (uint32_t i = 0; i < d->triggers; i++) {
            const struct seg_trigger *t = &s->triggers[d->first_trigger + i];
            triggers[i] = (struct trigger){.kind = (enum trigger_kind)t->kind, .pattern = segment_text(s, t->text)};
        }
        struct search_doc doc = {.key = d->key,
                                 .channel = segment_text(s, d->channel),
                                 .id = segment_text(s, d->id),
                                 .title = segment_text(s, d->title),
                                 .problem = segment_text(s, d->problem),
                                 .outcome = segment_text(s, d->outcome),
                                 .kind = (enum module_kind)d->kind,
                                 .format = (enum module_format)d->format,
                                 .minutes = d->minutes,
                                 .roles = list_of(s, d->first_list, d->roles, texts),
                                 .stages = list_of(s, d->first_list + d->roles, d->stages, texts + d->roles),
                                 .capabilities = list_of(s, d->first_list + d->roles + d->stages, d->capabilities,
                                                         texts + d->roles + d->stages),
                                 .triggers = triggers,
                                 .trigger_count = d->triggers,
                                 .updated = d->updated,
                                 .on_device = d->on_device != 0,
                                 .sections = sections,
                                 .section_count = d->units - 1};
        ok = builder_add(to, &doc, err);
    } else {
        error_memory(err);
    }
    free(texts);
    free(sections);
    free(triggers);
    return ok;
}

static bool write_segment(struct search_writer *w, struct builder *b, struct segment *s, struct error *err)
{
    struct buf bytes = {0};
    char path[4096];
    uint64_t number = w->next_number++;
    bool ok = segment_path(w->dir, number, path, sizeof path) && builder_finish(b, &bytes, err) &&
              file_write(path, bytes.data, bytes.len, 0644, err) && segment_open(w->dir, number, false, s, err);
    buf_free(&bytes);
    return ok;
}

static void drop_segment(struct search_writer *w, size_t i)
{
    if (w->gone_count < sizeof w->gone / sizeof *w->gone)
        w->gone[w->gone_count++] = w->segments[i].number;
    segment_close(&w->segments[i]);
    memmove(&w->segments[i], &w->segments[i + 1], (w->count - i - 1) * sizeof *w->segments);
    w->count--;
    memset(&w->segments[w->count], 0, sizeof *w->segments);
}

/* Makes one segment of those from `from` on. */
static bool merge(struct search_writer *w, size_t from, struct error *err)
{
    struct builder *b = builder_open(err);
    bool ok = b != NULL;
    for (size_t i = from; ok && i < w->count; i++)
        for (size_t d = 0; ok && d < w->segments[i].counts[SEG_DOCS]; d++)
            if (!w->segments[i].dead[d])
                ok = copy_doc(b, &w->segments[i], d, err);
    struct segment merged;
    ok = ok && write_segment(w, b, &merged, err);
    builder_close(b);
    if (!ok)
        return false;
    while (w->count > from)
        drop_segment(w, w->count - 1);
    w->segments[w->count++] = merged;
    return true;
}

static bool tidy(struct search_writer *w, struct error *err)
{
    for (size_t i = w->count; i-- > 0;)
        if (w->segments[i].live == 0)
            drop_segment(w, i);
    if (w->count < 2)
        return true;
    size_t small = 0, dead = w->segments[0].counts[SEG_DOCS] - w->segments[0].live;
    for (size_t i = 1; i < w->count; i++)
        small += w->segments[i].live;
    if ((small + dead) * 3 > w->segments[0].live && small + dead > 64)
        return merge(w, 0, err);
    if (w->count > SEGMENTS_WANTED)
        return merge(w, 1, err);
    return true;
}

static bool write_manifest(struct search_writer *w, uint64_t generation, struct error *err)
{
    struct manifest m = {.generation = generation, .count = w->count};
    bool ok = true;
    for (size_t i = 0; i < w->count; i++) {
        const struct segment *s = &w->segments[i];
        m.segments[i].number = s->number;
        m.segments[i].dead = malloc((s->counts[SEG_DOCS] - s->live) * sizeof(uint32_t) + 1);
        ok = ok && m.segments[i].dead != NULL;
        for (size_t d = 0; ok && d < s->counts[SEG_DOCS]; d++)
            if (s->dead[d])
                m.segments[i].dead[m.segments[i].dead_count++] = (uint32_t)d;
    }
    ok = ok ? manifest_write(w->dir, &m, err) : error_memory(err);
    manifest_free(&m);
    return ok;
}

bool search_writer_commit(struct search_writer *w, uint64_t generation, struct error *err)
{
    if (!w->touched && generation == w->generation)
        return true;
    if (w->fresh != NULL && builder_count(w->fresh) > 0) {
        if (w->count == SEGMENTS_MOST && !merge(w, 1, err))
            return false;
        struct segment *s = &w->segments[w->count];
        if (!write_segment(w, w->fresh, s, err))
            return false;
        w->count++;
        for (size_t i = 0; i < w->replaced_count; i++)
            mark_dead(s, (size_t)w->replaced[i]);
    }
    builder_close(w->fresh);
    w->fresh = NULL;
    w->replaced_count = 0;
    if (!tidy(w, err) || !write_manifest(w, generation, err))
        return false;
    w->generation = generation;
    w->touched = false;
    for (size_t i = 0; i < w->gone_count; i++) {
        char path[4096];
        if (segment_path(w->dir, w->gone[i], path, sizeof path))
            unlink(path);
    }
    w->gone_count = 0;
    return true;
}
