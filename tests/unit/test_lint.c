/* A channel full of mistakes, each of which lint has to name. */
#include "core/base/file.h"
#include "core/library/lint.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

static void write_file(const char *name, const char *text)
{
    char path[256];
    struct error err = {0};
    snprintf(path, sizeof path, "%s/%s", root, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    ck_assert(file_make_dirs(path, &err));
    *slash = '/';
    ck_assert_msg(file_write(path, text, strlen(text), 0600, &err), "%s", err.why);
}

static void set_up(void)
{
    suite_dir(root, sizeof root, "lint");
}

static void tear_down(void)
{
    suite_remove(root);
}

static struct diags *check_path(const char *name, struct lint_counts *counts)
{
    char path[256];
    struct error err = {0};
    struct diags *d = diags_open();
    ck_assert(d != NULL);
    snprintf(path, sizeof path, "%s%s%s", root, name[0] != '\0' ? "/" : "", name);
    *counts = (struct lint_counts){0};
    ck_assert_msg(lint_path(path, "2026-11-23", d, counts, &err), "%s: %s", err.what, err.why);
    diags_sort(d);
    return d;
}

#define HEAD                                                                                                           \
    "title: Prime a pump\nproblem: The pump runs but delivers no flow.\noutcome: Prime it safely.\nminutes: 5\n"
#define QUIZ "\n```gift\n::Q:: Which way does it open? {=Left ~Right}\n```\n"
#define BODY "\n## Bleed {#bleed}\n\nOpen the vent valve.\n"

/* One module (front matter and body) and what lint says about it: line, then a part of the text; NULL: nothing. */
static const struct {
    const char *head, *body;
    size_t line;
    const char *said, *todo;
    bool error;
} cases[] = {
    {HEAD, BODY, 0, NULL, NULL, false},
    {"problem: It leaks.\noutcome: Stop it.\nminutes: 5\n", BODY, 1, "`title` is missing", "", true},
    {"title: A\noutcome: Stop it.\nminutes: 5\n", BODY, 1, "`problem` is missing", "", true},
    {"title: A\nproblem: It leaks.\nminutes: 5\n", BODY, 1, "`outcome` is missing", "", true},
    {"title: A\nproblem: It leaks.\noutcome: Stop it.\n", BODY, 1, "`minutes` is missing", "", true},
    {"Title: A\nproblem: It leaks.\noutcome: Stop it.\nminutes: 5\n", BODY, 2, "`Title` isn't `title`", "written small", true},
    {HEAD "\n## First\n\nText: more of it\n\n- list\n\n", BODY, 7, "the front matter isn't closed", "three dashes above", true},
    {HEAD "\n# a comment: no heading\nformat: micro\n", BODY, 0, NULL, NULL, false},
    {"title: A\nproblem: Centrifugal pumps\noutcome: Stop it.\nminutes: 5\n", BODY, 3, "names a topic", "", false},
    {"title: A\nproblem: Introduction to pumps.\noutcome: Stop it.\nminutes: 5\n", BODY, 3, "names a topic", "", false},
    {"title: A\nproblem: It leaks here.\noutcome: Stop it.\nminutes: 5\n", BODY, 0, NULL, NULL, false},
    {"title: A\nproblem: The pump leaks.\noutcome: Stop it.\nminutes: 5\n", BODY, 0, NULL, NULL, false},
    {"title: A\nproblem: The pump\noutcome: Stop it.\nminutes: 5\n", BODY, 3, "names a topic", "", false},
    {"title: A\nproblem: Pump will not start\noutcome: Find out why.\nminutes: 5\n", BODY, 0, NULL, NULL, false},
    {"title: A\nproblem: Die Pumpe läuft ohne Förderung\noutcome: B.\nminutes: 5\n", BODY, 0, NULL, NULL, false},
    {"title: A\nproblem: The pump delivers no flow.\noutcome: The pump delivers flow.\nminutes: 5\n", BODY, 4,
     "repeats", "", false},
    {HEAD "format: refresher\n", BODY, 5, "5 minutes do not make a refresher", "1 to 2", false},
    {HEAD "format: course\n", BODY, 5, "do not make a course", "9 to 60", false},
    {HEAD "format: micro\n", BODY, 0, NULL, NULL, false},
    {HEAD "review_by: 2026-11-22\n", BODY, 6, "the review was due on 2026-11-22", "", false},
    {HEAD "review_by: 2026-11-23\n", BODY, 0, NULL, NULL, false},
    {HEAD "roles: [operater]\n", BODY, 6, "`operater` is none of the channel's roles", "operator", true},
    {HEAD "stages: [comission]\n", BODY, 6, "`comission` is none of the channel's stages", "commission", true},
    {HEAD "rolls: [operator]\n", BODY, 6, "unknown key `rolls`", "roles", false},
    {HEAD "triggers:\n  - output: '(a'\n", BODY, 7, "does not compile", "", true},
    {HEAD "triggers:\n  - output: '(a+)+b'\n", BODY, 7, "repeats a repetition", "", false},
    {HEAD "triggers:\n  - output: '(?:a|b*)*c'\n", BODY, 7, "repeats a repetition", "", false},
    {HEAD "triggers:\n  - output: '((a+)|b){2,}'\n", BODY, 7, "repeats a repetition", "", false},
    {HEAD "triggers:\n  - output: 'x*'\n", BODY, 7, "fits every line", "", false},
    {HEAD "triggers:\n  - output: 'suction (low|lost)[+*]+ \\(a+\\)+ (?>a+)+ (b{2})+'\n", BODY, 0, NULL, NULL, false},
    {HEAD "sign_off: true\n", BODY, 6, "a sign-off needs a quiz", "", false},
    {HEAD "valid: 12 months\n", BODY, 6, "`valid` says nothing without a sign-off", "sign_off: true", false},
    {HEAD "attestation: I do.\n", BODY, 6, "`attestation` says nothing", "", false},
    {HEAD "countersign: true\n", BODY, 6, "`countersign` says nothing", "", false},
    {HEAD "sign_off: true\nvalid: a while\n", BODY QUIZ, 7, "`valid` can't be `a while`", "12 months", true},
    {HEAD "sign_off: true\nvalid: 2 years\nattestation: I do.\ncountersign: true\n", BODY QUIZ, 0, NULL, NULL, false},
    {HEAD "sign_off: true\nquiz: {feedback: end}\n", BODY QUIZ, 7, "`feedback: end` does not count", "none", false},
    {HEAD "quiz: {feedback: answer}\nsign_off: true\n", BODY QUIZ, 6, "`feedback: answer` does not count", "none", false},
    {HEAD "quiz: {pass: 90}\nsign_off: true\n", BODY QUIZ, 0, NULL, NULL, false},
    {HEAD "quiz: {feedback: none}\nsign_off: true\n", BODY QUIZ, 0, NULL, NULL, false},
    {HEAD "kind: event\nwhere: hall 3\nwhen: daily\nlink: https://example.com\nsign_off: true\n", BODY, 10, "an event can't be signed off", "", false},
    {HEAD "kind: event\nwhere: hall 3\nwhen: daily\nlink: https://example.com\n", BODY, 0, NULL, NULL, false},
    {HEAD, "", 7, "there is no text", "", false},
    {HEAD, "\nThis module is mandatory for all.\n", 8, "the text says", "", false},
    {HEAD, "\nThis training is mandatory.\n", 8, "the text says \"mandatory\"", "", false},
    {HEAD, "\nThe quiz is compulsory, once a year.\n", 8, "the text says", "", false},
    {HEAD, "\nAll operators are required to complete it.\n", 8, "the text says", "", false},
    {HEAD, "\nEye protection is mandatory.\n", 0, NULL, NULL, false},
    {HEAD, "\nA permit is required. You must pass the key on.\n", 0, NULL, NULL, false},
    {"title: Mandatory pump training\nproblem: It leaks.\noutcome: Stop it.\nminutes: 5\n", BODY, 2,
     "`title` says \"mandatory\"", "", false},
    {HEAD, "\n[x](#bleed)\n\n## Bleed {#bleed}\n", 0, NULL, NULL, false},
    {HEAD, "\n[x](#blead)\n\n## Bleed {#bleed}\n", 8, "no section `#blead` in this file", "#bleed", true},
    {HEAD, "\n[x](other.md)\n", 0, NULL, NULL, false},
    {HEAD, "\n[x](other.md#start) [y](../pages/a%20b.md) [z](other) [u](https://example.com)\n", 0, NULL, NULL, false},
    {HEAD, "\n[x](othr.md)\n", 8, "isn't there", "modules/other.md", true},
    {HEAD, "\n[x](other.md#strat)\n", 8, "no section `#strat` in modules/other.md", "#start", true},
    {HEAD, "\n[x](../../etc/passwd)\n", 8, "leads out", "", true},
    {HEAD, "\n[x](/etc/passwd)\n", 8, "leads out", "", true},
    {HEAD, "\n[x](crib://other#start) [y](crib://plant/other) [z](crib://elsewhere/x)\n", 0, NULL, NULL, false},
    {HEAD, "\n[x](crib://plant/othre)\n", 8, "no module or page `plant/othre`", "other", true},
    {HEAD, "\n![a drawing](pump.png)\n", 8, "isn't there", "", true},
    {HEAD, "\n## A {#x}\n\nText.\n\n## B {#x}\n", 12, "x", "", true},
    {HEAD, "\n| a | b |\n|---|\n| 1 | 2 |\n", 9, "looks like a table", "", false},
    {HEAD, "\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", 10, "the row has 3 cells, the table 2 columns", "", false},
    {HEAD, "\n| a | b |\n|---|---|\n| 1 \\| 0 | 2 |\n", 0, NULL, NULL, false},
    {HEAD, "\nA \033[31mred\033[0m text.\n", 8, "U+001B", "", false},
    {HEAD, "\nText.\n\n```gift\nWho is it? {=A ~B}\n```\n", 11, "this question has no title", "", false},
    {HEAD, "\nText.\n\n```gift\n::Q:: Who {=A\n```\n", 11, "", "", true},
    {HEAD, "\nText.\n\n```gift\n::Q:: Who {=A\n~B\n~B}\n```\n", 13, "stands in this question twice", "take one", false},
    {HEAD, "\nText.\n\n```gift\n::Q:: Who {=A =B =a}\n```\n", 11, "stands in this question twice", "take one", false},
    {HEAD, "\nText.\n\n```gift\n::Q:: Who {=A->1 =B->2 =A->3}\n```\n", 11, "on their left", "differ", false},
    {HEAD, "\nText.\n\n```gift\n::Q:: How many {#9..3}\n```\n", 11, "begins above its end", "smaller one first", false},
    {HEAD, "\nText.\n\n```gift\n::Q:: How many {#5:-1}\n```\n", 11, "is below zero", "minus", false},
    {HEAD, "\nText.\n\n> **Waring** Hot.\n", 10, "makes no call-out", "**Warning**", false},
    {HEAD, "\nText.\n\n> **Dnager:** Hot.\n", 10, "makes no call-out", "**Danger**", false},
    {HEAD, "\nText.\n\n```gitf\n::Q:: Who {=A ~B}\n```\n", 10, "questions that nobody is asked", "gift", false},
    {HEAD, "\nText.\n\n```GIFT\n::Q:: Who {=A ~B}\n```\n", 10, "questions that nobody is asked", "gift", false},
    {HEAD, "\nText.\n\n```\n::Q:: Who {=A ~B}\n```\n", 10, "questions that nobody is asked", "gift", false},
    {HEAD, "\nText.\n\n```sh\ngit diff\n```\n\n```git\n```\n\n```\nstd::cout\n```\n", 0, NULL, NULL, false},
    {HEAD, "\n## Bleed {#Bleed It}\n\nText.\n", 8, "{#...} at the heading's end is no id", "", false},
    {HEAD, "\n## {#bleed}\n\nText.\n", 8, "a heading without words", "", false},
    {HEAD, "\n##\n\nText.\n", 8, "a heading without words", "", false},
    {HEAD, "\nText.\n\n##Bleed\n", 10, "looks like a heading but isn't", "blank", false},
    {HEAD, "\nText.\n\n#1 is the left one, `##x` too\n", 0, NULL, NULL, false},
    {HEAD, "\n[x]()\n", 8, "leads nowhere", "", false},
    {HEAD, "\n[x](javascript:a)\n", 8, "`javascript:` are not followed", "", false},
    {HEAD, "\n[x](file:///etc/motd)\n", 8, "`file:` are not followed", "", false},
    {HEAD, "\n[x](mailto:a@example.com) <https://example.com> [y](HTTP://example.com)\n", 0, NULL, NULL, false},
    {"title: A\nproblem: The pump is dry.\noutcome: the pump is dry.\nminutes: 5\n", BODY, 4, "repeats", "", false},
    {HEAD "owner: \"a\nstatus: ready\n", BODY, 6, "can't be read", "close the quote", true},
    {HEAD "roles: [operator\nstatus: ready\n", BODY, 6, "can't be read", "close the [", true},
    {HEAD "triggers:\n  - asset: ''\n", BODY, 7, "the trigger `asset` is empty", "reacts", true},
    {HEAD, "\nText.\n\n```gift\n::Q:: Who {=A ~B}\n```\n\n```gift\n::Q:: When {=A ~B}\n```\n", 15,
     "the title `Q` is also that of the question in line 11", "title of its own", false},
    {HEAD, "\n## Bleed {#bleed}\n\nText.\n\n```gift\n// section: blead\n::Q:: Who {=A ~B}\n```\n", 14,
     "the section `blead`", "bleed", true},
};

START_TEST(names_the_mistake)
{
    char text[4096];
    struct lint_counts counts;
    write_file("channel.yaml", "id: plant\nroles: [operator, field-technician]\nstages: [commission, operate]\n");
    write_file("modules/other.md", "---\n" HEAD "---\n\n## Start\n\nText.\n");
    write_file("pages/a b.md", "# A page\n");
    snprintf(text, sizeof text, "---\n%s---\n%s", cases[_i].head, cases[_i].body);
    write_file("modules/it.md", text);
    struct diags *d = check_path("", &counts);
    if (cases[_i].said == NULL) {
        ck_assert_msg(diags_count(d) == 0, "case %d: %s", _i, diags_count(d) > 0 ? diags_at(d, 0)->text : "");
    } else {
        ck_assert_msg(diags_count(d) >= 1, "case %d: nothing said, expected %s", _i, cases[_i].said);
        const struct diag *x = diags_at(d, 0);
        ck_assert_msg(strstr(x->text, cases[_i].said) != NULL, "case %d: %s", _i, x->text);
        ck_assert_msg(strstr(x->todo, cases[_i].todo) != NULL, "case %d: %s", _i, x->todo);
        ck_assert_msg(x->line == cases[_i].line, "case %d: line %zu, %s", _i, x->line, x->text);
        ck_assert_int_eq(x->severity == SEVERITY_ERROR, cases[_i].error);
        ck_assert(strstr(x->file, "/modules/it.md") != NULL);
    }
    diags_close(d);
}
END_TEST

/* What is said of one module: its bytes, and "line: a part of the text" of each finding in order. */
static const struct {
    const char *bytes;
    const char *said[6];
} wholes[] = {
    /* A mistake in the YAML hides neither the other keys nor the text. */
    {"---\ntitle: A: b\nproblem: It leaks: badly\noutcome: Stop it.\nminutes: 70\nrolls: [a]\n---\n\n[x](no.md)\n\n"
     "## B {#Bad it}\n\n```gift\n::Q:: Who {=A\n```\n",
     {"2: can't be read", "3: can't be read", "5: from 1 to 60", "6: unknown key `rolls`", "9: isn't there", "11: no id"}},
    {"---\ntitle: \"A\nproblem: The pump delivers no flow.\noutcome: The pump delivers no flow.\nrolls: [a]\nminutes: 5\n---\n\n[x](no.md)\n",
     {"2: can't be read", "4: repeats", "5: unknown key", "9: isn't there"}},
    {"---\ntitle: A\ntitle: B\n---\n\n[x](no.md)\n", {"3: stands twice", "6: isn't there"}},
    {"---\ntitle: A\n\tproblem: x\n---\n\n[x](no.md)\n", {"3: can't be read", "6: isn't there"}},
    {"---\n{title: A\n---\n\n[x](no.md)\n", {"2: can't be read", "5: isn't there"}},
    {"---\n- a\n---\n\n[x](no.md)\n", {"2: must be `key: value` lines", "5: isn't there"}},
    {"---\ntitle: A\n\n[x](no.md)\n", {"1: isn't closed", "4: isn't there"}},
    /* Without front matter one finding says all that is missing. */
    {"# Pumps\n\n[x](no.md)\n", {"1: no front matter", "3: isn't there"}},
    {"", {"1: no front matter", "1: no text"}},
    {"\n \n---\ntitle: A\n---\n\nText.\n", {"3: begins on the first line"}},
    {"---\n---\n\nText.\n",
     {"1: `title` is missing", "1: `problem` is missing", "1: `outcome` is missing", "1: `minutes` is missing"}},
    {"---\n" HEAD "kind: event\n---\n\nText.\n", {"6: an event without `where`", "6: an event without `when`", "6: an event without `link`"}},
    {"---\n" HEAD "kind: event\nwhen: daily\n---\n\nText.\n", {"6: an event without `where`", "6: an event without `link`"}},
};

START_TEST(says_all_of_a_file)
{
    struct lint_counts counts;
    write_file("channel.yaml", "id: plant\n");
    write_file("modules/it.md", wholes[_i].bytes);
    struct diags *d = check_path("", &counts);
    for (size_t k = 0; k < sizeof wholes[_i].said / sizeof *wholes[_i].said && wholes[_i].said[k] != NULL; k++) {
        char *text;
        size_t line = strtoul(wholes[_i].said[k], &text, 10);
        ck_assert_msg(k < diags_count(d), "case %d: nothing said, expected %s", _i, wholes[_i].said[k]);
        ck_assert_msg(diags_at(d, k)->line == line && strstr(diags_at(d, k)->text, text + 2) != NULL,
                      "case %d: line %zu, %s; expected %s", _i, diags_at(d, k)->line, diags_at(d, k)->text,
                      wholes[_i].said[k]);
    }
    diags_close(d);
}
END_TEST

static bool says(const struct diags *d, const char *file, const char *text)
{
    for (size_t i = 0; i < diags_count(d); i++)
        if (strstr(diags_at(d, i)->file, file) != NULL && strstr(diags_at(d, i)->text, text) != NULL)
            return true;
    return false;
}

/* Columns count characters, whoever found the mistake. */
START_TEST(counts_characters)
{
    struct lint_counts counts;
    write_file("channel.yaml", "id: plant\n");
    write_file("modules/it.md", "---\n" HEAD "---\n\né é [x](nothere.md)\n\né \002\n\né you must pass the quiz\n\n"
                                "```gift\n::é:: é {=é ~%33%b}\n```\n");
    struct diags *d = check_path("", &counts);
    static const struct {
        size_t line, column;
    } places[] = {{8, 5}, {10, 3}, {12, 3}, {15, 14}};
    ck_assert_uint_eq(diags_count(d), sizeof places / sizeof *places);
    for (size_t i = 0; i < diags_count(d); i++) {
        ck_assert_msg(diags_at(d, i)->line == places[i].line && diags_at(d, i)->column == places[i].column, "%zu:%zu: %s",
                      diags_at(d, i)->line, diags_at(d, i)->column, diags_at(d, i)->text);
    }
    diags_close(d);
}
END_TEST

START_TEST(looks_between_files)
{
    struct lint_counts counts;
    write_file("channel.yaml", "id: plant\nlanguages: [en, de]\npages: [pages, more, ../out]\n");
    write_file("modules/a.md", "---\n" HEAD "triggers:\n  - code: E-204\n---\nText.\n");
    write_file("modules/b.md", "---\n" HEAD "triggers:\n  - code: e-204\n---\nText.\n");
    write_file("modules/quiz.md", "---\n" HEAD "---\nText.\n");
    write_file("modules/new.md", "---\n" HEAD "---\nText.\n");
    write_file("modules/Bad Name.md", "---\n" HEAD "---\nText.\n");
    write_file("modules/a.fr.md", "---\n" HEAD "---\nText.\n");
    write_file("modules/gone.de.md", "---\n" HEAD "---\nText.\n");
    write_file("pages/same.md", "Text.\n");
    write_file("more/same.md", "Text.\n");
    write_file("programmes/p.yaml", "title: [a\n");
    write_file("modules/c.md", "---\n" HEAD "triggers:\n  - code: ENOSPC\n  - code: Warning\n  - code: 404\n  - code: OUT OF RANGE\n  - code: IO\n---\nText.\n");
    struct diags *d = check_path("", &counts);
    ck_assert(!says(d, "modules/c.md", "ENOSPC"));
    ck_assert(says(d, "modules/c.md", "the code `Warning` is found by who asks for it, never in logs and command lines: lines of all kinds say that"));
    ck_assert(says(d, "modules/c.md", "`404` is found by who asks for it, never in logs and command lines: a number"));
    ck_assert(says(d, "modules/c.md", "`OUT OF RANGE` is found by who asks for it, never in logs and command lines: a code of letters alone is one word"));
    ck_assert(says(d, "modules/c.md", "`IO` is found by who asks for it, never in logs and command lines: it is too short"));
    ck_assert(says(d, "modules/b.md", "the code `e-204` also stands in modules/a.md"));
    ck_assert(says(d, "modules/quiz.md", "`quiz` is also a command"));
    ck_assert(says(d, "modules/new.md", "`new` is kept for a command"));
    ck_assert(says(d, "modules/Bad Name.md", "gives no id"));
    ck_assert(says(d, "modules/a.fr.md", "`fr` is none of the channel's languages"));
    ck_assert(says(d, "modules/gone.de.md", "a translation of `gone`"));
    ck_assert(says(d, "same.md", "the id `same` is also that of"));
    ck_assert(says(d, "programmes/p.yaml", "the YAML can't be read"));
    ck_assert(says(d, "channel.yaml", "`pages` can't be `../out`"));
    ck_assert_uint_eq(counts.modules, 8);
    ck_assert_uint_eq(counts.pages, 2);
    diags_close(d);
}
END_TEST

/* Learners never get a draft. */
START_TEST(names_links_to_drafts)
{
    struct lint_counts counts;
    write_file("channel.yaml", "id: plant\n");
    write_file("modules/a.md", "---\n" HEAD "---\n\n[x](idea.md)\n\n[y](crib://idea)\n\n[z](b.md)\n");
    write_file("modules/b.md", "---\n" HEAD "---\n\nText.\n");
    write_file("modules/idea.md", "---\n" HEAD "status: draft\n---\n\n[a](a.md) [u](other.md)\n");
    write_file("modules/other.md", "---\n" HEAD "status: draft\n---\n\nText.\n");
    struct diags *d = check_path("", &counts);
    ck_assert_uint_eq(diags_count(d), 2);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(diags_at(d, i)->line, 8 + 2 * i);
        ck_assert_ptr_nonnull(strstr(diags_at(d, i)->text, "modules/idea.md, which is a draft"));
        ck_assert_int_eq(diags_at(d, i)->severity, SEVERITY_WARNING);
    }
    diags_close(d);
}
END_TEST

/* What a link in modules/a.md or pages/deep/p.md leads to; said NULL: it is a file of the channel. */
static const struct {
    const char *file, *target, *said, *todo;
} attached[] = {
    {"modules/a.md", "../files/p-101.pdf", NULL, NULL},
    {"modules/a.md", "files/p-101.pdf", NULL, NULL},
    {"modules/a.md", "../files/p-101.pdf#page=2", NULL, NULL},
    {"modules/a.md", "../files/p%2D101.pdf", NULL, NULL},
    {"pages/deep/p.md", "../../files/p-101.pdf", NULL, NULL},
    {"pages/deep/p.md", "files/p-101.pdf", NULL, NULL},
    {"modules/a.md", "../files/p-102.pdf", "leads to `files/p-102.pdf`, which isn't there", ""},
    {"modules/a.md", "files/p-102.pdf", "leads to `files/p-102.pdf`, which isn't there", ""},
    {"modules/a.md", "../p-101.pdf", "leads to `p-101.pdf`", "did you mean `files/p-101.pdf`"},
    {"pages/deep/p.md", "../files/p-101.pdf", "leads to `pages/files/p-101.pdf`", "did you mean `files/p-101.pdf`"},
    {"modules/a.md", "../../files/p-101.pdf", "leads out of the channel's directory", ""},
};

START_TEST(follows_links_to_files)
{
    struct lint_counts counts;
    char text[400];
    bool page = attached[_i].file[0] == 'p';
    write_file("channel.yaml", "id: plant\n");
    write_file("files/p-101.pdf", "drawing");
    write_file("modules/a.md", "---\n" HEAD "---\n\nText.\n");
    snprintf(text, sizeof text, "%s\n[it](%s)\n", page ? "# P\n" : "---\n" HEAD "---\n", attached[_i].target);
    write_file(attached[_i].file, text);
    struct diags *d = check_path("", &counts);
    if (attached[_i].said == NULL) {
        ck_assert_uint_eq(diags_count(d), 0);
    } else {
        ck_assert_uint_eq(diags_count(d), 2);
        ck_assert(says(d, "files/p-101.pdf", "no module or page links to it"));
        ck_assert(says(d, attached[_i].file, attached[_i].said));
        ck_assert_uint_eq(diags_errors(d), 1);
        ck_assert_ptr_nonnull(strstr(diags_at(d, 1)->todo, attached[_i].todo));
    }
    diags_close(d);
}
END_TEST

START_TEST(names_files_that_can_not_be_handed_out)
{
    struct lint_counts counts;
    struct buf large = {0};
    write_file("channel.yaml", "id: plant\n");
    write_file("modules/a.md", "---\n" HEAD "---\n\n[l](../files/large.bin)\n");
    write_file("files/notes.md", "# N\n");
    write_file("files/-rf", "x");
    buf_addn(&large, 'x', (size_t)16 * 1024 * 1024 + 1);
    write_file("files/large.bin", buf_text(&large));
    buf_free(&large);
    struct diags *d = check_path("", &counts);
    ck_assert(says(d, "files/notes.md", "Markdown isn't read here"));
    ck_assert(says(d, "files/-rf", "can't be called so"));
    ck_assert(says(d, "files/large.bin", "larger than 16 MiB"));
    ck_assert_uint_eq(diags_count(d), 3);
    diags_close(d);
}
END_TEST

/* What a link in the file system leads to lies in the channel, or isn't its content. */
START_TEST(stays_inside)
{
    struct lint_counts counts;
    char out[80], path[160];
    snprintf(out, sizeof out, "%s-out", root);
    write_file("channel.yaml", "id: plant\n");
    write_file("files/in.png", "x");
    write_file("modules/a.md", "---\n" HEAD "---\n\n![a](../files/in.png) ![b](../files/same.png) [c](../files)\n\n"
                               "![d](../files/out.png)\n\n![e](../away/out.png)\n\n[f](b.md)\n\n[g](../away)\n");
    ck_assert_int_eq(mkdir(out, 0700), 0);
    const struct {
        const char *to, *from;
    } links[] = {{"in.png", "files/same.png"}, {"../..", "files/out.png"}, {out, "away"}, {out, "pages/notes"},
                 {"/etc/hostname", "modules/b.md"}};
    write_file("pages/x.md", "# X\n");
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        snprintf(path, sizeof path, "%s/%s", root, links[i].from);
        ck_assert_int_eq(symlink(links[i].to, path), 0);
    }
    snprintf(path, sizeof path, "%s/out.png", out);
    ck_assert_int_eq(symlink("/etc/hostname", path), 0);
    struct diags *d = check_path("", &counts);
    static const size_t lines[] = {10, 12, 14, 16};
    size_t found = 0;
    for (size_t i = 0; i < diags_count(d); i++)
        if (strstr(diags_at(d, i)->text, "out of the channel's directory") != NULL) {
            ck_assert(found < sizeof lines / sizeof *lines);
            ck_assert_uint_eq(diags_at(d, i)->line, lines[found++]);
        }
    ck_assert_uint_eq(found, sizeof lines / sizeof *lines);
    ck_assert(says(d, "modules/b.md", "leaves the channel's directory"));
    ck_assert(says(d, "pages/notes", "a link to a directory isn't followed"));
    ck_assert(says(d, "files/out.png", "leaves the channel's directory"));
    ck_assert_uint_eq(diags_count(d), 7);
    diags_close(d);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(out), 0);
}
END_TEST

/* A channel.yaml that is there but can't be read must not pass for none. */
START_TEST(names_what_hides_the_channel)
{
    struct lint_counts counts;
    char path[160];
    write_file("pages/x.md", "# X\n");
    snprintf(path, sizeof path, "%s/channel.yaml", root);
    ck_assert_int_eq(symlink("/etc/hostname", path), 0);
    struct error err = {0};
    struct diags *d = diags_open();
    ck_assert(!lint_path(root, "2026-11-23", d, &counts, &err));
    ck_assert(strstr(err.where, "channel.yaml") != NULL && strstr(err.why, "a link") != NULL);
    diags_close(d);
}
END_TEST

START_TEST(takes_single_files)
{
    struct lint_counts counts;
    write_file("channel.yaml", "id: plant\nroles: [operator]\n");
    write_file("modules/a.md", "---\n" HEAD "roles: [boss]\n---\n[b](b.md#none)\n");
    write_file("modules/b.md", "---\ntitle: broken\n---\n## One\n");
    write_file("bank.gift", "::Q1:: Two {=2 ~3}\n\n::Q2:: broken {=2\n");
    write_file("loose/readme.md", "# Notes\n\n[x](missing.md)\n");
    struct diags *d = check_path("modules/a.md", &counts);
    ck_assert_uint_eq(diags_count(d), 2);
    ck_assert(says(d, "modules/a.md", "`boss` is none"));
    ck_assert(says(d, "modules/a.md", "no section `#none`"));
    diags_close(d);
    d = check_path("bank.gift", &counts);
    ck_assert_uint_ge(diags_errors(d), 1);
    ck_assert_uint_eq(diags_at(d, 0)->line, 3);
    diags_close(d);
    d = check_path("loose/readme.md", &counts);
    ck_assert(says(d, "loose/readme.md", "isn't there"));
    ck_assert_uint_eq(counts.pages, 1);
    diags_close(d);
}
END_TEST

START_TEST(refuses_what_is_no_content)
{
    struct lint_counts counts;
    struct error err = {0};
    char path[128];
    struct diags *d = diags_open();
    ck_assert(!lint_path("/nonexistent/x.md", "2026-11-23", d, &counts, &err));
    ck_assert(!lint_path(root, "2026-11-23", d, &counts, &err));
    write_file("a.txt", "x");
    snprintf(path, sizeof path, "%s/a.txt", root);
    ck_assert(!lint_path(path, "2026-11-23", d, &counts, &err));
    ck_assert(err.why[0] != '\0');
    diags_close(d);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lint");
    TCase *t = tcase_create("lint");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, names_the_mistake, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_loop_test(t, says_all_of_a_file, 0, (int)(sizeof wholes / sizeof *wholes));
    tcase_add_test(t, counts_characters);
    tcase_add_test(t, looks_between_files);
    tcase_add_test(t, names_links_to_drafts);
    tcase_add_loop_test(t, follows_links_to_files, 0, (int)(sizeof attached / sizeof *attached));
    tcase_add_test(t, names_files_that_can_not_be_handed_out);
    tcase_add_test(t, stays_inside);
    tcase_add_test(t, names_what_hides_the_channel);
    tcase_add_test(t, takes_single_files);
    tcase_add_test(t, refuses_what_is_no_content);
    suite_add_tcase(s, t);
    return suite_run(s);
}
