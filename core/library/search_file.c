#include "core/library/search_file.h"

#include "core/base/buf.h"
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const size_t element[SEG_ARRAYS] = {
    [SEG_DOCS] = sizeof(struct seg_doc),         [SEG_UNITS] = sizeof(struct seg_unit),
    [SEG_LISTS] = sizeof(uint32_t),              [SEG_TERMS] = sizeof(struct seg_term),
    [SEG_POSTINGS] = sizeof(uint32_t),           [SEG_FORWARDS] = sizeof(uint32_t),
    [SEG_TRIGGERS] = sizeof(struct seg_trigger), [SEG_SORTED] = sizeof(uint32_t),
    [SEG_SHORTS] = sizeof(struct seg_short),     [SEG_SHORT_POSTINGS] = sizeof(uint32_t),
    [SEG_STRINGS] = 1,
};

static bool damaged(const char *path, struct error *err)
{
    return error_set(err, EX_DATAERR, "the search index is damaged", path, NULL, "`crib sync` makes it anew");
}

bool segment_path(const char *dir, uint64_t number, char *out, size_t size)
{
    int n = snprintf(out, size, "%s/segment-%" PRIu64, dir, number);
    return n > 0 && (size_t)n < size;
}

void segment_hash(const unsigned char *bytes, size_t n, unsigned char hash[SEGMENT_HASH])
{
    struct seg_header h;
    crypto_generichash_state state;
    memcpy(&h, bytes, sizeof h);
    memset(h.hash, 0, sizeof h.hash);
    crypto_generichash_init(&state, NULL, 0, SEGMENT_HASH);
    crypto_generichash_update(&state, (const unsigned char *)&h, sizeof h);
    crypto_generichash_update(&state, bytes + sizeof h, n - sizeof h);
    crypto_generichash_final(&state, hash, SEGMENT_HASH);
}

static bool check(const struct segment *s, bool whole)
{
    const struct seg_header *h = (const struct seg_header *)(const void *)s->map;
    if (s->size < sizeof *h || memcmp(h->magic, SEGMENT_MAGIC, 8) != 0 || h->order != 0x01020304U ||
        h->size != s->size)
        return false;
    for (size_t i = 0; i < SEG_ARRAYS; i++) {
        uint64_t at = h->arrays[i].at, count = h->arrays[i].count;
        if (at % 8 != 0 || at < sizeof *h || at > s->size || count > (s->size - at) / element[i])
            return false;
    }
    uint64_t strings = h->arrays[SEG_STRINGS].count;
    if (strings == 0 || s->map[h->arrays[SEG_STRINGS].at + strings - 1] != '\0')
        return false;
    if (!whole)
        return true;
    unsigned char hash[SEGMENT_HASH];
    segment_hash(s->map, s->size, hash);
    return memcmp(hash, h->hash, sizeof hash) == 0;
}

static void take_arrays(struct segment *s)
{
    const struct seg_header *h = (const struct seg_header *)(const void *)s->map;
    const void *at[SEG_ARRAYS];
    for (size_t i = 0; i < SEG_ARRAYS; i++) {
        at[i] = s->map + h->arrays[i].at;
        s->counts[i] = (size_t)h->arrays[i].count;
    }
    s->docs = at[SEG_DOCS];
    s->units = at[SEG_UNITS];
    s->lists = at[SEG_LISTS];
    s->terms = at[SEG_TERMS];
    s->postings = at[SEG_POSTINGS];
    s->forwards = at[SEG_FORWARDS];
    s->triggers = at[SEG_TRIGGERS];
    s->sorted = at[SEG_SORTED];
    s->shorts = at[SEG_SHORTS];
    s->short_postings = at[SEG_SHORT_POSTINGS];
    s->strings = at[SEG_STRINGS];
}

bool segment_open(const char *dir, uint64_t number, bool whole, struct segment *s, struct error *err)
{
    char path[4096];
    memset(s, 0, sizeof *s);
    if (!segment_path(dir, number, path, sizeof path))
        return damaged(dir, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return errno == ENOENT ? damaged(path, err) : error_errno(err, errno, "cannot open the search index", path, NULL);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct seg_header)) {
        close(fd);
        return damaged(path, err);
    }
    s->size = (size_t)st.st_size;
    void *map = mmap(NULL, s->size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (map == MAP_FAILED) {
        memset(s, 0, sizeof *s);
        return error_errno(err, errno, "cannot open the search index", path, NULL);
    }
    s->map = map;
    s->number = number;
    if (!check(s, whole)) {
        segment_close(s);
        return damaged(path, err);
    }
    take_arrays(s);
    s->dead = calloc(s->counts[SEG_DOCS] + 1, 1);
    s->live = s->counts[SEG_DOCS];
    if (s->dead == NULL) {
        segment_close(s);
        return error_memory(err);
    }
    return true;
}

void segment_close(struct segment *s)
{
    if (s->map != NULL)
        munmap((void *)(uintptr_t)s->map, s->size);
    free(s->dead);
    memset(s, 0, sizeof *s);
}

const char *segment_text(const struct segment *s, uint32_t at)
{
    return at < s->counts[SEG_STRINGS] ? s->strings + at : "";
}

size_t segment_term(const struct segment *s, const char *bytes, size_t n)
{
    size_t low = 0, high = s->counts[SEG_TERMS];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *term = segment_text(s, s->terms[middle].text);
        size_t len = strlen(term), shorter = len < n ? len : n;
        int order = memcmp(term, bytes, shorter);
        if (order < 0 || (order == 0 && len < n))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The manifest: magic, generation, count, then of each segment its number, how many are dead, and those; a hash. */
#define MANIFEST_MAGIC "cribman1"

static void put64(struct buf *b, uint64_t v)
{
    buf_add(b, (const char *)&v, sizeof v);
}

static bool manifest_path(const char *dir, char *out, size_t size)
{
    int n = snprintf(out, size, "%s/index", dir);
    return n > 0 && (size_t)n < size;
}

bool manifest_write(const char *dir, const struct manifest *m, struct error *err)
{
    char path[4096];
    struct buf b = {0};
    if (!manifest_path(dir, path, sizeof path))
        return error_set(err, EX_DATAERR, "cannot write the search index", dir, "the path is too long", NULL);
    buf_add(&b, MANIFEST_MAGIC, 8);
    put64(&b, m->generation);
    put64(&b, m->count);
    for (size_t i = 0; i < m->count; i++) {
        put64(&b, m->segments[i].number);
        put64(&b, m->segments[i].dead_count);
        buf_add(&b, (const char *)m->segments[i].dead, m->segments[i].dead_count * sizeof(uint32_t));
    }
    unsigned char hash[SEGMENT_HASH];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)buf_text(&b), b.len, NULL, 0);
    buf_add(&b, (const char *)hash, sizeof hash);
    bool ok = buf_ok(&b) ? file_write(path, b.data, b.len, 0644, err) : error_memory(err);
    buf_free(&b);
    return ok;
}

static bool get64(const char **at, size_t *left, uint64_t *v)
{
    if (*left < sizeof *v)
        return false;
    memcpy(v, *at, sizeof *v);
    *at += sizeof *v;
    *left -= sizeof *v;
    return true;
}

static bool parse_manifest(const char *at, size_t left, struct manifest *m)
{
    unsigned char hash[SEGMENT_HASH];
    uint64_t count;
    if (left < 8 + sizeof hash || memcmp(at, MANIFEST_MAGIC, 8) != 0)
        return false;
    left -= sizeof hash;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)at, left, NULL, 0);
    if (memcmp(hash, at + left, sizeof hash) != 0)
        return false;
    at += 8;
    left -= 8;
    if (!get64(&at, &left, &m->generation) || !get64(&at, &left, &count) || count > SEGMENTS_MOST)
        return false;
    for (size_t i = 0; i < count; i++) {
        uint64_t dead;
        if (!get64(&at, &left, &m->segments[i].number) || !get64(&at, &left, &dead) || dead > left / sizeof(uint32_t))
            return false;
        m->segments[i].dead = malloc((size_t)dead * sizeof(uint32_t) + 1);
        if (m->segments[i].dead == NULL)
            return false;
        m->count = i + 1;
        m->segments[i].dead_count = (size_t)dead;
        memcpy(m->segments[i].dead, at, (size_t)dead * sizeof(uint32_t));
        at += dead * sizeof(uint32_t);
        left -= (size_t)dead * sizeof(uint32_t);
    }
    return true;
}

bool manifest_read(const char *dir, struct manifest *m, struct error *err)
{
    char path[4096];
    struct buf b = {0};
    struct error why = {0};
    memset(m, 0, sizeof *m);
    if (!manifest_path(dir, path, sizeof path))
        return damaged(dir, err);
    if (!file_read(path, 64U << 20, &b, &why)) {
        buf_free(&b);
        if (why.code == EX_NOINPUT)
            return true; /* no index yet */
        if (err != NULL)
            *err = why;
        return false;
    }
    bool ok = parse_manifest(buf_text(&b), b.len, m);
    buf_free(&b);
    if (!ok) {
        manifest_free(m);
        return damaged(path, err);
    }
    return true;
}

void manifest_free(struct manifest *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->segments[i].dead);
    memset(m, 0, sizeof *m);
}
