/* A stream that is scanned for triggers: what is found is what each line, looked up alone, has; of ASCII nothing is missed. The
 * literals' scanner by many bytes and the one by one byte find the same. */
#include "core/base/file.h"
#include "core/library/stream.h"
#include "core/library/stream_codes.h"
#include "core/library/stream_literals.h"
#include "core/library/trigger_build.h"
#include "core/library/trigger_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MODULES = 12, LINE_MOST = STREAM_WORD }; /* of more a scanner may pass over a word */

static char dir[64], path[96];
static struct triggers *triggers;
static struct stream *scan;
static struct stream_literals *literals;

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void clean_up(void)
{
    stream_close(scan);
    stream_literals_close(literals);
    triggers_close(triggers);
    unlink(path);
    rmdir(dir);
}

static bool all_may(void *context, const char *channel)
{
    (void)context;
    return channel != NULL;
}

static void set_up(void)
{
    static const char *const codes[] = {"E-204", "GW-*", "P-1*", "X?9", "3PH.A", "ABC"}, *const words[] = {"ab", "(?i)low|lost", "x", "aab", "Ab"};
    struct buf bytes = {0};
    snprintf(dir, sizeof dir, "/tmp/crib-fuzz-stream-XXXXXX");
    demand(mkdtemp(dir) != NULL && trig_path(dir, path, sizeof path));
    struct trig_builder *b = trig_builder_open(NULL);
    literals = stream_literals_open(NULL);
    demand(b != NULL && literals != NULL);
    (void)trig_builder_channel(b, "c");
    for (size_t i = 0; i < 11; i++) {
        char id[16];
        snprintf(id, sizeof id, "m-%zu", i);
        trig_builder_module(b, &(struct trig_source){.key = (int64_t)i + 1, .revision = (const unsigned char *)"revision", .id = id, .title = id,
                                                     .on_device = true});
        trig_builder_add(b, i < 1 || (i > 3 && i < 6) ? TRIGGER_CODE : i < 6 ? TRIGGER_ASSET : TRIGGER_OUTPUT, i < 6 ? codes[i] : words[i - 6]);
    }
    for (size_t i = 0; i < 5; i++)
        demand(stream_literals_add(literals, words[i], strlen(words[i]), i % 2 == 1, (uint32_t)i, NULL));
    demand(trig_builder_finish(b, 1, &bytes, NULL) && file_write(path, bytes.data, bytes.len, 0600, NULL) && stream_literals_ready(literals, NULL));
    buf_free(&bytes);
    trig_builder_close(b);
    triggers = triggers_open(dir, NULL, "", NULL, NULL);
    scan = triggers != NULL ? stream_open(triggers, all_may, NULL, NULL) : NULL;
    demand(scan != NULL);
    atexit(clean_up);
}

/* Of each line, by where it ends: which modules. */
struct found {
    unsigned *modules;
    size_t n;
};

static void take(void *context, const struct stream_hit *hit)
{
    struct found *f = context;
    demand(hit->line <= hit->end && hit->end <= f->n && hit->match.module < MODULES);
    demand((f->modules[hit->end] >> hit->match.module & 1) == 0);
    f->modules[hit->end] |= 1U << hit->match.module;
}

static void check_line(const char *line, size_t n, unsigned found)
{
    struct trigger_match matches[MODULES];
    unsigned codes = 0;
    bool plain = n <= LINE_MOST && memchr(line, '\033', n) == NULL;
    for (size_t i = 0; i < n; i++)
        plain &= (unsigned char)line[i] < 0x80;
    size_t count = trigger_words(triggers, line, n, matches, MODULES);
    for (size_t i = 0; i < count; i++)
        codes |= 1U << matches[i].module;
    demand(!plain || (found & 63) == codes);
}

static void sum_up(void *context, size_t at, size_t end, uint32_t id)
{
    uint64_t *sums = context;
    sums[id] += (at * 2654435761U) ^ end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    if (dir[0] == '\0')
        set_up();
    struct found f = {calloc(size + 1, sizeof *f.modules), size};
    demand(f.modules != NULL && stream_text(scan, text, size, NULL, take, &f));
    for (size_t at = 0; at < size;) {
        const char *feed = memchr(text + at, '\n', size - at);
        size_t end = feed != NULL ? (size_t)(feed - text) : size;
        check_line(text + at, end - at, f.modules[end]);
        at = end + 1;
    }
    free(f.modules);
    uint64_t sums[STREAM_BEST][8] = {0};
    for (enum stream_way way = STREAM_BY_1; way < STREAM_BEST; way++) {
        stream_literals_text(literals, way, text, size, sum_up, sums[way]);
        demand(memcmp(sums[0], sums[way], sizeof sums[0]) == 0);
    }
    return 0;
}
