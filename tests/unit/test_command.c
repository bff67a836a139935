/* command: the table is sound, arguments are parsed as people type them, completions and help follow the table. */
#include "core/base/command.h"
#include "core/base/command_rules.h"
#include "core/base/text.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

/* --- the table ----------------------------------------------------------------------------------------------------- */

START_TEST(names)
{
    size_t count;
    const struct command *all = commands_all(&count);
    ck_assert_uint_gt(count, 10);
    for (size_t i = 0; i < count; i++) {
        const struct command *c = &all[i];
        ck_assert_msg(strspn(c->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(c->name), "%s: name", c->name);
        ck_assert_msg(command_find(c->name) == c, "%s: stands twice", c->name);
        ck_assert_msg(c->least <= c->most, "%s: least and most", c->name);
        ck_assert_msg((c->most == 0) == (c->arguments[0] == '\0'), "%s: arguments and their number", c->name);
        ck_assert_msg((c->least == 0) == (c->arguments[0] == '\0' || c->arguments[0] == '['),
                      "%s: brackets say that it is optional", c->name);
        size_t n = strlen(c->summary);
        ck_assert_msg(n > 0 && islower((unsigned char)c->summary[0]) && c->summary[n - 1] != '.', "%s: summary", c->name);
        ck_assert_msg(n <= 60, "%s: the summary is long", c->name);
        ck_assert_msg(text_invalid(c->about, strlen(c->about)) == strlen(c->about), "%s: about", c->name);
    }
}
END_TEST

START_TEST(reserved)
{
    size_t count;
    const struct command *all = commands_all(&count);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(!command_reserved(all[i].name), "%s is there already", all[i].name);
    ck_assert(command_reserved("new"));
    ck_assert(!command_reserved("news items"));
    ck_assert(!command_reserved(""));
}
END_TEST

START_TEST(options)
{
    size_t count;
    const struct command *all = commands_all(&count);
    for (size_t i = 0; i < count; i++) {
        char letters[COMMAND_OPTIONS + 1] = "h"; /* taken by --help */
        size_t taken = 1, k = 0;
        for (; k < COMMAND_OPTIONS && all[i].options[k].name != NULL; k++) {
            const struct option_spec *o = &all[i].options[k];
            ck_assert_msg(strcmp(o->name, "help") != 0, "%s: --help is everybody's", all[i].name);
            ck_assert_msg(o->help != NULL && o->help[0] != '\0', "%s --%s: help", all[i].name, o->name);
            ck_assert_msg(o->choices == NULL || o->value != NULL, "%s --%s: choices without a value", all[i].name, o->name);
            for (size_t before = 0; before < k; before++)
                ck_assert_msg(strcmp(o->name, all[i].options[before].name) != 0, "%s --%s: stands twice", all[i].name,
                              o->name);
            if (o->letter != '\0') {
                ck_assert_msg(strchr(letters, o->letter) == NULL, "%s -%c: stands twice", all[i].name, o->letter);
                letters[taken++] = o->letter;
                letters[taken] = '\0';
            }
        }
        ck_assert_msg(k < COMMAND_OPTIONS, "%s: the list of options does not end", all[i].name);
    }
}
END_TEST

/* Of an option that may be given several times, all values are kept in order; of another the last one counts. */
START_TEST(several_values)
{
    static const struct command several = {
        .name = "serve", .arguments = "", .options = {{"channel", 'c', "OUT...", NULL, ""}, {"listen", 'l', "ADDR", NULL, ""}}};
    char words[][16] = {"-ca", "--listen=1", "--channel", "b", "--channel=c", "-l2"};
    char *argv[ARGS_EARLIER * 2];
    for (int i = 0; i < 6; i++)
        argv[i] = words[i];
    struct args args;
    const char *values[ARGS_EARLIER + 1];
    ck_assert(args_parse(&args, &several, 6, argv, NULL));
    ck_assert_uint_eq(args_values(&args, "channel", values), 3);
    ck_assert_str_eq(values[0], "a");
    ck_assert_str_eq(values[1], "b");
    ck_assert_str_eq(values[2], "c");
    ck_assert_str_eq(args_value(&args, "listen"), "2");
    ck_assert_uint_eq(args_values(&args, "listen", values), 1);
    ck_assert(args_parse(&args, &several, 0, argv, NULL));
    ck_assert_uint_eq(args_values(&args, "channel", values), 0);
    for (int i = 0; i < ARGS_EARLIER + 2; i++)
        argv[i] = words[0];
    struct error err = {0};
    ck_assert(args_parse(&args, &several, ARGS_EARLIER + 1, argv, NULL));
    ck_assert_uint_eq(args_values(&args, "channel", values), ARGS_EARLIER + 1);
    ck_assert(!args_parse(&args, &several, ARGS_EARLIER + 2, argv, &err));
    ck_assert_int_eq(err.code, EX_USAGE);
}
END_TEST

START_TEST(finding)
{
    ck_assert_ptr_null(command_find(""));
    ck_assert_ptr_null(command_find("sho"));
    ck_assert_ptr_null(command_find("Show"));
    ck_assert_str_eq(command_find("show")->name, "show");
    ck_assert_int_eq(command_find("sync")->owner, PROGRAM_SYNC);
    ck_assert_int_eq(command_find("show")->owner, PROGRAM_CRIB);
}
END_TEST

static const struct {
    const char *typed, *nearest;
} nearest_cases[] = {
    {"shwo", "show"},   {"shw", "show"},     {"fnid", "find"},   {"quizz", "quiz"},   {"recal", "recall"},
    {"verison", "version"}, {"previw", "preview"}, {"chanel", "channel"}, {"hlep", "help"}, {"QUIZ", "quiz"},
    {"zebra", NULL},    {"", NULL},          {"x", NULL},        {"centrifugal", NULL},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
};

START_TEST(nearest_table)
{
    const char *nearest = command_nearest(nearest_cases[_i].typed);
    if (nearest_cases[_i].nearest == NULL)
        ck_assert_msg(nearest == NULL, "\"%s\" is near %s", nearest_cases[_i].typed, nearest);
    else
        ck_assert_pstr_eq(nearest, nearest_cases[_i].nearest);
}
END_TEST

/* --- arguments ----------------------------------------------------------------------------------------------------- */

/* A command of our own, so that the cases stand still when the table changes. */
static const struct command probe = {
    .name = "probe", .arguments = "WHAT", .least = 1, .most = 3, .summary = "probe", .about = "",
    .options = {{"json", 'j', NULL, NULL, "switch"},
                {"width", 'w', "COLUMNS", NULL, "value"},
                {"state", 0, "STATE", "new passed", "choice"},
                {"jump", 0, NULL, NULL, "a name that begins like another"},
                {0}},
};

static const struct {
    const char *argv[8];
    const char *json, *width, *state; /* "" set, NULL not given */
    const char *words;                /* joined */
    const char *error;                /* a piece of why or what; NULL: accepted */
    bool help;
} parse_cases[] = {
    {.argv = {"pump"}, .words = "pump"},
    {.argv = {"pump", "P-101"}, .words = "pump P-101"},
    {.argv = {"--json", "pump"}, .json = "", .words = "pump"},
    {.argv = {"pump", "-j"}, .json = "", .words = "pump"},
    {.argv = {"a", "--width=40", "b"}, .width = "40", .words = "a b"},
    {.argv = {"a", "--width", "40", "b"}, .width = "40", .words = "a b"},
    {.argv = {"a", "-w", "40"}, .width = "40", .words = "a"},
    {.argv = {"a", "-w40"}, .width = "40", .words = "a"},
    {.argv = {"a", "-jw40"}, .json = "", .width = "40", .words = "a"},
    {.argv = {"a", "-jw", "40"}, .json = "", .width = "40", .words = "a"},
    {.argv = {"a", "--width="}, .width = "", .words = "a"},
    {.argv = {"a", "--width=--json"}, .width = "--json", .words = "a"},
    {.argv = {"a", "--width", "--json"}, .width = "--json", .words = "a"},
    {.argv = {"a", "--width=1", "--width=2"}, .width = "2", .words = "a"},
    {.argv = {"--", "--json", "-j"}, .words = "--json -j"},
    {.argv = {"--json", "--", "--"}, .json = "", .words = "--"},
    {.argv = {"-"}, .words = "-"},
    {.argv = {""}, .words = ""},
    {.argv = {"a", "--state", "new"}, .state = "new", .words = "a"},
    {.argv = {"--help"}, .words = "", .help = true},
    {.argv = {"-h"}, .words = "", .help = true},
    {.argv = {"a", "b", "c", "d", "--help"}, .words = "a b c d", .help = true},
    {.argv = {NULL}, .error = "it needs WHAT"},
    {.argv = {"--json"}, .error = "it needs WHAT"},
    {.argv = {"a", "b", "c", "d"}, .error = "one argument too many"},
    {.argv = {"a", "--jso"}, .error = "no such option"},
    {.argv = {"a", "--jsonx"}, .error = "no such option"},
    {.argv = {"a", "--"}, .words = "a"},
    {.argv = {"a", "--=x"}, .error = "no such option"},
    {.argv = {"a", "-x"}, .error = "no such option"},
    {.argv = {"a", "-jx"}, .error = "no such option"},
    {.argv = {"a", "--json=yes"}, .error = "takes no value"},
    {.argv = {"a", "--width"}, .error = "needs a value"},
    {.argv = {"a", "-w"}, .error = "needs a value"},
    {.argv = {"a", "--state=old"}, .error = "`old` is none of: new passed"},
    {.argv = {"a", "--state=ne"}, .error = "is none of"},
    {.argv = {"a", "--state=new passed"}, .error = "is none of"},
    {.argv = {"a", "--state="}, .error = "is none of"},
};

static void check_value(const struct args *args, const char *name, const char *expected)
{
    const char *value = args_value(args, name);
    ck_assert_msg(value == expected || (value != NULL && expected != NULL && strcmp(value, expected) == 0),
                  "--%s is %s", name, value != NULL ? value : "not given");
    ck_assert(args_flag(args, name) == (expected != NULL));
}

START_TEST(parse_table)
{
    char *argv[9];
    int argc = 0;
    for (; argc < 8 && parse_cases[_i].argv[argc] != NULL; argc++)
        ck_assert_ptr_nonnull(argv[argc] = strdup(parse_cases[_i].argv[argc]));
    char *own[9];
    memcpy(own, argv, sizeof own); /* parsing reorders */
    struct args args;
    struct error err = {0};
    bool ok = args_parse(&args, &probe, argc, argv, &err);
    ck_assert(ok == (parse_cases[_i].error == NULL));
    if (ok) {
        check_value(&args, "json", parse_cases[_i].json);
        check_value(&args, "width", parse_cases[_i].width);
        check_value(&args, "state", parse_cases[_i].state);
        check_value(&args, "jump", NULL);
        ck_assert(args.help == parse_cases[_i].help);
        struct buf words = {0};
        args_join(&args, &words);
        ck_assert_str_eq(buf_text(&words), parse_cases[_i].words);
        buf_free(&words);
    } else {
        ck_assert_int_eq(err.code, EX_USAGE);
        ck_assert_msg(strstr(err.why, parse_cases[_i].error) != NULL, "said: %s: %s", err.what, err.why);
        ck_assert_str_eq(err.todo, "see `crib probe --help`");
    }
    for (int i = 0; i < argc; i++)
        free(own[i]);
}
END_TEST

/* --- what can't stand together ------------------------------------------------------------------------------------- */

static const struct {
    const char *line;  /* command and arguments, parted by blanks */
    const char *error; /* what and why; NULL: it can */
} rule_cases[] = {
    {"label P-101 --svg - --inverse", "--svg: it excludes --inverse"},
    {"label P-101 --inverse --svg=-", "--svg: it excludes --inverse"},
    {"label P-101 --inverse", NULL},
    {"label P-101 --json --svg -", "--svg: it excludes --json"},
    {"open prime --json --plain", "--json: it excludes --plain"},
    {"motd --json --tmux", "--tmux: it excludes --json"},
    {"kiosk install --json", NULL},
    {"config share --json", NULL},
    {"config set stage x --json", "--json: it belongs to `crib config` alone or `crib config share`"},
    {"report module prime --csv --json", "--csv: it excludes --json"},
    {"report module prime --json", NULL},
    {"report gaps --limit 3", NULL},
    {"report module prime --limit 3", "--limit: it belongs to `crib report gaps`"},
    {"report gaps --html", "--html: it is not for `crib report gaps`"},
    {"audit verify --module a/b", "--module: it belongs to `crib audit show` or `crib audit export`"},
    {"audit show --module a/b", NULL},
    {"audit verify x --key RW", NULL},
    {"hint --never --later", "--later: it excludes --never"},
    {"hint --later systemctl", "--later: it takes no further words"},
    {"hint --why systemctl", NULL},
    {"watch --journal --follow x", "--follow: it excludes --journal"},
    {"watch --pane %1 top", "--pane: it takes no further words"},
    {"outbox retry x --json", "--json: it belongs to `crib outbox` alone"},
    {"outbox --json", NULL},
    {"quiz prime --json", "--json: it belongs to --list"},
    {"serve --data d --init --invite a --channel c", NULL},
    {"learner add Kim --badge 7 --pin", NULL},
    {"learner remove Kim --pin", "--pin: it belongs to `crib learner add`"},
    {"learner list --help --pin", NULL},
};

static const struct {
    const char *command, *says; /* NULL: nothing excludes anything */
} told_cases[] = {
    {"show", "--raw excludes --json and --width. --json excludes --width."},
    {"report", "--csv, --json, --html and --plain exclude each other. --site excludes --data. "
               "--html, --plain, --part, --site and --data exclude `crib report gaps`."},
    {"watch", "--follow, --journal and --pane exclude each other. --journal and --pane exclude further words. "
              "--open excludes --json and --events. --pane excludes --json."},
    {"sync", "--status, --check and --dry-run exclude each other, and --limit-rate. --status excludes --quiet."},
    {"find", NULL},
};

/* So does --help say it, wrapped. */
START_TEST(help_tells_what_excludes_what)
{
    struct buf said = {0}, help = {0};
    const struct command *command = command_find(told_cases[_i].command);
    command_rules_tell(command, &said);
    ck_assert_str_eq(buf_text(&said), told_cases[_i].says != NULL ? told_cases[_i].says : "");
    command_help(command, &help, 2000);
    ck_assert((strstr(buf_text(&help), " exclude") != NULL) == (told_cases[_i].says != NULL));
    buf_free(&said);
    buf_free(&help);
}
END_TEST

static bool parse_line(char *line, struct args *args, struct error *err)
{
    char *argv[16];
    int argc = 0;
    for (char *rest = line, *word; (word = strtok_r(rest, " ", &rest)) != NULL;)
        argv[argc++] = word;
    const struct command *command = command_find(argv[0]);
    ck_assert_ptr_nonnull(command);
    return args_parse(args, command, argc - 1, argv + 1, err);
}

START_TEST(rule_table)
{
    char line[120], said[700];
    struct args args;
    struct error err = {0};
    snprintf(line, sizeof line, "%s", rule_cases[_i].line);
    bool ok = parse_line(line, &args, &err);
    ck_assert_msg(ok == (rule_cases[_i].error == NULL), "%s: %s %s", rule_cases[_i].line, err.what, err.why);
    if (ok)
        return;
    snprintf(said, sizeof said, "%s: %s", err.what, err.why);
    ck_assert_int_eq(err.code, EX_USAGE);
    ck_assert_str_eq(said, rule_cases[_i].error);
    ck_assert_msg(strstr(err.todo, "--help`") != NULL, "%s", err.todo);
}
END_TEST

/* The table names nothing that isn't there. */
static void check_named(const struct command *command, const char *list, bool words)
{
    char copy[160], *rest = copy, *name;
    snprintf(copy, sizeof copy, "%s", list);
    while ((name = strtok_r(rest, " ", &rest)) != NULL) {
        if (words && (strcmp(name, "+") == 0 || strcmp(name, "-") == 0))
            continue;
        if (words && name[0] == '=') {
            ck_assert_msg(strstr(command->arguments, name + 1) != NULL, "%s has no %s", command->name, name + 1);
            continue;
        }
        size_t i = 0;
        while (i < COMMAND_OPTIONS && command->options[i].name != NULL && strcmp(command->options[i].name, name) != 0)
            i++;
        ck_assert_msg(i < COMMAND_OPTIONS && command->options[i].name != NULL, "%s has no --%s", command->name, name);
    }
}

START_TEST(rules_name_what_is_there)
{
    size_t count;
    const struct command_rule *rules = command_rules_all(&count);
    for (size_t i = 0; i < count; i++) {
        const struct command *command = command_find(rules[i].command);
        ck_assert_msg(command != NULL, "no command %s", rules[i].command);
        check_named(command, rules[i].options, false);
        check_named(command, rules[i].others, true);
    }
}
END_TEST

START_TEST(unknown_value)
{
    char word[] = "a";
    char *argv[] = {word, NULL};
    struct args args;
    ck_assert(args_parse(&args, &probe, 1, argv, NULL));
    ck_assert_ptr_null(args_value(&args, "no-such-option"));
    args_set(&args, "no-such-option", "");
    args_set(&args, "json", "");
    ck_assert(args_flag(&args, "json"));
}
END_TEST

static const struct {
    const char *text;
    long value; /* -1: refused */
} number_cases[] = {
    {"1", 1},      {"80", 80},  {"007", 7},  {"+5", 5},   {"500", 500}, {"0", -1},    {"501", -1}, {"-3", -1},
    {"", -1},      {"x", -1},   {"8x", -1},  {"8 ", -1},  {"1e2", -1},  {"0x10", -1}, {"99999999999999999999", -1},
};

START_TEST(number_table)
{
    char option[64] = "--width=";
    strcat(option, number_cases[_i].text);
    char word[] = "a";
    char *argv[] = {word, option, NULL};
    struct args args;
    struct error err = {0};
    ck_assert(args_parse(&args, &probe, 2, argv, &err));
    long value = 0;
    bool ok = args_number(&args, "width", 1, 500, 80, &value, &err);
    ck_assert(ok == (number_cases[_i].value != -1));
    if (ok)
        ck_assert_int_eq(value, number_cases[_i].value);
    else
        ck_assert(err.code == EX_USAGE && strstr(err.why, "from 1 to 500") != NULL);
}
END_TEST

START_TEST(number_fallback)
{
    char word[] = "a";
    char *argv[] = {word, NULL};
    struct args args;
    long value = 0;
    ck_assert(args_parse(&args, &probe, 1, argv, NULL) && args_number(&args, "width", 1, 500, 80, &value, NULL));
    ck_assert_int_eq(value, 80);
}
END_TEST

/* --- what is made of the table ------------------------------------------------------------------------------------- */

static const struct {
    const char *command, *acts;
} act_cases[] = {
    {"audit", "verify show export countersign drop"},
    {"learner", "export forget pin list import add remove reset-pin name badge account roles rights"},
    {"report", "programme module person signoff gaps"},
    {"config", "set share"},
    {"kiosk", "status install"},
    {"session", "start join list show resume open close end follow"},
    {"outbox", "retry drop export import"},
    {"completion", "bash zsh fish"},
    {"publish", ""},
    {"watch", ""},
    {"lint", ""},
    {"show", ""},
    {"list", ""},
    {"sync", ""},
};

START_TEST(acts)
{
    struct buf out = {0};
    command_acts(command_find(act_cases[_i].command), &out);
    ck_assert_str_eq(buf_text(&out), act_cases[_i].acts);
    buf_free(&out);
}
END_TEST

START_TEST(completions)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    size_t count;
    const struct command *all = commands_all(&count);
    for (size_t s = 0; s < 3; s++) {
        struct buf out = {0};
        ck_assert(commands_completion(shells[s], &out) && buf_ok(&out));
        for (size_t i = 0; i < count; i++) {
            ck_assert_msg(strstr(out.data, all[i].name) != NULL, "%s: %s is missing", shells[s], all[i].name);
            for (size_t k = 0; k < COMMAND_OPTIONS && all[i].options[k].name != NULL; k++) {
                char option[64];
                snprintf(option, sizeof option, s == 2 ? "-l %s" : "--%s", all[i].options[k].name);
                ck_assert_msg(strstr(out.data, option) != NULL, "%s: %s %s is missing", shells[s], all[i].name, option);
            }
        }
        buf_free(&out);
    }
    struct buf none = {0};
    ck_assert(!commands_completion("csh", &none) && !commands_completion("", &none));
    ck_assert_uint_eq(none.len, 0);
}
END_TEST

/* The widest line of a text, in columns. */
static size_t widest(const char *text)
{
    size_t most = 0;
    while (*text != '\0') {
        size_t n = strcspn(text, "\n"), width = text_width(text, n);
        most = width > most ? width : most;
        text += n + (text[n] == '\n');
    }
    return most;
}

START_TEST(overview)
{
    size_t count;
    const struct command *all = commands_all(&count);
    struct buf out = {0};
    commands_overview(&out, 80);
    for (size_t i = 0; i < count; i++) {
        char line[64];
        snprintf(line, sizeof line, "\n  %s", all[i].name);
        ck_assert_msg(strstr(buf_text(&out), line) != NULL, "%s is missing", all[i].name);
    }
    ck_assert_uint_le(widest(buf_text(&out)), 80);
    buf_free(&out);
}
END_TEST

START_TEST(help_of_each)
{
    size_t count;
    const struct command *all = commands_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct buf out = {0};
        command_help(&all[i], &out, 80);
        char head[64];
        int n = snprintf(head, sizeof head, "crib %s", all[i].name);
        ck_assert(strncmp(buf_text(&out), head, (size_t)n) == 0);
        for (size_t k = 0; k < COMMAND_OPTIONS && all[i].options[k].name != NULL; k++)
            ck_assert_msg(strstr(out.data, all[i].options[k].name) != NULL, "%s: %s", all[i].name, all[i].options[k].name);
        ck_assert_msg(widest(out.data) <= 80, "%s: wider than 80 columns:\n%s", all[i].name, out.data);
        buf_free(&out);
    }
}
END_TEST

/* Lists are balanced, and no text begins a line with a roff request by accident. */
START_TEST(roff)
{
    size_t count;
    commands_all(&count);
    struct buf out = {0};
    commands_roff(&out);
    int depth = 0;
    size_t items = 0;
    for (const char *line = buf_text(&out); *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        depth += strncmp(line, ".Bl", 3) == 0;
        depth -= strncmp(line, ".El", 3) == 0;
        ck_assert_int_ge(depth, 0);
        items += strncmp(line, ".It Cm", 6) == 0;
        ck_assert_msg(*line != '\'' && (*line != '.' || strchr("BEIP", line[1]) != NULL), "%.40s", line);
        ck_assert_msg(*line != '\n', "an empty line is no mdoc");
    }
    ck_assert_int_eq(depth, 0);
    ck_assert_uint_eq(items, count);
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("command");
    TCase *c = tcase_create("command");
    tcase_add_test(c, names);
    tcase_add_test(c, reserved);
    tcase_add_test(c, options);
    tcase_add_test(c, several_values);
    tcase_add_test(c, finding);
    tcase_add_loop_test(c, nearest_table, 0, COUNT(nearest_cases));
    tcase_add_loop_test(c, parse_table, 0, COUNT(parse_cases));
    tcase_add_loop_test(c, rule_table, 0, COUNT(rule_cases));
    tcase_add_loop_test(c, help_tells_what_excludes_what, 0, COUNT(told_cases));
    tcase_add_test(c, rules_name_what_is_there);
    tcase_add_test(c, unknown_value);
    tcase_add_loop_test(c, number_table, 0, COUNT(number_cases));
    tcase_add_test(c, number_fallback);
    tcase_add_loop_test(c, acts, 0, COUNT(act_cases));
    tcase_add_test(c, completions);
    tcase_add_test(c, overview);
    tcase_add_test(c, help_of_each);
    tcase_add_test(c, roff);
    suite_add_tcase(s, c);
    return suite_run(s);
}
