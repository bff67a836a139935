/* search: what is found, in which order, what a wrong letter costs, and that a damaged index is a clear error. */
#include "core/library/search.h"
#include "core/library/search_match.h"
#include "core/library/search_writer.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static char dir[128];

static void make_dir(void)
{
    suite_dir(dir, sizeof dir, "search");
}

static void remove_dir(void)
{
    DIR *d = opendir(dir);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.')
            ck_assert_int_eq(unlink(path), 0);
    }
    closedir(d);
    ck_assert_int_eq(rmdir(dir), 0);
}

/* A small library: one line a document; roles, stage and trigger may be NULL. */
static const struct sample {
    int64_t key;
    const char *id, *title, *problem, *role, *stage;
    enum trigger_kind kind;
    const char *trigger;
    const char *heading, *text;
} samples[] = {
    {1, "prime-a-pump", "Prime a centrifugal pump", "The pump runs but delivers no flow.", "operator", "commission",
     TRIGGER_CODE, "E-204", "Bleed the casing", "Open the vent valve a quarter turn and wait for a solid stream."},
    {2, "bearing-failure", "Bearing failure signs", "A bearing sounds different.", NULL, "maintain", TRIGGER_ASSET,
     "P-1*", "Grease", "Too much grease heats the bearing; the pump shaft gets hot."},
    {3, "disk-full", "Free a full disk", "No space left on device.", "admin", "troubleshoot", TRIGGER_CODE, "ENOSPC",
     "Deleted but held", "lsof shows files that were deleted but are still held open."},
    {4, "suction", "Suction pressure lost", "The suction pressure falls.", NULL, "operate", TRIGGER_ASSET, "P-101",
     "Why", "Air gets in through the gland when the pump stands above the sump."},
    {5, "ip-plan", "IP plan", "", NULL, NULL, TRIGGER_COMMAND, "ip addr", "Cell 3", "Address 10.3.20.37 valve island"},
    {6, "cafe", "Café machine descaling", "The café machine is slow.", NULL, NULL, TRIGGER_COMMAND, "descale",
     "Rinse", "\xE6\xB3\xB5 rinse twice"},
};

static struct search_doc doc_of(const struct sample *s, struct trigger *trigger, struct search_section *section,
                                const char **role, const char **stage)
{
    *trigger = (struct trigger){.kind = s->kind, .pattern = s->trigger};
    *section = (struct search_section){"a", s->heading, s->text, strlen(s->text)};
    *role = s->role;
    *stage = s->stage;
    return (struct search_doc){.key = s->key, .channel = "c", .id = s->id, .title = s->title, .problem = s->problem,
                               .outcome = "", .kind = KIND_MODULE, .format = FORMAT_MICRO, .minutes = 5,
                               .roles = {role, s->role != NULL}, .stages = {stage, s->stage != NULL},
                               .triggers = trigger, .trigger_count = 1, .updated = 20000 + s->key, .on_device = true,
                               .sections = section, .section_count = 1};
}

static void add(struct search_writer *w, const struct sample *s)
{
    struct trigger trigger;
    struct search_section section;
    const char *role, *stage;
    struct error err;
    struct search_doc doc = doc_of(s, &trigger, &section, &role, &stage);
    ck_assert(search_writer_replace(w, &doc, &err));
}

static void build_all(void)
{
    struct error err;
    struct search_writer *w = search_writer_open(dir, NULL, &err);
    ck_assert_ptr_nonnull(w);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        add(w, &samples[i]);
    ck_assert(search_writer_commit(w, 7, &err));
    ck_assert_uint_eq(search_writer_generation(w), 7);
    search_writer_close(w);
}

static struct search *open_it(void)
{
    struct error err = {0};
    struct search *s = search_open(dir, &err);
    ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
    return s;
}

static void setup(void)
{
    make_dir();
    build_all();
}

static const struct {
    const char *query, *first; /* the id that must come first; "" when nothing may be found */
    enum match_kind kind;
    bool typo;
} cases[] = {
    {"E-204", "prime-a-pump", MATCH_CODE, false},
    {"e204", "prime-a-pump", MATCH_CODE, false},
    {"E 204", "prime-a-pump", MATCH_CODE, false},
    {"enospc", "disk-full", MATCH_CODE, false},
    {"P-101", "suction", MATCH_ASSET, false},      /* the exact tag before the glob */
    {"p 102", "bearing-failure", MATCH_ASSET, false}, /* the glob */
    {"prime", "prime-a-pump", MATCH_TITLE, false},
    {"pri", "prime-a-pump", MATCH_TITLE, false},
    {"bleed", "prime-a-pump", MATCH_HEADING, false},
    {"solid stream", "prime-a-pump", MATCH_TEXT, false},
    {"lsof", "disk-full", MATCH_TEXT, false},
    {"no space left", "disk-full", MATCH_PROBLEM, false},
    {"centrifugl pmp", "prime-a-pump", MATCH_TITLE, true},
    {"baering", "bearing-failure", MATCH_TITLE, true}, /* swapped */
    {"suctiion", "suction", MATCH_TITLE, true},        /* one too many */
    {"sucton", "suction", MATCH_TITLE, true},          /* one missing */
    {"suctoin pres", "suction", MATCH_TITLE, true},
    {"CAFE", "cafe", MATCH_TITLE, false},
    {"caf\xC3\xA9", "cafe", MATCH_TITLE, false},
    {"\xE6\xB3\xB5", "cafe", MATCH_TEXT, false},
    {"10.3.20.37", "ip-plan", MATCH_TEXT, false},
    {"pumps", "prime-a-pump", MATCH_TITLE, false}, /* the plural of a word */
    {"why air gland qqqqq", "suction", MATCH_HEADING, false}, /* most words are there */
    {"zzzzzz", "", MATCH_NONE, false},
    {"A-77", "", MATCH_NONE, false}, /* the A of a tag that nobody knows */
    {"!!!", "", MATCH_NONE, false},
};

START_TEST(test_order)
{
    struct search *s = open_it();
    struct search_hit hits[10];
    size_t total;
    struct search_query q = {.text = cases[_i].query};
    size_t n = search_find(s, &q, hits, 10, &total);
    if (cases[_i].first[0] == '\0') {
        ck_assert_msg(n == 0, "%s: found %s", cases[_i].query, n > 0 ? search_id(s, hits[0].doc) : "");
    } else {
        ck_assert_msg(n > 0, "%s: nothing", cases[_i].query);
        ck_assert_msg(strcmp(search_id(s, hits[0].doc), cases[_i].first) == 0, "%s: %s", cases[_i].query,
                      search_id(s, hits[0].doc));
        ck_assert_msg(hits[0].kind == cases[_i].kind, "%s: kind %d", cases[_i].query, (int)hits[0].kind);
        ck_assert_msg(hits[0].typo == cases[_i].typo, "%s: typo %d", cases[_i].query, hits[0].typo);
        ck_assert_uint_ge(total, n);
    }
    search_close(s);
}
END_TEST

/* Each beginning of each title finds its document among the first three: nothing jumps away while one types. */
START_TEST(test_every_key)
{
    struct search *s = open_it();
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        for (size_t n = 1; n <= strlen(samples[i].title); n++) {
            char typed[100];
            struct search_hit hits[3];
            struct search_query q = {.text = typed};
            snprintf(typed, sizeof typed, "%.*s", (int)n, samples[i].title);
            if (((unsigned char)samples[i].title[n] & 0xC0) == 0x80)
                continue;
            size_t count = search_find(s, &q, hits, 3, NULL);
            bool found = false;
            for (size_t k = 0; k < count; k++)
                found |= search_key(s, hits[k].doc) == samples[i].key;
            ck_assert_msg(found, "typed `%s`", typed);
        }
    search_close(s);
}
END_TEST

START_TEST(test_filters)
{
    struct search *s = open_it();
    struct search_hit hits[10];
    const char *mine = "admin";
    struct search_query q = {.text = "", .roles = {&mine, 1}};
    ck_assert_uint_eq(search_find(s, &q, hits, 10, NULL), 5); /* all but the operator's */
    q.other_roles = true;
    ck_assert_uint_eq(search_find(s, &q, hits, 10, NULL), 6);
    ck_assert_str_eq(search_id(s, hits[5].doc), "prime-a-pump"); /* other roles' come last */
    q.only_stage = "maintain";
    ck_assert_uint_eq(search_find(s, &q, hits, 10, NULL), 1);
    ck_assert_str_eq(search_id(s, hits[0].doc), "bearing-failure");
    q = (struct search_query){.text = "pump", .stage = "operate"};
    ck_assert_uint_ge(search_find(s, &q, hits, 10, NULL), 3);
    q = (struct search_query){.text = "pump", .pages = true};
    ck_assert_uint_eq(search_find(s, &q, hits, 10, NULL), 0);
    q = (struct search_query){.text = "pump", .only_format = FORMAT_COURSE};
    ck_assert_uint_eq(search_find(s, &q, hits, 10, NULL), 0);
    ck_assert_uint_eq(search_trigger(s, "e.204", hits, 10), 1);
    ck_assert_str_eq(search_matched_trigger(s, hits[0].doc, "e204"), "E-204");
    ck_assert_uint_eq(search_trigger(s, "E-20", hits, 10), 0);
    search_close(s);
}
END_TEST

static bool not_the_fifth(void *context, uint32_t doc, float *weight)
{
    (void)weight;
    return search_key(context, doc) != 5;
}

static void set_filter(struct search_query *q, enum search_facet facet, const char *value)
{
    if (facet == SEARCH_ROLE)
        q->only_role = value;
    else if (facet == SEARCH_STAGE)
        q->only_stage = value;
    else if (facet == SEARCH_CAPABILITY)
        q->only_capability = value;
    else
        q->only_format = strcmp(value, "micro") == 0 ? FORMAT_MICRO : FORMAT_COURSE;
}

/* What a filter would leave is what it leaves. */
START_TEST(test_counts)
{
    static const char *const values[] = {"operator", "admin", "maintain", "operate", "troubleshoot", "micro", "course"};
    enum { VALUES = sizeof values / sizeof *values };
    struct search *s = open_it();
    const char *mine = "operator";
    const struct search_query queries[] = {
        {.text = ""},
        {.text = "", .roles = {&mine, 1}},
        {.text = "pump"},
        {.text = "pmup "},
        {.text = "the pump shaft of a pump"},
        {.text = "", .only_stage = "maintain"},
        {.text = "a", .only_role = "admin", .other_roles = true, .only_format = FORMAT_MICRO},
        {.text = "e", .only_stage = "operate", .modules = true},
        {.text = "", .accept = not_the_fifth, .context = s},
        {.text = "nothing of the kind"},
        {.text = "--"},
        {.text = "E204"},
        {.text = "p 102"},
        {.text = "P-101", .only_stage = "maintain"},
    };
    for (size_t k = 0; k < sizeof queries / sizeof *queries; k++)
        for (enum search_facet facet = SEARCH_ROLE; facet <= SEARCH_FORMAT; facet++) {
            size_t first = facet == SEARCH_FORMAT ? 5 : 0, n = facet == SEARCH_FORMAT ? 2 : 5, counts[VALUES];
            const struct search_count wanted = {facet, {values + first, n}, counts};
            ck_assert(search_counts(s, &queries[k], &wanted, 1));
            for (size_t i = 0; i < n; i++) {
                struct search_query q = queries[k];
                struct search_hit hits[20];
                size_t total;
                set_filter(&q, facet, values[first + i]);
                search_find(s, &q, hits, 20, &total);
                ck_assert_msg(counts[i] == total, "query %zu, facet %d, %s: %zu, found %zu", k, (int)facet,
                              values[first + i], counts[i], total);
            }
        }
    search_close(s);
}
END_TEST

START_TEST(test_snippet)
{
    struct search *s = open_it();
    struct search_hit hits[3];
    struct search_query q = {.text = "solid"};
    ck_assert_uint_eq(search_find(s, &q, hits, 3, NULL), 1);
    struct buf out = {0};
    size_t at, len;
    search_snippet(s, &hits[0], "solid", 30, &out, &at, &len);
    ck_assert_uint_eq(len, 5);
    ck_assert_int_eq(strncmp(buf_text(&out) + at, "solid", 5), 0);
    ck_assert_uint_le(text_width(buf_text(&out), out.len), 30);
    ck_assert_str_eq(search_heading(s, hits[0].doc, hits[0].section), "Bleed the casing");
    buf_free(&out);
    search_close(s);
}
END_TEST

/* Replaced, removed and added documents; many small commits merge; a reader that is open keeps its state. */
START_TEST(test_incremental)
{
    struct error err;
    struct search *before = open_it();
    struct search_hit hits[10];
    struct search_writer *w = search_writer_open(dir, NULL, &err);
    ck_assert_ptr_nonnull(w);
    struct sample changed = samples[0];
    changed.title = "Vent a turbine";
    changed.problem = "";
    add(w, &changed);
    search_writer_remove(w, 3);
    ck_assert(search_writer_commit(w, 8, &err));
    ck_assert(search_changed(before));
    struct search_query q = {.text = "prime"};
    ck_assert_uint_eq(search_find(before, &q, hits, 10, NULL), 1);
    search_close(before);
    struct search *now = open_it();
    ck_assert(!search_changed(now));
    ck_assert_uint_eq(search_count(now), 5);
    q.text = "turbine";
    ck_assert_uint_eq(search_find(now, &q, hits, 10, NULL), 1);
    q.text = "enospc";
    ck_assert_uint_eq(search_find(now, &q, hits, 10, NULL), 0);
    search_close(now);
    for (int i = 0; i < 40; i++) {
        struct sample extra = samples[i % 6];
        extra.key = 100 + i;
        extra.title = "Extra turbine";
        add(w, &extra);
        ck_assert(search_writer_commit(w, (uint64_t)(9 + i), &err));
    }
    search_writer_close(w);
    now = open_it();
    ck_assert_uint_eq(search_count(now), 45);
    q = (struct search_query){.text = "turbine"};
    size_t total;
    search_find(now, &q, hits, 10, &total);
    ck_assert_uint_eq(total, 41);
    q.text = "lsof"; /* a document that was merged more than once still has its text */
    ck_assert_uint_gt(search_find(now, &q, hits, 10, NULL), 0);
    ck_assert_uint_gt(search_trigger(now, "enospc", hits, 10), 0);
    search_close(now);
}
END_TEST

/* ---- damage ---- */

static char *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    char *bytes = malloc(1 << 20);
    *n = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return bytes;
}

static void write_file(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static void use_it(struct search *s)
{
    static const char *const queries[] = {"pump", "p", "e-204", "no spce left", "", "valve island"};
    struct search_hit hits[10];
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct search_query q = {.text = queries[i], .stage = "operate"};
        size_t n = search_find(s, &q, hits, 10, NULL);
        for (size_t k = 0; k < n; k++) {
            struct buf out = {0};
            search_snippet(s, &hits[k], queries[i], 60, &out, NULL, NULL);
            buf_free(&out);
            search_matched_trigger(s, hits[k].doc, queries[i]);
        }
    }
}

/* Every byte of the segment, turned over: opening fails with EX_DATAERR, or what is read stays inside the file. */
START_TEST(test_damage)
{
    char path[256];
    struct error err;
    size_t n;
    snprintf(path, sizeof path, "%s/segment-1", dir);
    char *bytes = read_file(path, &n);
    for (size_t i = 0; i < n; i += n / 1500 + 1) {
        bytes[i] = (char)~bytes[i];
        write_file(path, bytes, n);
        err.code = 0;
        struct search *s = search_open(dir, &err);
        if (s == NULL)
            ck_assert_int_eq(err.code, EX_DATAERR);
        else
            use_it(s);
        search_close(s);
        bool lost;
        struct search_writer *w = search_writer_open(dir, &lost, &err); /* the writer checks the whole */
        ck_assert_ptr_nonnull(w);
        ck_assert_msg(lost, "byte %zu", i);
        search_writer_close(w);
        bytes[i] = (char)~bytes[i];
    }
    for (size_t cut = 0; cut < n; cut += n / 200 + 1) {
        write_file(path, bytes, cut);
        struct search *s = search_open(dir, &err);
        ck_assert_msg(s == NULL, "cut to %zu", cut);
        ck_assert_int_eq(err.code, EX_DATAERR);
    }
    free(bytes);
}
END_TEST

START_TEST(test_manifest)
{
    char path[256];
    struct error err;
    size_t n;
    snprintf(path, sizeof path, "%s/index", dir);
    char *bytes = read_file(path, &n);
    for (size_t i = 0; i < n; i++) {
        bytes[i] = (char)~bytes[i];
        write_file(path, bytes, n);
        ck_assert_ptr_null(search_open(dir, &err));
        ck_assert_int_eq(err.code, EX_DATAERR);
        bytes[i] = (char)~bytes[i];
    }
    free(bytes);
    ck_assert_int_eq(unlink(path), 0);
    struct search *s = open_it(); /* none: an empty one */
    ck_assert_uint_eq(search_count(s), 0);
    search_close(s);
    s = search_open(NULL, &err);
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(search_count(s), 0);
    search_close(s);
}
END_TEST

/* ---- one letter ---- */

static const struct {
    const char *word, *term;
    bool whole, prefix;
} nears[] = {
    {"pump", "pump", true, true},    {"pmp", "pump", true, true},   {"pummp", "pump", true, true},
    {"pupm", "pump", true, true},    {"pamp", "pump", true, true},  {"pum", "pump", true, true},
    {"pu", "pump", false, true},     {"pxm", "pump", false, true},  {"centrifugl", "centrifugal", true, true},
    {"centrigal", "centrifugal", false, false}, {"ump", "pump", true, true}, {"mupp", "pump", false, false},
    {"", "a", true, true},           {"abc", "", false, false},
};

START_TEST(test_near)
{
    size_t n = strlen(nears[_i].word), len = strlen(nears[_i].term);
    ck_assert_msg(match_near(nears[_i].word, n, nears[_i].term, len, false) == nears[_i].whole, "%s %s",
                  nears[_i].word, nears[_i].term);
    ck_assert_msg(match_near(nears[_i].word, n, nears[_i].term, len, true) == nears[_i].prefix, "%s %s (begun)",
                  nears[_i].word, nears[_i].term);
}
END_TEST

/* ---- beside FTS5: with words that stand as typed, both find the same documents ---- */

static const char *const vocabulary[] = {"pump",  "valve", "seal",   "motor", "fuse",  "relay", "cable", "bearing",
                                         "drive", "alarm", "sensor", "tank",  "brake", "belt",  "fan",   "coil"};
enum { VOCABULARY = sizeof vocabulary / sizeof *vocabulary, DOCS = 300 };

static void random_text(char *out, size_t size, int words)
{
    out[0] = '\0';
    for (int i = 0; i < words; i++) {
        size_t n = strlen(out);
        snprintf(out + n, size - n, "%s%s%d", i > 0 ? " " : "", vocabulary[rand() % VOCABULARY], rand() % 3);
    }
}

static void fts(sqlite3 *db, const char *sql)
{
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
}

static size_t fts_count(sqlite3 *db, const char *match)
{
    sqlite3_stmt *s;
    ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT count(*) FROM t WHERE t MATCH ?", -1, &s, NULL), SQLITE_OK);
    sqlite3_bind_text(s, 1, match, -1, SQLITE_STATIC);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    size_t n = (size_t)sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

START_TEST(test_beside_fts5)
{
    sqlite3 *db;
    struct error err;
    ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
    fts(db, "CREATE VIRTUAL TABLE t USING fts5(title, body)");
    struct search_writer *w = search_writer_open(dir, NULL, &err);
    ck_assert_ptr_nonnull(w);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        search_writer_remove(w, samples[i].key);
    srand(3);
    for (int i = 0; i < DOCS; i++) {
        char title[200], body[600], sql[1000];
        random_text(title, sizeof title, 3);
        random_text(body, sizeof body, 20);
        snprintf(sql, sizeof sql, "INSERT INTO t VALUES('%s', '%s')", title, body);
        fts(db, sql);
        struct search_section section = {"a", "", body, strlen(body)};
        struct search_doc doc = {.key = 1000 + i, .channel = "c", .id = "x", .title = title, .problem = "",
                                 .outcome = "", .kind = KIND_PAGE, .on_device = true, .sections = &section,
                                 .section_count = 1};
        ck_assert(search_writer_replace(w, &doc, &err));
    }
    ck_assert(search_writer_commit(w, 99, &err));
    search_writer_close(w);
    struct search *s = open_it();
    for (int i = 0; i < 500; i++) {
        char query[100], match[120];
        int words = 1 + rand() % 2;
        random_text(query, sizeof query, words);
        snprintf(match, sizeof match, "%s*", query); /* the last word is begun */
        struct search_hit hits[DOCS];
        struct search_query q = {.text = query};
        size_t expected = fts_count(db, match), total;
        search_find(s, &q, hits, DOCS, &total);
        if (expected > 0)
            ck_assert_msg(total == expected, "`%s`: %zu, FTS5 %zu", query, total, expected);
    }
    search_close(s);
    sqlite3_close(db);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("search");
    TCase *t = tcase_create("search");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, remove_dir);
    tcase_add_loop_test(t, test_order, 0, sizeof cases / sizeof *cases);
    tcase_add_test(t, test_every_key);
    tcase_add_test(t, test_filters);
    tcase_add_test(t, test_counts);
    tcase_add_test(t, test_snippet);
    tcase_add_test(t, test_incremental);
    tcase_add_test(t, test_damage);
    tcase_add_test(t, test_manifest);
    tcase_add_test(t, test_beside_fts5);
    suite_add_tcase(suite, t);
    TCase *pure = tcase_create("one letter");
    tcase_add_loop_test(pure, test_near, 0, sizeof nears / sizeof *nears);
    suite_add_tcase(suite, pure);
    return suite_run(suite);
}
