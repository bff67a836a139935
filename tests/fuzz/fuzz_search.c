/* An index with bytes changed: it is refused, or what it gives stays inside it. The first byte of the input says how:
 * as changes to a good segment (three bytes of place, one of value each), as a segment itself, or as what a manifest
 * says (its hash made right). */
#include "core/base/file.h"
#include "core/library/search.h"
#include "core/library/search_file.h"
#include "core/library/search_writer.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DOCS = 40 };

static char dir[64], segment[96], manifest[96];
static struct buf good, good_manifest;

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void clean_up(void)
{
    unlink(segment);
    unlink(manifest);
    rmdir(dir);
    buf_free(&good);
    buf_free(&good_manifest);
}

static void add(struct search_writer *w, int i)
{
    char id[32], title[64], text[800]; /* long enough that the segment packs them */
    snprintf(id, sizeof id, "dir/doc-%d", i);
    snprintf(title, sizeof title, "Pump %d and valve %d", i, i * 7 % DOCS);
    for (size_t n = 0, k = 0; k < 10; k++)
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "centrifugal word%d suction%d \xE6\xB3\xB5 caf\xC3\xA9 P-%d code %zu\n", i % 9, i, i, k);
    const struct search_section sections[] = {{"a", "Bleed", text, strlen(text)}, {"b", title, text, strlen(text) / 2}};
    const struct trigger triggers[] = {{.kind = TRIGGER_CODE, .pattern = id + 4},
                                       {.kind = TRIGGER_ASSET, .pattern = "P-1*"}};
    const char *roles[] = {"operator", "admin"};
    const struct search_doc doc = {.key = i, .channel = "c", .id = id, .title = title, .problem = "It leaks",
                                   .outcome = "It is dry", .kind = (enum module_kind)(i % 3),
                                   .format = (enum module_format)(i % 4), .minutes = 5, .roles = {roles, (size_t)i % 3},
                                   .stages = {roles, (size_t)i % 2}, .triggers = triggers, .trigger_count = 2,
                                   .updated = i, .on_device = true, .sections = sections, .section_count = 2};
    demand(search_writer_replace(w, &doc, NULL));
}

static void set_up(void)
{
    snprintf(dir, sizeof dir, "/tmp/crib-fuzz-search-XXXXXX");
    demand(mkdtemp(dir) != NULL);
    snprintf(segment, sizeof segment, "%s/segment-1", dir);
    snprintf(manifest, sizeof manifest, "%s/index", dir);
    struct search_writer *w = search_writer_open(dir, NULL, NULL);
    demand(w != NULL);
    for (int i = 0; i < DOCS; i++)
        add(w, i);
    demand(search_writer_commit(w, 1, NULL));
    search_writer_close(w);
    demand(file_read(segment, 1 << 24, &good, NULL) && file_read(manifest, 1 << 24, &good_manifest, NULL));
    atexit(clean_up);
}

static void put(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    demand(f != NULL && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

static void look_at_hits(struct search *s, const struct search_hit *hits, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        struct buf line = {0};
        size_t at, len;
        search_snippet(s, &hits[i], text, 40, &line, &at, &len);
        demand(len == 0 || at + len <= line.len);
        demand(text_width(buf_text(&line), line.len) <= 40);
        buf_free(&line);
        size_t sections = search_sections(s, hits[i].doc);
        demand(hits[i].section == SEARCH_NO_SECTION || hits[i].section < sections);
        demand(strlen(search_title(s, hits[i].doc)) + strlen(search_id(s, hits[i].doc)) < SIZE_MAX);
        demand(strlen(search_anchor(s, hits[i].doc, 0)) + strlen(search_heading(s, hits[i].doc, 1)) < SIZE_MAX);
        demand(strlen(search_matched_trigger(s, hits[i].doc, text)) < SIZE_MAX);
    }
}

static void use_index(void)
{
    static const char *const texts[] = {"p", "pump va", "doc-7", "P-101 centrifugl", "code word3 ", "", "dir"};
    static const char *const role = "admin";
    static const char *const hidden = "no channel of it";
    struct search *s = search_open(dir, NULL), *again = NULL;
    if (s != NULL && search_count(s) % 2 == 0)
        again = search_open(dir, NULL);
    if (again != NULL)
        demand(search_join(s, again, (int64_t)1 << 62, (struct strings){&hidden, 1}, NULL));
    for (size_t i = 0; s != NULL && i < sizeof texts / sizeof *texts; i++) {
        struct search_hit hits[12];
        size_t total;
        const struct search_query q = {.text = texts[i], .roles = {&role, i % 2}, .stage = "operator",
                                       .only_stage = i == 3 ? "operator" : NULL, .other_roles = i % 3 == 0};
        size_t n = search_find(s, &q, hits, 12, &total);
        demand(n <= 12 && total >= n);
        look_at_hits(s, hits, n, texts[i]);
        look_at_hits(s, hits, search_trigger(s, texts[i], hits, 12), texts[i]);
    }
    search_close(s);
}

static void change_segment(const uint8_t *data, size_t size)
{
    char *bytes = malloc(good.len);
    demand(bytes != NULL);
    memcpy(bytes, good.data, good.len);
    for (; size >= 4; data += 4, size -= 4)
        bytes[((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) % good.len] = (char)data[3];
    put(segment, bytes, good.len);
    free(bytes);
    use_index();
}

static void change_manifest(const uint8_t *data, size_t size)
{
    struct buf b = {0};
    unsigned char hash[32];
    buf_add(&b, good_manifest.data, 8);
    buf_add(&b, (const char *)data, size);
    demand(buf_ok(&b));
    crypto_generichash(hash, sizeof hash, (const unsigned char *)b.data, b.len, NULL, 0);
    buf_add(&b, (const char *)hash, sizeof hash);
    put(segment, good.data, good.len);
    put(manifest, b.data, b.len);
    buf_free(&b);
    use_index();
    put(manifest, good_manifest.data, good_manifest.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (dir[0] == '\0')
        set_up();
    if (size == 0)
        return 0;
    if (data[0] < 160) {
        change_segment(data + 1, size - 1);
    } else if (data[0] < 200) {
        put(segment, data + 1, size - 1);
        use_index();
    } else {
        change_manifest(data + 1, size - 1);
    }
    return 0;
}
