/* Compiled triggers with bytes changed: they are refused, or what they give stays inside. The first byte of the input says
 * how: as changes to a good file whose hashes are made right again (three bytes of place, one of value each), as a file
 * itself, as a command line and a text that are looked up, or as an output pattern. */
#include "core/library/trigger.h"
#include "core/library/trigger_build.h"
#include "core/library/trigger_file.h"
#include "core/library/trigger_literal.h"

#include "core/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64], path[96];
static struct buf good;

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void clean_up(void)
{
    unlink(path);
    rmdir(dir);
    buf_free(&good);
}

static void set_up(void)
{
    snprintf(dir, sizeof dir, "/tmp/crib-fuzz-trigger-XXXXXX");
    demand(mkdtemp(dir) != NULL && trig_path(dir, path, sizeof path));
    struct trig_builder *b = trig_builder_open(NULL);
    demand(b != NULL);
    (void)trig_builder_channel(b, "c");
    for (int i = 0; i < 40; i++) {
        char id[32], text[64];
        snprintf(id, sizeof id, "m-%d", i);
        trig_builder_module(b, &(struct trig_source){.key = i + 1, .revision = (const unsigned char *)"revision", .id = id, .title = id,
                                                     .language = i % 5 == 0 ? "de" : "", .on_device = true});
        snprintf(text, sizeof text, "E-%d", i);
        trig_builder_add(b, TRIGGER_CODE, text);
        trig_builder_add(b, TRIGGER_ASSET, i % 2 == 0 ? "P-1*" : "*-9?");
        snprintf(text, sizeof text, "systemctl restart s%d", i % 4);
        trig_builder_add(b, TRIGGER_COMMAND, text);
        trig_builder_add(b, TRIGGER_OUTPUT, i % 2 == 0 ? "(low|lost) E-1" : "stuck");
    }
    demand(trig_builder_finish(b, 1, &good, NULL));
    trig_builder_close(b);
    atexit(clean_up);
}

static void put(const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    demand(f != NULL && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

static void look_at(const struct triggers *t, const struct trigger_match *matches, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct trigger_module m;
        trigger_module(t, matches[i].module, &m);
        demand(strlen(m.channel) + strlen(m.id) + strlen(m.title) + strlen(m.roles) + strlen(matches[i].pattern) < SIZE_MAX);
        demand(i == 0 || matches[i].rank <= matches[i - 1].rank);
    }
}

static void look_up(const struct triggers *t, const char *text, size_t n)
{
    struct trigger_match matches[6];
    look_at(t, matches, trigger_code(t, text, n, matches, 6));
    look_at(t, matches, trigger_asset(t, text, n, matches, 6));
    look_at(t, matches, trigger_words(t, text, n, matches, 6));
    look_at(t, matches, trigger_command(t, text, n, matches, 6));
}

static void use(void)
{
    static const char *const texts[] = {"E-7", "P-101", "X-99", "sudo systemctl restart s1.service E 3", "systemctl", ""};
    struct triggers *t = triggers_open(dir, NULL, "de", NULL, NULL);
    for (size_t i = 0; t != NULL && i < sizeof texts / sizeof *texts; i++)
        look_up(t, texts[i], strlen(texts[i]));
    struct trigger_output o;
    struct trigger_match m;
    for (size_t i = 0; t != NULL && i < triggers_outputs(t) && i < 1000; i++)
        for (size_t k = 0; trigger_output(t, i, &o) && k < o.literal_count; k++)
            demand(strlen(o.literals[k]) + strlen(o.pattern) < SIZE_MAX);
    for (size_t i = 0; t != NULL && i < triggers_entries(t) && i < 1000; i++)
        if (trigger_at(t, i, &m))
            look_at(t, &m, 1);
    triggers_close(t);
}

/* What was damaged and passed for good is taken over into a new file. */
static void take_over(void)
{
    static const int64_t keys[] = {3, 7, 1000};
    static const char *const twice = "m-5";
    struct trig_file f;
    struct buf out = {0};
    if (!trig_open(dir, &f, NULL))
        return;
    struct trig_builder *b = trig_builder_open(NULL);
    demand(b != NULL);
    (void)trig_builder_channel(b, "c");
    if (trig_builder_take(b, &f, keys, 3, (struct strings){&twice, 1})) {
        trig_builder_module(b, &(struct trig_source){.key = 7, .revision = (const unsigned char *)"revision", .id = "m-7"});
        trig_builder_add(b, TRIGGER_CODE, "E-7");
    }
    demand(trig_builder_finish(b, 2, &out, NULL));
    trig_builder_close(b);
    trig_close(&f);
    put(out.data, out.len);
    buf_free(&out);
    use();
}

static void change(const uint8_t *data, size_t size)
{
    unsigned char *bytes = malloc(good.len);
    demand(bytes != NULL);
    memcpy(bytes, good.data, good.len);
    for (; size >= 4; data += 4, size -= 4)
        bytes[((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) % good.len] = data[3];
    trig_seal(bytes, good.len);
    put(bytes, good.len);
    free(bytes);
    use();
    take_over();
}

static void ask(const uint8_t *data, size_t size)
{
    put(good.data, good.len);
    struct triggers *t = triggers_open(dir, NULL, "", NULL, NULL);
    demand(t != NULL);
    look_up(t, (const char *)data, size);
    triggers_close(t);
}

static void read_pattern(const uint8_t *data, size_t size)
{
    struct literals l;
    char *pattern = malloc(size + 1);
    demand(pattern != NULL);
    memcpy(pattern, data, size);
    pattern[size] = '\0';
    literals_of(pattern, &l);
    demand(l.count <= LITERALS_MOST);
    for (size_t i = 0; i < l.count; i++)
        demand(l.items[i][0] != '\0' && strlen(l.items[i]) <= LITERAL_BYTES);
    free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (dir[0] == '\0')
        set_up();
    if (size == 0)
        return 0;
    if (data[0] < 100) {
        change(data + 1, size - 1);
    } else if (data[0] < 120) {
        put(data + 1, size - 1);
        use();
    } else if (data[0] < 190) {
        ask(data + 1, size - 1);
    } else {
        read_pattern(data + 1, size - 1);
    }
    return 0;
}
