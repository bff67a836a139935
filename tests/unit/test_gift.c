/* The expected values follow Moodle's importer: question/format/gift/format.php at commit 00e93a99 (Moodle 4.x),
 * question/format.php at 0101cefd, and the cases of question/format/gift/tests at 3d51aed3, rewritten. */
#include "core/base/buf.h"
#include "core/quiz/gift.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <math.h>
#include <string.h>

struct parsed {
    struct arena *a;
    struct diags *d;
    struct question_list list;
};

static struct parsed parse_bytes(const char *text, size_t n)
{
    struct parsed p = {arena_open(), diags_open(), {NULL, 0}};
    ck_assert_ptr_nonnull(p.a);
    ck_assert_ptr_nonnull(p.d);
    ck_assert(gift_parse(p.a, p.d, "q.gift", text, n, 1, &p.list));
    return p;
}

static struct parsed parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

static void drop(struct parsed *p)
{
    arena_close(p->a);
    diags_close(p->d);
}

/* A question in one line: type|title|stem|after|answers|general, answers as `weight:text#feedback;`. */
static void summary(const struct question *q, struct buf *out)
{
    buf_addf(out, "%s|%s|", question_type_name(q->type), q->title != NULL ? q->title : "");
    if (q->stem.format != FORMAT_MOODLE)
        buf_addf(out, "[%s]", question_format_name(q->stem.format));
    buf_addf(out, "%s|%s|", q->stem.text, q->after != NULL ? q->after : "-");
    for (size_t i = 0; i < q->answer_count; i++) {
        const struct answer *a = &q->answers[i];
        buf_addf(out, "%g:%s", a->weight, a->text.text);
        if (q->type == QUESTION_NUMERICAL)
            a->any ? buf_adds(out, "<any>") : buf_addf(out, "<%g,%g,%g,%g>", a->value, a->tolerance, a->least, a->most);
        if (a->feedback.text[0] != '\0')
            buf_addf(out, "#%s", a->feedback.text);
        buf_addc(out, ';');
    }
    for (size_t i = 0; i < q->pair_count; i++)
        buf_addf(out, "%s->%s(%zu);", q->pairs[i].left.text, q->pairs[i].right, q->pairs[i].choice);
    if (q->type == QUESTION_TRUEFALSE)
        buf_addf(out, "%s,%s,%s", q->truth ? "T" : "F", q->if_true.text, q->if_false.text);
    buf_addf(out, "|%s", q->general.text);
}

static const struct {
    const char *source, *expected;
} accepted[] = {
    /* types, in the order in which Moodle decides */
    {"Text only", "description||Text only|-||"},
    {"::Q8:: How are you? {}", "essay|Q8|How are you?|-||"},
    {"Why?{####Because.}", "essay||Why?|-||Because."},
    {"Who?{~a ~b =c}", "choice||Who?|-|0:a;0:b;100:c;|"},
    {"It is {~hot =cold ~wet} in here.", "choice||It is _____ in here.|in here.|0:hot;100:cold;0:wet;|"},
    {"Two are {=four =4}.", "shortanswer||Two are _____.|.|100:four;100:4;|"},
    {"A {=b} c {d}", "shortanswer||A  c {d}|-|100:b;|"},
    {"Sun rises.{T}", "truefalse||Sun rises.|-|T,,|"},
    {"Sun rises.{FALSE#no#yes####all}", "truefalse||Sun rises.|-|F,no,yes|all"},
    {"Sun rises.{ TRUE # wrong}", "truefalse||Sun rises.|-|T,,wrong|"},
    {"Sun rises.{true}", "shortanswer||Sun rises.|-|100:true;|"},
    {"Who?{=no one#good! =nobody}", "shortanswer||Who?|-|100:no one#good!;100:nobody;|"},
    {"Who?{plain}", "shortanswer||Who?|-|100:plain;|"},
    {"M{=a->1 =b -> 2 =-> 3 =c->1}", "match||M|-|a->1(0);b->2(1);->3(2);c->1(0);|"},
    {"M{=a->b#c =d->e->f}", "match||M|-|a->b#c(0);d->e->f(1);|"},
    /* numbers */
    {"N{#1822}", "numerical||N|-|100:1822<1822,0,1822,1822>;|"},
    {"N{#1822:5}", "numerical||N|-|100:1822:5<1822,5,1817,1827>;|"},
    {"N{#3.141..3.143}", "numerical||N|-|100:3.141..3.143<3.142,0.001,3.141,3.143>;|"},
    {"N{#-5..5}", "numerical||N|-|100:-5..5<0,5,-5,5>;|"},
    {"N{#5..1}", "numerical||N|-|100:5..1<3,2,1,5>;|"},
    {"N{#\n=1822:0#yes\n=%50%1822:2#near\n}",
     "numerical||N|-|100:1822:0<1822,0,1822,1822>#yes;50:1822:2<1822,2,1820,1824>#near;|"},
    {"N{#3:2~#Completely wrong}", "numerical||N|-|100:3:2<3,2,1,5>;0:*<any>#Completely wrong;|"},
    {"N{#=0}", "numerical||N|-|100:0<0,0,0,0>;|"},
    {"N{#=1e3:.5}", "numerical||N|-|100:1e3:.5<1000,0.5,999.5,1000.5>;|"},
    {"N{#1,5}", "numerical||N|-|100:1,5<any>;|"}, /* Moodle's slip, warned about */
    {"N{#5:1####Hint}", "numerical||N|-|100:5:1<5,1,4,6>;|Hint"},
    /* weights */
    {"W{~%50%a ~%50%b ~%-100%c}", "multichoice||W|-|50:a;50:b;-100:c;|"},
    {"W{~%33.33333%a ~%33.333%b ~%33.3333333%c}", "multichoice||W|-|33.3333:a;33.3333:b;33.3333:c;|"},
    {"W{~%100%yellow # right; good!\n~%-50%red # wrong\n~%-50%blue # wrong}",
     "multichoice||W|-|100:yellow#right; good!;-50:red#wrong;-50:blue#wrong;|"},
    {"W{~wrong ~%50%half =full}", "choice||W|-|0:wrong;50:half;100:full;|"},
    {"W{=Frog#Good!\n=%50%Cat#Hm\n=%0%*#No}", "shortanswer||W|-|100:Frog#Good!;50:Cat#Hm;0:*#No;|"},
    {"W{=%50%a =%25%b =c ~d}", "choice||W|-|100:%50%a;100:%25%b;100:c;0:d;|"}, /* a choice: = is 100 */
    {"W{=a ~%x%b}", "choice||W|-|100:a;0:%x%b;|"},
    /* titles, formats */
    {"::T::S{T}", "truefalse|T|S|-|T,,|"},
    {"::A\\:\\:B::S{T}", "truefalse|A::B|S|-|T,,|"},
    {"::never ends{T}", "truefalse||never ends|-|T,,|"},
    {"::::S{T}", "truefalse||S|-|T,,|"},
    {"[html]S{T}", "truefalse||[html]S|-|T,,|"},
    {"::T::[markdown]**S**{=a}", "shortanswer|T|[markdown]**S**|-|100:a;|"},
    {"::T:: [plain] S{=a}", "shortanswer|T|[plain]S|-|100:a;|"},
    {"[moodle]S{=a}", "shortanswer||S|-|100:a;|"},
    {"[foo]S{=a}", "shortanswer||[foo]S|-|100:a;|"},
    {"[htmlS{=a}", "shortanswer||[htmlS|-|100:a;|"},
    {"S{=a####[html]G}", "shortanswer||S|-|100:a;|G"},
    {"S{=a#### [html]G}", "shortanswer||S|-|100:a;|[html]G"}, /* a tag after a blank is text */
    {"S{=a#one####two####three}", "shortanswer||S|-|100:a#one####two;|three"},
    /* escapes */
    {"Which?{~ \\= 2 + 2 = \\= 2 + 3}", "choice||Which?|-|0:= 2 + 2;100:= 2 + 3;|"},
    {"C{~\\~ ~\\# = \\\\ # \\\\ is\n  it}", "choice||C|-|0:~;0:#;100:\\#\\ is\n  it;|"},
    {"B\\{x\\} \\: {=\\}a\\{}", "shortanswer||B{x} :|-|100:}a{;|"},
    {"A \\\\ B \\\\\\\\ C{}", "essay||A \\ B \\\\ C|-||"},
    {"L1\\nL2{}", "essay||L1\nL2|-||"},
    {"\\n L \\n{}", "essay||L|-||"},
    {"C:\\temp \\x{}", "essay||C:\\temp \\x|-||"},
    {"\\\\{=a}", "shortanswer||\\|-|100:a;|"},
    {"&lt;b&gt; &amp;{=a}", "shortanswer||&lt;b&gt; &amp;|-|100:a;|"},
    /* lines, comments, empty first answers */
    {"// comment\n::T::S\n// inside\nmore{\n=a\n// in the answers\n=b\n}", "shortanswer|T|S\n \nmore|-|100:a;100:b;|"},
    {"S{\r\n=a\r\n=b\r\n}\r\n", "shortanswer||S|-|100:a;100:b;|"},
    {"S{\r=a\r=b\r}\r", "shortanswer||S|-|100:a;100:b;|"},
    {"\xEF\xBB\xBF::T::S{=a}", "shortanswer|T|S|-|100:a;|"},
    {"pre\n    indented\n{}", "essay||pre\n    indented|-||"},
    {"C{first ~b =c}", "choice||C|-|0:first;0:b;100:c;|"},
    {"C{~ ~a =b}", "choice||C|-|0:a;100:b;|"},
    {"C{~a#x\\=y =b#u}", "choice||C|-|0:a#x=y;100:b#u;|"},
    {"S{0 =b}", "shortanswer||S|-|100:b;|"},
    {"S{=\xC3\xA9t\xC3\xA9}", "shortanswer||S|-|100:\xC3\xA9t\xC3\xA9;|"},
};

START_TEST(accepts)
{
    struct parsed p = parse(accepted[_i].source);
    ck_assert_msg(p.list.count == 1, "%s: %zu questions", accepted[_i].source, p.list.count);
    ck_assert_msg(diags_errors(p.d) == 0, "%s: %s", accepted[_i].source, diags_count(p.d) ? diags_at(p.d, 0)->text : "");
    struct buf out = {0};
    summary(p.list.items[0], &out);
    ck_assert_str_eq(buf_text(&out), accepted[_i].expected);
    buf_free(&out);
    drop(&p);
}
END_TEST

/* What Moodle refuses: where, and a word of the message. The good question after it must still be there. */
static const struct {
    const char *source;
    size_t line, column;
    const char *word;
} rejected[] = {
    {"S{=a", 1, 2, "{"},
    {"one\nS {=a\n\n=b}", 2, 3, "{"},
    {"S}", 1, 2, "}"},
    {"S } {=a}", 1, 3, "}"},
    {"S{=a ~%33%b}", 1, 7, "weight"},
    {"S{~%50%a ~%17%b}", 1, 11, "weight"},
    {"S{=%--50%b}", 1, 4, "weight"},
    {"S{~a}", 1, 3, "two answers"},
    {"S{~ ~ }", 1, 3, "no answer has a text"},
    {"S{=a->b}", 1, 3, "two answers"},
    {"S{=a->b =c}", 1, 10, "->"},
    {"S{=a-> =c->d}", 1, 4, "match"},
    {"S{=->a =->b}", 1, 3, "left"},
    {"S{#}", 1, 4, "no answer"},
    {"S{#0}", 1, 4, "no answer"},
    {"S{0}", 1, 3, "no answer"},
    {"S{#a..b}", 1, 4, "range"},
    {"S{#5:}", 1, 4, "tolerance"},
    {"S{#5:x}", 1, 4, "tolerance"},
    {"\xC3\xA9{#5:x}", 1, 4, "tolerance"}, /* columns count characters */
};

START_TEST(rejects)
{
    struct buf text = {0};
    buf_addf(&text, "%s\n\n::good::S{=a}\n", rejected[_i].source);
    struct parsed p = parse(buf_text(&text));
    ck_assert_msg(diags_errors(p.d) >= 1, "%s", rejected[_i].source);
    const struct diag *first = NULL;
    for (size_t i = 0; i < diags_count(p.d) && first == NULL; i++)
        if (diags_at(p.d, i)->severity == SEVERITY_ERROR)
            first = diags_at(p.d, i);
    ck_assert_ptr_nonnull(first);
    ck_assert_str_eq(first->file, "q.gift");
    ck_assert_msg(first->line == rejected[_i].line && first->column == rejected[_i].column, "%s: %zu:%zu %s",
                  rejected[_i].source, first->line, first->column, first->text);
    ck_assert_msg(strstr(first->text, rejected[_i].word) != NULL, "%s", first->text);
    ck_assert_str_ne(first->todo, "");
    ck_assert_uint_ge(p.list.count, 1);
    ck_assert_str_eq(p.list.items[p.list.count - 1]->title, "good");
    buf_free(&text);
    drop(&p);
}
END_TEST

static const struct {
    const char *source, *word;
} warned[] = {
    {"S{T}", "no title"},
    {"::T::S{=a ~b}\n::U::V{T}", "only text"},
    {"::T::A {=b} c {d}", "only text"},
    {"::T::S{#1,5}", "every number"},
    {"::T::S{#3V..5V}", "ignored"},
    {"::T::S{true}", "short answer"},
    {"::T::S{~%50%a ~b}", "gives 50 %"},
    {"::T::S{=%50%a}", "more than 50 %"},
    {"::T::S{=%50%a ~b}", "weight after ="},
    {"::T::S{~%5x%a =b}", "no weight"},
    {"::T::S{~ ~a =b}", "without text"},
    {"::T::S{=}", "empty answer"},
    {"::T S{=a}", "never ends"},
    {"::T::S\n// section: x\n{=a}", "inside a question"},
    {"// section: x\n\n::T::S{=a}", "no question"},
    {"$CATEGORY: a\n::T::S{=a}", "category"},
    {"::T::S\n0\n::U::S{=a}", "nothing but 0"},
};

START_TEST(warns)
{
    struct parsed p = parse(warned[_i].source);
    ck_assert_uint_eq(diags_errors(p.d), 0);
    bool found = false;
    for (size_t i = 0; i < diags_count(p.d); i++)
        found |= strstr(diags_at(p.d, i)->text, warned[_i].word) != NULL;
    ck_assert_msg(found, "%s", warned[_i].source);
    drop(&p);
}
END_TEST

START_TEST(files)
{
    static const char text[] = "// a bank\n\n"
                               "$CATEGORY: pumps/$course$\n\n"
                               "// section: bleed\n::T::One{=a}\n\n"
                               "// section: #prime\n// more\n::T::Two{\n=b\n}\n\n\n"
                               "Same  stem{=a}\n\n Same stem{=b}\n\n"
                               "$CATEGORY: valves\n\nlast";
    struct parsed p = parse(text);
    ck_assert_uint_eq(p.list.count, 5);
    struct question **q = p.list.items;
    ck_assert_str_eq(q[0]->id, "T");
    ck_assert_str_eq(q[1]->id, "T~2");
    ck_assert_uint_eq(strlen(q[2]->id), 32);
    ck_assert_int_eq(strncmp(q[2]->id, q[3]->id, 32), 0);
    ck_assert_str_eq(q[3]->id + 32, "~2");
    ck_assert_str_eq(q[0]->section, "bleed");
    ck_assert_str_eq(q[1]->section, "prime");
    ck_assert_ptr_null(q[2]->section);
    ck_assert_str_eq(q[0]->category, "pumps/$course$");
    ck_assert_str_eq(q[4]->category, "valves");
    ck_assert_uint_eq(q[0]->first_line, 6);
    ck_assert_uint_eq(q[1]->first_line, 10);
    ck_assert_uint_eq(q[1]->last_line, 12);
    ck_assert_uint_eq(q[1]->answers[0].line, 11);
    ck_assert_str_ne(q[2]->revision, q[3]->revision);
    ck_assert_uint_eq(strlen(q[0]->revision), 64);
    drop(&p);
}
END_TEST

START_TEST(revisions)
{
    struct parsed a = parse("// x\n::T::S{\n=a\n}");
    struct parsed b = parse("::T::S{  \r\n=a\r\n}\r\n");
    struct parsed c = parse("::T::S{\n=b\n}");
    ck_assert_str_eq(a.list.items[0]->revision, b.list.items[0]->revision);
    ck_assert_str_ne(a.list.items[0]->revision, c.list.items[0]->revision);
    ck_assert_str_eq(a.list.items[0]->id, c.list.items[0]->id);
    drop(&a);
    drop(&b);
    drop(&c);
}
END_TEST

START_TEST(formats)
{
    struct parsed p = parse("[html]S{=yellow # right\n~red # [plain]wrong\n~[markdown]blue ####[moodle]G}");
    const struct question *q = p.list.items[0];
    ck_assert_int_eq(q->stem.format, FORMAT_HTML);
    ck_assert_int_eq(q->answers[0].text.format, FORMAT_HTML);
    ck_assert_int_eq(q->answers[1].feedback.format, FORMAT_PLAIN);
    ck_assert_str_eq(q->answers[1].feedback.text, "wrong");
    ck_assert_int_eq(q->answers[2].text.format, FORMAT_MARKDOWN);
    ck_assert_str_eq(q->answers[2].text.text, "blue");
    ck_assert_int_eq(q->general.format, FORMAT_MOODLE);
    ck_assert_str_eq(q->general.text, "G");
    drop(&p);
}
END_TEST

START_TEST(bad_bytes)
{
    static const char text[] = "::T::S\xFF\0 \xF7\xFE x{=a\xC3}";
    struct parsed p = parse_bytes(text, sizeof text - 1);
    ck_assert_uint_eq(diags_errors(p.d), 1);
    ck_assert_uint_eq(diags_at(p.d, 0)->column, 7);
    ck_assert_uint_eq(p.list.count, 1);
    ck_assert_str_eq(p.list.items[0]->stem.text, "S\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD x");
    ck_assert_str_eq(p.list.items[0]->answers[0].text.text, "a\xEF\xBF\xBD");
    drop(&p);
    p = parse("");
    ck_assert_uint_eq(p.list.count, 0);
    drop(&p);
    p = parse("\xEF\xBB\xBF");
    ck_assert_uint_eq(p.list.count, 0);
    ck_assert_uint_eq(diags_count(p.d), 0);
    drop(&p);
}
END_TEST

/* Three megabytes of each: must stay linear. */
static const char *const floods[] = {"a",      "{",     "}",         "~",     "=",        "#",      ":",  "\\",  "{}",
                                     "{=a}\n\n", "{~a",   "::",        "####",  "=a->b",    "%",      "\n", "x\n", "//\n",
                                     "0\n",    "{T}\n\n", "a\n//section: b\n", "::a::b\n\n", "=%33%",  "\xFF", "..", "// section: a\n\n"};

START_TEST(stays_linear)
{
    enum { SIZE = 3 * 1024 * 1024 };
    struct buf text = {0};
    size_t n = strlen(floods[_i]);
    buf_adds(&text, _i % 2 == 0 ? "" : "S{");
    /* Blocks cost memory each: fewer of them. */
    size_t size = strstr(floods[_i], "\n\n") != NULL ? SIZE / 20 : SIZE;
    for (size_t i = 0; i < size; i += n)
        buf_add(&text, floods[_i], n);
    struct parsed p = parse_bytes(buf_text(&text), text.len);
    ck_assert_uint_le(p.list.count, size / n + 1);
    buf_free(&text);
    drop(&p);
}
END_TEST

START_TEST(answers_are_bounded)
{
    struct buf text = {0};
    buf_adds(&text, "::T::S{");
    for (int i = 0; i < 1001; i++)
        buf_addf(&text, "=a%d\n", i);
    buf_adds(&text, "}");
    struct parsed p = parse(buf_text(&text));
    ck_assert_uint_eq(p.list.count, 0);
    ck_assert_uint_eq(diags_errors(p.d), 1);
    buf_free(&text);
    drop(&p);
}
END_TEST

START_TEST(questions_are_bounded)
{
    struct buf text = {0};
    for (int i = 0; i < 100001; i++)
        buf_addf(&text, "::T%d::S{T}\n\n", i);
    struct parsed p = parse(buf_text(&text));
    ck_assert_uint_eq(p.list.count, 100000);
    ck_assert_uint_eq(diags_errors(p.d), 1);
    buf_free(&text);
    drop(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gift");
    TCase *c = tcase_create("gift");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, accepts, 0, sizeof accepted / sizeof *accepted);
    tcase_add_loop_test(c, rejects, 0, sizeof rejected / sizeof *rejected);
    tcase_add_loop_test(c, warns, 0, sizeof warned / sizeof *warned);
    tcase_add_test(c, files);
    tcase_add_test(c, revisions);
    tcase_add_test(c, formats);
    tcase_add_test(c, bad_bytes);
    tcase_add_loop_test(c, stays_linear, 0, sizeof floods / sizeof *floods);
    tcase_add_test(c, answers_are_bounded);
    tcase_add_test(c, questions_are_bounded);
    suite_add_tcase(s, c);
    return suite_run(s);
}
