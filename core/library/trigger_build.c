#include "core/library/trigger_build.h"

#include "core/base/text.h"
#include "core/library/tokens.h"
#include "core/library/trigger_command.h"
#include "core/library/trigger_file.h"
#include "core/library/trigger_literal.h"

#include <stdlib.h>
#include <string.h>

enum { KNOWN = 1024, STALE_SPARED = 64 << 10 };

/* Entries of a table with the hashes that put them in order. */
struct pile {
    struct buf entries; /* struct trig_entry */
    struct buf hashes;  /* uint32_t */
};

struct trig_builder {
    struct buf channels, modules, outputs, literals, strings;
    struct pile exact, wild, commands;
    uint32_t made_bytes;   /* of strings when all of it was last made anew; 0: now */
    uint32_t known[KNOWN]; /* by hash, the place of a text that was added: most lists and languages come again */
    bool failed;
};

#define COUNT(b, type) ((uint32_t)((b).len / sizeof(type)))

static uint32_t add_string(struct trig_builder *b, const char *text)
{
    size_t n = text != NULL ? strlen(text) : 0;
    if (n == 0 || !buf_ok(&b->strings))
        return 0;
    uint32_t *known = &b->known[text_hash(text, n) % KNOWN];
    if (*known != 0 && strcmp(b->strings.data + *known, text) == 0)
        return *known;
    if (b->strings.len + n + 1 > UINT32_MAX) {
        b->failed = true;
        return 0;
    }
    *known = (uint32_t)b->strings.len;
    buf_add(&b->strings, text, n + 1);
    return *known;
}

struct trig_builder *trig_builder_open(struct error *err)
{
    struct trig_builder *b = calloc(1, sizeof *b);
    if (b == NULL) {
        error_memory(err);
        return NULL;
    }
    buf_addc(&b->strings, '\0');
    return b;
}

void trig_builder_close(struct trig_builder *b)
{
    if (b == NULL)
        return;
    struct buf *const all[] = {&b->channels,      &b->modules,      &b->outputs,       &b->literals,
                               &b->strings,       &b->exact.entries, &b->exact.hashes, &b->wild.entries,
                               &b->wild.hashes,   &b->commands.entries, &b->commands.hashes};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_free(all[i]);
    free(b);
}

static void add_bytes(struct trig_builder *b, struct buf *to, const void *bytes, size_t n)
{
    buf_add(to, bytes, n);
    b->failed |= !buf_ok(to);
}

uint32_t trig_builder_channel(struct trig_builder *b, const char *id)
{
    uint32_t at = add_string(b, id), number = COUNT(b->channels, uint32_t);
    add_bytes(b, &b->channels, &at, sizeof at);
    return number;
}

void trig_builder_module(struct trig_builder *b, const struct trig_source *m)
{
    struct trig_module kept = {.key = m->key,
                               .channel = m->channel,
                               .id = add_string(b, m->id),
                               .title = add_string(b, m->title),
                               .problem = add_string(b, m->problem),
                               .language = add_string(b, m->language),
                               .roles = add_string(b, m->roles),
                               .stages = add_string(b, m->stages),
                               .minutes = (uint16_t)(m->minutes > 0 && m->minutes < 10000 ? m->minutes : 0),
                               .kind = (uint8_t)m->kind,
                               .format = (uint8_t)m->format,
                               .on_device = m->on_device,
                               .only = m->only};
    memcpy(kept.revision, m->revision, sizeof kept.revision);
    add_bytes(b, &b->modules, &kept, sizeof kept);
}

static void add_entry(struct trig_builder *b, struct pile *pile, enum trigger_kind kind, const char *pattern,
                      const char *key, uint32_t hash)
{
    struct trig_entry e = {COUNT(b->modules, struct trig_module) - 1, (uint32_t)kind, add_string(b, pattern),
                           add_string(b, key)};
    add_bytes(b, &pile->entries, &e, sizeof e);
    add_bytes(b, &pile->hashes, &hash, sizeof hash);
}

static void add_key(struct trig_builder *b, enum trigger_kind kind, const char *pattern)
{
    char key[TRIG_KEY_MOST + 1];
    size_t n = token_key(pattern, strlen(pattern), kind == TRIGGER_ASSET, key, TRIG_KEY_MOST);
    key[n] = '\0';
    size_t plain = strcspn(key, "*?");
    if (n > 0)
        add_entry(b, plain < n ? &b->wild : &b->exact, kind, pattern, key, text_hash(key, plain));
}

static void add_command(struct trig_builder *b, const char *pattern)
{
    char normal[1024], key[1024];
    size_t n = command_normal(pattern, normal, sizeof normal);
    size_t k = n > 0 ? command_key(normal, key, sizeof key) : 0;
    if (k > 0)
        add_entry(b, &b->commands, TRIGGER_COMMAND, pattern, normal, text_hash(key, k));
}

static void add_output(struct trig_builder *b, const char *pattern)
{
    struct literals l;
    literals_of(pattern, &l);
    struct trig_output o = {COUNT(b->modules, struct trig_module) - 1, add_string(b, pattern),
                            COUNT(b->literals, uint32_t), (uint32_t)l.count,
                            (l.caseless ? (uint32_t)TRIG_CASELESS : 0) | (l.plain ? (uint32_t)TRIG_PLAIN : 0)};
    for (size_t i = 0; i < l.count; i++) {
        uint32_t at = add_string(b, l.items[i]);
        add_bytes(b, &b->literals, &at, sizeof at);
    }
    add_bytes(b, &b->outputs, &o, sizeof o);
}

void trig_builder_add(struct trig_builder *b, enum trigger_kind kind, const char *pattern)
{
    if (b->modules.len == 0 || pattern[0] == '\0')
        return;
    switch (kind) {
    case TRIGGER_CODE:
    case TRIGGER_ASSET:
        add_key(b, kind, pattern);
        break;
    case TRIGGER_COMMAND:
        add_command(b, pattern);
        break;
    case TRIGGER_OUTPUT:
        add_output(b, pattern);
        break;
    }
}

/* ---- taking over ---- */

static bool same_channels(const struct trig_builder *b, const struct trig_file *f)
{
    const uint32_t *own = (const uint32_t *)(const void *)buf_text(&b->channels);
    if (COUNT(b->channels, uint32_t) != f->channel_count)
        return false;
    for (size_t i = 0; i < f->channel_count; i++)
        if (strcmp(b->strings.data + own[i], trig_text(f, f->channels[i])) != 0)
            return false;
    return true;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int by_key(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The numbers that the file's modules get; UINT32_MAX of those that are left out. */
static void take_modules(struct trig_builder *b, const struct trig_file *f, const int64_t *keys, size_t count,
                         struct strings twice, uint32_t *numbers)
{
    for (size_t i = 0; i < f->module_count; i++) {
        struct trig_module m = f->modules[i];
        const char *id = trig_text(f, m.id);
        numbers[i] = UINT32_MAX;
        if (count > 0 && bsearch(&m.key, keys, count, sizeof *keys, by_key) != NULL)
            continue;
        m.only = twice.count == 0 || bsearch(&id, twice.items, twice.count, sizeof *twice.items, by_text) == NULL;
        numbers[i] = COUNT(b->modules, struct trig_module);
        add_bytes(b, &b->modules, &m, sizeof m);
    }
}

/* What an entry is looked up by: see trigger_file.h. */
static uint32_t entry_hash(const struct trig_file *f, const struct trig_entry *e)
{
    char key[1024];
    const char *text = trig_text(f, e->key);
    if (e->kind == TRIGGER_COMMAND)
        return text_hash(key, command_key(text, key, sizeof key));
    return text_hash(text, strcspn(text, "*?"));
}

static void take_table(struct trig_builder *b, const struct trig_file *f, const struct trig_table *t,
                       const uint32_t *numbers, struct pile *pile)
{
    for (size_t i = 0; i < t->count; i++) {
        struct trig_entry e = t->entries[i];
        if (e.module >= f->module_count || numbers[e.module] == UINT32_MAX)
            continue;
        uint32_t hash = entry_hash(f, &e);
        e.module = numbers[e.module];
        add_bytes(b, &pile->entries, &e, sizeof e);
        add_bytes(b, &pile->hashes, &hash, sizeof hash);
    }
}

bool trig_builder_take(struct trig_builder *b, const struct trig_file *f, const int64_t *keys, size_t count,
                       struct strings twice)
{
    if (f->string_bytes / 2 > (size_t)f->made_bytes + STALE_SPARED || f->string_bytes > UINT32_MAX / 2 || !same_channels(b, f))
        return false;
    uint32_t *numbers = calloc(f->module_count + 1, sizeof *numbers);
    if (numbers == NULL)
        return false;
    /* Texts keep their places, the channels' too. */
    buf_clear(&b->strings);
    buf_clear(&b->channels);
    memset(b->known, 0, sizeof b->known);
    add_bytes(b, &b->strings, f->strings, f->string_bytes);
    add_bytes(b, &b->channels, f->channels, f->channel_count * sizeof *f->channels);
    add_bytes(b, &b->literals, f->literals, f->literal_count * sizeof *f->literals);
    b->made_bytes = f->made_bytes;
    take_modules(b, f, keys, count, twice, numbers);
    take_table(b, f, &f->exact, numbers, &b->exact);
    take_table(b, f, &f->wild, numbers, &b->wild);
    take_table(b, f, &f->commands, numbers, &b->commands);
    for (size_t i = 0; i < f->output_count; i++) {
        struct trig_output o = f->outputs[i];
        if (o.module >= f->module_count || numbers[o.module] == UINT32_MAX)
            continue;
        o.module = numbers[o.module];
        add_bytes(b, &b->outputs, &o, sizeof o);
    }
    free(numbers);
    return true;
}

/* ---- finishing ---- */

static void put_array(struct buf *out, struct trig_header *h, enum trig_array which, const void *bytes, size_t count,
                      size_t size)
{
    while (out->len % 8 != 0 && buf_ok(out))
        buf_addc(out, '\0');
    h->arrays[which].at = out->len;
    h->arrays[which].count = count;
    if (count > 0)
        buf_add(out, bytes, count * size);
}

/* The entries in the order of their buckets, those of one bucket as they came. */
static bool put_table(struct buf *out, struct trig_header *h, enum trig_array firsts_at, const struct pile *pile)
{
    size_t n = COUNT(pile->hashes, uint32_t), buckets = 1;
    while (buckets < n)
        buckets *= 2;
    const uint32_t *hashes = (const uint32_t *)(const void *)buf_text(&pile->hashes);
    const struct trig_entry *entries = (const struct trig_entry *)(const void *)buf_text(&pile->entries);
    uint32_t *firsts = calloc(buckets + 2, sizeof *firsts); /* one behind what is written: where the next one goes */
    struct trig_entry *sorted = calloc(n + 1, sizeof *sorted);
    bool ok = firsts != NULL && sorted != NULL;
    if (ok) {
        for (size_t i = 0; i < n; i++)
            firsts[(hashes[i] & (buckets - 1)) + 2]++;
        for (size_t k = 2; k < buckets + 2; k++)
            firsts[k] += firsts[k - 1];
        for (size_t i = 0; i < n; i++)
            sorted[firsts[(hashes[i] & (buckets - 1)) + 1]++] = entries[i];
        put_array(out, h, firsts_at, firsts, n > 0 ? buckets + 1 : 0, sizeof *firsts);
        put_array(out, h, firsts_at + 1, sorted, n, sizeof *sorted);
    }
    free(firsts);
    free(sorted);
    return ok;
}

bool trig_builder_finish(struct trig_builder *b, uint64_t generation, struct buf *out, struct error *err)
{
    struct trig_header h = {.magic = TRIG_MAGIC, .order = 0x01020304U, .generation = generation};
    h.made_bytes = b->made_bytes != 0 ? b->made_bytes : (uint32_t)b->strings.len;
    if (b->failed || !buf_ok(&b->strings))
        return error_memory(err);
    buf_add(out, (const char *)&h, sizeof h);
    put_array(out, &h, TRIG_CHANNELS, buf_text(&b->channels), COUNT(b->channels, uint32_t), sizeof(uint32_t));
    put_array(out, &h, TRIG_MODULES, buf_text(&b->modules), COUNT(b->modules, struct trig_module),
              sizeof(struct trig_module));
    bool ok = put_table(out, &h, TRIG_EXACT_FIRSTS, &b->exact) && put_table(out, &h, TRIG_WILD_FIRSTS, &b->wild) &&
              put_table(out, &h, TRIG_COMMAND_FIRSTS, &b->commands);
    put_array(out, &h, TRIG_OUTPUTS, buf_text(&b->outputs), COUNT(b->outputs, struct trig_output),
              sizeof(struct trig_output));
    put_array(out, &h, TRIG_LITERALS, buf_text(&b->literals), COUNT(b->literals, uint32_t), sizeof(uint32_t));
    put_array(out, &h, TRIG_STRINGS, buf_text(&b->strings), b->strings.len, 1);
    if (!ok || !buf_ok(out))
        return error_memory(err);
    h.size = out->len;
    memcpy(out->data, &h, sizeof h);
    trig_seal((unsigned char *)out->data, out->len);
    return true;
}
