#include "tui/cli/plain.h"

#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/note.h"
#include "tui/cli/cli.h"
#include "tui/cli/kiosk_plain.h"
#include "tui/cli/listen.h"
#include "tui/cli/visitor.h"
#include "tui/content.h"
#include "tui/programme.h"
#include "tui/visit.h"
#include "tui/widget/wrap.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <unistd.h>

/* ---- saying and asking ---- */

void plain_say(struct plain *p, const char *format, ...)
{
    char said[4096];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(said, sizeof said, format, list);
    va_end(list);
    if (n > 0)
        text_safe(&p->out, said, strlen(said), p->safe | TEXT_KEEP_NEWLINES);
}

bool plain_flush(struct plain *p)
{
    struct error err;
    struct buf lines = {0};
    if (output_is_terminal())
        wrap_text(buf_text(&p->out), output_columns(), &lines);
    else
        buf_add(&lines, buf_text(&p->out), p->out.len);
    bool ok = buf_ok(&p->out) && buf_ok(&lines) && output_text(buf_text(&lines), lines.len, false, &err);
    buf_free(&lines);
    buf_clear(&p->out);
    p->ended = p->ended || !ok;
    return ok;
}

void plain_fail(struct plain *p, const struct error *err)
{
    struct buf words = {0};
    error_words(err, &words);
    plain_say(p, "%s%s%s%s\n", buf_text(&words), err->todo[0] != '\0' ? " (" : "", err->todo, err->todo[0] != '\0' ? ")" : "");
    buf_free(&words);
}

static char *trim(char *line)
{
    size_t n = strlen(line);
    while (n > 0 && isspace((unsigned char)line[n - 1]))
        line[--n] = '\0';
    while (isspace((unsigned char)*line))
        line++;
    return line;
}

bool plain_ask(struct plain *p, const char *prompt)
{
    char asked[420];
    if (p->unread) {
        p->unread = false;
        return plain_flush(p);
    }
    snprintf(asked, sizeof asked, "%s: ", prompt);
    plain_say(p, "%s", asked);
    if (!plain_flush(p))
        return false;
    if (!p->echo)
        clearerr(stdin); /* the end of a quiz by Ctrl-D is not the end of all */
    ssize_t n = listen_line(asked, &p->line, &p->room);
    if (p->echo || n < 0)
        buf_addc(&p->out, '\n');
    if (n < 0) {
        p->ended = true;
        return false;
    }
    char *said = trim(p->line);
    memmove(p->line, said, strlen(said) + 1);
    return true;
}

enum plain_answer plain_yes_or_no(struct plain *p, const char *question)
{
    static const char *const words[] = {[PLAIN_NEITHER] = "", "n", "y"}, *const long_words[] = {[PLAIN_NEITHER] = "", "no", "yes"};
    if (!plain_ask(p, question))
        return PLAIN_NEITHER;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(p->line, words[i]) == 0 || strcasecmp(p->line, long_words[i]) == 0)
            return (enum plain_answer)i;
    p->unread = true;
    return PLAIN_NEITHER;
}

bool plain_word(const char *line, const char *word, const char **rest)
{
    size_t n = strlen(word);
    if (strncmp(line, word, n) != 0 || (line[n] != '\0' && line[n] != ' '))
        return false;
    *rest = line + n + strspn(line + n, " ");
    return true;
}

/* ---- commands ---- */

static bool has_plain(const struct command *command)
{
    for (size_t i = 0; i < COMMAND_OPTIONS && command->options[i].name != NULL; i++)
        if (strcmp(command->options[i].name, "plain") == 0)
            return true;
    return false;
}

void plain_command(struct plain *p, const char *line)
{
    enum { WORDS = 64 };
    char *argv[WORDS + 2] = {0}, plain[] = "--plain", *rest = arena_strdup(p->app->arena, line); /* who runs may keep a word */
    int argc = 0;
    if (!plain_flush(p) || rest == NULL)
        return;
    for (char *word; argc < WORDS && (word = strtok_r(rest, " \t", &rest)) != NULL;)
        argv[argc++] = word;
    const struct command *command = argc > 0 ? command_find(argv[0]) : NULL;
    if (command != NULL && has_plain(command)) {
        memmove(argv + 2, argv + 1, (size_t)(argc - 1) * sizeof *argv);
        argv[1] = plain;
        argc++;
    }
    if (command != NULL)
        p->app->run(p->app, argc, argv);
}

static void run_on_row(struct plain *p, const char *command, const char *number)
{
    const struct hub_row *row = plain_row(p, number);
    char line[600];
    if (row == NULL || row->act != HUB_ROW_OPEN)
        return;
    snprintf(line, sizeof line, "%s %s", command, row->address);
    plain_command(p, line);
}

static void fetch(struct plain *p, const char *number)
{
    const struct hub_row *row = plain_row(p, number);
    struct error err;
    int64_t learner;
    if (row == NULL)
        return;
    struct record *record = app_record_of_account(p->app, &learner, &err);
    if (row->on_device)
        plain_say(p, "It is on this device.\n");
    else if (record == NULL || !record_fetch_queue(record, learner, row->address, &err))
        plain_fail(p, &err);
    else
        plain_say(p, p->app->kiosk == NULL ? "It comes with the next sync. `sync` syncs now.\n" : "It comes with the next sync.\n");
}

static void join_session(struct plain *p, const char *code)
{
    char line[40];
    snprintf(line, sizeof line, "session join %s", code);
    plain_command(p, line);
}

static void go_on(struct plain *p, const char *address)
{
    char line[160];
    snprintf(line, sizeof line, "quiz %s", address);
    plain_command(p, line);
}

static void open_row(struct plain *p, const char *number)
{
    const struct hub_row *row = plain_row(p, number);
    if (row == NULL)
        return;
    if (row->act == HUB_ROW_RECALL)
        plain_command(p, "recall");
    else if (row->act == HUB_ROW_NEWS)
        plain_command(p, "news");
    else if (row->act == HUB_ROW_COUNTERSIGN)
        plain_command(p, "audit countersign");
    else if (row->act == HUB_ROW_PROGRAMME)
        plain_programme(p, row->address);
    else if (row->act == HUB_ROW_SESSION)
        join_session(p, row->address);
    else if (row->act == HUB_ROW_LEFT)
        go_on(p, row->address);
    else if (!row->on_device)
        fetch(p, number);
    else
        plain_read(p, row->key, row->anchor, p->looked[0] != '\0');
}

static void open_what(struct plain *p, const char *what)
{
    struct error err;
    struct target target;
    const struct library_programme *programme = NULL;
    struct error ignored;
    bool found = content_target(p->app, p->app->arena, what, &target, &err);
    if ((!found || target.reason == TARGET_WORDS) && programme_named(p->app, p->app->arena, what, &programme, &ignored) &&
        programme != NULL)
        plain_programme(p, programme->address);
    else if (!found)
        plain_fail(p, &err);
    else
        plain_read(p, target.key, target.anchor, target.reason == TARGET_WORDS);
}

static void badge(struct plain *p, const char *rest)
{
    struct error err;
    if (p->app->kiosk != NULL) {
        plain_say(p, "Here: %s. badge out badges out.\n", visit_name(p->app));
        return;
    }
    if (!visit_shared(p->app))
        plain_say(p, "This account is yours alone: nobody needs to badge in.\n");
    else if (strcmp(rest, "out") == 0)
        visit_end(p->app);
    else if (!visitor_ask_guest(p->app, &err))
        plain_fail(p, &err);
    if (visit_shared(p->app))
        plain_say(p, "Here: %s.\n", visit_wanted(p->app) ? "nobody" : visit_name(p->app));
}

static void help(struct plain *p)
{
    bool kiosk = p->app->kiosk != NULL;
    plain_say(p, "Words alone are looked for. A number opens that line of the list.\n"
                 "find WORDS, list, more: what there is, ten at a time.\n"
                 "stage S, role R, capability C, format F, state S, modules, all, clear: what the list is narrowed to.\n"
                 "open N or WHAT, quiz N or WHAT, fetch N: what is on a line, or is called so.\n"
                 "programmes: what is before, during and after a session; a number reads one out.\n"
                 "recall: two minutes of what is fading. news: what is new. notes, note TEXT: your notes.\n");
    plain_say(p, kiosk ? "session join CODE: takes part in a live session. audit countersign: signs under others' sign-offs.\n"
                         "badge: who is here. badge out, quit, or Ctrl-C badges out.\n"
                       : "sync, status: bring what is new, and how the channels stand. badge, badge out: who learns.\n"
                         "Every other command of crib works, too, as in `report` or `help quiz`; `commands` names them. quit leaves.\n");
}

/* ---- the hub ---- */

static bool number(const char *line)
{
    return line[0] != '\0' && line[strspn(line, "0123456789")] == '\0';
}

/* What the hub's screen has keys for; false for another line. */
static bool hub_word(struct plain *p, const char *line)
{
    const char *rest;
    if (number(line))
        open_row(p, line);
    else if (plain_word(line, "help", &rest) && rest[0] == '\0')
        help(p);
    else if (strcmp(line, "commands") == 0)
        p->app->kiosk != NULL ? help(p) : plain_command(p, "help");
    else if (strcmp(line, "list") == 0 || strcmp(line, "back") == 0)
        plain_list(p, "");
    else if (strcmp(line, "more") == 0 || line[0] == '\0')
        plain_more(p);
    else if (plain_word(line, "find", &rest) && rest[0] != '\0' && rest[0] != '-')
        plain_list(p, rest);
    else if (plain_word(line, "open", &rest) && rest[0] != '\0' && rest[0] != '-')
        number(rest) ? open_row(p, rest) : open_what(p, rest);
    else if (plain_word(line, "quiz", &rest) && number(rest))
        run_on_row(p, "quiz", rest);
    else if (plain_word(line, "fetch", &rest))
        fetch(p, rest);
    else if (strcmp(line, "notes") == 0)
        plain_command(p, "note");
    else if (strcmp(line, "programmes") == 0)
        plain_programmes(p);
    else if (strcmp(line, "status") == 0 && p->app->kiosk == NULL)
        plain_command(p, "sync --status");
    else if (plain_word(line, "badge", &rest))
        badge(p, rest);
    else
        return plain_filter(p, line);
    return true;
}

bool plain_line(struct plain *p, const char *said)
{
    char line[600], first[40];
    const char *command = "";
    (void)plain_word(said, "crib", &command); /* as what is printed says what to type in a shell */
    snprintf(line, sizeof line, "%s", command[0] != '\0' ? command : said);
    bool kiosk = p->app->kiosk != NULL;
    if (strcmp(line, "quit") == 0 || strcmp(line, "exit") == 0 || (kiosk && strcmp(line, "badge out") == 0))
        return false;
    if (hub_word(p, line))
        return true;
    size_t n = strcspn(line, " ");
    snprintf(first, sizeof first, "%.*s", (int)n, line);
    struct error err;
    if (command_find(first) != NULL && kiosk && !kiosk_plain_may(line, &err))
        plain_fail(p, &err);
    else if (command_find(first) != NULL)
        plain_command(p, line);
    else
        plain_list(p, line);
    return true;
}

static const char *hub_prompt(const struct plain *p, char *prompt, size_t size)
{
    struct buf filters = {0};
    hub_filters_text(&p->filters, &filters);
    snprintf(prompt, size, "crib%s%s", filters.len > 0 ? " " : "", buf_text(&filters));
    buf_free(&filters);
    return prompt;
}

static void talk(struct plain *p, const char *first)
{
    char prompt[300];
    bool more = true;
    cli_hub_head(p->app, &p->out);
    if (first != NULL) { /* it was read before anything was said */
        more = plain_line(p, first);
    } else {
        plain_say(p, "Type what is wrong, a code or an asset tag; help names the other words.\n\n");
        plain_list(p, "");
    }
    while (more && !p->ended && plain_ask(p, hub_prompt(p, prompt, sizeof prompt)))
        more = plain_line(p, p->line);
}

int plain_hub(struct app *app, const char *first)
{
    struct error err;
    struct plain p = {.app = app, .echo = isatty(STDIN_FILENO) != 1};
    p.safe = output_text_flags();
    setenv("PAGER", "cat", 1); /* a pager draws screens */
    app_is_dialogue();
    p.rows = hub_rows_open(app, &err);
    if (p.rows != NULL && app->kiosk != NULL)
        kiosk_plain_offers(&p);
    if (p.rows != NULL && !p.ended)
        talk(&p, first);
    plain_flush(&p);
    hub_rows_close(p.rows);
    buf_free(&p.out);
    free(p.line);
    return p.rows != NULL ? EX_OK : app_fail(&err);
}
