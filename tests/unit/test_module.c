/* Front matters, good and nasty, and what is said about them. */
#include "core/library/module.h"
#include "core/library/source.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct arena *a;
    struct diags *d;
};

static struct fixture open_fixture(void)
{
    struct fixture f = {arena_open(), diags_open()};
    ck_assert(f.a != NULL && f.d != NULL);
    return f;
}

static void close_fixture(struct fixture f)
{
    arena_close(f.a);
    diags_close(f.d);
}

static const struct module *parse(struct fixture f, const char *text, size_t n, enum module_kind kind)
{
    struct error err = {0};
    const struct module *m =
        module_parse(f.a, text, n, kind == KIND_PAGE ? "a/b.md" : "id.md", kind, "id.md", f.d, &err);
    ck_assert_msg(m != NULL, "%s", err.what);
    return m;
}

/* Each front matter (between the dashes) and the one thing said about it; NULL: nothing. */
static const struct {
    const char *yaml;
    const char *said;
    size_t line, column;
    enum severity severity;
} mistakes[] = {
    {"title: A", NULL, 0, 0, SEVERITY_ERROR},
    {"", NULL, 0, 0, SEVERITY_ERROR},
    {"titel: A", "unknown key `titel`", 2, 1, SEVERITY_WARNING},
    {"title: A\nmandatory: true", "unknown key `mandatory`", 3, 1, SEVERITY_WARNING},
    {"title: [a, b]", "`title` must be a text, not a list", 2, 8, SEVERITY_ERROR},
    {"title: {a: b}", "`title` must be a text, not `key: value`", 2, 8, SEVERITY_ERROR},
    {"roles: {a: b}", "`roles` must be a list", 2, 8, SEVERITY_ERROR},
    {"roles: [a, [b]]", "this entry", 2, 12, SEVERITY_ERROR},
    {"minutes: five", "`minutes` must be a whole number from 1 to 60", 2, 10, SEVERITY_ERROR},
    {"minutes: 0", "`minutes`", 2, 10, SEVERITY_ERROR},
    {"minutes: 61", "`minutes`", 2, 10, SEVERITY_ERROR},
    {"minutes: 99999999999999999999", "`minutes`", 2, 10, SEVERITY_ERROR},
    {"format: mikro", "`format` can't be `mikro`", 2, 9, SEVERITY_ERROR},
    {"status: done", "`status` can't be `done`", 2, 9, SEVERITY_ERROR},
    {"review_by: soon", "`review_by` must be a day", 2, 12, SEVERITY_ERROR},
    {"review_by: 2027-02-30", "`review_by` must be a day", 2, 12, SEVERITY_ERROR},
    {"sign_off: maybe", "`sign_off` must be true or false", 2, 11, SEVERITY_ERROR},
    {"triggers: E-204", "`triggers` must be a list", 2, 11, SEVERITY_ERROR},
    {"triggers:\n  - E-204", "must be `key: value`", 3, 5, SEVERITY_ERROR},
    {"triggers:\n  - codes: E-204", "unknown key `codes`", 3, 5, SEVERITY_WARNING},
    {"triggers:\n  - code:", "the trigger `code` is empty", 3, 10, SEVERITY_ERROR},
    {"quiz: 80", "`quiz` must be `key: value`", 2, 7, SEVERITY_ERROR},
    {"quiz: {pass: 101}", "`pass` must be a whole number from 0 to 100", 2, 14, SEVERITY_ERROR},
    {"quiz: {feedback: never}", "`feedback` can't be `never`", 2, 18, SEVERITY_ERROR},
    {"changes:\n  - {on: 2026-10-02}", "a change needs", 3, 5, SEVERITY_ERROR},
    {"changes:\n  - {on: today, what: x}", "`on` must be a day", 3, 10, SEVERITY_ERROR},
    {"reviewed: {by: a, at: b}", "unknown key `at`", 2, 19, SEVERITY_WARNING},
    {"title: a: b", "the YAML can't be read", 2, 9, SEVERITY_ERROR},
    {"title: \"open", "the YAML can't be read", 2, 8, SEVERITY_ERROR},
    {"\ttitle: a", "the YAML can't be read", 2, 1, SEVERITY_ERROR},
    {"title: a\ntitle: b", "the key `title` stands twice", 3, 1, SEVERITY_ERROR},
    {"a: &x [1]\nb: *x", "an alias", 3, 4, SEVERITY_ERROR},
    {"- a\n- b", "the front matter must be `key: value`", 2, 1, SEVERITY_ERROR},
    {"just text", "the front matter must be `key: value`", 2, 1, SEVERITY_ERROR},
    {"[a]: b", "a key must be a text", 2, 1, SEVERITY_ERROR},
    {"title: \"a\\0b\"", "a NUL inside a text", 2, 8, SEVERITY_ERROR},
    {"a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: {n: {o: {p: {q: 1}}}}}}}}}}}}}}}}", "more than 16 levels", 2,
     64, SEVERITY_ERROR},
};

START_TEST(says_what_is_wrong_where)
{
    struct fixture f = open_fixture();
    char text[1024];
    int n = snprintf(text, sizeof text, "---\n%s\n---\nBody\n", mistakes[_i].yaml);
    const struct module *m = parse(f, text, (size_t)n, KIND_MODULE);
    ck_assert_uint_eq(m->body.n, 5);
    if (mistakes[_i].said == NULL) {
        ck_assert_uint_eq(diags_count(f.d), 0);
    } else {
        ck_assert_uint_ge(diags_count(f.d), 1);
        const struct diag *d = diags_at(f.d, 0);
        ck_assert_msg(strstr(d->text, mistakes[_i].said) != NULL, "%s: %s", mistakes[_i].yaml, d->text);
        ck_assert_msg(d->line == mistakes[_i].line && d->column == mistakes[_i].column, "%s: %zu:%zu",
                      mistakes[_i].yaml, d->line, d->column);
        ck_assert_int_eq(d->severity, mistakes[_i].severity);
        ck_assert_msg(d->todo[0] != '\0', "no remedy for %s", mistakes[_i].yaml);
    }
    close_fixture(f);
}
END_TEST

START_TEST(reads_every_key)
{
    static const char text[] = "---\n"
                               "title: Prime a centrifugal pump\n"
                               "problem: The pump runs but delivers no flow.\n"
                               "outcome: Prime it safely.\n"
                               "roles: [field-technician, operator]\n"
                               "stages: commission\n"
                               "capabilities: [rotating-equipment]\n"
                               "minutes: 5\n"
                               "format: micro\n"
                               "owner: rotating-equipment@example.com\n"
                               "review_by: 2027-06-01\n"
                               "triggers:\n"
                               "  - code: E-204\n"
                               "  - asset: [P-1*, P-2]\n"
                               "  - command: systemctl restart pumpd\n"
                               "  - output: 'suction pressure (low|lost)'\n"
                               "quiz: {pass: 90, shuffle: yes, feedback: end}\n"
                               "status: review\n"
                               "reviewed: {by: design@example.com, on: 2026-10-02}\n"
                               "changes:\n"
                               "  - {on: 2026-01-02, what: \"Older\"}\n"
                               "  - {on: 2026-10-02, what: \"Newer\", material: true}\n"
                               "sign_off: true\n"
                               "valid: 12 months\n"
                               "attestation: I do.\n"
                               "countersign: true\n"
                               "x_own: {a: [1,\n   2]}\n"
                               "---\n"
                               "## One\n";
    struct fixture f = open_fixture();
    const struct module *m = parse(f, text, sizeof text - 1, KIND_MODULE);
    ck_assert_str_eq(m->id, "id");
    ck_assert_str_eq(m->title, "Prime a centrifugal pump");
    ck_assert_str_eq(m->problem, "The pump runs but delivers no flow.");
    ck_assert_uint_eq(m->roles.count, 2);
    ck_assert_str_eq(m->roles.items[1], "operator");
    ck_assert_uint_eq(m->stages.count, 1);
    ck_assert_str_eq(m->stages.items[0], "commission");
    ck_assert_int_eq(m->minutes, 5);
    ck_assert_int_eq(m->format, FORMAT_MICRO);
    ck_assert_uint_eq(m->trigger_count, 5);
    ck_assert_int_eq(m->triggers[2].kind, TRIGGER_ASSET);
    ck_assert_str_eq(m->triggers[2].pattern, "P-2");
    ck_assert_uint_eq(m->triggers[2].line, 14);
    ck_assert_int_eq(m->quiz.pass, 90);
    ck_assert(m->quiz.shuffle);
    ck_assert_int_eq(m->quiz.feedback, FEEDBACK_END);
    ck_assert_int_eq(m->status, STATUS_REVIEW);
    ck_assert_str_eq(m->reviewed_on, "2026-10-02");
    ck_assert_uint_eq(m->change_count, 2);
    ck_assert_str_eq(m->changes[0].what, "Newer");
    ck_assert(m->changes[0].material && m->sign_off && m->countersign);
    ck_assert_str_eq(m->attestation, "I do.");
    ck_assert_uint_eq(m->other_count, 1);
    ck_assert_str_eq(m->others[0].name, "x_own");
    ck_assert_str_eq(m->others[0].text, "x_own: {a: [1,\n   2]}\n");
    ck_assert_uint_eq(m->body_line, 30);
    ck_assert(strncmp(m->body.p, "## One", 6) == 0);
    ck_assert_uint_eq(diags_count(f.d), 1);
    close_fixture(f);
}
END_TEST

/* Files as they come: where the text starts, and whether there was front matter. */
static const struct {
    const char *text;
    size_t n;
    enum module_kind kind;
    bool front_matter, broken;
    const char *body;
    size_t body_line, errors;
} shapes[] = {
#define T(text) text, sizeof text - 1
    {T(""), KIND_MODULE, false, false, "", 1, 0},
    {T("---"), KIND_MODULE, false, true, "---", 1, 1},
    {T("---\ntitle: A\n"), KIND_MODULE, false, true, "---\ntitle: A\n", 1, 1},
    {T("---\ntitle: A\n---"), KIND_MODULE, true, false, "", 4, 0},
    {T("---\ntitle: A\n...\nB"), KIND_MODULE, true, false, "B", 4, 0},
    {T("---  \ntitle: A\n--- \nB"), KIND_MODULE, true, false, "B", 4, 0},
    {T("\xEF\xBB\xBF---\ntitle: A\n---\nB"), KIND_MODULE, true, false, "B", 4, 0},
    {T("---\r\ntitle: A\r\n---\r\nB\r\n"), KIND_MODULE, true, false, "B\n", 4, 0},
    {T("---\rtitle: A\r---\rB\r"), KIND_MODULE, true, false, "B\n", 4, 0},
    {T("B\0C\n"), KIND_PAGE, false, false,
     "B\xEF\xBF\xBD"
     "C\n",
     1, 1},
    {T("B\xFF\xFE\n\xFF\n"), KIND_PAGE, false, false, "B\xEF\xBF\xBD\xEF\xBF\xBD\n\xEF\xBF\xBD\n", 1, 2},
    {T("---\n\nProse after a rule.\n\n---\nmore\n"), KIND_PAGE, false, false,
     "---\n\nProse after a rule.\n\n---\nmore\n", 1, 0},
    {T("---\n# a note\ntriggers:\n- code: X\n---\nB"), KIND_PAGE, true, false, "B", 6, 0},
    {T("# No front matter\n"), KIND_PAGE, false, false, "# No front matter\n", 1, 0},
#undef T
};

START_TEST(finds_the_body)
{
    struct fixture f = open_fixture();
    const struct module *m = parse(f, shapes[_i].text, shapes[_i].n, shapes[_i].kind);
    ck_assert_int_eq(m->front_matter, shapes[_i].front_matter);
    ck_assert_int_eq(m->broken, shapes[_i].broken);
    ck_assert_uint_eq(m->body.n, strlen(shapes[_i].body));
    ck_assert(memcmp(m->body.p, shapes[_i].body, m->body.n) == 0);
    ck_assert_uint_eq(m->body_line, shapes[_i].body_line);
    ck_assert_uint_eq(diags_errors(f.d), shapes[_i].errors);
    close_fixture(f);
}
END_TEST

START_TEST(names_the_first_bad_byte_of_a_line)
{
    struct fixture f = open_fixture();
    static const char text[] = "\xC3\xA4\xC3\xB6 good\n\xC3\xA4\xC3\xB6\x80 \x81 bad\n";
    struct str clean;
    ck_assert(source_clean(f.a, text, sizeof text - 1, "x.md", f.d, &clean));
    ck_assert_uint_eq(diags_count(f.d), 1);
    ck_assert_uint_eq(diags_at(f.d, 0)->line, 2);
    ck_assert_uint_eq(diags_at(f.d, 0)->column, 3);
    ck_assert_str_eq(diags_at(f.d, 0)->text, "not UTF-8: byte 0x80");
    close_fixture(f);
}
END_TEST

static const struct {
    const char *name;
    enum module_kind kind;
    const char *id, *language; /* NULL: no name */
} names[] = {
    {"prime-pump.md", KIND_MODULE, "prime-pump", ""},
    {"prime-pump.pt-BR.md", KIND_MODULE, "prime-pump", "pt-BR"},
    {"a.md", KIND_MODULE, "a", ""},
    {"4-20-ma.de.md", KIND_MODULE, "4-20-ma", "de"},
    {"Prime.md", KIND_MODULE, NULL, NULL},
    {"-a.md", KIND_MODULE, NULL, NULL},
    {"a_b.md", KIND_MODULE, NULL, NULL},
    {".md", KIND_MODULE, NULL, NULL},
    {"a.txt", KIND_MODULE, NULL, NULL},
    {"a.b.c.md", KIND_MODULE, NULL, NULL},
    {"a..md", KIND_MODULE, NULL, NULL},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.md", KIND_MODULE, NULL, NULL},
    {"linux/Disk Full.md", KIND_PAGE, "linux/Disk Full", ""},
    {"nginx.conf.md", KIND_PAGE, "nginx.conf", ""},
};

START_TEST(takes_ids_from_names)
{
    struct fixture f = open_fixture();
    const char *id, *language;
    bool ok = module_name(f.a, names[_i].name, names[_i].kind, &id, &language);
    ck_assert_int_eq(ok, names[_i].id != NULL);
    if (ok) {
        ck_assert_str_eq(id, names[_i].id);
        ck_assert_str_eq(language, names[_i].language);
    }
    close_fixture(f);
}
END_TEST

START_TEST(refuses_what_is_too_much)
{
    struct fixture f = open_fixture();
    struct error err = {0};
    size_t n = (size_t)MODULE_MOST_BYTES + 1;
    char *huge = malloc(n);
    ck_assert(huge != NULL);
    memset(huge, 'a', n);
    ck_assert(module_parse(f.a, huge, n, "a.md", KIND_MODULE, "a.md", f.d, &err) == NULL);
    ck_assert_str_eq(err.why, "larger than 16 MiB");
    ck_assert(module_parse(f.a, huge, n - 1, "a.md", KIND_MODULE, "a.md", f.d, &err) != NULL);
    ck_assert_uint_eq(diags_count(f.d), 0);
    /* Front matter of 6,000 keys, and of more than 64 KiB. */
    size_t at = 4;
    memcpy(huge, "---\n", 4);
    for (int i = 0; i < 6000; i++)
        at += (size_t)snprintf(huge + at, 16, "k%d:\n", i);
    memcpy(huge + at, "---\n", 4);
    const struct module *m = parse(f, huge, at + 4, KIND_MODULE);
    ck_assert(m->broken);
    ck_assert_str_eq(diags_at(f.d, 0)->text, "more than 5,000 values");
    memset(huge + 4, '#', 66000);
    memcpy(huge + 66000, "\n---\n", 5);
    m = parse(f, huge, 66005, KIND_MODULE);
    ck_assert(m->broken);
    ck_assert_str_eq(diags_at(f.d, 1)->text, "more than 64 KiB of YAML");
    free(huge);
    close_fixture(f);
}
END_TEST

START_TEST(makes_events_of_modules_alone)
{
    static const char text[] =
        "---\ntitle: Workshop\nkind: event\nwhere: Hall 2\nwhen: on request\nlink: https://x.example\n---\n";
    struct fixture f = open_fixture();
    const struct module *m = parse(f, text, sizeof text - 1, KIND_MODULE);
    ck_assert_int_eq(m->kind, KIND_EVENT);
    ck_assert_str_eq(m->where, "Hall 2");
    ck_assert_uint_eq(diags_count(f.d), 0);
    m = parse(f, text, sizeof text - 1, KIND_PAGE);
    ck_assert_int_eq(m->kind, KIND_PAGE);
    ck_assert_uint_eq(diags_warnings(f.d), 1);
    close_fixture(f);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

int main(void)
{
    Suite *s = suite_create("module");
    TCase *t = tcase_create("front matter");
    tcase_add_loop_test(t, says_what_is_wrong_where, 0, COUNT(mistakes));
    tcase_add_test(t, reads_every_key);
    tcase_add_loop_test(t, finds_the_body, 0, COUNT(shapes));
    tcase_add_test(t, names_the_first_bad_byte_of_a_line);
    tcase_add_loop_test(t, takes_ids_from_names, 0, COUNT(names));
    tcase_add_test(t, refuses_what_is_too_much);
    tcase_add_test(t, makes_events_of_modules_alone);
    suite_add_tcase(s, t);
    return suite_run(s);
}
