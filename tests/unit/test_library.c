/* Installing a directory, changing it, and what the library says of it afterwards. */
#include "core/base/file.h"
#include "core/library/library.h"
#include "core/library/library_facets.h"
#include "core/library/library_list.h"
#include "core/library/library_news.h"
#include "core/library/library_signing.h"
#include "core/library/search.h"
#include "tests/unit/database.h"
#include "tests/unit/library_fixture.h"

#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static void remove_file(const char *name)
{
    ck_assert_int_eq(unlink(arena_printf(a, "%s/%s", dir, name)), 0);
}

/* The days go by: what comes later than another thing has a later time. */
static void at_day(int day)
{
    char text[32];
    snprintf(text, sizeof text, "2026-11-%02dT12:00:00Z", day);
    setenv("CRIB_CLOCK", text, 1);
}

#define PUMP_HEAD                                                                                                      \
    "---\ntitle: Prime a pump\nproblem: The pump delivers no flow.\noutcome: Prime it safely.\nminutes: 5\n"           \
    "roles: [operator]\nstages: [commission]\nformat: micro\ncapabilities: [rotating]\n"
#define PUMP_TRIGGERS "triggers:\n  - code: E-204\n  - asset: P-1*\n  - asset: V-7\n"
#define PUMP_BODY                                                                                                      \
    "Look first.\n\n## Bleed {#bleed}\n\nOpen the vent.\n\n## Start\n\nStart and listen.\n\n"                          \
    "```gift\n::One:: Is it on? {T}\n\n::Two:: Two and two? {#4}\n```\n"

static void set_up(void)
{
    plant_make("library");
    at_day(1);
    write_file("channel.yaml", "id: plant\nname: Plant\n");
    write_file("modules/prime-pump.md", PUMP_HEAD PUMP_TRIGGERS "---\n" PUMP_BODY);
    write_file("modules/seal.md",
               "---\ntitle: Change a seal\nproblem: The seal leaks.\noutcome: Change it.\nminutes: 7\n"
               "changes:\n  - {on: 2026-10-02, what: \"New torque\", material: true}\n---\n## Torque\n\n40 Nm\n");
    write_file("pages/linux/disk full.md", "# Disk full\n\nLook with df.\n");
    reopen(LIBRARY_WRITE);
    install();
}

static const struct library_module *module(const char *address)
{
    const struct library_module *m = library_module(l, a, address, &err);
    ck_assert_msg(m != NULL, "%s: %s", address, err.what);
    return m;
}

/* What a search for the text finds first, as an id; "" for nothing. */
static const char *found(const char *text)
{
    struct search *s = search_open(library_index_dir(l, 0), &err);
    ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
    struct search_hit hit;
    const struct search_query q = {.text = text, .other_roles = true};
    const char *id = "";
    if (search_find(s, &q, &hit, 1, NULL) == 1) {
        const struct facts *f = library_facts(l, a, search_key(s, hit.doc), &err);
        id = f != NULL ? f->id : "gone";
    }
    search_close(s);
    return id;
}

START_TEST(keeps_the_facts)
{
    ck_assert_uint_eq(result.added, 3);
    ck_assert_uint_eq(result.modules, 2);
    ck_assert_uint_eq(result.pages, 1);
    ck_assert_uint_eq(diags_errors(d), 0);
    reopen(LIBRARY_READ);
    const struct library_module *m = module("prime-pump");
    ck_assert_str_eq(m->facts.title, "Prime a pump");
    ck_assert_str_eq(m->facts.outcome, "Prime it safely.");
    ck_assert_str_eq(m->facts.roles.items[0], "operator");
    ck_assert_int_eq(m->facts.format, FORMAT_MICRO);
    ck_assert_uint_eq(m->facts.questions, 2);
    ck_assert_uint_eq(m->facts.sections, 3);
    ck_assert_uint_eq(m->body_line, 15);
    ck_assert(m->body.n == strlen(PUMP_BODY) && memcmp(m->body.p, PUMP_BODY, m->body.n) == 0);
    ck_assert_str_eq(m->facts.path, arena_printf(a, "%s/modules/prime-pump.md", dir));
    struct trigger *triggers;
    size_t count;
    ck_assert(library_triggers(l, a, m->facts.key, &triggers, &count, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(triggers[1].pattern, "P-1*");
    m = module("plant/linux/disk full#disk-full");
    ck_assert_str_eq(m->facts.title, "Disk full");
    ck_assert_int_eq(m->facts.kind, KIND_PAGE);
    ck_assert_str_eq(found("vent"), "prime-pump");
}
END_TEST

START_TEST(reads_only_what_changed)
{
    at_day(2);
    install();
    ck_assert_uint_eq(result.unchanged, 3);
    int64_t key = module("seal")->facts.key;
    struct library *other = library_open(&places, LIBRARY_ALONE, "", &err);
    int64_t before = library_version(other);
    write_file("modules/seal.md",
               "---\ntitle: Change a seal\nproblem: It leaks.\noutcome: Dry.\nminutes: 7\n---\n## Torque\n\n"
               "40 Nm\n\n## Grease\n\nLithium soap.\n");
    remove_file("pages/linux/disk full.md");
    install();
    ck_assert_uint_eq(result.changed, 1);
    ck_assert_uint_eq(result.removed, 1);
    ck_assert_uint_eq(result.unchanged, 1);
    ck_assert_int_ne(library_version(other), before);
    library_close(other);
    ck_assert_int_eq(module("seal")->facts.key, key);
    ck_assert_str_eq(found("lithium"), "seal");
    ck_assert(library_module(l, a, "linux/disk full", &err) == NULL);
    ck_assert_int_eq(err.code, EX_NOINPUT);
    ck_assert_str_eq(found("disk"), "");
}
END_TEST

/* One letter a section: what happened to it since. */
static const char *states(const char *address)
{
    struct library_section *items;
    size_t count;
    const struct library_module *m = module(address);
    ck_assert(library_sections(l, a, m->facts.key, &items, &count, &err));
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_printf(a, "%s%s:%c ", text, items[i].anchor,
                            items[i].since_ms == m->facts.added_ms ? 'o'
                            : items[i].changed                     ? 'c'
                                                                   : 'n');
    return text;
}

START_TEST(tells_new_from_changed)
{
    ck_assert_str_eq(states("prime-pump"), "top:o bleed:o start:o ");
    at_day(3);
    /* bleed gets another text, start another name, and a section is new. */
    write_file("modules/prime-pump.md", PUMP_HEAD
               "---\nLook first.\n\n## Bleed {#bleed}\n\nOpen the vent a quarter.\n\n## Start and listen {#go}\n\n"
               "Start and listen.\n\n## Afterwards\n\nTidy up.\n");
    install();
    ck_assert_str_eq(states("prime-pump"), "top:o bleed:c go:o afterwards:n ");
    struct library_news *news;
    size_t count;
    ck_assert(library_news(l, a, 0, &news, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert(!news[0].added);
    ck_assert_uint_eq(news[0].count, 2);
    ck_assert_str_eq(news[0].sections[0].anchor, "bleed");
    at_day(4);
    write_file("modules/added.md", "---\ntitle: Added\nproblem: A.\noutcome: B.\nminutes: 3\n---\nText.\n");
    install();
    ck_assert(library_news(l, a, 0, &news, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert(news[0].added);
    ck_assert_str_eq(news[0].facts.id, "added");
}
END_TEST

/* ---- sign-offs ---- */

#define SIGNED_HEAD PUMP_HEAD "sign_off: true\nvalid: 12 months\nquiz: {pass: 90, feedback: answer}\n"

START_TEST(what_is_signed_is_the_whole_file)
{
    write_file("modules/signed.md", SIGNED_HEAD "attestation: I bleed it first.\ncountersign: true\nchanges:\n"
                                                "  - {on: 2026-10-02, what: Older}\n  - {on: 2026-11-02, what: Newer, material: true}\n---\n" PUMP_BODY);
    install();
    const struct library_module *m = library_module(l, a, "plant/signed", &err);
    ck_assert_ptr_nonnull(m);
    ck_assert_int_eq(m->quiz.feedback, FEEDBACK_NONE); /* whatever the file says */
    const struct library_signing *s = library_signing(l, a, m->facts.key, &err);
    ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
    ck_assert_str_eq(s->attestation, "I bleed it first.");
    ck_assert_str_eq(s->valid, "12 months");
    ck_assert(s->countersign);
    ck_assert(s->source.n > m->body.n && memcmp(s->source.p, "---\ntitle: Prime a pump\n", 24) == 0);
    ck_assert_uint_eq(s->change_count, 2);
    ck_assert_str_eq(s->changes[0].what, "Newer");
    write_file("modules/signed.md", SIGNED_HEAD "---\n" PUMP_BODY);
    install();
    s = library_signing(l, a, m->facts.key, &err);
    ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
    ck_assert_str_eq(s->attestation, MODULE_ATTESTATION);
    ck_assert(!s->countersign);
    ck_assert_ptr_null(library_signing(l, a, library_module(l, a, "plant/prime-pump", &err)->facts.key, &err));
    ck_assert_int_eq(err.code, EX_USAGE);
}
END_TEST

/* An older crib kept no source: the next installation takes it, and nothing is said to have changed. */
START_TEST(an_upgrade_brings_what_is_signed)
{
    write_file("modules/signed.md", SIGNED_HEAD "---\n" PUMP_BODY);
    install();
    int64_t key = library_module(l, a, "plant/signed", &err)->facts.key;
    library_close(l);
    sqlite3 *db = database_open(arena_printf(a, "%s/library.db", home));
    ck_assert_int_eq(sqlite3_exec(db, "DROP TABLE signing; ALTER TABLE programme DROP COLUMN catalogue; UPDATE meta SET value = 1 WHERE name = 'parser'; PRAGMA user_version = 4",
                                  NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    l = NULL;
    reopen(LIBRARY_WRITE);
    ck_assert_ptr_null(library_signing(l, a, key, &err));
    ck_assert_int_eq(err.code, EX_UNAVAILABLE);
    install();
    ck_assert_uint_eq(result.changed, 0);
    ck_assert_ptr_nonnull(library_signing(l, a, key, &err));
}
END_TEST

START_TEST(a_module_that_comes_back_is_not_new)
{
    at_day(3);
    remove_file("modules/prime-pump.md");
    install();
    at_day(5);
    write_file("modules/prime-pump.md", PUMP_HEAD "---\n" PUMP_BODY);
    install();
    struct library_section *sections;
    size_t count;
    ck_assert(library_sections(l, a, module("prime-pump")->facts.key, &sections, &count, &err));
    ck_assert_uint_eq(count, 3);
    ck_assert(sections[1].since_ms < module("prime-pump")->facts.added_ms);
}
END_TEST

START_TEST(a_text_that_stood_before_is_not_changed_twice)
{
    at_day(3);
    write_file("modules/seal.md", "---\ntitle: Seal\nproblem: A.\noutcome: B.\nminutes: 7\n---\n## Torque\n\n50 Nm\n");
    install();
    ck_assert_str_eq(states("seal"), "torque:c ");
}
END_TEST

START_TEST(keeps_what_stood_when_a_file_breaks)
{
    at_day(2);
    write_file("modules/prime-pump.md", "---\ntitle: [open\n---\nNew text.\n");
    write_file("modules/Bad Name.md", "---\ntitle: A\n---\n");
    write_file("modules/draft.md", "---\ntitle: A\nstatus: draft\n---\nDraft.\n");
    install();
    ck_assert_uint_eq(result.refused, 2);
    ck_assert_uint_eq(result.drafts, 1);
    ck_assert_uint_eq(diags_errors(d), 2);
    ck_assert_str_eq(module("prime-pump")->facts.title, "Prime a pump");
    ck_assert(library_module(l, a, "draft", &err) == NULL);
    install();
    ck_assert_uint_eq(result.refused, 2);
    reopen(LIBRARY_WRITE | LIBRARY_DRAFTS);
    write_file("modules/draft.md", "---\ntitle: A\nstatus: draft\n---\nDraft two.\n");
    install();
    ck_assert_str_eq(module("draft")->facts.title, "A");
}
END_TEST

START_TEST(heals_the_index)
{
    const char *index = arena_strdup(a, library_index_dir(l, 0));
    const char *const breakages[] = {"rm -rf '%s'", "for f in '%s'/*; do echo broken > $f; done",
                                     "cp -r '%s' '%s.old'"};
    char command[400];
    for (int i = 0; i < 2; i++) {
        snprintf(command, sizeof command, breakages[i], index);
        ck_assert_int_eq(system(command), 0);
        reopen(LIBRARY_WRITE);
        install();
        ck_assert_str_eq(found("vent"), "prime-pump");
    }
    /* A crash between the two commits: the library is new, the index is old. */
    snprintf(command, sizeof command, breakages[2], index, index);
    ck_assert_int_eq(system(command), 0);
    write_file("modules/seal.md", "---\ntitle: Seal\nproblem: A.\noutcome: B.\nminutes: 7\n---\nMolybdenum.\n");
    install();
    snprintf(command, sizeof command, "rm -rf '%s' && mv '%s.old' '%s'", index, index, index);
    ck_assert_int_eq(system(command), 0);
    ck_assert_str_eq(found("molybdenum"), "");
    reopen(LIBRARY_WRITE);
    install();
    ck_assert_str_eq(found("molybdenum"), "seal");
}
END_TEST

/* Whoever only reads must not be told that nothing fits because the index is broken. */
START_TEST(a_reader_heals_the_index)
{
    const char *index = arena_strdup(a, library_index_dir(l, 0));
    const char *const breakages[] = {"rm -rf '%s'", "for f in '%s'/*; do echo broken > $f; done",
                                     "rm '%s'/segment-*", ": > '%s'/index"};
    for (size_t i = 0; i < sizeof breakages / sizeof *breakages; i++) {
        char command[400];
        struct target *targets;
        size_t count;
        snprintf(command, sizeof command, breakages[i], index);
        ck_assert_int_eq(system(command), 0);
        reopen(LIBRARY_READ);
        struct search *s = library_search(l, NULL, &err);
        ck_assert_msg(s != NULL, "%s: %s", err.what, err.why);
        ck_assert(search_whole(s));
        search_close(s);
        ck_assert_str_eq(found("vent"), "prime-pump");
        ck_assert_int_eq(system(command), 0);
        ck_assert(library_resolve(l, a, "vent", &targets, &count, &err));
        ck_assert_uint_eq(count, 1);
    }
}
END_TEST

START_TEST(lists_and_counts)
{
    struct facts *items;
    size_t count;
    struct library_filter all = {0}, pages = {.pages = true};
    const char *const operators[] = {"operator"}, *const others[] = {"driver"};
    const struct strings roles = {operators, 1}, other_roles = {others, 1};
    ck_assert(library_list(l, a, &all, 0, 10, &items, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(items[0].title, "Change a seal");
    ck_assert(library_list(l, a, &all, 1, 10, &items, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert(library_list(l, a, &pages, 0, 10, &items, &count, &err));
    ck_assert_str_eq(items[0].id, "linux/disk full");
    struct library_filter filters[] = {{.roles = &roles},    {.roles = &other_roles},  {.stage = "commission"},
                                       {.stage = "operate"}, {.format = FORMAT_MICRO}, {.capability = "rotating"},
                                       {.prefix = "se"},     {.channel = "none"}};
    const size_t wanted[] = {2, 1, 2, 1, 1, 1, 1, 0};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        ck_assert(library_list(l, a, &filters[i], 0, 10, &items, &count, &err));
        ck_assert_msg(count == wanted[i], "filter %zu: %zu", i, count);
    }
    struct library_facet_value *values;
    ck_assert(library_facets(l, a, FACET_ROLE, &values, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(values[0].value, "operator");
    ck_assert(library_facets(l, a, FACET_FORMAT, &values, &count, &err));
    ck_assert_str_eq(values[0].value, "micro");
    struct library_change *changes;
    ck_assert(library_changes(l, a, 0, 10, &changes, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(changes[0].change.what, "New torque");
    ck_assert_str_eq(changes[0].id, "seal");
}
END_TEST

/* What is typed, and the addresses that it leads to. */
static const struct {
    const char *what, *targets;
    enum target_reason reason;
    int code; /* of the error, or 0 */
} typed[] = {
    {"prime-pump", "plant/prime-pump", TARGET_ADDRESS, 0},
    {"prime-pump#bleed", "plant/prime-pump#bleed", TARGET_ADDRESS, 0},
    {"plant/prime-pump#bleed", "plant/prime-pump#bleed", TARGET_ADDRESS, 0},
    {"prime-pump#", "plant/prime-pump", TARGET_ADDRESS, 0},
    {"prime-pump#blead", "", 0, EX_NOINPUT},
    {"linux/disk full", "plant/linux/disk full", TARGET_ADDRESS, 0},
    {"plant/linux/disk full#disk-full", "plant/linux/disk full#disk-full", TARGET_ADDRESS, 0},
    {"disk full", "plant/linux/disk full", TARGET_ADDRESS, 0}, /* a page's name is enough where one is called so */
    {"disk ful", "plant/linux/disk full", TARGET_WORDS, 0},
    {"E-204", "plant/prime-pump", TARGET_CODE, 0},
    {"e-204", "plant/prime-pump", TARGET_CODE, 0},
    {"V-7", "plant/prime-pump", TARGET_ASSET, 0},
    {"p-101", "plant/prime-pump", TARGET_ASSET, 0},
    {"E204", "plant/prime-pump", TARGET_CODE, 0}, /* letters and digits alone count */
    {"e 204", "plant/prime-pump", TARGET_CODE, 0},
    {"v7", "plant/prime-pump", TARGET_ASSET, 0},
    {"P101", "plant/prime-pump", TARGET_ASSET, 0},
    {"crib://prime-pump#bleed", "plant/prime-pump#bleed", TARGET_LINK, 0},
    {"crib://plant/prime-pump?stage=operate#bleed", "plant/prime-pump#bleed", TARGET_LINK, 0},
    {"CRIB://prime-pump/", "plant/prime-pump", TARGET_LINK, 0},
    {"crib://linux/disk%20full", "plant/linux/disk full", TARGET_LINK, 0},
    {"crib://nothing-here", "", 0, 0},
    {"crib://", "", 0, EX_DATAERR},
    {"crib://a%zz", "", 0, EX_DATAERR},
    {"crib://a%1bb", "", 0, EX_DATAERR},
    {"leaks", "plant/seal", TARGET_WORDS, 0},
    {"", "", 0, 0},
    {" \t", "", 0, 0},
    {"'; DROP TABLE module; --", NULL, 0, 0},
    {"#", NULL, 0, 0},
    {"/", NULL, 0, 0},
    {"\xFF\xFE", NULL, 0, 0},
};

START_TEST(resolves_what_is_typed)
{
    struct target *items;
    size_t count;
    bool ok = library_resolve(l, a, typed[_i].what, &items, &count, &err);
    if (typed[_i].code != 0) {
        ck_assert(!ok);
        ck_assert_int_eq(err.code, typed[_i].code);
        return;
    }
    ck_assert_msg(ok, "%s: %s: %s", typed[_i].what, err.what, err.why);
    if (typed[_i].targets == NULL)
        return; /* anything, as long as nothing breaks */
    if (typed[_i].targets[0] == '\0') {
        ck_assert_uint_eq(count, 0);
        return;
    }
    ck_assert_msg(count >= 1, "%s: nothing found", typed[_i].what);
    ck_assert_str_eq(typed[_i].reason == TARGET_WORDS
                         ? library_address(a, items[0].channel, items[0].id, "")
                         : library_address(a, items[0].channel, items[0].id, items[0].anchor),
                     typed[_i].targets);
    ck_assert_int_eq(items[0].reason, typed[_i].reason);
    ck_assert(typed[_i].reason == TARGET_WORDS || count == 1);
    if (strstr(typed[_i].what, "stage=") != NULL)
        ck_assert_str_eq(items[0].stage, "operate");
}
END_TEST

START_TEST(resolves_paths)
{
    struct target *items;
    size_t count;
    ck_assert(library_resolve(l, a, arena_printf(a, "%s/modules/../modules/seal.md", dir), &items, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(items[0].id, "seal");
    ck_assert_int_eq(items[0].reason, TARGET_PATH);
}
END_TEST

START_TEST(keeps_channels_apart)
{
    char first[96];
    struct target *items;
    size_t count;
    memcpy(first, dir, sizeof first);
    snprintf(dir, sizeof dir, "%s/vendor", root);
    write_file("channel.yaml", "id: vendor\n");
    write_file("modules/prime-pump.md",
               "---\ntitle: Vendor's\nproblem: A.\noutcome: B.\nminutes: 3\ntriggers:\n- code: E-204\n---\nX.\n");
    install();
    ck_assert(library_resolve(l, a, "prime-pump", &items, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert(library_resolve(l, a, "vendor/prime-pump", &items, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert(library_resolve(l, a, "E-204", &items, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert(library_module(l, a, "prime-pump", &err) == NULL);
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_str_eq(module("plant/prime-pump")->facts.title, "Prime a pump");
    /* The same id from another directory is refused. */
    write_file("channel.yaml", "id: plant\n");
    ck_assert(!library_install(l, dir, NULL, d, a, &result, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert(!library_remove(l, "vndor", &err));
    ck_assert_str_eq(err.todo, "did you mean vendor?");
    ck_assert(library_remove(l, "vendor", &err));
    ck_assert_str_eq(module("prime-pump")->facts.title, "Prime a pump");
    struct library_channel *channels;
    ck_assert(library_channels(l, a, &channels, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(channels[0].dir, first);
    ck_assert_uint_eq(channels[0].modules, 2);
}
END_TEST

START_TEST(picks_the_translation)
{
    write_file("modules/seal.de.md", "---\ntitle: Dichtung\nproblem: A.\noutcome: B.\nminutes: 3\n---\nText.\n");
    install();
    ck_assert_str_eq(module("seal")->facts.title, "Change a seal");
    library_close(l);
    l = library_open(&places, LIBRARY_ALONE, "de", &err);
    ck_assert_str_eq(module("seal")->facts.title, "Dichtung");
    ck_assert_str_eq(module("prime-pump")->facts.title, "Prime a pump");
    struct facts *items;
    size_t count;
    struct library_filter all = {0};
    ck_assert(library_list(l, a, &all, 0, 10, &items, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(items[0].title, "Dichtung");
}
END_TEST

/* In a full id, a short one, and where another channel, which was installed later but comes first, has the same. */
START_TEST(an_id_means_the_translation_in_each_channel)
{
    static const struct {
        const char *language, *what, *titles[2];
    } asked[] = {
        {"", "seal", {"Brush seal", "Change a seal"}},   {"de", "seal", {"Bürstendichtung", "Dichtung"}},
        {"fr", "seal", {"Brush seal", "Change a seal"}}, {"", "plant/seal", {"Change a seal"}},
        {"de", "plant/seal", {"Dichtung"}},              {"de", "brushes/seal", {"Bürstendichtung"}},
        {"de", "prime-pump", {"Prime a pump"}},          {"", "crib://plant/seal", {"Change a seal"}},
    };
    write_file("modules/seal.de.md", "---\ntitle: Dichtung\nproblem: A.\noutcome: B.\nminutes: 3\n---\nText.\n");
    install();
    snprintf(dir, sizeof dir, "%s/brushes", root);
    write_file("channel.yaml", "id: brushes\n");
    write_file("modules/seal.md", "---\ntitle: Brush seal\nproblem: A.\noutcome: B.\nminutes: 3\n---\nText.\n");
    write_file("modules/seal.de.md",
               "---\ntitle: Bürstendichtung\nproblem: A.\noutcome: B.\nminutes: 3\n---\nText.\n");
    install();
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct target *items;
        size_t count;
        library_close(l);
        l = library_open(&places, LIBRARY_ALONE, asked[i].language, &err);
        ck_assert(library_resolve(l, a, asked[i].what, &items, &count, &err));
        ck_assert_uint_eq(count, asked[i].titles[1] != NULL ? 2 : 1);
        for (size_t k = 0; k < count; k++)
            ck_assert_str_eq(items[k].title, asked[i].titles[k]);
    }
}
END_TEST

START_TEST(reads_two_libraries_as_one)
{
    /* The first home becomes the system-wide library. */
    char own[96];
    snprintf(own, sizeof own, "%s/own", root);
    library_close(l);
    places.system_data = home;
    places.data = own;
    l = library_open(&places, LIBRARY_WRITE, "", &err);
    ck_assert(l != NULL);
    ck_assert_str_eq(module("prime-pump")->facts.title, "Prime a pump");
    snprintf(dir, sizeof dir, "%s/own-plant", root);
    write_file("channel.yaml", "id: mine\n");
    write_file("modules/zebra.md", "---\ntitle: Zebra\nproblem: A.\noutcome: B.\nminutes: 3\n---\nStripes.\n");
    write_file("modules/aardvark.md", "---\ntitle: Aardvark\nproblem: A.\noutcome: B.\nminutes: 3\n---\nAnts.\n");
    install();
    struct facts *items;
    size_t count;
    struct library_filter all = {0};
    ck_assert(library_list(l, a, &all, 0, 10, &items, &count, &err));
    ck_assert_uint_eq(count, 4);
    ck_assert_str_eq(items[0].title, "Aardvark");
    ck_assert_str_eq(items[1].title, "Change a seal");
    ck_assert_str_eq(items[3].title, "Zebra");
    ck_assert_str_eq(library_facts(l, a, items[1].key, &err)->id, "seal");
    struct library_channel *channels;
    ck_assert(library_channels(l, a, &channels, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert(channels[1].system);
    /* A channel of the user's with the same id hides the system's. */
    write_file("channel.yaml", "id: plant\n");
    remove_file("modules/zebra.md");
    ck_assert(library_remove(l, "mine", &err));
    install();
    ck_assert(library_list(l, a, &all, 0, 10, &items, &count, &err));
    ck_assert_uint_eq(count, 1);
    ck_assert(library_module(l, a, "seal", &err) == NULL);
}
END_TEST

static unsigned mode_of(const char *path)
{
    struct stat st;
    ck_assert_msg(stat(path, &st) == 0, "%s", path);
    return (unsigned)st.st_mode & 0777;
}

/* What anybody else sees: an exit status of 0 when the module is found and read. */
static int look_as_nobody(void)
{
    enum { NOBODY = 65534 };
    library_close(l);
    l = NULL;
    struct target *targets;
    size_t count;
    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0 || (l = library_open(&places, LIBRARY_READ, "", &err)) == NULL)
        return 1;
    bool ok = library_resolve(l, a, "vent", &targets, &count, &err) && count == 1 &&
              library_module_key(l, a, targets[0].key, &err) != NULL;
    library_close(l);
    l = NULL;
    return ok ? 0 : 2;
}

/* Written by one, read by all: whatever the writer's umask. */
START_TEST(the_system_wide_library_is_everybodys)
{
    mode_t before = umask(077);
    char shared[96];
    snprintf(shared, sizeof shared, "%s/var/crib", root);
    library_close(l);
    places.data = shared;
    places.system_data = shared;
    l = library_open(&places, LIBRARY_WRITE, "", &err);
    ck_assert_msg(l != NULL, "%s: %s", err.what, err.why);
    install();
    umask(before);
    ck_assert_uint_eq(mode_of(shared), 0755);
    ck_assert_uint_eq(mode_of(arena_printf(a, "%s/library.db", shared)), 0644);
    ck_assert_uint_eq(mode_of(arena_printf(a, "%s/index", shared)), 0755);
    ck_assert_uint_eq(mode_of(arena_printf(a, "%s/index/index", shared)), 0644);
    ck_assert_uint_eq(mode_of(arena_printf(a, "%s/index/segment-1", shared)), 0644);
    if (geteuid() != 0)
        return;
    ck_assert_int_eq(chmod(root, 0755), 0);
    char none[96];
    snprintf(none, sizeof none, "%s/none", root);
    places.data = none;
    pid_t child = fork();
    if (child == 0)
        _exit(look_as_nobody());
    int status;
    ck_assert(child > 0 && waitpid(child, &status, 0) == child);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(refuses_a_broken_database)
{
    library_close(l);
    l = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s/library.db", home);
    ck_assert(file_write(path, "this is not a database, whatever its name may say about it", 58, 0600, &err));
    ck_assert(library_open(&places, LIBRARY_WRITE | LIBRARY_ALONE, "", &err) == NULL);
    ck_assert(strstr(err.todo, "cache") != NULL);
    ck_assert(unlink(path) == 0);
    reopen(LIBRARY_READ);
    struct facts *items;
    size_t count;
    struct library_filter all = {0};
    ck_assert(library_list(l, a, &all, 0, 10, &items, &count, &err));
    ck_assert_uint_eq(count, 0);
    struct target *targets;
    ck_assert(library_resolve(l, a, "anything", &targets, &count, &err));
    ck_assert_uint_eq(count, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("library");
    TCase *t = tcase_create("library");
    tcase_add_checked_fixture(t, set_up, plant_remove);
    tcase_add_test(t, keeps_the_facts);
    tcase_add_test(t, reads_only_what_changed);
    tcase_add_test(t, tells_new_from_changed);
    tcase_add_test(t, what_is_signed_is_the_whole_file);
    tcase_add_test(t, an_upgrade_brings_what_is_signed);
    tcase_add_test(t, a_module_that_comes_back_is_not_new);
    tcase_add_test(t, a_text_that_stood_before_is_not_changed_twice);
    tcase_add_test(t, keeps_what_stood_when_a_file_breaks);
    tcase_add_test(t, heals_the_index);
    tcase_add_test(t, a_reader_heals_the_index);
    tcase_add_test(t, lists_and_counts);
    tcase_add_loop_test(t, resolves_what_is_typed, 0, (int)(sizeof typed / sizeof *typed));
    tcase_add_test(t, resolves_paths);
    tcase_add_test(t, keeps_channels_apart);
    tcase_add_test(t, picks_the_translation);
    tcase_add_test(t, an_id_means_the_translation_in_each_channel);
    tcase_add_test(t, reads_two_libraries_as_one);
    tcase_add_test(t, the_system_wide_library_is_everybodys);
    tcase_add_test(t, refuses_a_broken_database);
    suite_add_tcase(s, t);
    return suite_run(s);
}
