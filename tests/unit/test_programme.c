/* Programmes: what their files may say, what lint says of them, and what the library makes of them. */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/library/programme_find.h"
#include "core/library/lint.h"
#include "tests/unit/database.h"
#include "tests/unit/library_fixture.h"

#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static void at(const char *time)
{
    setenv("CRIB_CLOCK", time, 1);
}

#define HEAD                                                                                                           \
    "title: Pump week\nproblem: Pumps stand still until the contractor comes.\noutcome: Your crew primes them.\n"
#define MODULE(title, roles, quiz)                                                                                     \
    "---\ntitle: " title "\nproblem: The pump delivers no flow.\noutcome: Prime it safely.\nminutes: 5\n" roles          \
    "---\n\n## Bleed\n\nOpen the vent valve.\n" quiz
#define QUIZ "\n```gift\n::One:: Is it on? {T}\n```\n"
#define WORKSHOP "  - {id: workshop, kind: session, starts: '2027-03-04T09:00+01:00', minutes: 90, where: Hall 2}\n"
#define WEEK                                                                                                           \
    HEAD "roles: [operator]\nelements:\n"                                                                              \
         "  - {id: later, kind: assessment, module: pump, after_days: 30}\n" WORKSHOP                                  \
         "  - {id: read, kind: module, phase: before, module: pump, title: Read this first}\n"                         \
         "  - {id: check, kind: assessment, module: pump}\n"                                                           \
         "  - {id: do, kind: follow-up, module: pump, after_days: 7}\n"

static void set_up(void)
{
    plant_make("programme");
    at("2027-03-01T12:00:00Z");
    write_file("channel.yaml", "id: plant\nname: Plant\niri: https://plant.example/crib\nroles: [operator, fitter]\n");
    write_file("modules/pump.md", MODULE("Prime a pump", "", QUIZ));
    write_file("modules/seal.md", MODULE("Change a seal", "roles: [fitter]\n", ""));
    reopen(LIBRARY_WRITE);
}

/* ---- the file ---- */

static const struct programme *parse(const char *text)
{
    const struct programme *p;
    ck_assert(programme_parse(a, text, strlen(text), "week", "week.yaml", d, &p, &err));
    return p;
}

START_TEST(elements_stand_by_phase)
{
    static const struct {
        const char *id;
        enum element_kind kind;
        enum element_phase phase;
        int after_days;
    } wanted[] = {{"read", ELEMENT_MODULE, PHASE_BEFORE, -1},
                  {"workshop", ELEMENT_SESSION, PHASE_DURING, -1},
                  {"check", ELEMENT_ASSESSMENT, PHASE_DURING, -1},
                  {"later", ELEMENT_ASSESSMENT, PHASE_AFTER, 30},
                  {"do", ELEMENT_FOLLOW_UP, PHASE_AFTER, 7}};
    const struct programme *p = parse(WEEK);
    ck_assert_uint_eq(diags_count(d), 0);
    ck_assert_uint_eq(p->count, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(p->elements[i].id, wanted[i].id);
        ck_assert_int_eq(p->elements[i].kind, wanted[i].kind);
        ck_assert_int_eq(p->elements[i].phase, wanted[i].phase);
        ck_assert_int_eq(p->elements[i].after_days, wanted[i].after_days);
    }
    const struct element *session = programme_last_session(p);
    ck_assert_str_eq(session->id, "workshop");
    ck_assert_str_eq(session->where, "Hall 2");
    ck_assert_int_eq(session->minutes, 90);
    int64_t ms;
    ck_assert(clock_parse("2027-03-04T08:00:00Z", &ms));
    ck_assert_int_eq(session->starts_ms, ms);
    ck_assert_str_eq(p->roles.items[0], "operator");
}
END_TEST

static const struct {
    const char *text;
    bool good;
} times[] = {{"2027-03-04T09:00+01:00", true},  {"2027-03-04T09:00:30Z", true}, {"2027-03-04 09:00 +01:00", true},
             {"2027-03-04 09:00Z", true},       {"2027-03-04", false},          {"2027-03-04T09:00", false},
             {"2027-02-30T09:00Z", false},      {"2027-03-04T24:00Z", false},   {"2027-03-04T9:00Z", false},
             {"2027-03-04T09:00+1", false},     {"next Monday at nine", false}, {"", false},
             {"2027-03-04T09:00+01:00 or later, or another day, or never at all, who knows", false}};

START_TEST(times_have_a_zone)
{
    int64_t ms;
    ck_assert_msg(programme_time(times[_i].text, &ms) == times[_i].good, "%s", times[_i].text);
}
END_TEST

START_TEST(names_give_ids)
{
    ck_assert_str_eq(programme_id(a, "pump-week.yaml"), "pump-week");
    static const char *const bad[] = {"Pump.yaml", "pump week.yaml", ".yaml", "pump.yml", "a/b.yaml", "pump"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(programme_id(a, bad[i]) == NULL, "%s", bad[i]);
}
END_TEST

/* ---- lint: a file, and what is said of it, where and how ---- */

#define ONE(element) HEAD "elements:\n  - " element "\n"

static const struct {
    const char *text;
    size_t line, column;
    const char *wanted, *todo; /* parts of the texts; NULL: nothing at all is said */
} mistakes[] = {
    {WEEK, 0, 0, NULL, NULL},
    {"- a\n", 1, 1, "a programme must be `key: value` lines", "write"},
    {"title: [\n", 2, 1, "the YAML can't be read", ""},
    {"title: A\n", 1, 1, "`problem` is missing", "add `problem:`"},
    {HEAD, 1, 1, "`elements` is missing", "add `elements:`"},
    {"titel: Pump\n" ONE("{id: a, kind: module, module: pump}"), 1, 1, "unknown key `titel`", "did you mean `title`?"},
    {HEAD "elements: soon\n", 4, 11, "`elements` must be a list", "write a list"},
    {ONE("workshop"), 5, 5, "an element must be `key: value`", "write"},
    {ONE("{kind: module, module: pump}"), 5, 5, "the element has no id", "add `id:"},
    {ONE("{id: Work Shop, kind: session}"), 5, 10, "`Work Shop` is no id", "small letters"},
    {ONE("{id: a, module: pump}"), 5, 5, "the element has no kind", "add `kind:`"},
    {ONE("{id: a, kind: sesion}"), 5, 19, "`kind` can't be `sesion`", "did you mean `session`?"},
    {ONE("{id: a, kind: party}"), 5, 19, "`kind` can't be `party`", "module session assessment follow-up"},
    {ONE("{id: a, kind: module, module: pump, phase: befor}"), 5, 48, "`phase` can't be `befor`", "`before`"},
    {ONE("{id: a, kind: module, module: pump, wher: x}"), 5, 41, "unknown key `wher`", "did you mean `where`?"},
    {ONE("{id: a, kind: module}"), 5, 5, "`a` names no module", "add `module:`"},
    {ONE("{id: a, kind: module, module: pmup}"), 5, 5, "the module `pmup` is not in the channel", "did you mean `pump`?"},
    {ONE("{id: a, kind: session, starts: 2027-03-04}"), 5, 36, "no time of day and no zone", "2027-03-04T09:00+01:00"},
    {ONE("{id: a, kind: session, starts: 2027-13-04T09:00Z}"), 5, 36, "`starts` is no day, time and zone", "write it as"},
    {ONE("{id: a, kind: session, minutes: long}"), 5, 37, "`minutes` must be a whole number", "digits"},
    {ONE("{id: a, kind: session, minutes: 0}"), 5, 37, "`minutes` must be a whole number", "a larger one"},
    {HEAD "elements:\n" WORKSHOP "  - {id: workshop, kind: module, module: pump}\n", 6, 5,
     "the id `workshop` stands on line 5 already", "another id"},
    {HEAD "elements:\n" WORKSHOP "  - {id: a, kind: follow-up, module: pump}\n", 6, 5, "`a` is a follow-up without a day",
     "add `after_days: 14`"},
    {HEAD "elements:\n" WORKSHOP "  - {id: a, kind: follow-up, module: pump, after_days: -1}\n", 6, 56,
     "`after_days` must be a whole number from 0 to 730", "a larger one"},
    {HEAD "elements:\n" WORKSHOP "  - {id: a, kind: module, phase: before, module: pump, after_days: 3}\n", 6, 56,
     "`a` is not after it", "write `phase: after`"},
    {ONE("{id: a, kind: session, after_days: 3}"), 5, 28, "`after_days` says nothing of a session", "write `starts`"},
    {ONE("{id: a, kind: follow-up, module: pump, after_days: 3}"), 5, 5, "there is no session that `after_days`",
     "kind: session"},
    {ONE("{id: a, kind: module, module: pump, where: Hall 2}"), 5, 41, "`where` says nothing of a module", "session"},
    {ONE("{id: a, kind: assessment, module: seal}"), 5, 5, "`seal` has no questions to assess with", "gift"},
    {HEAD "roles: [operator]\nelements:\n  - {id: a, kind: module, module: seal}\n", 6, 5,
     "`seal` is not for all roles of the programme", "roles too"},
    {HEAD "roles: [fiter]\nelements:\n  - {id: a, kind: module, module: pump}\n", 4, 1, "`fiter` is none of the channel's",
     "`fitter`"},
    {"title: Mandatory pump week\nproblem: Pumps stand still.\noutcome: Prime them.\n"
     "elements:\n  - {id: a, kind: module, module: pump}\n",
     1, 1, "`title` says \"mandatory\"", "offer"},
    {"title: Pumps\nproblem: Pump basics\noutcome: Prime them.\nelements:\n  - {id: a, kind: module, module: pump}\n", 2, 1,
     "`problem` names a topic", "say what goes wrong"},
    {ONE("{id: a, kind: module, module: pump, title: The compulsory part}"), 5, 1, "says \"compulsory\"", "offer"},
};

static bool said(const struct diags *diags, size_t i)
{
    for (size_t k = 0; k < diags_count(diags); k++) {
        const struct diag *x = diags_at(diags, k);
        if ((mistakes[i].line == 0 || x->line == mistakes[i].line) &&
            (mistakes[i].column == 0 || x->column == mistakes[i].column) && strstr(x->text, mistakes[i].wanted) != NULL &&
            strstr(x->todo, mistakes[i].todo) != NULL && strstr(x->file, "programmes/week.yaml") != NULL)
            return true;
    }
    return false;
}

START_TEST(lint_names_the_mistake)
{
    struct lint_counts counts = {0};
    struct buf text = {0};
    write_file("programmes/week.yaml", mistakes[_i].text);
    ck_assert_msg(lint_path(dir, "2027-03-01", d, &counts, &err), "%s", err.what);
    ck_assert_uint_eq(counts.programmes, 1);
    diags_text(d, &text);
    if (mistakes[_i].wanted == NULL)
        ck_assert_msg(diags_count(d) == 0, "%s", buf_text(&text));
    else
        ck_assert_msg(said(d, (size_t)_i), "%s\n%s", mistakes[_i].text, buf_text(&text));
    buf_free(&text);
}
END_TEST

/* A file of its own is judged with its channel, and it alone; a name that is none, or taken, is said. */
START_TEST(lint_of_one_file)
{
    struct lint_counts counts = {0};
    write_file("programmes/week.yaml", ONE("{id: a, kind: module, module: pmup}"));
    write_file("programmes/other.yaml", "title: A\n");
    ck_assert(lint_path(arena_printf(a, "%s/programmes/week.yaml", dir), "2027-03-01", d, &counts, &err));
    ck_assert_uint_eq(diags_count(d), 1);
    ck_assert_uint_eq(counts.programmes, 1);
    ck_assert(!lint_path(arena_printf(a, "%s/channel.yaml", dir), "2027-03-01", d, &counts, &err));
    ck_assert_int_eq(err.code, EX_USAGE);
}
END_TEST

START_TEST(lint_of_names)
{
    static const struct {
        const char *name, *wanted;
    } names[] = {{"pump", "the id `pump` is also that of modules/pump.md"},
                 {"list", "`list` is also a command"},
                 {"Week 1", "the file's name gives no id"}};
    struct lint_counts counts = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        write_file(arena_printf(a, "programmes/%s.yaml", names[i].name), ONE("{id: a, kind: module, module: pump}"));
    ck_assert(lint_path(dir, "2027-03-01", d, &counts, &err));
    ck_assert_uint_eq(diags_count(d), 3);
    for (size_t i = 0; i < 3; i++) {
        bool found = false;
        for (size_t k = 0; k < 3; k++)
            found = found || strstr(diags_at(d, k)->text, names[i].wanted) != NULL;
        ck_assert_msg(found, "%s", names[i].wanted);
    }
}
END_TEST

/* ---- the library ---- */

static const struct library_programme *found(const char *address)
{
    const struct library_programme *p = library_programme(l, a, address, &err);
    ck_assert_msg(p != NULL, "%s: %s", address, err.what);
    return p;
}

static size_t listed(const char *role)
{
    struct library_programme *items;
    size_t count;
    const struct strings roles = {&role, 1};
    ck_assert(library_programmes(l, a, role != NULL ? &roles : NULL, &items, &count, &err));
    return count;
}

/* ---- found by words ---- */

static const struct {
    const char *words;
    enum match_kind kind;
} typed[] = {
    {"pump week", MATCH_TITLE},     {"Pump WEEK ", MATCH_TITLE}, {"week pum", MATCH_TITLE},         {"pup week", MATCH_TITLE},
    {"pump-week", MATCH_TITLE},     {"pumpweek", MATCH_TITLE},   {"crew primes", MATCH_PROBLEM},    {"pump crew", MATCH_PROBLEM},
    {"what stuck", MATCH_TEXT},     {"weld", MATCH_NONE},        {"pump weld", MATCH_NONE},         {"", MATCH_NONE},
    {" ", MATCH_NONE},              {"a of pump", MATCH_TITLE},  {"of", MATCH_NONE},                {"\xFF\xFE", MATCH_NONE},
    {"p", MATCH_TITLE},             {"E-204", MATCH_NONE},       {"pr\xC3\xBC" "fung", MATCH_TEXT},
    {"a b c d e f g h i j k l m n o q r s t u pump", MATCH_NONE},
    {"pmup week", MATCH_TITLE},     {"pum week", MATCH_TITLE},   {"pump weaks ", MATCH_NONE},       {"pump weel", MATCH_TITLE},
    {"pumps week", MATCH_TITLE},    {"crew primse", MATCH_PROBLEM}, {"wat stuck", MATCH_TEXT},      {"ump week", MATCH_NONE},
    {"qump week", MATCH_TITLE},     {"pumt stuck", MATCH_TEXT},  {"pmu week", MATCH_NONE},          {"pumwek", MATCH_NONE},
};

static const struct element of_week[] = {
    {.id = "w", .kind = ELEMENT_SESSION, .title = "", .module = "", .starts = "", .where = ""},
    {.id = "t", .kind = ELEMENT_ASSESSMENT, .title = "Pr\xC3\xBC" "fung: what stuck", .module = "", .starts = "", .where = ""},
};
static const struct programme pump_week = {.id = "pump-week", .title = "Pump week", .problem = "They stand still.",
                                           .outcome = "Your crew primes them.", .elements = of_week, .count = 2};

START_TEST(words_find_it)
{
    const struct library_programme one = {.programme = pump_week};
    struct programme_hit *hit;
    size_t count;
    ck_assert(programme_find(a, &one, 1, typed[_i].words, (struct strings){0}, false, (struct programme_among){0}, &hit, &count));
    enum match_kind kind = count > 0 ? hit[0].kind : MATCH_NONE;
    ck_assert_msg(kind == typed[_i].kind, "%s: %d", typed[_i].words, (int)kind);
}
END_TEST

/* Beside modules/pump.md: one more whose title has the word, one whose problem has it, one that has it in its text. */
static void write_modules(void)
{
    static const char *const heads[] = {"title: Prime a pump\nproblem: No flow.", "title: Seals\nproblem: The pump drips.", "title: Flanges\nproblem: Leaks."};
    for (int i = 0; i < 3; i++)
        write_file(arena_printf(a, "modules/m%d.md", i),
                   arena_printf(a, "---\n%s\noutcome: Dry.\nminutes: 2\n%s---\n\n## One\n\nAt the pump.\n", heads[i], i == 2 ? "triggers: [{code: P-1}]\n" : ""));
    install();
}

START_TEST(it_has_its_place_among_what_else_is_found)
{
    static const char *const role = "fitter";
    struct library_programme all[3] = {{.programme = pump_week}, {.programme = pump_week}, {.programme = pump_week}};
    all[0].programme.title = all[0].programme.id = "other"; /* "pump" stands in none of its texts but the problem */
    all[0].programme.problem = "A pump.";
    all[2].programme.roles = (struct strings){&role, 1};
    const char *own = "cook";
    const struct strings cook = {&own, 1}, nobody = {0};
    struct search_hit hits[3];
    struct programme_hit *hit;
    size_t count;
    write_modules();
    struct search *s = library_search(l, NULL, &err);
    struct programme_among among = {s, hits, search_find(s, &(struct search_query){.text = "pump"}, hits, 3, NULL)};
    ck_assert_uint_eq(among.count, 3);
    ck_assert(programme_find(a, all, 3, "pump", cook, false, among, &hit, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert(hit[0].programme == &all[1] && hit[0].before == 2 && !hit[0].other);
    ck_assert(hit[1].programme == &all[0] && hit[1].before == 3);
    ck_assert(programme_find(a, all, 3, "pump", cook, true, (struct programme_among){0}, &hit, &count));
    ck_assert(count == 3 && hit[1].programme == &all[2] && hit[1].other && hit[1].before == 0);
    ck_assert(programme_find(a, all, 3, "pump", nobody, false, among, &hit, &count));
    ck_assert(count == 3 && !hit[1].other);
    ck_assert(programme_find(a, all, 2, "pump week", nobody, false, among, &hit, &count));
    ck_assert(count == 1 && hit[0].before == 0); /* a module has half of the words */
    among.count = search_find(s, &(struct search_query){.text = "P-1"}, hits, 3, NULL);
    ck_assert(programme_find(a, all, 2, "p", nobody, false, among, &hit, &count));
    ck_assert_uint_eq(hit[0].before, 1); /* a code comes first */
    search_close(s);
}
END_TEST

/* Letters are changed in none of the words that something installed has, or another programme. */
START_TEST(what_stands_somewhere_is_no_mistake)
{
    struct library_programme all[2] = {{.programme = pump_week}, {.programme = pump_week}};
    struct programme_hit *hit;
    size_t count;
    all[1].programme.title = all[1].programme.id = "Seals";
    write_modules();
    struct search *s = library_search(l, NULL, &err);
    const struct programme_among among = {.search = s};
    static const struct {
        const char *words;
        size_t count, first;
        bool typo;
    } cases[] = {{"leeks", 0, 0, false}, {"leaks", 0, 0, false}, {"weak", 1, 0, true}, {"pump weak", 1, 0, true}, {"seal", 1, 1, false},
                 {"seel", 1, 1, true}, {"prims", 2, 0, true}, {"primes", 2, 0, false}, {"flange", 0, 0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert(programme_find(a, all, 2, cases[i].words, (struct strings){0}, false, among, &hit, &count));
        ck_assert_msg(count == cases[i].count, "%s: %zu", cases[i].words, count);
        if (count > 0)
            ck_assert_msg(hit[0].programme == &all[cases[i].first] && hit[0].typo == cases[i].typo, "%s", cases[i].words);
    }
    search_close(s);
}
END_TEST

/* A library of a crib that knew no catalogue of programmes is read as it is. */
START_TEST(an_older_library_is_read)
{
    write_file("programmes/week.yaml", WEEK);
    install();
    library_close(l);
    sqlite3 *db = database_open(arena_printf(a, "%s/library.db", home));
    ck_assert_int_eq(sqlite3_exec(db, "ALTER TABLE programme DROP COLUMN catalogue; PRAGMA user_version = 5", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    l = NULL;
    reopen(LIBRARY_READ);
    ck_assert_uint_eq(listed(NULL), 1);
    ck_assert(found("plant/week")->on_device);
}
END_TEST

START_TEST(what_is_installed_is_read_back)
{
    write_file("programmes/week.yaml", WEEK);
    install();
    ck_assert_uint_eq(diags_count(d), 0);
    ck_assert_uint_eq(result.programmes, 1);
    ck_assert_uint_eq(result.added, 3);
    const struct library_programme *p = found("week");
    ck_assert_str_eq(p->address, "plant/week");
    ck_assert_str_eq(p->iri, "https://plant.example/crib");
    ck_assert_str_eq(p->programme.title, "Pump week");
    ck_assert_str_eq(p->programme.problem, "Pumps stand still until the contractor comes.");
    ck_assert_str_eq(p->programme.outcome, "Your crew primes them.");
    char *real = realpath(dir, NULL);
    ck_assert_str_eq(p->path, arena_printf(a, "%s/programmes/week.yaml", real));
    free(real);
    const struct programme *said = parse(WEEK);
    ck_assert_uint_eq(p->programme.count, said->count);
    for (size_t i = 0; i < said->count; i++) {
        const struct element *x = &p->programme.elements[i], *y = &said->elements[i];
        ck_assert_str_eq(x->id, y->id);
        ck_assert_str_eq(x->title, y->title);
        ck_assert_str_eq(x->module, y->module);
        ck_assert_str_eq(x->starts, y->starts);
        ck_assert_str_eq(x->where, y->where);
        ck_assert(x->kind == y->kind && x->phase == y->phase && x->starts_ms == y->starts_ms);
        ck_assert(x->minutes == y->minutes && x->after_days == y->after_days && x->line == y->line);
    }
    ck_assert_uint_eq(listed("operator"), 1);
    ck_assert_uint_eq(listed("fitter"), 0);
    ck_assert_uint_eq(listed(NULL), 1);
    ck_assert_ptr_nonnull(library_programme(l, a, "plant/week", &err));
    ck_assert_ptr_null(library_programme(l, a, "plant/weak", &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    ck_assert_ptr_null(library_programme(l, a, "weak", &err));
    ck_assert_str_eq(err.todo, "did you mean week?");
}
END_TEST

/* A change replaces it, a mistake leaves what was there, a file that goes takes it away; and so does its channel. */
START_TEST(it_follows_its_file)
{
    write_file("programmes/week.yaml", WEEK);
    install();
    install();
    ck_assert_uint_eq(result.unchanged, 3);
    at("2027-03-02T12:00:00Z");
    write_file("programmes/week.yaml", ONE("{id: a, kind: module, module: pump}"));
    install();
    ck_assert_uint_eq(result.changed, 1);
    ck_assert_uint_eq(found("week")->programme.count, 1);
    ck_assert_uint_eq(listed("fitter"), 1);
    write_file("programmes/week.yaml", "title: [\n");
    install();
    ck_assert_uint_eq(result.refused, 1);
    ck_assert_uint_eq(found("week")->programme.count, 1);
    ck_assert_int_eq(unlink(arena_printf(a, "%s/programmes/week.yaml", dir)), 0);
    install();
    ck_assert_uint_eq(result.removed, 1);
    ck_assert_uint_eq(result.programmes, 0);
    ck_assert_uint_eq(listed(NULL), 0);
    write_file("programmes/week.yaml", WEEK);
    install();
    ck_assert_uint_eq(listed(NULL), 1);
    ck_assert(library_remove(l, "plant", &err));
    ck_assert_uint_eq(listed(NULL), 0);
}
END_TEST

START_TEST(what_came_with_the_channel_is_no_news)
{
    struct library_programme *items;
    size_t count;
    write_file("programmes/week.yaml", WEEK);
    install();
    ck_assert(library_programme_news(l, a, 0, &items, &count, &err));
    ck_assert_uint_eq(count, 0);
    at("2027-03-02T12:00:00Z");
    write_file("programmes/second.yaml", ONE("{id: a, kind: module, module: pump}"));
    install();
    at("2027-03-03T12:00:00Z");
    write_file("programmes/week.yaml", ONE("{id: a, kind: module, module: pump}"));
    install();
    ck_assert(library_programme_news(l, a, 0, &items, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(items[0].programme.id, "week");
    ck_assert_str_eq(items[1].programme.id, "second");
    ck_assert(library_programme_news(l, a, items[1].changed_ms, &items, &count, &err));
    ck_assert_uint_eq(count, 1);
}
END_TEST

/* One id in two channels: the full address tells them apart. */
START_TEST(a_short_address_may_fit_twice)
{
    write_file("programmes/week.yaml", WEEK);
    install();
    snprintf(dir, sizeof dir, "%s/mill", root);
    write_file("channel.yaml", "id: mill\n");
    write_file("modules/pump.md", MODULE("Prime a pump", "", ""));
    write_file("programmes/week.yaml", ONE("{id: a, kind: module, module: pump}"));
    install();
    ck_assert_uint_eq(listed(NULL), 2);
    ck_assert_ptr_null(library_programme(l, a, "week", &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_uint_eq(found("mill/week")->programme.count, 1);
}
END_TEST

START_TEST(the_sessions_of_a_day)
{
    static const struct {
        const char *zone, *now;
        size_t count;
    } days[] = {{"UTC", "2027-03-04T00:00:00Z", 1},
                {"UTC", "2027-03-04T23:59:59Z", 1},
                {"UTC", "2027-03-03T23:59:59Z", 0},
                {"UTC", "2027-03-05T00:00:00Z", 0},
                {"XXX12", "2027-03-04T11:59:00Z", 1}, /* there it is the 3rd until 12:00, and nine o'clock is the 3rd, 20:00 */
                {"XXX12", "2027-03-04T12:00:00Z", 0}};
    struct library_session *items;
    size_t count;
    int64_t now;
    write_file("programmes/week.yaml", WEEK);
    install();
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        setenv("TZ", days[i].zone, 1);
        tzset();
        ck_assert(clock_parse(days[i].now, &now));
        ck_assert(library_sessions_today(l, a, NULL, now, &items, &count, &err));
        ck_assert_msg(count == days[i].count, "%s %s: %zu", days[i].zone, days[i].now, count);
    }
    ck_assert(library_sessions(l, a, NULL, 0, INT64_MAX, &items, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(items[0].session->id, "workshop");
    ck_assert_str_eq(items[0].programme->address, "plant/week");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("programme");
    TCase *c = tcase_create("programme");
    tcase_add_checked_fixture(c, set_up, plant_remove);
    tcase_add_test(c, elements_stand_by_phase);
    tcase_add_loop_test(c, times_have_a_zone, 0, sizeof times / sizeof *times);
    tcase_add_test(c, names_give_ids);
    tcase_add_loop_test(c, lint_names_the_mistake, 0, sizeof mistakes / sizeof *mistakes);
    tcase_add_test(c, lint_of_one_file);
    tcase_add_test(c, lint_of_names);
    tcase_add_test(c, what_stands_somewhere_is_no_mistake);
    tcase_add_loop_test(c, words_find_it, 0, (int)(sizeof typed / sizeof *typed));
    tcase_add_test(c, it_has_its_place_among_what_else_is_found);
    tcase_add_test(c, an_older_library_is_read);
    tcase_add_test(c, what_is_installed_is_read_back);
    tcase_add_test(c, it_follows_its_file);
    tcase_add_test(c, what_came_with_the_channel_is_no_news);
    tcase_add_test(c, a_short_address_may_fit_twice);
    tcase_add_test(c, the_sessions_of_a_day);
    suite_add_tcase(s, c);
    return suite_run(s);
}
