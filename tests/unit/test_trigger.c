/* trigger: what fits a code, a tag, a command line; two libraries as one; a damaged file; what must stand in a line. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/base/file.h"
#include "core/library/trigger.h"
#include "core/library/trigger_build.h"
#include "core/library/trigger_file.h"
#include "core/library/trigger_literal.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { MOST = 8 };

static char root[64], own[96], all[96];
static struct error err;
static struct triggers *t;

static const struct sample {
    const char *channel, *id, *language;
    enum trigger_kind kind;
    const char *pattern;
} owns[] = {
    {"plant", "prime", "", TRIGGER_CODE, "E-204"},
    {"plant", "prime", "", TRIGGER_ASSET, "P-1*"},
    {"plant", "prime", "de", TRIGGER_CODE, "E-204"},
    {"plant", "valve", "", TRIGGER_ASSET, "V-7"},
    {"plant", "valve", "", TRIGGER_ASSET, "*-99"},
    {"plant", "fine", "", TRIGGER_ASSET, "P-101"},
    {"plant", "service", "", TRIGGER_COMMAND, "systemctl restart pumpd"},
    {"plant", "units", "", TRIGGER_COMMAND, "systemctl"},
    {"plant", "tunnel", "", TRIGGER_COMMAND, "ssh -L"},
    {"plant", "journal", "", TRIGGER_COMMAND, "  /usr/bin/journalctl   --user "},
    {"plant", "disk", "", TRIGGER_OUTPUT, "No space left on device"},
    {"plant", "press", "", TRIGGER_OUTPUT, "(?i)suction pressure (low|lost)"},
    {"plant", "none", "", TRIGGER_CODE, "--"},
    {"plant", "german", "de", TRIGGER_CODE, "E-999"},
    {"plant", "space", "", TRIGGER_CODE, "ENOSPC"},
    {"plant", "dump", "", TRIGGER_CODE, "segfault"},
    {"plant", "error", "", TRIGGER_CODE, "ERROR"},
    {"plant", "number", "", TRIGGER_CODE, "404"},
}, systems[] = {
    {"plant", "old-prime", "", TRIGGER_CODE, "E-204"},
    {"site", "shared", "", TRIGGER_CODE, "E-204"},
    {"site", "shared", "", TRIGGER_OUTPUT, "stuck"},
};

static void write_index(const char *dir, const struct sample *s, size_t n)
{
    struct trig_builder *b = trig_builder_open(&err);
    struct buf bytes = {0};
    char path[128];
    ck_assert_ptr_nonnull(b);
    uint32_t plant = trig_builder_channel(b, "plant"), site = trig_builder_channel(b, "site");
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(s[i].id, s[i - 1].id) != 0 || strcmp(s[i].language, s[i - 1].language) != 0)
            trig_builder_module(b, &(struct trig_source){.key = (int64_t)i + 1, .revision = (const unsigned char *)"revision",
                                                         .channel = strcmp(s[i].channel, "plant") == 0 ? plant : site,
                                                         .id = s[i].id, .title = s[i].id, .problem = "", .language = s[i].language,
                                                         .roles = "\noperator\n", .stages = "", .minutes = 4, .on_device = true});
        trig_builder_add(b, s[i].kind, s[i].pattern);
    }
    ck_assert(trig_builder_finish(b, 7, &bytes, &err));
    ck_assert(trig_path(dir, path, sizeof path) && file_write(path, bytes.data, bytes.len, 0600, &err));
    buf_free(&bytes);
    trig_builder_close(b);
}

static void set_up(void)
{
    suite_dir(root, sizeof root, "trigger");
    snprintf(own, sizeof own, "%s/own", root);
    snprintf(all, sizeof all, "%s/all", root);
    ck_assert(mkdir(own, 0700) == 0 && mkdir(all, 0700) == 0);
    write_index(own, owns, sizeof owns / sizeof *owns);
    t = triggers_open(own, NULL, "", NULL, &err);
    ck_assert_msg(t != NULL, "%s", err.what);
}

static void tear_down(void)
{
    triggers_close(t);
    suite_remove(root);
}

/* The ids of matches, the best first. */
static const char *ids(const struct trigger_match *matches, size_t n)
{
    static char text[400];
    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        struct trigger_module m;
        trigger_module(t, matches[i].module, &m);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s%s", i > 0 ? " " : "", m.id, m.language);
    }
    return text;
}

typedef size_t look(const struct triggers *t, const char *text, size_t n, struct trigger_match *matches, size_t most);

static const struct {
    look *how;
    const char *text, *ids;
} cases[] = {
    {trigger_code, "E-204", "prime"},
    {trigger_code, "e204", "prime"},
    {trigger_code, "E 204", "prime"},
    {trigger_code, "E-2041", ""},
    {trigger_code, "P-101", ""},
    {trigger_code, "", ""},
    {trigger_code, "--", ""},
    {trigger_code, "E-999", ""}, /* of another language alone */
    {trigger_asset, "p-101", "fine prime"},
    {trigger_asset, "P-1", "prime"},
    {trigger_asset, "P-2", ""},
    {trigger_asset, "V7", "valve"},
    {trigger_asset, "X-99", "valve"},
    {trigger_asset, "E-204", ""},
    {trigger_words, "alarm e-204 on V-7, again", "prime valve"},
    {trigger_words, "alarm E 204.", "prime"},
    {trigger_words, "less /srv/P-101.log", "fine prime"},
    {trigger_words, "--code=\"E-204\"", "prime"},
    {trigger_words, "write: ENOSPC", "space"},
    {trigger_words, "grep -r enospc .", ""},
    {trigger_words, "cat ENOSPC.txt", ""},
    {trigger_words, "Segfault in pumpd", "dump"},
    {trigger_words, "ERROR 404", ""},
    {trigger_code, "enospc", "space"}, /* who asks need not write it so */
    {trigger_code, "error", "error"},
    {trigger_code, "404", "number"},
    {trigger_words, "kill 204 E", ""},
    {trigger_words, "E, 204", ""},
    {trigger_command, "systemctl restart pumpd", "service units"},
    {trigger_command, "systemctl --no-block restart -H gw1 pumpd", "service units"},
    {trigger_command, "/bin/systemctl restart 'pumpd.service'", "service units"},
    {trigger_command, "sudo -u root systemctl restart pumpd", "service units"},
    {trigger_command, "A=1 B=2 systemctl restart pumpd", "service units"},
    {trigger_command, "cd /srv && systemctl restart pumpd | cat", "service units"},
    {trigger_command, "ssh gw1 'sudo systemctl restart pumpd'", "service units"},
    {trigger_command, "if true; then systemctl restart pumpd; fi", "service units"},
    {trigger_command, "systemctl restart nginx pumpd", "service units"},
    {trigger_command, "systemctl start pumpd; restart", "units"},
    {trigger_command, "systemctl pumpd restart", "units"},
    {trigger_command, "Systemctl restart pumpd", ""},
    {trigger_command, "echo systemctl restart pumpd", ""},
    {trigger_command, "echo 'x; systemctl restart pumpd'", ""},
    {trigger_command, "# systemctl restart pumpd", ""},
    {trigger_command, "ssh -L 8080:localhost:80 gw1", "tunnel"},
    {trigger_command, "ssh gw1 -NL8080:localhost:80", ""},
    {trigger_command, "ssh -NfL 8080:localhost:80 gw1", "tunnel"},
    {trigger_command, "ssh -L8080:localhost:80 gw1", "tunnel"},
    {trigger_command, "ssh gw1 ls -L", "tunnel"},
    {trigger_command, "journalctl --user -u x", "journal"},
    {trigger_command, "journalctl --user=x 2>&1 | less", "journal"},
    {trigger_command, "journalctl 2>&1 --user", "journal"},
    {trigger_command, "journalctl", ""},
    {trigger_command, "", ""},
    {trigger_command, "'", ""},
    {trigger_command, "\\", ""},
};

START_TEST(finds)
{
    struct trigger_match matches[MOST];
    size_t n = cases[_i].how(t, cases[_i].text, strlen(cases[_i].text), matches, MOST);
    ck_assert_msg(strcmp(ids(matches, n), cases[_i].ids) == 0, "%s: %s", cases[_i].text, ids(matches, n));
}
END_TEST

START_TEST(takes_the_translation)
{
    struct trigger_match matches[MOST];
    triggers_close(t);
    t = triggers_open(own, NULL, "de", NULL, &err);
    ck_assert_str_eq(ids(matches, trigger_code(t, "E-204", 5, matches, MOST)), "primede");
    ck_assert_str_eq(ids(matches, trigger_code(t, "E-999", 5, matches, MOST)), "germande");
}
END_TEST

/* A channel of the user's hides the system's of the same id. */
START_TEST(both_libraries)
{
    struct trigger_match matches[MOST];
    write_index(all, systems, sizeof systems / sizeof *systems);
    triggers_close(t);
    t = triggers_open(own, all, "", NULL, &err);
    /* Both have both channels: all of the system's is hidden. */
    ck_assert_str_eq(ids(matches, trigger_code(t, "E-204", 5, matches, MOST)), "prime");
    triggers_close(t);
    t = triggers_open(NULL, all, "", NULL, &err);
    ck_assert_str_eq(ids(matches, trigger_code(t, "E-204", 5, matches, MOST)), "old-prime shared");
    struct trigger_module m;
    trigger_module(t, matches[0].module, &m);
    ck_assert(m.system && m.minutes == 4 && memcmp(m.revision, "revision", 8) == 0);
    ck_assert_str_eq(m.channel, "plant");
    ck_assert_str_eq(m.roles, "\noperator\n");
    triggers_close(t);
    t = triggers_open(all, all, "", NULL, &err); /* root's own is the system's */
    ck_assert_uint_eq(triggers_outputs(t), 1);
    /* A number that no match gave. */
    trigger_module(t, 1000, &m);
    ck_assert_str_eq(m.id, "");
}
END_TEST

START_TEST(lists_all)
{
    size_t codes = 0, assets = 0, commands = 0;
    struct trigger_match m;
    for (size_t i = 0; i < triggers_entries(t); i++)
        if (trigger_at(t, i, &m)) {
            codes += m.kind == TRIGGER_CODE;
            assets += m.kind == TRIGGER_ASSET;
            commands += m.kind == TRIGGER_COMMAND;
        }
    ck_assert(codes == 5 && assets == 4 && commands == 4);
    ck_assert(!trigger_at(t, triggers_entries(t), &m));
    struct trigger_output o;
    ck_assert_uint_eq(triggers_outputs(t), 2);
    ck_assert(trigger_output(t, 0, &o) && o.plain && o.literal_count == 1 && !o.caseless);
    ck_assert_str_eq(o.literals[0], "No space left on device");
    ck_assert(trigger_output(t, 1, &o) && !o.plain && o.caseless && o.literal_count == 1);
    ck_assert_str_eq(o.literals[0], "suction pressure ");
    ck_assert(!trigger_output(t, 2, &o));
}
END_TEST

/* Each byte of the file changed: it is refused, or seen when all of it is read. */
START_TEST(damage)
{
    char path[128];
    struct buf bytes = {0};
    ck_assert(trig_path(own, path, sizeof path) && file_read(path, 1 << 20, &bytes, &err));
    ck_assert(triggers_whole(t));
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char *copy = malloc(bytes.len);
        struct trig_file f;
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, bytes.data, bytes.len);
        copy[i] ^= 0x41;
        ck_assert_msg(!trig_take(copy, bytes.len, &f) || !trig_whole(&f), "byte %zu", i);
        free(copy);
    }
    for (size_t n = 0; n < bytes.len; n += 7) {
        struct trig_file f;
        ck_assert(!trig_take((const unsigned char *)bytes.data, n, &f));
    }
    ck_assert(file_write(path, bytes.data, bytes.len / 2, 0600, &err));
    err = (struct error){0};
    ck_assert_ptr_null(triggers_open(own, NULL, "", NULL, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    /* The other one serves. */
    write_index(all, systems, sizeof systems / sizeof *systems);
    struct error left_out = {0};
    triggers_close(t);
    t = triggers_open(own, all, "", &left_out, &err);
    struct trigger_match matches[MOST];
    ck_assert_int_eq(left_out.code, EX_DATAERR);
    ck_assert_str_eq(ids(matches, trigger_code(t, "E-204", 5, matches, MOST)), "old-prime shared");
    buf_free(&bytes);
}
END_TEST

START_TEST(nothing_installed)
{
    struct trigger_match matches[MOST];
    struct trigger_output o;
    triggers_close(t);
    t = triggers_open(all, "/nonexistent", NULL, NULL, &err);
    ck_assert_ptr_nonnull(t);
    ck_assert_uint_eq(trigger_words(t, "E-204", 5, matches, MOST), 0);
    ck_assert_uint_eq(trigger_command(t, "ssh -L", 6, matches, MOST), 0);
    ck_assert(triggers_entries(t) == 0 && !trigger_output(t, 0, &o) && triggers_whole(t));
}
END_TEST

/* More matches than there is room for: the best ones stay. */
START_TEST(the_best_stay)
{
    struct trig_builder *b = trig_builder_open(&err);
    struct buf bytes = {0};
    char path[128], id[16];
    (void)trig_builder_channel(b, "c");
    for (int i = 0; i < 3000; i++) {
        snprintf(id, sizeof id, "m%d", i);
        trig_builder_module(b, &(struct trig_source){.key = i + 1, .revision = (const unsigned char *)"revision", .id = id, .on_device = true});
        trig_builder_add(b, TRIGGER_COMMAND, i == 1500 ? "systemctl restart pumpd" : "systemctl pumpd");
        trig_builder_add(b, TRIGGER_ASSET, i == 700 ? "P-101" : i % 2 == 0 ? "P*" : "P-10*");
    }
    ck_assert(trig_builder_finish(b, 1, &bytes, &err) && trig_path(all, path, sizeof path) &&
              file_write(path, bytes.data, bytes.len, 0600, &err));
    trig_builder_close(b);
    buf_free(&bytes);
    triggers_close(t);
    t = triggers_open(all, NULL, "", NULL, &err);
    struct trigger_match matches[MOST];
    static const char line[] = "systemctl restart pumpd";
    ck_assert_uint_eq(trigger_command(t, line, sizeof line - 1, matches, 2), 2);
    ck_assert_str_eq(ids(matches, 1), "m1500");
    ck_assert_uint_eq(trigger_asset(t, "P-101", 5, matches, 3), 3);
    ck_assert_str_eq(ids(matches, 3), "m700 m1 m3");
    /* Asked in two ways: one a module, the better one of the two. */
    struct trigger_match others[MOST];
    size_t n = trigger_asset(t, "P-101", 5, matches, 3), k = trigger_command(t, line, sizeof line - 1, others, 2);
    n = trigger_merge(t, matches, n, MOST, others, k, 5000);
    n = trigger_merge(t, matches, n, MOST, others, k, 100);
    ck_assert_str_eq(ids(matches, n), "m1500 m0 m700 m1 m3");
}
END_TEST

/* ---- literals ---- */

static const struct {
    const char *pattern, *literals; /* parted by | */
    bool caseless, plain;
} patterns[] = {
    {"No space left on device", "No space left on device", false, true},
    {"NO-CARRIER", "NO-CARRIER", false, true},
    {"suction pressure (low|lost)", "suction pressure ", false, false},
    {"(?i)flange (leak|weep)", "flange ", true, false},
    {"(?i:Leak) now", "leak", true, false}, /* of equal worth: the first */
    {"\\b(FO|FC|FL) position (unknown|mismatch)\\b", " position ", false, false},
    {"a+bcd", "bcd", false, false},
    {"abc?d", "ab", false, false},
    {"abc{0,2}def", "def", false, false},
    {"abc{2}d", "abc", false, false},
    {"(pump|valve)+ stuck", " stuck", false, false},
    {"(pumping|pressing) \\d+", "pumping|pressing", false, false},
    {"one|two|three", "one|two|three", false, false},
    {"one|\\d+", "", false, false},
    {"(one)?", "", false, false},
    {"[abc]+", "", false, false},
    {"^\\[error\\] x", "[error] x", false, false},
    {"(?=foo)bar", "bar", false, false},
    {"(?!foobar)baz", "baz", false, false},
    {"(?<name>pump)s", "pump", false, false},
    {"x(?i)y(z)w", "x", true, false},
    {"(?x) a b c", "", false, false},
    {"\\x41bc", "", false, false},
    {"\\Qa.b\\E", "", false, false},
    {"(*UTF)abc", "", false, false},
    {"a{,3}bc", "", false, false},
    {"a{x}bc", "a{x}bc", false, true},
    {"(a)(?1)", "", false, false},
    {"\\N{U+41}bc", "", false, false},
    {"", "", false, false},
    {"[]a]b[^]]c", "b", false, false},
    {"[[:alpha:]]+ lost", " lost", false, false},
    {"\xC3\xA4" "b?c", "\xC3\xA4", false, false},
    {"\xC3\xA4?bc", "bc", false, false},
    {"(?i)\xC3\xA4" "bc", "", false, false},
    {"Receiver power\\s*:.*(-(2[5-9]|[3-9]\\d)\\.\\d+|-inf) dBm", "Receiver power", false, false},
};

START_TEST(literals_that_must_stand)
{
    struct literals l;
    char text[LITERALS_MOST * (LITERAL_BYTES + 1) + 1] = "";
    literals_of(patterns[_i].pattern, &l);
    for (size_t i = 0; i < l.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? "|" : "", l.items[i]);
    ck_assert_msg(strcmp(text, patterns[_i].literals) == 0, "%s: %s", patterns[_i].pattern, text);
    ck_assert_msg(l.count == 0 || (l.caseless == patterns[_i].caseless && l.plain == patterns[_i].plain), "%s", patterns[_i].pattern);
}
END_TEST

static char fold(char c, bool caseless)
{
    return caseless && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool holds_one(const char *line, const struct literals *l)
{
    for (size_t i = 0; i < l->count; i++)
        for (const char *s = line; *s != '\0'; s++) {
            size_t k = 0;
            while (l->items[i][k] != '\0' && fold(s[k], l->caseless) == l->items[i][k])
                k++;
            if (l->items[i][k] == '\0')
                return true;
        }
    return l->count == 0;
}

/* Random patterns and lines of few letters: PCRE2 fits no line in which none of the literals stands. */
START_TEST(beside_pcre2)
{
    static const char *const pieces[] = {"a", "b", "A", "ab", "ba", ".", "a*", "b+", "a?", "(", ")", "(?:", "|", "(?i)", "[ab]",
                                         "\\b", "\\d", "^", "$", "{2}", "{0,1}", "(?=", "(?>", "\\.", " ", "(?i:", "[^a]", "1"};
    unsigned seed = 20261128;
    size_t compiled = 0, fitted = 0, filtered = 0;
    for (int round = 0; round < 20000; round++) {
        char pattern[80] = "";
        int error, parts = 1 + round % 9;
        size_t at;
        for (int i = 0; i < parts; i++) {
            seed = seed * 1103515245U + 12345U;
            strcat(pattern, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
        }
        pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error, &at, NULL);
        if (code == NULL)
            continue;
        compiled++;
        struct literals l;
        literals_of(pattern, &l);
        pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
        for (int k = 0; k < 12; k++) {
            char line[12] = "";
            for (size_t i = 0; i < 11; i++) {
                seed = seed * 1103515245U + 12345U;
                line[i] = "abAB 1."[(seed >> 16) % 7];
            }
            bool fits = pcre2_match(code, (PCRE2_SPTR)line, strlen(line), 0, 0, data, NULL) >= 0, may = holds_one(line, &l);
            ck_assert_msg(!fits || may, "%s does fit %s", pattern, line);
            ck_assert_msg(!l.plain || fits == may, "%s, %s", pattern, line);
            fitted += fits;
            filtered += !may;
        }
        pcre2_match_data_free(data);
        pcre2_code_free(code);
    }
    ck_assert(compiled > 2000 && fitted > 2000 && filtered > 2000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trigger");
    TCase *c = tcase_create("trigger");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, finds, 0, sizeof cases / sizeof *cases);
    tcase_add_test(c, takes_the_translation);
    tcase_add_test(c, both_libraries);
    tcase_add_test(c, lists_all);
    tcase_add_test(c, damage);
    tcase_add_test(c, nothing_installed);
    tcase_add_test(c, the_best_stay);
    suite_add_tcase(suite, c);
    TCase *pure = tcase_create("literals");
    tcase_set_timeout(pure, 60);
    tcase_add_loop_test(pure, literals_that_must_stand, 0, sizeof patterns / sizeof *patterns);
    tcase_add_test(pure, beside_pcre2);
    suite_add_tcase(suite, pure);
    return suite_run(suite);
}
