/* publisher: publishes a source directory for the tests of those who take channels.
 *
 *     publisher key FILE              makes a pair: the secret key in FILE, the public one on standard output
 *     publisher SRC OUT KEY VERSION PUBLISHED EXPIRES [SET]
 *                                     KEY: a secret key's file; days as 2026-11-24; SET: the number of the set of keys
 *     publisher set OUT KEY N PUBLIC...   writes set N of these keys, signed by KEY */
#include "core/base/clock.h"
#include "core/library/channel.h"
#include "tests/unit/publisher.h"

#include <sodium.h>

static struct error err;

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct pack_file *)left)->path, ((const struct pack_file *)right)->path);
}

static struct secret_key read_secret(const char *path)
{
    struct buf text = {0};
    struct secret_key key = {0};
    published(file_read(path, 4096, &text, &err) && secret_read(buf_text(&text), "", path, &key, &err), path, &err);
    buf_free(&text);
    return key;
}

static void make_key(const char *path)
{
    struct public_key key;
    struct secret_key secret;
    struct buf text = {0};
    char base64[KEY_TEXT];
    key_make(&key, &secret);
    published(secret_write(&secret, "", KEY_COST_QUICK, &text, &err), path, &err);
    published(file_write(path, buf_text(&text), text.len, 0600, &err), path, &err);
    buf_free(&text);
    key_text(&key, base64);
    puts(base64);
}

static void make_set(struct arena *a, int argc, char **argv)
{
    const struct secret_key key = read_secret(argv[3]);
    const struct publishing p = {.out = argv[2], .key = &key};
    const struct key_set set = {atoll(argv[4]), {(const char **)argv + 5, (size_t)(argc - 5)}};
    struct buf text = {0};
    key_set_write(&set, &text);
    const char *path = key_set_path(a, set.number);
    publish_signature(a, &p, arena_printf(a, "%s.minisig", path), buf_text(&text), text.len);
    publish_file(a, p.out, path, buf_text(&text), text.len);
    buf_free(&text);
}

static void publish_directory(struct arena *a, int argc, char **argv)
{
    const struct secret_key key = read_secret(argv[3]);
    struct publishing p = {.out = argv[2], .key = &key, .version = atoll(argv[4]), .key_set = argc > 7 ? atoll(argv[7]) : 0};
    struct channel channel;
    struct channel_files files;
    published(clock_parse(argv[5], &p.published_ms) && clock_parse(argv[6], &p.expires_ms), "days", &err);
    published(channel_read(a, argv[1], &channel, NULL, &err) && channel_list(a, &channel, &files, NULL, &err), argv[1], &err);
    struct pack_file *items = arena_array(a, files.count + 1, sizeof *items);
    struct channel_reader *reader = channel_reader_open(&channel, &err);
    const struct channel_file head = {.path = "channel.yaml", .real = "channel.yaml"};
    for (size_t i = 0; i <= files.count; i++) {
        const struct channel_file *file = i == 0 ? &head : &files.items[i - 1];
        struct buf bytes = {0};
        published(channel_reader_read(reader, file, &bytes, &err), file->path, &err);
        items[i] = (struct pack_file){file->path, {arena_copy(a, buf_text(&bytes), bytes.len), bytes.len}};
        buf_free(&bytes);
    }
    channel_reader_close(reader);
    qsort(items, files.count + 1, sizeof *items, by_path);
    publish(a, channel.id, &(struct pack_files){items, files.count + 1}, &p);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_open();
    if (a == NULL || sodium_init() < 0 || argc < 3)
        return 64;
    if (strcmp(argv[1], "key") == 0)
        make_key(argv[2]);
    else if (strcmp(argv[1], "set") == 0 && argc > 5)
        make_set(a, argc, argv);
    else if (argc >= 7)
        publish_directory(a, argc, argv);
    arena_close(a);
    return 0;
}
