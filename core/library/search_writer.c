#include "core/library/search_writer.h"

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/library/search_build.h"
#include "core/library/search_file.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { CHECKED_MOST = 8 << 20 };

struct search_writer {
    char dir[3800];
    struct segment segments[SEGMENTS_MOST];
    size_t count;
    uint64_t generation;
    uint64_t next_number;
    struct builder *fresh; /* what was added since the last commit */
    uint32_t *replaced;    /* documents of fresh that were replaced or removed again before the commit */
    size_t replaced_count, replaced_cap;
    int64_t highest;       /* of the keys in fresh */
    bool touched, failed;  /* failed: a removed document could not be noted */
};

static bool damaged(const struct search_writer *w, struct error *err)
{
    return error_set(err, EX_DATAERR, "the search index is damaged", w->dir, NULL, "`crib sync` makes it anew");
}

static void forget_all(struct search_writer *w)
{
    for (size_t i = 0; i < w->count; i++)
        segment_close(&w->segments[i]);
    w->count = 0;
}

static void take_out_at(struct segment *s, size_t doc)
{
    uint32_t number = (uint32_t)doc;
    segment_bury(s, &number, 1);
}

static bool keys_rise(const struct segment *s)
{
    for (size_t i = 1; i < s->doc_count; i++)
        if (s->facts[i].key <= s->facts[i - 1].key)
            return false;
    return true;
}

/* A large segment's hash is checked when it is merged, so that one changed file needs not read all of them. */
static bool open_segments(struct search_writer *w, const struct manifest *m, struct error *err)
{
    for (size_t i = 0; i < m->count; i++) {
        struct segment *s = &w->segments[w->count];
        if (!segment_open(w->dir, m->segments[i].number, s, err))
            return false;
        w->count++;
        if (s->size <= CHECKED_MOST && !segment_whole(s))
            return damaged(w, err);
        s->rising = keys_rise(s);
        segment_bury(s, m->segments[i].dead, m->segments[i].dead_count);
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
        size_t low = 0, high = s->rising ? s->doc_count : 0;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (s->facts[middle].key < key)
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < s->doc_count && (!s->rising || s->facts[low].key == key); low++)
            if (s->facts[low].key == key && !s->dead[low]) {
                take_out_at(s, low);
                return true;
            }
    }
    return false;
}

static bool note_replaced(struct search_writer *w, size_t doc)
{
    if (w->replaced_count == w->replaced_cap) {
        size_t cap = w->replaced_cap == 0 ? 16 : w->replaced_cap * 2;
        uint32_t *grown = realloc(w->replaced, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        w->replaced = grown;
        w->replaced_cap = cap;
    }
    w->replaced[w->replaced_count++] = (uint32_t)doc;
    return true;
}

/* A document of this commit that is replaced or removed again: rare (an installer names each file once, in the order of
 * their keys mostly). */
static void drop_fresh(struct search_writer *w, int64_t key)
{
    size_t n = w->fresh != NULL ? builder_count(w->fresh) : 0;
    if (n == 0 || w->highest < key)
        return;
    for (size_t i = 0; i < n; i++)
        if (builder_key(w->fresh, i) == key && !note_replaced(w, i))
            w->failed = true;
}

bool search_writer_replace(struct search_writer *w, const struct search_doc *doc, struct error *err)
{
    if (w->fresh == NULL && (w->fresh = builder_open(err)) == NULL)
        return false;
    take_out(w, doc->key);
    drop_fresh(w, doc->key);
    w->touched = true;
    if (builder_count(w->fresh) == 0 || doc->key > w->highest)
        w->highest = doc->key;
    return builder_add(w->fresh, doc, err);
}

void search_writer_remove(struct search_writer *w, int64_t key)
{
    w->touched |= take_out(w, key);
    drop_fresh(w, key);
}

/* ---- merging ---- */

static size_t texts_of(const struct segment *s, uint32_t set, const char **texts)
{
    size_t count;
    const uint32_t *at = segment_set(s, set, &count);
    for (size_t i = 0; i < count; i++)
        texts[i] = segment_text(s, at[i]);
    return count;
}

/* What a document was given with, gathered again. */
struct gathered {
    struct arena *a;
    struct buf texts; /* of its sections */
    struct search_doc doc;
};

static bool gather_sections(struct gathered *to, const struct segment *s, size_t number)
{
    size_t first, end;
    segment_sections(s, number, &first, &end);
    struct search_section *sections = arena_array(to->a, end - first + 1, sizeof *sections);
    if (sections == NULL)
        return false;
    buf_clear(&to->texts);
    for (size_t i = first; i < end; i++) {
        size_t before = to->texts.len;
        if (!segment_read(s, i, SIZE_MAX, &to->texts))
            return false;
        sections[i - first] = (struct search_section){.anchor = segment_text(s, s->sections[i].anchor),
                                                      .heading = segment_text(s, s->sections[i].heading),
                                                      .text_len = to->texts.len - before};
    }
    const char *text = buf_text(&to->texts);
    for (size_t i = 0; i < end - first; i++) {
        sections[i].text = text;
        text += sections[i].text_len;
    }
    to->doc.sections = sections;
    to->doc.section_count = end - first;
    return true;
}

static bool gather_lists(struct gathered *to, const struct segment *s, size_t number)
{
    const struct seg_doc *d = &s->docs[number];
    const uint32_t sets[] = {d->roles, d->stages, d->capabilities};
    struct strings *const lists[] = {&to->doc.roles, &to->doc.stages, &to->doc.capabilities};
    for (size_t i = 0; i < 3; i++) {
        size_t count;
        segment_set(s, sets[i], &count);
        const char **texts = arena_array(to->a, count + 1, sizeof *texts);
        if (texts == NULL)
            return false;
        *lists[i] = (struct strings){texts, texts_of(s, sets[i], texts)};
    }
    size_t first, end;
    segment_triggers(s, number, &first, &end);
    struct trigger *triggers = arena_array(to->a, end - first + 1, sizeof *triggers);
    if (triggers == NULL)
        return false;
    for (size_t i = first; i < end; i++)
        triggers[i - first] = (struct trigger){.kind = (enum trigger_kind)s->triggers[i].kind,
                                               .pattern = segment_text(s, s->triggers[i].text)};
    to->doc.triggers = triggers;
    to->doc.trigger_count = end - first;
    return true;
}

/* Adds a segment's document again, as it was given. */
static bool copy_doc(struct builder *to, struct gathered *g, const struct segment *s, size_t number, struct error *err)
{
    const struct seg_facts *f = &s->facts[number];
    arena_reset(g->a);
    g->doc = (struct search_doc){.key = f->key,
                                 .channel = segment_text(s, f->channel),
                                 .id = segment_text(s, f->id),
                                 .title = segment_text(s, f->title),
                                 .problem = segment_text(s, f->problem),
                                 .outcome = segment_text(s, f->outcome),
                                 .kind = (enum module_kind)s->docs[number].kind,
                                 .format = (enum module_format)s->docs[number].format,
                                 .minutes = f->minutes,
                                 .updated = f->updated,
                                 .on_device = f->on_device != 0};
    if (!gather_lists(g, s, number) || !gather_sections(g, s, number))
        return error_memory(err);
    return builder_add(to, &g->doc, err);
}

static bool write_segment(struct search_writer *w, struct builder *b, struct segment *s, struct error *err)
{
    struct buf bytes = {0};
    char path[4096];
    uint64_t number = w->next_number++;
    bool ok = segment_path(w->dir, number, path, sizeof path) && builder_finish(b, &bytes, err) &&
              file_write(path, bytes.data, bytes.len, 0644, err) && segment_open(w->dir, number, s, err);
    buf_free(&bytes);
    if (ok)
        s->rising = keys_rise(s);
    return ok;
}

/* A live document, to be put in the order of the keys. */
struct placed {
    int64_t key;
    const struct segment *segment;
    size_t number;
};

static int by_key(const void *left, const void *right)
{
    int64_t a = ((const struct placed *)left)->key, b = ((const struct placed *)right)->key;
    return (a > b) - (a < b);
}

static struct placed *live_docs(const struct search_writer *w, size_t from, size_t *count)
{
    size_t n = 0;
    for (size_t i = from; i < w->count; i++)
        n += w->segments[i].live;
    struct placed *all = calloc(n + 1, sizeof *all);
    *count = 0;
    for (size_t i = from; all != NULL && i < w->count; i++)
        for (size_t d = 0; d < w->segments[i].doc_count; d++)
            if (!w->segments[i].dead[d])
                all[(*count)++] = (struct placed){w->segments[i].facts[d].key, &w->segments[i], d};
    if (all != NULL && n > 1)
        qsort(all, n, sizeof *all, by_key);
    return all;
}

static bool build_merged(struct search_writer *w, size_t from, struct segment *merged, struct error *err)
{
    size_t count;
    struct placed *all = live_docs(w, from, &count);
    struct builder *b = builder_open(err);
    struct gathered g = {.a = arena_open()};
    bool ok = all != NULL && b != NULL && g.a != NULL;
    if (!ok)
        error_memory(err);
    for (size_t i = 0; ok && i < count; i++)
        ok = copy_doc(b, &g, all[i].segment, all[i].number, err);
    ok = ok && write_segment(w, b, merged, err);
    builder_close(b);
    buf_free(&g.texts);
    arena_close(g.a);
    free(all);
    return ok;
}

/* Makes one segment of those from `from` on. */
static bool merge(struct search_writer *w, size_t from, struct error *err)
{
    struct segment merged;
    for (size_t i = from; i < w->count; i++)
        if (!segment_whole(&w->segments[i]))
            return damaged(w, err);
    if (!build_merged(w, from, &merged, err))
        return false;
    while (w->count > from)
        segment_close(&w->segments[--w->count]);
    w->segments[w->count++] = merged;
    return true;
}

static void drop_empty(struct search_writer *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (w->segments[i].live == 0)
            segment_close(&w->segments[i]);
        else
            w->segments[kept++] = w->segments[i];
    }
    w->count = kept;
}

/* Like a binary counter: a segment that isn't twice as large as what follows it becomes one with it, so that there are
 * few and each document is seldom built again. The base, the large first one, waits until a third of it is changed. */
static bool tidy(struct search_writer *w, struct error *err)
{
    drop_empty(w);
    if (w->count < 2)
        return true;
    const struct segment *base = &w->segments[0];
    size_t small = 0, dead = base->doc_count - base->live;
    for (size_t i = 1; i < w->count; i++)
        small += w->segments[i].live;
    if ((small + dead) * 3 > base->live)
        return merge(w, 0, err);
    size_t from = w->count - 1, behind = w->segments[from].live;
    while (from > 1 && w->segments[from - 1].live < 2 * behind)
        behind += w->segments[--from].live;
    return from == w->count - 1 || merge(w, from, err);
}

/* ---- committing ---- */

static bool write_manifest(struct search_writer *w, uint64_t generation, struct error *err)
{
    struct manifest m = {.generation = generation, .count = w->count};
    bool ok = true;
    for (size_t i = 0; i < w->count; i++) {
        const struct segment *s = &w->segments[i];
        m.segments[i].number = s->number;
        m.segments[i].dead = malloc((s->doc_count - s->live) * sizeof(uint32_t) + 1);
        ok = ok && m.segments[i].dead != NULL;
        for (size_t d = 0; ok && d < s->doc_count; d++)
            if (s->dead[d])
                m.segments[i].dead[m.segments[i].dead_count++] = (uint32_t)d;
    }
    ok = ok ? manifest_write(w->dir, &m, err) : error_memory(err);
    manifest_free(&m);
    return ok;
}

static bool is_live_file(const struct search_writer *w, const char *name)
{
    char path[64];
    for (size_t i = 0; i < w->count; i++) {
        snprintf(path, sizeof path, "segment-%" PRIu64, w->segments[i].number);
        if (strcmp(path, name) == 0)
            return true;
    }
    return false;
}

/* Removes the segments of states before this one, and what a crash left. Whoever has one open keeps it. */
static void sweep(const struct search_writer *w)
{
    DIR *dir = opendir(w->dir);
    if (dir == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if ((strncmp(entry->d_name, "segment-", 8) == 0 && !is_live_file(w, entry->d_name)) ||
            strncmp(entry->d_name, "index.", 6) == 0)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
}

static bool add_fresh(struct search_writer *w, struct error *err)
{
    if (w->fresh != NULL && builder_count(w->fresh) > 0) {
        if (w->count == SEGMENTS_MOST && !merge(w, 1, err))
            return false;
        struct segment *s = &w->segments[w->count];
        if (!write_segment(w, w->fresh, s, err))
            return false;
        w->count++;
        segment_bury(s, w->replaced, w->replaced_count);
    }
    builder_close(w->fresh);
    w->fresh = NULL;
    w->replaced_count = 0;
    return true;
}

bool search_writer_commit(struct search_writer *w, uint64_t generation, struct error *err)
{
    struct error why = {0};
    if (!w->touched && generation == w->generation)
        return true;
    if (w->failed)
        return error_memory(err);
    if (!add_fresh(w, err))
        return false;
    if (!tidy(w, &why)) {
        if (why.code != EX_DATAERR) {
            if (err != NULL)
                *err = why;
            return false;
        }
        generation = 0; /* a damaged base: out of step with the library, which makes the index anew then */
    }
    if (!write_manifest(w, generation, err))
        return false;
    w->generation = generation;
    w->touched = false;
    sweep(w);
    return true;
}
