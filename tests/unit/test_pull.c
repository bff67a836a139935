/* Pulling a published channel: what is fetched, and that whatever is wrong with it leaves all as it was. */
#include "tests/unit/database.h"
#include "tests/unit/publisher.h"
#include "tests/unit/suite.h"

#include "core/library/library_file.h"
#include "core/record/note.h"
#include "core/record/record.h"
#include "sync/channel/remote.h"
#include "sync/channel/remote_sync.h"
#include "sync/channel/url.h"

#include <check.h>
#include <grp.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sysexits.h>
#include <unistd.h>

#define DAY INT64_C(86400000)
#define NOW (INT64_C(20000) * DAY)

static char root[64], home[96], out[96];
static struct arena *a;
static struct error err;
static struct places places;
static struct secret_key key, other_key;
static struct publishing p;
static struct library *l;
static struct remote_result *results;
static size_t count;
static const char *url;

static const char head[] = "id: plant\nname: Plant\n";
#define MODULE(title, roles, text)                                                                                     \
    "---\ntitle: " title "\nproblem: It fails.\noutcome: Mend it.\nminutes: 5\nroles: [" roles "]\n---\n## Do\n\n" text "\n"

static const char *pump = MODULE("Pump", "", "Open the vent."), *weld = MODULE("Weld", "welder", "Grind it."),
                  *seal = MODULE("Seal", "welder, fitter", "Press it."), *yaml = head;

static const char *public_text(const struct secret_key *secret)
{
    char text[KEY_TEXT];
    const struct public_key k = key_public(secret);
    key_text(&k, text);
    return arena_strdup(a, text);
}

static void publish_now(void)
{
    const struct pack_file files[] = {{"channel.yaml", str_of(yaml)},
                                      {"modules/pump.md", str_of(pump)},
                                      {"modules/seal.md", str_of(seal)},
                                      {"modules/weld.md", str_of(weld)},
                                      {"pages/df.md", STR("# Disk full\n")}};
    publish_files(a, "plant", &(struct pack_files){files, 5}, &p);
}

static void publish_next(void)
{
    p.version++;
    p.published_ms += DAY;
    publish_now();
}

static const struct remote_result *sync_now(void)
{
    struct site_asked asked;
    for (size_t i = 0; i < count; i++)
        diags_close(results[i].diags);
    const struct remote_options options = {0};
    ck_assert_msg(remote_sync(a, &places, l, &options, &results, &count, &asked, &err), "%s: %s", err.what, err.why);
    ck_assert_uint_ge(count, 1);
    return &results[0];
}

static const struct remote_result *sync_well(void)
{
    const struct remote_result *r = sync_now();
    ck_assert_msg(r->err.code == 0, "%s: %s: %s", r->err.what, r->err.where, r->err.why);
    return r;
}

static void set_up(void)
{
    ck_assert_int_ge(sodium_init(), 0);
    suite_dir(root, sizeof root, "pull");
    snprintf(home, sizeof home, "%s/home", root);
    snprintf(out, sizeof out, "%s/out", root);
    setenv("CRIB_CLOCK", "2024-10-04T12:00:00Z", 1); /* day 20,000 */
    unsetenv("CRIB_ROLES");
    a = arena_open();
    err = (struct error){0};
    results = NULL;
    count = 0;
    struct public_key unused;
    key_make(&unused, &key);
    key_make(&unused, &other_key);
    places = (struct places){home, home, home, "/nonexistent", "/nonexistent"};
    p = (struct publishing){out, &key, 1, NOW - 10 * DAY, NOW + 90 * DAY, 0};
    publish_now();
    ck_assert(url_of_word(a, out, &url, &err));
    ck_assert_ptr_nonnull(url);
    ck_assert_msg(remote_add(a, &places, url, public_text(&key), NULL, NULL, &err), "%s: %s", err.what, err.why);
    l = library_open(&places, LIBRARY_WRITE | LIBRARY_ALONE, "", &err);
    ck_assert_msg(l != NULL, "%s: %s", err.what, err.why);
}

static void tear_down(void)
{
    for (size_t i = 0; i < count; i++)
        diags_close(results[i].diags);
    library_close(l);
    arena_close(a);
    suite_remove(root);
    pump = MODULE("Pump", "", "Open the vent.");
    weld = MODULE("Weld", "welder", "Grind it.");
    yaml = head;
}

/* The text of a module on this device, or NULL. */
static const char *text_of(const char *id)
{
    const struct library_module *m = library_module(l, a, id, &err);
    return m != NULL ? m->body.p : NULL;
}

/* Runs a shell command in the published directory. */
static void in_out(const char *what)
{
    const char *command = arena_printf(a, "cd '%s' && %s", out, what);
    ck_assert_msg(system(command) == 0, "%s", what);
}

/* ---- what comes ---- */

START_TEST(first_all_then_nothing)
{
    const struct remote_result *r = sync_well();
    ck_assert(r->changed);
    ck_assert_uint_eq(r->library.modules, 3);
    ck_assert_uint_eq(r->library.pages, 1);
    ck_assert(!r->stale && !r->clock_wrong);
    ck_assert_ptr_nonnull(text_of("weld"));
    r = sync_well();
    ck_assert(!r->changed);
    ck_assert_uint_eq(r->received, 0);
}
END_TEST

START_TEST(a_change_travels_as_a_difference)
{
    sync_well();
    pump = MODULE("Pump", "", "Open the vent slowly.");
    publish_next();
    in_out("rm -r pack");
    const struct remote_result *r = sync_well();
    ck_assert_uint_eq(r->library.changed, 1);
    ck_assert_ptr_nonnull(strstr(text_of("pump"), "slowly"));
}
END_TEST

/* A file of files/, linked to from two groups; NULL where it is not on this device. */
static const char *drawing(void)
{
    struct library_file f;
    struct buf bytes = {0};
    if (!library_file(l, a, "files/p.pdf", &f, &err) || !library_file_read(&f, &bytes, &err)) {
        buf_free(&bytes);
        return NULL;
    }
    const char *copy = arena_copy(a, buf_text(&bytes), bytes.len);
    buf_free(&bytes);
    return copy;
}

/* other: the bytes that one of the two packs has instead, as no publisher writes it; NULL: the same. */
static void publish_drawing(const char *bytes, const char *other)
{
    const struct pack_file files[] = {{"channel.yaml", str_of(yaml)},
                                      {"files/p.pdf", str_of(bytes)},
                                      {"modules/pump.md", str_of(MODULE("Pump", "fitter", "[p](../files/p.pdf)"))},
                                      {"modules/weld.md", str_of(MODULE("Weld", "welder", "[p](../files/p.pdf)"))}};
    struct gathered g;
    p.version++;
    p.published_ms += DAY;
    ck_assert(gather_files(a, "plant", &(struct pack_files){files, 4}, &g, &err));
    for (size_t i = 0; other != NULL && i < g.count; i++)
        if (strcmp(g.groups[i].name, "welder") == 0)
            ((struct pack_file *)(uintptr_t)g.groups[i].files.items)[0].bytes = str_of(other);
    publish_gathered(a, "plant", &g, &p);
}

START_TEST(a_file_in_two_groups_is_taken_once)
{
    publish_drawing("first", NULL);
    ck_assert_uint_eq(sync_well()->library.files, 1);
    ck_assert_str_eq(drawing(), "first");
    publish_drawing("second", NULL);
    ck_assert_uint_eq(sync_well()->library.changed, 1);
    ck_assert_str_eq(drawing(), "second");
    publish_drawing("third", "another third");
    const struct remote_result *r = sync_now();
    ck_assert_int_eq(r->err.code, EX_DATAERR);
    ck_assert_ptr_nonnull(strstr(r->err.why, "different bytes"));
    ck_assert_str_eq(drawing(), "second");
    publish_next(); /* without the drawing */
    ck_assert_uint_eq(sync_well()->library.files, 0);
    ck_assert_ptr_null(drawing());
}
END_TEST

START_TEST(a_lost_file_comes_back_without_a_change)
{
    struct library_file f;
    publish_drawing("first", NULL);
    sync_well();
    ck_assert(library_file(l, a, "files/p.pdf", &f, &err));
    ck_assert_int_eq(unlink(f.stored), 0);
    ck_assert_ptr_null(drawing());
    sync_well();
    ck_assert_str_eq(drawing(), "first");
}
END_TEST

/* A crib that knew of no files took the same packs: the next version takes them again, without the network. */
START_TEST(an_upgrade_brings_the_files)
{
    publish_drawing("first", NULL);
    sync_well();
    library_close(l);
    sqlite3 *db = database_open(arena_printf(a, "%s/library.db", home));
    ck_assert_int_eq(sqlite3_exec(db, "DELETE FROM file WHERE path LIKE 'files/%'; DROP TABLE element; DROP TABLE programme;"
                                      " DROP TABLE signing; PRAGMA user_version = 2", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    l = library_open(&places, LIBRARY_WRITE | LIBRARY_ALONE, "", &err);
    ck_assert_msg(l != NULL, "%s: %s", err.what, err.why);
    ck_assert_ptr_null(drawing());
    const struct remote_result *r = sync_well();
    ck_assert_str_eq(drawing(), "first");
    ck_assert_uint_eq(r->library.changed, 0);
    ck_assert_uint_eq(r->received, 0);
}
END_TEST

START_TEST(a_role_brings_the_files_of_its_modules)
{
    publish_drawing("first", NULL);
    setenv("CRIB_ROLES", "operator", 1);
    ck_assert_uint_eq(sync_well()->library.files, 0);
    setenv("CRIB_ROLES", "welder", 1);
    ck_assert_uint_eq(sync_well()->library.files, 1);
    ck_assert_str_eq(drawing(), "first");
}
END_TEST

static const char *const no_difference[] = {"rm -r delta", "for f in delta/*; do echo garbage >$f; done",
                                            "for f in delta/*; do : >$f; done"};

START_TEST(without_a_difference_the_pack_comes)
{
    sync_well();
    pump = MODULE("Pump", "", "Open the vent slowly.");
    publish_next();
    in_out(no_difference[_i]);
    sync_well();
    ck_assert_ptr_nonnull(strstr(text_of("pump"), "slowly"));
}
END_TEST

START_TEST(a_deleted_library_comes_back_without_the_network)
{
    sync_well();
    library_close(l);
    in_out("cd ../home && rm -r library.db* index && cd ../out && rm -r pack sig");
    l = library_open(&places, LIBRARY_WRITE | LIBRARY_ALONE, "", &err);
    const struct remote_result *r = sync_well();
    ck_assert(r->changed);
    ck_assert_ptr_nonnull(text_of("pump"));
}
END_TEST

/* ---- roles ---- */

START_TEST(roles_choose_the_groups)
{
    setenv("CRIB_ROLES", "fitter", 1);
    const struct remote_result *r = sync_well();
    ck_assert_uint_eq(r->library.modules, 2);
    ck_assert_ptr_nonnull(text_of("seal"));
    ck_assert_ptr_null(text_of("weld"));
    ck_assert_int_eq(err.code, EX_UNAVAILABLE);
    setenv("CRIB_ROLES", "welder", 1);
    r = sync_well();
    ck_assert_uint_eq(r->library.added, 1);
    ck_assert_ptr_nonnull(text_of("weld"));
    setenv("CRIB_ROLES", "cook", 1);
    r = sync_well();
    ck_assert_uint_eq(r->library.modules, 1);
    ck_assert_ptr_nonnull(text_of("pump"));
}
END_TEST

START_TEST(a_group_of_the_system_is_a_role)
{
    const struct group *group = getgrgid(getegid());
    if (group == NULL)
        return;
    weld = arena_printf(a, MODULE("Weld", "%s", "Grind it."), group->gr_name);
    p.version++;
    publish_now();
    const struct remote_result *r = sync_well();
    ck_assert_uint_eq(r->library.modules, 2);
    ck_assert_ptr_nonnull(text_of("weld"));
    ck_assert_ptr_null(text_of("seal"));
}
END_TEST

START_TEST(what_was_queued_comes_and_stays)
{
    setenv("CRIB_ROLES", "fitter", 1);
    sync_well();
    int64_t learner;
    size_t queued;
    struct record *record = record_open(file_join(a, home, "record.db"), &err);
    ck_assert(record != NULL && record_learner(record, "somebody", &learner, &err) &&
              record_fetch_queue(record, learner, "plant/weld", &err) &&
              record_fetch_queue(record, learner, "plant/gone", &err));
    record_close(record);
    const struct remote_result *r = sync_well();
    ck_assert_uint_eq(r->library.added, 1);
    ck_assert_ptr_nonnull(text_of("weld"));
    record = record_open(file_join(a, home, "record.db"), &err);
    ck_assert_ptr_nonnull(record_fetches(record, a, &queued, &err));
    ck_assert_uint_eq(queued, 1); /* the channel has no such module now */
    record_close(record);
    pump = MODULE("Pump", "", "Open the vent slowly.");
    publish_next();
    sync_well();
    ck_assert_ptr_nonnull(text_of("weld"));
    ck_assert(!sync_well()->changed);
}
END_TEST

/* ---- keys ---- */

static void publish_set(int64_t number, const struct secret_key *by, const char *const *keys, size_t n)
{
    const struct key_set set = {number, {keys, n}};
    struct buf text = {0}, signature = {0};
    key_set_write(&set, &text);
    ck_assert(sign(by, buf_text(&text), text.len, "a set", &signature, &err));
    publish_file(a, out, key_set_path(a, number), buf_text(&text), text.len);
    publish_file(a, out, arena_printf(a, "%s.minisig", key_set_path(a, number)), buf_text(&signature), signature.len);
    buf_free(&text);
    buf_free(&signature);
}

START_TEST(sets_of_keys_are_walked)
{
    sync_well();
    struct secret_key third;
    struct public_key unused;
    key_make(&unused, &third);
    const char *const both[] = {public_text(&key), public_text(&other_key)}, *const only[] = {public_text(&third)};
    publish_set(1, &key, both, 2);
    publish_set(2, &other_key, only, 1);
    p.key_set = 2;
    p.key = &third;
    publish_next();
    ck_assert_int_eq(sync_well()->version, 2);
    p.key = &key; /* is valid no longer */
    publish_next();
    ck_assert_int_eq(sync_now()->err.code, EX_NOPERM);
    p.key = &third;
    p.key_set = 1;
    publish_next();
    ck_assert_int_eq(sync_now()->err.code, EX_NOPERM);
}
END_TEST

START_TEST(a_set_by_a_stranger_introduces_nobody)
{
    sync_well();
    const char *const keys[] = {public_text(&other_key)};
    publish_set(1, &other_key, keys, 1);
    p.key_set = 1;
    p.key = &other_key;
    publish_next();
    ck_assert_int_eq(sync_now()->err.code, EX_NOPERM);
    ck_assert_int_eq(library_module(l, a, "pump", &err) != NULL, 1);
}
END_TEST

/* ---- what is refused ---- */

static void roll_back(void)
{
    p.version = 0;
    p.published_ms -= DAY;
    publish_next();
    p.version = 1;
    in_out("rm -r pack delta 2>/dev/null || :");
}

static void stay(void)
{
    publish_now();
}

static void go_back_in_time(void)
{
    p.version++;
    p.published_ms -= DAY;
    publish_now();
}

static void by_stranger(void)
{
    p.key = &other_key;
    publish_next();
}

static void spoilt(const char *command)
{
    publish_next();
    in_out("rm -rf delta");
    in_out(command);
}

static void no_signature(void)
{
    spoilt("rm -r sig");
}

static void other_signature(void)
{
    spoilt("for f in sig/*; do cp keep.minisig $f; done");
}

static void portal(void)
{
    spoilt("echo '<html>log in</html>' >channel.json");
}

static void pointer_changed(void)
{
    spoilt("sed -i 's/\"size\":/\"size\":1/' channel.json");
}

static void packs_cut(void)
{
    spoilt("for f in pack/*; do head -c 60 $f >x && mv x $f; done");
}

static void packs_empty(void)
{
    spoilt("for f in pack/*; do : >$f; done");
}

static void packs_large(void)
{
    spoilt("for f in pack/*; do head -c 3000000 /dev/zero >>$f; done");
}

static void packs_swapped(void)
{
    spoilt("cp pack/catalogue-* x && for f in pack/all-*; do cp x $f; done && rm x");
}

static void packs_gone(void)
{
    spoilt("rm -r pack");
}

static void other_id(void)
{
    yaml = "id: other\n";
    publish_next();
}

static void no_channel(void)
{
    yaml = "name: none\n";
    publish_next();
}

/* A pack whose tar leaves the directory, well signed. */
static void traversal(void)
{
    struct buf tar = {0}, packed = {0}, text = {0};
    struct pointer pointer;
    const struct pack_file files[] = {{"channel.yaml", str_of(head)}, {"modulesxx/../pump", STR("x")}};
    struct pack_file fit[2] = {files[0], {"modulesxx/aa/pump", STR("x")}};
    ck_assert(pack_write(&(struct pack_files){fit, 2}, &tar, &err));
    char *at = NULL;
    for (size_t i = 0; i + 17 < tar.len; i++)
        if (memcmp(tar.data + i, "modulesxx/aa/pump", 17) == 0)
            at = tar.data + i;
    ck_assert_ptr_nonnull(at);
    memcpy(at, files[1].path, 17);
    unsigned sum = 0; /* the header's: its own field counts as blanks */
    memset(at + 148, ' ', 8);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)at[i];
    snprintf(at + 148, 8, "%06o", sum);
    ck_assert(file_read(arena_printf(a, "%s/channel.json", out), POINTER_MOST, &text, &err) &&
              pointer_read(a, buf_text(&text), text.len, "", &pointer, &err));
    struct pointer_group *groups = arena_array(a, pointer.count, sizeof *groups);
    memcpy(groups, pointer.groups, pointer.count * sizeof *groups);
    pack_hash((struct str){tar.data, tar.len}, groups[0].hash);
    groups[0].size = tar.len;
    ck_assert(pack_compress((struct str){tar.data, tar.len}, (struct str){NULL, 0}, PACK_QUICK, &packed, &err));
    publish_file(a, out, pack_path(a, "all", groups[0].hash), buf_text(&packed), packed.len);
    pointer.groups = groups;
    pointer.version++;
    pointer.published_ms += DAY;
    publish_pointer(a, &p, &pointer);
    buf_free(&tar);
    buf_free(&packed);
    buf_free(&text);
}

static const struct {
    void (*spoil)(void);
    const char *what;
    int code;
} spoils[] = {
    {roll_back, "an older version", EX_NOPERM},
    {stay, "other content under the same version", EX_NOPERM},
    {go_back_in_time, "a newer version of an earlier day", EX_NOPERM},
    {by_stranger, "signed by a key that nobody introduced", EX_NOPERM},
    {no_signature, "no signature", EX_DATAERR},
    {other_signature, "another version's signature", EX_NOPERM},
    {portal, "a captive portal's page", EX_DATAERR},
    {pointer_changed, "a pointer that was changed on its way", EX_DATAERR},
    {packs_cut, "packs that end early", EX_DATAERR},
    {packs_empty, "empty packs", EX_DATAERR},
    {packs_large, "packs larger than announced", EX_DATAERR},
    {packs_swapped, "one pack in another's place", EX_DATAERR},
    {packs_gone, "packs that are missing", EX_NOINPUT},
    {other_id, "a channel.yaml of another channel", EX_DATAERR},
    {no_channel, "a channel.yaml without id", EX_DATAERR},
    {traversal, "a path that leads out", EX_DATAERR},
};

START_TEST(what_is_wrong_changes_nothing)
{
    struct library_channel *before, *after;
    size_t n;
    sync_well();
    in_out("cp channel.json.minisig keep.minisig; rm -r pack");
    ck_assert(library_channels(l, a, &before, &n, &err));
    pump = MODULE("Pump", "", "Blow it up.");
    spoils[_i].spoil();
    const struct remote_result *r = sync_now();
    ck_assert_msg(r->err.code != 0, "%s was taken", spoils[_i].what);
    ck_assert_msg(r->err.code == spoils[_i].code, "%s: %d: %s: %s: %s", spoils[_i].what, r->err.code, r->err.what,
                  r->err.where, r->err.why);
    ck_assert_ptr_nonnull(strstr(text_of("pump"), "Open the vent."));
    ck_assert(library_channels(l, a, &after, &n, &err));
    ck_assert_int_eq(before[0].version, after[0].version);
    ck_assert_ptr_nonnull(strstr(text_of("weld"), "Grind"));
    /* The publisher mends it. */
    yaml = head;
    in_out("rm -rf channel.json pack delta sig");
    p.key = &key;
    p.version = 20;
    p.published_ms = NOW;
    publish_now();
    sync_well();
    ck_assert_ptr_nonnull(strstr(text_of("pump"), "Blow it up."));
}
END_TEST

START_TEST(an_expired_channel_is_stale_and_usable)
{
    p.expires_ms = NOW - DAY;
    publish_now();
    const struct remote_result *r = sync_well();
    ck_assert(r->stale);
    ck_assert_ptr_nonnull(text_of("pump"));
}
END_TEST

START_TEST(a_clock_that_lags_is_called_wrong)
{
    setenv("CRIB_CLOCK", "2000-01-01T00:00:00Z", 1);
    p.version = 1;
    p.expires_ms = p.published_ms + 1000;
    publish_now();
    const struct remote_result *r = sync_well();
    ck_assert(r->clock_wrong);
    ck_assert(!r->stale);
}
END_TEST

/* ---- several ---- */

START_TEST(one_channels_failure_is_its_own)
{
    char second[120];
    const char *second_url;
    snprintf(second, sizeof second, "%s/second", root);
    p.out = second;
    const struct pack_file files[] = {{"channel.yaml", STR("id: vendor\n")}, {"modules/drive.md", str_of(pump)}};
    publish_files(a, "vendor", &(struct pack_files){files, 2}, &p);
    ck_assert(url_of_word(a, second, &second_url, &err));
    ck_assert(remote_add(a, &places, second_url, public_text(&key), NULL, NULL, &err));
    in_out("rm channel.json");
    const struct remote_result *r = sync_now();
    ck_assert_uint_eq(count, 2);
    ck_assert_int_ne(r[0].err.code, 0);
    ck_assert_int_eq(r[1].err.code, 0);
    ck_assert_ptr_nonnull(text_of("vendor/drive"));
}
END_TEST

START_TEST(two_channels_of_one_id_do_not_meet)
{
    char second[120];
    const char *second_url;
    sync_well();
    snprintf(second, sizeof second, "%s/second", root);
    p.out = second;
    p.key = &other_key;
    publish_now();
    ck_assert(url_of_word(a, second, &second_url, &err));
    ck_assert(remote_add(a, &places, second_url, public_text(&other_key), NULL, NULL, &err));
    const struct remote_result *r = sync_now();
    ck_assert_int_eq(r[0].err.code, 0);
    ck_assert_int_eq(r[1].err.code, EX_DATAERR);
}
END_TEST

static const struct {
    const char *word, *url; /* NULL: refused; "": a local directory */
} words[] = {
    {"https://example.com/plant", "https://example.com/plant/"},
    {"https://example.com/plant/", "https://example.com/plant/"},
    {"https://example.com/plant/channel.json", "https://example.com/plant/"},
    {"http://[::1]:8080/plant/", "http://[::1]:8080/plant/"},
    {"ftp://example.com/", NULL},
    {"https://user:secret@example.com/", NULL},
    {"https://example.com/?x", NULL},
    {"/nonexistent/somewhere", ""},
};

START_TEST(words_that_are_addresses)
{
    const char *got;
    bool ok = url_of_word(a, words[_i].word, &got, &err);
    ck_assert_int_eq(ok, words[_i].url != NULL);
    if (ok && words[_i].url[0] != '\0')
        ck_assert_str_eq(got, words[_i].url);
    else if (ok)
        ck_assert_ptr_null(got);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pull");
    TCase *tc = tcase_create("pull");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, first_all_then_nothing);
    tcase_add_test(tc, a_change_travels_as_a_difference);
    tcase_add_test(tc, a_file_in_two_groups_is_taken_once);
    tcase_add_test(tc, a_lost_file_comes_back_without_a_change);
    tcase_add_test(tc, an_upgrade_brings_the_files);
    tcase_add_test(tc, a_role_brings_the_files_of_its_modules);
    tcase_add_loop_test(tc, without_a_difference_the_pack_comes, 0, 3);
    tcase_add_test(tc, a_deleted_library_comes_back_without_the_network);
    tcase_add_test(tc, roles_choose_the_groups);
    tcase_add_test(tc, a_group_of_the_system_is_a_role);
    tcase_add_test(tc, what_was_queued_comes_and_stays);
    tcase_add_test(tc, sets_of_keys_are_walked);
    tcase_add_test(tc, a_set_by_a_stranger_introduces_nobody);
    tcase_add_loop_test(tc, what_is_wrong_changes_nothing, 0, sizeof spoils / sizeof *spoils);
    tcase_add_test(tc, an_expired_channel_is_stale_and_usable);
    tcase_add_test(tc, a_clock_that_lags_is_called_wrong);
    tcase_add_test(tc, one_channels_failure_is_its_own);
    tcase_add_test(tc, two_channels_of_one_id_do_not_meet);
    tcase_add_loop_test(tc, words_that_are_addresses, 0, sizeof words / sizeof *words);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
