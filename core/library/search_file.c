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
    [SEG_BLOCKS] = sizeof(struct seg_block),     [SEG_WORDS] = 1,
    [SEG_POSTINGS] = 1,                          [SEG_DOCS] = sizeof(struct seg_doc),
    [SEG_SECTION_DOCS] = sizeof(uint32_t),       [SEG_SETS] = sizeof(struct seg_set),
    [SEG_LISTS] = sizeof(uint32_t),              [SEG_SORTED] = sizeof(uint32_t),
    [SEG_WILD] = sizeof(uint32_t),               [SEG_TRIGGERS] = sizeof(struct seg_trigger),
    [SEG_FACTS] = sizeof(struct seg_facts),      [SEG_SECTIONS] = sizeof(struct seg_section),
    [SEG_STRINGS] = 1,                           [SEG_PIECES] = sizeof(struct text_piece),
    [SEG_TEXTS] = 1,
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

static bool check(const struct segment *s)
{
    const struct seg_header *h = (const struct seg_header *)(const void *)s->map;
    if (memcmp(h->magic, SEGMENT_MAGIC, 8) != 0 || h->order != 0x01020304U || h->size != s->size)
        return false;
    for (size_t i = 0; i < SEG_ARRAYS; i++) {
        uint64_t at = h->arrays[i].at, count = h->arrays[i].count;
        if (at % 8 != 0 || at < sizeof *h || at > s->size || count > (s->size - at) / element[i])
            return false;
    }
    uint64_t strings = h->arrays[SEG_STRINGS].count, docs = h->arrays[SEG_FACTS].count,
             sections = h->arrays[SEG_SECTIONS].count;
    return strings > 0 && s->map[h->arrays[SEG_STRINGS].at + strings - 1] == '\0' &&
           h->arrays[SEG_DOCS].count == docs + 1 && h->arrays[SEG_SECTION_DOCS].count == sections &&
           docs + sections <= UNITS_MOST;
}

bool segment_whole(const struct segment *s)
{
    unsigned char hash[SEGMENT_HASH];
    segment_hash(s->map, s->size, hash);
    return memcmp(hash, ((const struct seg_header *)(const void *)s->map)->hash, sizeof hash) == 0;
}

static void take_arrays(struct segment *s)
{
    const struct seg_header *h = (const struct seg_header *)(const void *)s->map;
    const void *at[SEG_ARRAYS];
    for (size_t i = 0; i < SEG_ARRAYS; i++) {
        at[i] = s->map + h->arrays[i].at;
        s->counts[i] = (size_t)h->arrays[i].count;
    }
    s->blocks = at[SEG_BLOCKS];
    s->words = at[SEG_WORDS];
    s->postings = at[SEG_POSTINGS];
    s->docs = at[SEG_DOCS];
    s->section_docs = at[SEG_SECTION_DOCS];
    s->sets = at[SEG_SETS];
    s->lists = at[SEG_LISTS];
    s->sorted = at[SEG_SORTED];
    s->wild = at[SEG_WILD];
    s->triggers = at[SEG_TRIGGERS];
    s->facts = at[SEG_FACTS];
    s->sections = at[SEG_SECTIONS];
    s->strings = at[SEG_STRINGS];
    s->pieces = at[SEG_PIECES];
    s->doc_count = s->live = s->counts[SEG_FACTS];
}

/* Opens and maps the file; a file that is no segment is damage. */
static bool map_file(const char *path, struct segment *s, struct error *err)
{
    struct stat st;
    s->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0)
        return errno == ENOENT ? damaged(path, err)
                               : error_errno(err, errno, "cannot open the search index", path, NULL);
    if (fstat(s->fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct seg_header))
        return damaged(path, err);
    void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, s->fd, 0);
    if (map == MAP_FAILED)
        return error_errno(err, errno, "cannot open the search index", path, NULL);
    s->map = map;
    s->size = (size_t)st.st_size;
    return true;
}

bool segment_open(const char *dir, uint64_t number, struct segment *s, struct error *err)
{
    char path[4096];
    memset(s, 0, sizeof *s);
    s->fd = -1;
    s->number = number;
    bool ok = segment_path(dir, number, path, sizeof path) ? map_file(path, s, err) : damaged(dir, err);
    if (ok && !check(s))
        ok = damaged(path, err);
    if (ok) {
        take_arrays(s);
        s->dead = calloc(s->doc_count + 1, 1);
        if (s->dead == NULL)
            ok = error_memory(err);
    }
    if (!ok)
        segment_close(s);
    return ok;
}

void segment_close(struct segment *s)
{
    if (s->map != NULL)
        munmap((void *)(uintptr_t)s->map, s->size);
    if (s->fd >= 0)
        close(s->fd);
    free(s->dead);
    memset(s, 0, sizeof *s);
    s->fd = -1;
}

void segment_bury(struct segment *s, const uint32_t *docs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (docs[i] < s->doc_count && !s->dead[docs[i]]) {
            s->dead[docs[i]] = 1;
            s->live--;
        }
}

const char *segment_text(const struct segment *s, uint32_t at)
{
    return at < s->counts[SEG_STRINGS] ? s->strings + at : "";
}

static void clamp(size_t from, size_t to, size_t most, size_t *first, size_t *end)
{
    *end = to < most ? to : most;
    *first = from < *end ? from : *end;
}

void segment_sections(const struct segment *s, size_t doc, size_t *first, size_t *end)
{
    clamp(s->docs[doc].first_section, s->docs[doc + 1].first_section, s->counts[SEG_SECTIONS], first, end);
}

void segment_triggers(const struct segment *s, size_t doc, size_t *first, size_t *end)
{
    clamp(s->docs[doc].first_trigger, s->docs[doc + 1].first_trigger, s->counts[SEG_TRIGGERS], first, end);
}

const uint32_t *segment_set(const struct segment *s, uint32_t set, size_t *count)
{
    *count = 0;
    if (set >= s->counts[SEG_SETS])
        return s->lists;
    size_t first, end;
    clamp(s->sets[set].first, (size_t)s->sets[set].first + s->sets[set].count, s->counts[SEG_LISTS], &first, &end);
    *count = end - first;
    return s->lists + first;
}

static bool read_at(int fd, char *out, size_t n, off_t at)
{
    for (size_t got = 0; got < n;) {
        ssize_t k = pread(fd, out + got, n - got, at + (off_t)got);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        got += (size_t)k;
    }
    return true;
}

static bool read_plain(const struct segment *s, off_t at, size_t n, struct buf *out)
{
    if (!buf_reserve(out, n) || !read_at(s->fd, out->data + out->len, n, at))
        return false;
    out->len += n;
    out->data[out->len] = '\0';
    return true;
}

static bool read_packed(const struct segment *s, off_t at, size_t n, size_t most, struct buf *out)
{
    char part[4096];
    size_t begin = out->len;
    while (n > 0 && out->len - begin < most) {
        size_t size = n < sizeof part ? n : sizeof part;
        size_t used = read_at(s->fd, part, size, at)
                          ? pieces_expand(s->pieces, s->counts[SEG_PIECES], part, size, most - (out->len - begin), out)
                          : 0;
        if (used == 0)
            return false;
        at += (off_t)used;
        n -= used;
    }
    return true;
}

bool segment_read(const struct segment *s, size_t section, size_t most, struct buf *out)
{
    const struct seg_header *h = (const struct seg_header *)(const void *)s->map;
    const struct seg_section *u = &s->sections[section];
    if (u->text > s->counts[SEG_TEXTS] || u->text_len > s->counts[SEG_TEXTS] - u->text)
        return false;
    off_t at = (off_t)(h->arrays[SEG_TEXTS].at + u->text);
    if (s->counts[SEG_PIECES] == 0)
        return read_plain(s, at, u->text_len < most ? u->text_len : most, out);
    return read_packed(s, at, u->text_len, most, out);
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
