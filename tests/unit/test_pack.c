/* Packs: the same content gives the same bytes, and what others wrote into one does no harm. */
#include "sync/channel/pack.h"
#include "tests/unit/suite.h"

#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <locale.h>
#include <sodium.h>
#include <string.h>
#include <sysexits.h>

static struct arena *a;
static struct error err;

static void set_up(void)
{
    ck_assert(sodium_init() >= 0);
    a = arena_open();
    err = (struct error){0};
}

static void tear_down(void)
{
    arena_close(a);
}

static const char long_name[] = "pages/a-very-long-name/that-does-not-fit-into-the-hundred-bytes-of-the-oldest-headers/"
                                "and-goes-on/and-on/disk-full-on-the-historian.md";
static const struct pack_file few[] = {
    {"channel.yaml", {"id: plant\n", 10}},
    {"modules/empty.md", {"", 0}},
    {"modules/pump.md", {"# Pump\n\0\x1b[31m", 13}},
    {"pages/Gr\xc3\xb6\xc3\x9f" "e.md", {"y", 1}},
    {long_name, {"x", 1}},
};

static void write_few(struct buf *tar)
{
    ck_assert_msg(pack_write(&(struct pack_files){few, 5}, tar, &err), "%s: %s", err.what, err.why);
}

START_TEST(comes_back_as_it_went)
{
    struct buf tar = {0};
    write_few(&tar);
    struct pack_files files;
    ck_assert_msg(pack_read(a, (struct str){tar.data, tar.len}, "t", &files, &err), "%s", err.why);
    ck_assert_uint_eq(files.count, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(files.items[i].path, few[i].path);
        ck_assert(str_eq(files.items[i].bytes, few[i].bytes));
        ck_assert_ptr_eq(pack_find(&files, few[i].path), &files.items[i]);
    }
    ck_assert_ptr_null(pack_find(&files, "modules/none.md"));
    buf_free(&tar);
}
END_TEST

/* The hash is what every publisher of this content gets, whatever the locale: it may never change. */
START_TEST(the_same_content_is_the_same_tar)
{
    static const char *const locales[] = {"C", "C.UTF-8"};
    setlocale(LC_ALL, locales[_i]);
    struct buf tar = {0};
    write_few(&tar);
    unsigned char hash[PACK_HASH];
    char hex[2 * PACK_HASH + 1];
    pack_hash((struct str){tar.data, tar.len}, hash);
    ck_assert_str_eq(sodium_bin2hex(hex, sizeof hex, hash, sizeof hash),
                     "0686229b79e81b9a41a06d79cee9334dbffbd9f5c4c10d8df6e670d49089de2a");
    buf_free(&tar);
}
END_TEST

START_TEST(an_empty_pack_is_one_too)
{
    struct buf tar = {0};
    struct pack_files files = {0};
    ck_assert(pack_write(&files, &tar, &err));
    ck_assert(pack_read(a, (struct str){tar.data, tar.len}, "t", &files, &err));
    ck_assert_uint_eq(files.count, 0);
    buf_free(&tar);
}
END_TEST

static const struct {
    const char *path;
    bool valid;
} paths[] = {
    {"a", true},           {"modules/pump.md", true}, {"a/..b/...", true}, {"", false},      {"/etc/passwd", false},
    {"../a", false},       {"a/../b", false},         {"a/..", false},     {"a//b", false},  {"a/", false},
    {"./a", false},        {"a\\b", false},           {"a\nb", false},     {"a\xff", false}, {"a\xe2\x80\xae" "b", false},
};

START_TEST(paths_stay_inside)
{
    ck_assert_msg(pack_path_valid(paths[_i].path) == paths[_i].valid, "%s", paths[_i].path);
}
END_TEST

/* ---- what others may write ---- */

static la_ssize_t append(struct archive *archive, void *context, const void *bytes, size_t n)
{
    (void)archive;
    buf_add(context, bytes, n);
    return (la_ssize_t)n;
}

struct foreign {
    const char *path;
    unsigned type;
    const char *link; /* to, or NULL */
    bool hard;
};

static void foreign_tar(const struct foreign *items, size_t count, struct buf *tar)
{
    struct archive *archive = archive_write_new();
    archive_write_set_format_gnutar(archive);
    ck_assert_int_eq(archive_write_open(archive, tar, NULL, append, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_copy_pathname(entry, items[i].path);
        archive_entry_set_filetype(entry, items[i].type);
        archive_entry_set_size(entry, items[i].type == AE_IFREG && !items[i].hard ? 1 : 0);
        if (items[i].hard)
            archive_entry_set_hardlink(entry, items[i].link);
        else if (items[i].link != NULL)
            archive_entry_set_symlink(entry, items[i].link);
        ck_assert_int_eq(archive_write_header(archive, entry), ARCHIVE_OK);
        if (items[i].type == AE_IFREG && !items[i].hard)
            archive_write_data(archive, "x", 1);
        archive_entry_free(entry);
    }
    archive_write_free(archive);
}

static const struct {
    const char *what;
    struct foreign items[2];
} hostile[] = {
    {"a path that climbs", {{"../../etc/cron.d/x", AE_IFREG, NULL, false}}},
    {"an absolute path", {{"/etc/cron.d/x", AE_IFREG, NULL, false}}},
    {"a symbolic link", {{"modules/a.md", AE_IFLNK, "/etc/passwd", false}}},
    {"a hard link", {{"modules/a.md", AE_IFREG, "/etc/passwd", true}}},
    {"a directory", {{"modules", AE_IFDIR, NULL, false}}},
    {"a fifo", {{"modules/a.md", AE_IFIFO, NULL, false}}},
    {"a device", {{"modules/a.md", AE_IFCHR, NULL, false}}},
    {"a file twice", {{"a", AE_IFREG, NULL, false}, {"a", AE_IFREG, NULL, false}}},
    {"files out of order", {{"b", AE_IFREG, NULL, false}, {"a", AE_IFREG, NULL, false}}},
    {"a name with an escape", {{"a\x1b[2J", AE_IFREG, NULL, false}}},
};

START_TEST(refuses_what_is_no_plain_file)
{
    struct buf tar = {0};
    foreign_tar(hostile[_i].items, hostile[_i].items[1].path != NULL ? 2 : 1, &tar);
    struct pack_files files;
    ck_assert_msg(!pack_read(a, (struct str){tar.data, tar.len}, "t", &files, &err), "%s is taken", hostile[_i].what);
    ck_assert_int_eq(err.code, EX_DATAERR);
    buf_free(&tar);
}
END_TEST

START_TEST(cut_or_damaged_it_is_refused_or_harmless)
{
    struct buf tar = {0};
    struct pack_files files;
    write_few(&tar);
    for (size_t n = 0; n < tar.len; n += 61)
        (void)pack_read(a, (struct str){tar.data, n}, "t", &files, &err);
    ck_assert(!pack_read(a, (struct str){tar.data, 1030}, "t", &files, &err));
    ck_assert(!pack_read(a, STR("this is no tar at all, but a line of text that somebody put there instead"), "t",
                         &files, &err));
    buf_free(&tar);
}
END_TEST

/* ---- how it travels ---- */

static void fill(struct buf *b, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1103515245u + 12345u;
        buf_addc(b, (char)('a' + (seed >> 16) % 26));
    }
}

START_TEST(a_delta_is_small_and_gives_the_new_tar)
{
    struct buf old = {0}, new = {0}, delta = {0}, out = {0};
    fill(&old, 300000, 7);
    buf_add(&new, old.data, 100000);
    buf_adds(&new, "one changed paragraph");
    buf_add(&new, old.data + 100000, 200000);
    struct str base = {old.data, old.len}, tar = {new.data, new.len};
    unsigned char hash[PACK_HASH];
    pack_hash(tar, hash);
    ck_assert(pack_compress(tar, base, PACK_BEST, &delta, &err));
    ck_assert_uint_lt(delta.len, 200);
    struct str packed = {delta.data, delta.len};
    ck_assert_msg(pack_expand(packed, base, tar.n, hash, "d", &out, &err), "%s", err.why);
    ck_assert(str_eq((struct str){out.data, out.len}, tar));
    buf_clear(&out);
    ck_assert_msg(!pack_expand(packed, (struct str){old.data, old.len - 1}, tar.n, hash, "d", &out, &err),
                  "another base gave it too");
    ck_assert(!pack_expand(packed, (struct str){NULL, 0}, tar.n, hash, "d", &out, &err));
    ck_assert_uint_eq(out.len, 0);
    for (size_t n = 0; n < packed.n; n++)
        ck_assert(!pack_expand((struct str){packed.p, n}, base, tar.n, hash, "d", &out, &err));
    for (size_t i = 0; i < packed.n; i++) {
        delta.data[i] ^= 4;
        if (pack_expand(packed, base, tar.n, hash, "d", &out, &err)) /* some bits of a header mean nothing */
            ck_assert(str_eq((struct str){out.data, out.len}, tar));
        buf_clear(&out);
        delta.data[i] ^= 4;
    }
    buf_free(&old), buf_free(&new), buf_free(&delta), buf_free(&out);
}
END_TEST

START_TEST(a_bomb_stops_at_the_announced_size)
{
    struct buf zeros = {0}, packed = {0}, out = {0};
    buf_addn(&zeros, '\0', 32 << 20);
    unsigned char hash[PACK_HASH] = {0};
    ck_assert(pack_compress((struct str){zeros.data, zeros.len}, (struct str){NULL, 0}, PACK_BEST, &packed, &err));
    ck_assert_uint_lt(packed.len, 10000);
    ck_assert(!pack_expand((struct str){packed.data, packed.len}, (struct str){NULL, 0}, 1000, hash, "b", &out, &err));
    ck_assert_uint_lt(out.cap, 4096);
    ck_assert(!pack_expand((struct str){packed.data, packed.len}, (struct str){NULL, 0}, (size_t)PACK_MOST + 1, hash, "b",
                           &out, &err));
    ck_assert_ptr_nonnull(strstr(err.why, "64 MiB"));
    buf_free(&zeros), buf_free(&packed), buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pack");
    TCase *tcase = tcase_create("pack");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, comes_back_as_it_went);
    tcase_add_loop_test(tcase, the_same_content_is_the_same_tar, 0, 2);
    tcase_add_test(tcase, an_empty_pack_is_one_too);
    tcase_add_loop_test(tcase, paths_stay_inside, 0, sizeof paths / sizeof *paths);
    tcase_add_loop_test(tcase, refuses_what_is_no_plain_file, 0, sizeof hostile / sizeof *hostile);
    tcase_add_test(tcase, cut_or_damaged_it_is_refused_or_harmless);
    tcase_add_test(tcase, a_delta_is_small_and_gives_the_new_tar);
    tcase_add_test(tcase, a_bomb_stops_at_the_announced_size);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
