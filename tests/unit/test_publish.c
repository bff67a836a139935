/* Publishing: what goes to whom, what is refused, that each step leaves a whole channel, and that damage is named. */
#include "core/library/module.h"
#include "sync/channel/catalogue.h"
#include "sync/channel/check.h"
#include "sync/channel/keyfile.h"
#include "sync/channel/keyring.h"
#include "sync/channel/publish.h"
#include "sync/channel/vouch.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static char root[64], src[80], out[80];
static struct arena *a;
static struct error err;
static struct secret_key key, other_key;
static struct progress progress;
static struct publish_options options;
static struct publication p;

#define MODULE(title, roles, more)                                                                                     \
    "---\ntitle: " title "\nproblem: It fails in the middle.\noutcome: You mend it and know why.\nminutes: 2\n"       \
    "format: refresher\n" roles "reviewed: {by: a@example.com, on: 2026-01-01}\n" more "---\n## Do\n\nOpen the vent.\n"

static bool unlock(void *context, struct secret_key *out_key, struct error *e)
{
    (void)e;
    *out_key = *(const struct secret_key *)context;
    return true;
}

static void shell(const char *format, const char *argument)
{
    char command[400];
    snprintf(command, sizeof command, "cd '%s' && ", root);
    size_t n = strlen(command);
    snprintf(command + n, sizeof command - n, format, argument);
    ck_assert_msg(system(command) == 0, "%s", command);
}

static void write_source(const char *name, const char *text)
{
    const char *path = arena_printf(a, "%s/%s", src, name);
    ck_assert_msg(file_write(path, text, strlen(text), 0644, &err), "%s: %s", err.where, err.why);
}

static void set_up(void)
{
    ck_assert_int_ge(sodium_init(), 0);
    suite_dir(root, sizeof root, "publish");
    snprintf(src, sizeof src, "%s/src", root);
    snprintf(out, sizeof out, "%s/out", root);
    setenv("CRIB_CLOCK", "2026-11-20T00:00:00Z", 1);
    a = arena_open();
    err = (struct error){0};
    struct public_key unused;
    key_make(&unused, &key);
    key_make(&unused, &other_key);
    progress_open(&progress, true);
    p = (struct publication){0};
    options = (struct publish_options){.source = src, .out = out, .unlock = unlock, .context = &key, .versions = 3,
                                       .days = 90, .progress = &progress};
    shell("mkdir -p src/modules src/pages%s", "");
    write_source("channel.yaml", "id: plant\nname: Plant\n");
    write_source("modules/pump.md", MODULE("Prime the pump", "", ""));
    write_source("modules/weld.md", MODULE("Grind the weld", "roles: [welder]\n", ""));
    write_source("modules/seal.md", MODULE("Press the seal", "roles: [welder, fitter]\n", ""));
    write_source("pages/df.md", "# Disk full\n\nLook at df.\n");
}

static void tear_down(void)
{
    publication_close(&p);
    arena_close(a);
    suite_remove(root);
}

static bool publish_it(void)
{
    publication_close(&p);
    err = (struct error){0};
    return publish(a, &options, &p, &err);
}

static void publish_well(enum publish_outcome outcome)
{
    ck_assert_msg(publish_it(), "%s: %s: %s", err.what, err.where, err.why);
    ck_assert_int_eq(p.outcome, outcome);
}

static void change_pump(const char *title)
{
    write_source("modules/pump.md", arena_printf(a, MODULE("%s", "", ""), title));
}

static struct public_key public_of(const struct secret_key *secret)
{
    return key_public(secret);
}

static const char *text_of(const struct secret_key *secret)
{
    char text[KEY_TEXT];
    const struct public_key k = public_of(secret);
    key_text(&k, text);
    return arena_strdup(a, text);
}

/* How many problems a check by that key finds; the first one's file in *file. */
static size_t problems(const struct secret_key *by, const char **file)
{
    struct diags *diags = diags_open();
    struct checked c;
    struct public_key k = public_of(by != NULL ? by : &key);
    ck_assert_msg(check_published(a, out, by != NULL ? &k : NULL, diags, &c, &err), "%s: %s", err.what, err.why);
    size_t n = diags_errors(diags);
    for (size_t i = diags_count(diags); file != NULL && i-- > 0;)
        if (diags_at(diags, i)->severity == SEVERITY_ERROR)
            *file = arena_strdup(a, diags_at(diags, i)->file);
    ck_assert(by == NULL || n > 0 || c.trusted);
    diags_close(diags);
    return n;
}

static size_t files_in(const char *name)
{
    DIR *dir = opendir(arena_printf(a, "%s/%s", out, name));
    size_t n = 0;
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        n += entry->d_name[0] != '.';
    if (dir != NULL)
        closedir(dir);
    return n;
}

/* ---- groups ---- */

static const struct gathered_group *group(const struct gathered *g, const char *name)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->groups[i].name, name) == 0)
            return &g->groups[i];
    return NULL;
}

static bool gather(const struct pack_file *files, size_t n, struct gathered *g)
{
    err = (struct error){0};
    return gather_files(a, "plant", &(struct pack_files){files, n}, g, &err);
}

START_TEST(groups_are_sets_of_roles)
{
    const struct pack_file files[] = {{"channel.yaml", STR("id: plant\n")},
                                      {"modules/a.md", str_of(MODULE("A", "roles: [x, y]\n", ""))},
                                      {"modules/b.md", str_of(MODULE("B", "roles: [y, x, y]\n", ""))},
                                      {"modules/c.de.md", str_of(MODULE("C", "", ""))},
                                      {"modules/c.md", str_of(MODULE("C", "roles: [all]\n", ""))},
                                      {"modules/d.md", str_of(MODULE("D", "", "status: draft\n"))},
                                      {"modules/d.pt.md", str_of(MODULE("D", "", ""))},
                                      {"pages/p.md", STR("# P\n")},
                                      {"programmes/q.yaml", STR("title: Q\n")},
                                      {"programmes/r.yaml", STR("title: R\nroles: [y, x]\n")},
                                      {"programmes/s.yaml", STR("title: S\nroles: [z]\n")}};
    struct gathered g;
    ck_assert_msg(gather(files, 11, &g), "%s", err.why);
    ck_assert_uint_eq(g.count, 5);
    ck_assert_uint_eq(group(&g, "x.y")->files.count, 3);
    ck_assert_uint_eq(group(&g, "x.y")->programmes, 1);
    ck_assert_str_eq(group(&g, "z")->files.items[0].path, "programmes/s.yaml");
    ck_assert_uint_eq(g.programmes, 3);
    ck_assert_uint_eq(group(&g, "x.y")->roles.count, 2);
    ck_assert_uint_eq(group(&g, "all")->files.count, 3); /* channel.yaml, the page, the programme */
    ck_assert_uint_eq(group(&g, "catalogue")->files.count, 7); /* the programmes, too */
    const char *role = "all", *name = group_name(a, (struct strings){&role, 1});
    ck_assert_uint_eq(group(&g, name)->files.count, 2); /* the translation goes with its module */
    ck_assert_uint_eq(g.drafts.count, 2);
    ck_assert_str_eq(g.drafts.items[1], "modules/d.pt.md");
    ck_assert_uint_eq(g.unreviewed.count, 0);
    ck_assert_uint_eq(g.modules, 4);
    ck_assert_uint_eq(g.pages, 1);
}
END_TEST

/* A drawing is in each pack that has a link to it, once, and nowhere else. */
START_TEST(files_go_with_what_links_to_them)
{
    const struct pack_file files[] = {
        {"channel.yaml", STR("id: plant\n")},
        {"files/a b.pdf", STR("A B")},
        {"files/draft.pdf", STR("D")},
        {"files/lonely.pdf", STR("L")},
        {"files/p.pdf", STR("P")},
        {"files/page.pdf", STR("G")},
        {"modules/a.md", str_of(MODULE("A", "roles: [x]\n", "") "[p](../files/p.pdf) ![again](files/p.pdf)\n")},
        {"modules/b.md", str_of(MODULE("B", "roles: [y]\n", "") "[p](../files/p.pdf#2) [s](../files/a%20b.pdf)\n")},
        {"modules/c.md", str_of(MODULE("C", "roles: [x]\n", "") "[p](files&#47;p.pdf) [gone](../files/gone.pdf)\n")},
        {"modules/d.md", str_of(MODULE("D", "", "status: draft\n") "[d](../files/draft.pdf)\n")},
        {"pages/deep/p.md", STR("# P\n\n[g][1]\n\n[1]: ../../files/page.pdf\n\n`[l](../../files/lonely.pdf)`\n")}};
    const struct {
        const char *group, *names;
    } wanted[] = {{"x", "files/p.pdf modules/a.md modules/c.md "},
                  {"y", "files/a b.pdf files/p.pdf modules/b.md "},
                  {"all", "channel.yaml files/page.pdf pages/deep/p.md "},
                  {"catalogue", "modules/a.md modules/b.md modules/c.md "}};
    struct gathered g;
    ck_assert_msg(gather(files, sizeof files / sizeof *files, &g), "%s", err.why);
    ck_assert_uint_eq(g.count, 4);
    ck_assert_uint_eq(g.attached, 3);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct gathered_group *at = group(&g, wanted[i].group);
        const char *names = "";
        for (size_t k = 0; k < at->files.count; k++)
            names = arena_printf(a, "%s%s ", names, at->files.items[k].path);
        ck_assert_str_eq(names, wanted[i].names);
    }
}
END_TEST

START_TEST(what_nobody_reviewed_is_named)
{
    const struct pack_file files[] = {{"channel.yaml", STR("id: plant\n")},
                                      {"modules/a.md", STR("---\ntitle: A\n---\n")},
                                      {"modules/b.md", str_of(MODULE("B", "", "status: review\n"))},
                                      {"modules/c.md", str_of(MODULE("C", "", ""))},
                                      {"modules/d.md", STR("---\ntitle: D\nstatus: draft\n---\n")},
                                      {"pages/p.md", STR("# P\n")}};
    struct gathered g;
    ck_assert(gather(files, 6, &g));
    ck_assert_uint_eq(g.unreviewed.count, 2);
    ck_assert_str_eq(g.unreviewed.items[0], "modules/a.md");
    ck_assert_str_eq(g.unreviewed.items[1], "modules/b.md");
}
END_TEST

START_TEST(what_no_device_would_take_is_refused)
{
    struct gathered g;
    struct buf many = {0}, huge = {0};
    buf_adds(&many, "---\nroles: [");
    for (int i = 0; i < 65; i++)
        buf_addf(&many, "%sr%d", i > 0 ? ", " : "", i);
    buf_adds(&many, "]\n---\n");
    const struct pack_file too_many = {"modules/a.md", {buf_text(&many), many.len}},
                           odd = {"modules/a.md", STR("---\nroles: [\"a\\u202eb\"]\n---\n")};
    ck_assert(!gather(&too_many, 1, &g));
    ck_assert_str_eq(err.where, "modules/a.md");
    ck_assert(!gather(&odd, 1, &g));
    buf_addn(&huge, 'x', (size_t)15 << 20);
    struct pack_file large[5];
    for (int i = 0; i < 5; i++)
        large[i] = (struct pack_file){arena_printf(a, "pages/%d.md", i), {buf_text(&huge), huge.len}};
    ck_assert(!gather(large, 5, &g));
    ck_assert_ptr_nonnull(strstr(err.why, "64 MiB"));
    ck_assert_str_eq(err.where, "pages/4.md");
    struct pack_file *roles = arena_array(a, 600, sizeof *roles);
    for (int i = 0; i < 600; i++)
        roles[i] = (struct pack_file){arena_printf(a, "modules/m%03d.md", i),
                                      str_of(arena_printf(a, "---\nroles: [r%d]\n---\n", i))};
    ck_assert(!gather(roles, 600, &g));
    ck_assert_ptr_nonnull(strstr(err.why, "sets of roles"));
    ck_assert_int_eq(err.code, EX_DATAERR);
    buf_free(&many);
    buf_free(&huge);
}
END_TEST

START_TEST(a_catalogue_says_what_the_module_says)
{
    static const char text[] = "---\nkind: event\ntitle: \"He said: \\\"no\\\" # \\\\ {x}\"\nproblem: '- a: [b'\n"
                               "outcome: |\n  two\n  lines\nminutes: 7\nformat: micro\nstages: [operate, 'a, b']\n"
                               "triggers:\n  - code: 'E: 1'\n  - output: '^x\\s+\"y\"$'\nowner: me@example.com\n---\ntext\n";
    const struct module *m = module_parse(a, text, sizeof text - 1, "a.md", KIND_MODULE, "a.md", NULL, &err), *back;
    const char *roles[] = {"x", "yes"};
    struct str entry;
    ck_assert(catalogue_entry(a, m, (struct strings){roles, 2}, &entry));
    back = module_parse(a, entry.p, entry.n, "a.md", KIND_MODULE, "a.md", NULL, &err);
    ck_assert(!back->broken);
    ck_assert_int_eq(back->kind, KIND_EVENT);
    ck_assert_str_eq(back->title, m->title);
    ck_assert_str_eq(back->problem, "- a: [b");
    ck_assert_str_eq(back->outcome, m->outcome);
    ck_assert_int_eq(back->minutes, 7);
    ck_assert_int_eq(back->format, FORMAT_MICRO);
    ck_assert_uint_eq(back->roles.count, 2);
    ck_assert_str_eq(back->roles.items[1], "yes");
    ck_assert_str_eq(back->stages.items[1], "a, b");
    ck_assert_uint_eq(back->trigger_count, 2);
    ck_assert_str_eq(back->triggers[1].pattern, m->triggers[1].pattern);
    ck_assert_str_eq(back->owner, "");
    ck_assert_uint_eq(back->body.n, 0);
}
END_TEST

/* An older crib reads it as any other programme. */
START_TEST(a_catalogue_says_what_the_programme_says)
{
    static const char text[] = "title: \"Pumps: \\\"no\\\" # {x}\"\nproblem: '- a: [b'\noutcome: |\n  two\n  lines\nroles: [b, a]\nelements:\n"
                               "  - {id: r, kind: module, module: prime, title: 'x, y'}\n  - {id: w, kind: session, starts: 2027-03-04T09:00+01:00, minutes: 90, where: 'Hall: 2'}\n"
                               "  - {id: t, kind: assessment, module: prime, after_days: 0}\n";
    const struct programme *of, *back;
    const char *roles[] = {"a", "b"};
    struct diags *d = diags_open();
    struct str entry;
    ck_assert(programme_parse(a, text, sizeof text - 1, "week", "week.yaml", d, &of, &err));
    ck_assert(catalogue_programme(a, of, (struct strings){roles, 2}, &entry));
    ck_assert(programme_parse(a, entry.p, entry.n, "week", "week.yaml", d, &back, &err));
    ck_assert_uint_eq(diags_count(d), 0);
    diags_close(d);
    ck_assert_str_eq(back->title, of->title);
    ck_assert_str_eq(back->outcome, of->outcome);
    ck_assert_str_eq(back->roles.items[0], "a");
    ck_assert_uint_eq(back->count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct element *x = &of->elements[i], *y = &back->elements[i];
        ck_assert_str_eq(x->id, y->id);
        ck_assert_str_eq(x->title, y->title);
        ck_assert_str_eq(x->module, y->module);
        ck_assert_str_eq(x->where, y->where);
        ck_assert(x->kind == y->kind && x->phase == y->phase && x->starts_ms == y->starts_ms && x->minutes == y->minutes &&
                  x->after_days == y->after_days);
    }
}
END_TEST

/* ---- versions ---- */

START_TEST(nothing_changed_is_nothing_published)
{
    publish_well(PUBLISHED);
    ck_assert_int_eq(p.now.pointer.version, 1);
    ck_assert_uint_eq(problems(&key, NULL), 0);
    publish_well(PUBLISHED_NOTHING);
    ck_assert_int_eq(p.now.pointer.version, 1);
    ck_assert_uint_eq(p.build.written, 0);
    change_pump("Prime it");
    publish_well(PUBLISHED);
    ck_assert_int_eq(p.now.pointer.version, 2);
    ck_assert_uint_eq(p.build.deltas, 2); /* all, and the catalogue */
    ck_assert_uint_eq(problems(&key, NULL), 0);
}
END_TEST

START_TEST(the_expiry_is_renewed_at_its_half)
{
    publish_well(PUBLISHED);
    setenv("CRIB_CLOCK", "2027-01-03T00:00:00Z", 1); /* after 44 days */
    publish_well(PUBLISHED_NOTHING);
    setenv("CRIB_CLOCK", "2027-01-05T00:00:00Z", 1);
    publish_well(PUBLISHED_RENEWAL);
    ck_assert_int_eq(p.now.pointer.version, 2);
    ck_assert_int_eq(p.now.pointer.expires_ms - p.now.pointer.published_ms, INT64_C(90) * 86400000);
    ck_assert_uint_eq(problems(&key, NULL), 0);
    setenv("CRIB_CLOCK", "2027-08-01T00:00:00Z", 1);
    ck_assert_uint_eq(problems(&key, NULL), 1);
    setenv("CRIB_CLOCK", "2026-01-01T00:00:00Z", 1);
    ck_assert(!publish_it());
    ck_assert_ptr_nonnull(strstr(err.why, "clock"));
}
END_TEST

START_TEST(each_version_has_a_second_of_its_own)
{
    struct stat before, after;
    publish_well(PUBLISHED);
    int64_t published = p.now.pointer.published_ms;
    ck_assert_int_eq(stat(arena_printf(a, "%s/channel.json", out), &before), 0);
    change_pump("Prime it");
    publish_well(PUBLISHED);
    ck_assert_int_gt(p.now.pointer.published_ms, published);
    ck_assert_int_eq(stat(arena_printf(a, "%s/channel.json", out), &after), 0);
    ck_assert_int_ne(before.st_mtime, after.st_mtime);
}
END_TEST

START_TEST(what_no_version_needs_goes)
{
    for (int i = 0; i < 6; i++) {
        change_pump(arena_printf(a, "Prime it %d times", i));
        publish_well(PUBLISHED);
    }
    /* Packs of `all` and the catalogue: of this version and the three before; the two others never changed. */
    ck_assert_uint_eq(files_in("pack"), 2 * 4 + 2);
    /* To this version from three, and to the one before from two. */
    ck_assert_uint_eq(files_in("delta"), 2 * (3 + 2));
    ck_assert_uint_eq(files_in("sig"), 4);
    ck_assert_uint_eq(problems(&key, NULL), 0);
    write_source("modules/pump.md", MODULE("Prime it 1 times", "", "")); /* as it was in the second version */
    publish_well(PUBLISHED);
    ck_assert_uint_eq(problems(&key, NULL), 0);
    ck_assert_uint_eq(publication_cost(&p, 0, (struct strings){0}) < publication_cost(&p, SIZE_MAX, (struct strings){0}), 1);
}
END_TEST

START_TEST(the_same_source_gives_the_same_bytes)
{
    for (int i = 0; i < 2; i++) {
        options.out = out;
        change_pump("Prime the pump");
        publish_well(PUBLISHED);
        change_pump("Prime it");
        publish_well(PUBLISHED);
        shell("mv out out-%s", i == 0 ? "one" : "two");
        shell("cp -r src src2 && rm -rf src && mv src2 src%s", ""); /* another order on disk, other times */
    }
    shell("diff -r out-one out-two%s", "");
}
END_TEST

START_TEST(a_dry_run_changes_nothing)
{
    options.dry = true;
    publish_well(PUBLISHED);
    ck_assert_int_ne(access(out, F_OK), 0);
    ck_assert_uint_gt(publication_cost(&p, SIZE_MAX, (struct strings){0}), 500);
    options.dry = false;
    publish_well(PUBLISHED);
    change_pump("Prime it");
    options.dry = true;
    publish_well(PUBLISHED);
    size_t said = publication_cost(&p, 0, (struct strings){0});
    ck_assert_uint_eq(files_in("delta"), 0);
    options.dry = false;
    publish_well(PUBLISHED);
    ck_assert_uint_eq(publication_cost(&p, 0, (struct strings){0}), said);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
    const char *before, *path, *text, *why;
    int code;
} refusals[] = {
    {":", "modules/pump.md", "---\ntitle: Pump\n---\n[x](gone.md)\n", "errors in the content", EX_DATAERR},
    {":", "modules/pump.md", "---\ntitle: P\nproblem: It fails.\noutcome: Mend.\nminutes: 2\n---\n## A\n\nText.\n",
     "nobody has reviewed 1 module: modules/pump.md", EX_DATAERR},
    {"rm src/channel.yaml", "pages/x.md", "# X\n", "no channel.yaml", EX_NOINPUT},
    {"ln -s /etc/passwd src/pages/y.md", "pages/x.md", "# X\n", "in the content", EX_DATAERR},
    {"mkdir out && touch out/photo.jpg", "pages/x.md", "# X\n", "other things", EX_USAGE},
    {"mkdir out && touch out/channel.yaml out/channel.json", "pages/x.md", "# X\n", "other things", EX_USAGE},
    {"mkdir out && echo '{}' >out/channel.json", "pages/x.md", "# X\n", "format", EX_DATAERR},
    {"printf '# X' >'src/pages/back\\slash.md'", "pages/x.md", "# X\n", "called so", EX_DATAERR},
    {"echo >out", "pages/x.md", "# X\n", "directory", 0},
};

START_TEST(refused_with_nothing_written)
{
    shell(refusals[_i].before, "");
    write_source(refusals[_i].path, refusals[_i].text);
    ck_assert(!publish_it());
    ck_assert_msg(strstr(err.why, refusals[_i].why) != NULL, "%s: %s: %s", err.what, err.where, err.why);
    ck_assert(refusals[_i].code == 0 || err.code == refusals[_i].code);
    ck_assert_uint_eq(files_in("pack"), 0);
}
END_TEST

START_TEST(a_draft_keeps_nobody_from_publishing)
{
    write_source("modules/idea.md", "---\ntitle: Idea\nstatus: draft\nminutes: ten\n---\n[x](gone.md)\n");
    publish_well(PUBLISHED);
    ck_assert_uint_eq(p.gathered.drafts.count, 1);
    ck_assert_uint_gt(diags_errors(p.diags), 0);
    ck_assert_uint_eq(p.errors, 0);
    ck_assert_uint_eq(problems(&key, NULL), 0);
    write_source("modules/idea.md", "---\ntitle: Idea\nproblem: It fails now.\noutcome: Mend it.\nminutes: 2\n---\n## A\n\nB.\n");
    ck_assert(!publish_it());
    options.unreviewed = true;
    publish_well(PUBLISHED);
}
END_TEST

START_TEST(another_channel_is_refused)
{
    publish_well(PUBLISHED);
    write_source("channel.yaml", "id: other\nname: Other\n");
    ck_assert(!publish_it());
    ck_assert_ptr_nonnull(strstr(err.why, "`plant`"));
    ck_assert_uint_eq(problems(&key, NULL), 0);
}
END_TEST

START_TEST(one_publisher_at_a_time)
{
    struct outdir o;
    publish_well(PUBLISHED);
    pid_t child = fork(); /* a lock is a process's own */
    const char *locked = arena_printf(a, "%s/locked", root);
    if (child == 0) {
        bool ok = outdir_open(&o, a, out, 3, true, &err) && file_write(locked, "", 0, 0600, &err);
        while (ok)
            pause();
        _exit(1);
    }
    while (access(locked, F_OK) != 0)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    ck_assert(!publish_it());
    ck_assert_int_eq(err.code, EX_TEMPFAIL);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    publish_well(PUBLISHED_NOTHING);
}
END_TEST

/* ---- killed in between ---- */

/* The steps of a publication, of which the first so-and-so-many were done. */
static void half_publish(int steps)
{
    struct outdir o;
    struct gathered g;
    struct pack_files files;
    struct channel channel;
    struct build b;
    ck_assert(channel_read(a, src, &channel, NULL, &err) && gather_read(a, &channel, &files, &err) &&
              gather_files(a, channel.id, &files, &g, &err) && outdir_open(&o, a, out, 3, true, &err) &&
              build_plan(&b, &o, &g, &err));
    if (steps > 0)
        ck_assert(build_run(&b, false, &progress, &err));
    struct edition next = {.pointer = o.editions[0].pointer};
    next.pointer.version++;
    next.pointer.groups = build_groups(&b);
    struct buf text = {0}, signature = {0};
    pointer_write(&next.pointer, &text);
    ck_assert(sign(&key, buf_text(&text), text.len, "x", &signature, &err));
    const struct str s = {buf_text(&signature), signature.len};
    if (steps > 1)
        ck_assert(outdir_write(&o, signature_path(a, buf_text(&text), text.len), s, &err));
    if (steps > 2)
        ck_assert(outdir_write(&o, "channel.json.minisig", s, &err));
    if (steps > 3)
        ck_assert(outdir_write(&o, "channel.json.AbCdEf", s, &err));
    if (steps > 3)
        ck_assert(outdir_write(&o, "pack/all-0123456789abcdef.tar.zst.AbCdEf", s, &err));
    outdir_close(&o);
    buf_free(&text);
    buf_free(&signature);
}

START_TEST(a_half_published_version_is_the_old_one)
{
    publish_well(PUBLISHED);
    change_pump("Prime it");
    half_publish(_i);
    const char *file = "";
    size_t n = problems(&key, &file);
    ck_assert_msg(n == (_i > 2 ? 1 : 0), "%s", file); /* the signature for people alone */
    if (_i > 2)
        ck_assert_str_eq(file, "channel.json.minisig");
    publish_well(PUBLISHED);
    ck_assert_int_eq(p.now.pointer.version, 2);
    ck_assert_uint_eq(problems(&key, NULL), 0);
    ck_assert_int_ne(access(arena_printf(a, "%s/channel.json.AbCdEf", out), F_OK), 0);
    ck_assert_uint_eq(files_in("sig"), 2);
    ck_assert_uint_eq(files_in("pack"), 6);
}
END_TEST

START_TEST(the_old_source_mends_a_half_published_version)
{
    publish_well(PUBLISHED);
    change_pump("Prime it");
    half_publish(4);
    change_pump("Prime the pump");
    publish_well(PUBLISHED_NOTHING);
    ck_assert_uint_eq(problems(&key, NULL), 0);
}
END_TEST

/* ---- checking ---- */

static const struct {
    const char *spoil, *file;
} spoils[] = {
    {"for f in pack/all-*; do echo x >>$f; done", "pack/all-"},
    {"rm pack/welder-*", "pack/welder-"},
    {"cp pack/welder-* x && for f in pack/fitter.welder-*; do cp x $f; done", "pack/fitter.welder-"},
    {"for f in delta/all-*; do echo x >$f; done", "delta/all-"},
    {"rm sig/*", "sig/"},
    {"rm channel.json.minisig", "channel.json.minisig"},
    {"echo 'untrusted comment: x' >channel.json.minisig", "channel.json.minisig"},
    {"sed -i 's/version\":2/version\":3/' channel.json", "channel.json.minisig"},
};

START_TEST(damage_is_named)
{
    publish_well(PUBLISHED);
    change_pump("Prime it");
    publish_well(PUBLISHED);
    shell(arena_printf(a, "cd out && %s", spoils[_i].spoil), "");
    const char *file = "";
    ck_assert_uint_ge(problems(&key, &file), 1);
    ck_assert_msg(strncmp(file, spoils[_i].file, strlen(spoils[_i].file)) == 0, "%s: %s", spoils[_i].spoil, file);
}
END_TEST

START_TEST(damaged_packs_are_written_anew)
{
    publish_well(PUBLISHED);
    shell("cd out && for f in pack/%s; do echo x >>$f; done && rm pack/welder-*", "all-*");
    publish_well(PUBLISHED_NOTHING);
    ck_assert_uint_eq(p.build.written, 2);
    ck_assert_uint_eq(problems(&key, NULL), 0);
    shell("cd out && rm sig/*%s", "");
    publish_well(PUBLISHED_RENEWAL);
    ck_assert_uint_eq(problems(&key, NULL), 0);
}
END_TEST

/* Well signed, and not a channel that fits together. */
START_TEST(packs_that_disagree_are_named)
{
    struct outdir o;
    struct gathered g;
    struct build b;
    size_t size;
    const struct pack_file files[] = {{"channel.yaml", STR("id: plant\n")},
                                      {"modules/a.md", str_of(MODULE("A", "roles: [x]\n", ""))},
                                      {"modules/b.md", str_of(MODULE("B", "roles: [y]\n", ""))}};
    ck_assert(gather(files, 3, &g) && outdir_open(&o, a, out, 3, true, &err));
    struct pack_file wrong[2] = {files[1], files[1]};
    for (size_t i = 0; i < g.count; i++) {
        struct gathered_group *to = &g.groups[i];
        if (_i == 0 && strcmp(to->name, "catalogue") == 0)
            to->files.count = 1;
        if (_i == 1 && strcmp(to->name, "y") == 0)
            to->files = (struct pack_files){wrong, 1};
        if (_i == 2 && strcmp(to->name, "x") == 0)
            to->files.count = 0;
    }
    struct edition next = {.pointer = {.id = _i == 3 ? "other" : "plant", .version = 1, .published_ms = 1763600000000, .expires_ms = 1863600000000}};
    ck_assert(build_plan(&b, &o, &g, &err) && build_run(&b, false, &progress, &err));
    next.pointer.groups = build_groups(&b);
    next.pointer.count = b.count;
    ck_assert(publish_edition(&o, &next, &key, &size, false, &err));
    outdir_close(&o);
    ck_assert_uint_ge(problems(&key, NULL), 1);
}
END_TEST

/* ---- keys ---- */

static void rotate(struct secret_key *from, struct secret_key *to)
{
    const char *next = text_of(to), *drop = text_of(from);
    options.context = from;
    options.next = (struct strings){&next, 1};
    publish_well(PUBLISHED_KEYS);
    options.context = to;
    options.next = (struct strings){0};
    options.drop = (struct strings){&drop, 1};
    publish_well(PUBLISHED_KEYS);
    options.drop = (struct strings){0};
}

START_TEST(keys_are_walked_from_any_of_them)
{
    struct secret_key third, stranger;
    struct public_key unused;
    key_make(&unused, &third);
    key_make(&unused, &stranger);
    publish_well(PUBLISHED);
    rotate(&key, &other_key);
    rotate(&other_key, &third);
    ck_assert_int_eq(p.now.pointer.key_set, 4);
    ck_assert_uint_eq(problems(&key, NULL), 0);
    ck_assert_uint_eq(problems(&other_key, NULL), 0);
    ck_assert_uint_eq(problems(&third, NULL), 0);
    ck_assert_uint_eq(problems(NULL, NULL), 0);
    ck_assert_uint_eq(problems(&stranger, NULL), 1);
    change_pump("Prime it");
    options.context = &key;
    ck_assert(!publish_it());
    ck_assert_int_eq(err.code, EX_NOPERM);
    options.context = &third;
    publish_well(PUBLISHED);
    shell("cd out && cp keys/2.json keys/3.json%s", "");
    ck_assert_uint_ge(problems(&key, NULL), 1);
    ck_assert_uint_ge(problems(NULL, NULL), 1);
}
END_TEST

START_TEST(keys_that_can_not_be)
{
    const char *mine = text_of(&key), *theirs = text_of(&other_key), *nonsense = "RWQnonsense";
    publish_well(PUBLISHED);
    options.drop = (struct strings){&mine, 1};
    ck_assert(!publish_it());
    options.drop = (struct strings){&theirs, 1};
    ck_assert(!publish_it());
    options.drop = (struct strings){0};
    options.next = (struct strings){&nonsense, 1};
    ck_assert(!publish_it());
    options.next = (struct strings){&mine, 1}; /* counts already */
    publish_well(PUBLISHED_NOTHING);
    options.next = (struct strings){0};
    options.context = &other_key;
    change_pump("Prime it");
    ck_assert(!publish_it());
    ck_assert_int_eq(err.code, EX_NOPERM);
    ck_assert_uint_eq(problems(&key, NULL), 0);
}
END_TEST

/* Only what the given key signed lets a device skip what came before. */
START_TEST(a_set_by_a_stranger_vouches_for_nobody)
{
    const char *keys[] = {text_of(&other_key)};
    const struct key_set set = {2, {keys, 1}};
    struct buf text = {0}, signature = {0};
    struct vouch v;
    const struct public_key given = public_of(&key);
    key_set_write(&set, &text);
    ck_assert(sign(&other_key, buf_text(&text), text.len, "x", &signature, &err));
    const struct str bytes = {buf_text(&text), text.len}, by = {buf_text(&signature), signature.len};
    ck_assert(vouch_from(&v, a, &given));
    ck_assert(vouch_set(&v, a, 2, 3, bytes, by, "keys/2.json", &err));
    ck_assert_int_eq(v.number, 0);
    ck_assert(strings_has(v.keys, text_of(&key)));
    ck_assert(!vouch_set(&v, a, 2, 2, bytes, by, "keys/2.json", &err));
    v.number = 1; /* once walked, nothing is skipped */
    ck_assert(!vouch_set(&v, a, 2, 3, bytes, by, "keys/2.json", &err));
    buf_free(&text);
    buf_free(&signature);
}
END_TEST

START_TEST(files_of_keys)
{
    static const char *const names[][2] = {{"/x/plant.key", "/x/plant.pub"}, {"plant", "plant.pub"}, {".key", ".key.pub"},
                                           {"/x/.key", "/x/.key.pub"}, {"a.key", "a.pub"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_str_eq(keyfile_public_place(a, names[i][0]), names[i][1]);
    struct buf text = {0};
    struct secret_key read;
    const char *path = arena_printf(a, "%s/k", root), *pass = arena_printf(a, "%s/pass", root);
    ck_assert(secret_write(&key, "over the hills", KEY_COST_QUICK, &text, &err));
    ck_assert(file_write_new(path, buf_text(&text), text.len, 0600, &err));
    ck_assert(!file_write_new(path, "x", 1, 0600, &err));
    ck_assert(file_write(pass, "over the hills\nand far away\n", 29, 0600, &err));
    ck_assert_msg(keyfile_secret(path, pass, &read, &err), "%s: %s", err.what, err.why);
    ck_assert_mem_eq(&read, &key, sizeof key);
    ck_assert(file_write(pass, "over the hill\n", 14, 0600, &err));
    ck_assert(!keyfile_secret(path, pass, &read, &err));
    ck_assert_int_eq(err.code, EX_NOPERM);
    ck_assert_int_eq(chmod(pass, 0644), 0);
    ck_assert(!keyfile_secret(path, pass, &read, &err));
    ck_assert_ptr_nonnull(strstr(err.why, "every account"));
    ck_assert(!keyfile_secret("/nonexistent", NULL, &read, &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    buf_clear(&text);
    ck_assert(secret_write(&key, "", KEY_COST_QUICK, &text, &err) && file_write(path, buf_text(&text), text.len, 0644, &err));
    ck_assert(!keyfile_secret(path, NULL, &read, &err));
    ck_assert_int_eq(chmod(path, 0600), 0);
    ck_assert(keyfile_secret(path, NULL, &read, &err));
    buf_free(&text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("publish");
    TCase *c = tcase_create("publish");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, groups_are_sets_of_roles);
    tcase_add_test(c, files_go_with_what_links_to_them);
    tcase_add_test(c, what_nobody_reviewed_is_named);
    tcase_add_test(c, what_no_device_would_take_is_refused);
    tcase_add_test(c, a_catalogue_says_what_the_module_says);
    tcase_add_test(c, a_catalogue_says_what_the_programme_says);
    tcase_add_test(c, nothing_changed_is_nothing_published);
    tcase_add_test(c, the_expiry_is_renewed_at_its_half);
    tcase_add_test(c, each_version_has_a_second_of_its_own);
    tcase_add_test(c, what_no_version_needs_goes);
    tcase_add_test(c, the_same_source_gives_the_same_bytes);
    tcase_add_test(c, a_dry_run_changes_nothing);
    tcase_add_loop_test(c, refused_with_nothing_written, 0, sizeof refusals / sizeof *refusals);
    tcase_add_test(c, a_draft_keeps_nobody_from_publishing);
    tcase_add_test(c, another_channel_is_refused);
    tcase_add_test(c, one_publisher_at_a_time);
    tcase_add_loop_test(c, a_half_published_version_is_the_old_one, 0, 5);
    tcase_add_test(c, the_old_source_mends_a_half_published_version);
    tcase_add_loop_test(c, damage_is_named, 0, sizeof spoils / sizeof *spoils);
    tcase_add_test(c, damaged_packs_are_written_anew);
    tcase_add_loop_test(c, packs_that_disagree_are_named, 0, 4);
    tcase_add_test(c, keys_are_walked_from_any_of_them);
    tcase_add_test(c, keys_that_can_not_be);
    tcase_add_test(c, a_set_by_a_stranger_vouches_for_nobody);
    tcase_add_test(c, files_of_keys);
    suite_add_tcase(s, c);
    return suite_run(s);
}
