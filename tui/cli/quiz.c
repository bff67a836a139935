#include "tui/cli/cli.h"

#include "core/base/output.h"
#include "core/base/text.h"
#include "core/quiz/list.h"
#include "tui/cli/quiz_lines.h"
#include "tui/cli/run.h"
#include "tui/cli/sign_lines.h"
#include "tui/cli/visitor.h"
#include "tui/content.h"
#include "tui/left.h"
#include "tui/screen/quiz.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* What was asked for: a module by its key, one that is gone and was left half-way, or a file of questions. */
struct asked {
    const char *bank; /* NULL for a module */
    int64_t key;
    const char *address;
    struct left_quiz left; /* gone: NULL where the module is in the library */
    enum quiz_way way;
};

static bool print_list(const struct question_list *list, bool json, struct error *err)
{
    struct buf out = {0};
    if (json) {
        struct json j = {.out = &out};
        list_json(&j, NULL, list);
        output_end_json(&out);
    } else {
        size_t columns = output_columns();
        bool ascii = output_is_terminal() && !output_is_utf8();
        list_text(list, !output_is_terminal() ? 80 : columns > 100 ? 100 : columns, ascii ? TEXT_ASCII : 0, &out);
    }
    return output_buf(&out, true, err);
}

/* Errors go to standard error as file:line:col; warnings are lint's. Returns how many there are. */
static size_t print_errors(const struct diags *diags)
{
    struct buf line = {0};
    for (size_t i = 0; i < diags_count(diags); i++) {
        const struct diag *d = diags_at(diags, i);
        if (d->severity != SEVERITY_ERROR)
            continue;
        buf_clear(&line);
        text_safe(&line, d->file, strlen(d->file), 0);
        buf_addf(&line, ":%zu:%zu: error: ", d->line, d->column);
        text_safe(&line, d->text, strlen(d->text), 0);
        if (d->todo[0] != '\0') {
            buf_adds(&line, " (");
            text_safe(&line, d->todo, strlen(d->todo), 0);
            buf_adds(&line, ")");
        }
        fprintf(stderr, "%s\n", buf_text(&line));
    }
    buf_free(&line);
    return diags_errors(diags);
}

static struct taking *begin(struct app *app, const struct asked *asked, struct error *err)
{
    if (asked->left.gone != NULL)
        return taking_left(app, &asked->left, err);
    if (asked->bank == NULL)
        return taking_quiz(app, asked->key, asked->way, err);
    struct diags *diags = diags_open();
    struct taking *t = diags != NULL ? taking_bank(app, asked->bank, diags, err) : (error_memory(err), NULL);
    if (diags != NULL)
        print_errors(diags);
    diags_close(diags);
    return t;
}

static bool list_bank(struct app *app, const struct asked *asked, bool json, struct error *err)
{
    struct taking *t = begin(app, asked, err);
    if (t == NULL)
        return false;
    struct question_list list = {arena_array(t->arena, run_count(t->run), sizeof *list.items), run_count(t->run)};
    for (size_t i = 0; list.items != NULL && i < list.count; i++)
        list.items[i] = (struct question *)run_question(t->run, i); /* only read */
    bool ok = list.items != NULL ? print_list(&list, json, err) : error_memory(err);
    taking_close(t);
    return ok;
}

static bool list_module(struct app *app, const struct asked *asked, bool json, struct error *err)
{
    struct content *c = content_open(app, asked->key, err);
    if (c == NULL)
        return false;
    bool ok = content_answers_open(app, c)
                  ? print_list(&c->questions, json, err)
                  : error_set(err, EX_NOPERM, "cannot list the questions", c->address, "its quiz is for a sign-off",
                              "`crib quiz` asks them; authors list those of their own files, in `crib preview` too");
    content_close(c);
    return ok;
}

static bool start(struct screens *s, struct app *app, void *context, struct error *err)
{
    struct taking **t = context, *begun = *t;
    *t = NULL;
    return quiz_open_taking(s, app, begun, err);
}

/* The screen is gone: what it would have said of a quiz that was left. */
static void say_waiting(struct app *app, const struct asked *asked)
{
    struct error err;
    const struct attempt *attempt = NULL;
    struct record *record = app_record_if_any(app, &err);
    if (asked->bank == NULL && record != NULL &&
        record_attempt_unfinished(record, app->arena, app->learner, asked->address, &attempt, &err) && attempt != NULL)
        fprintf(stderr, "The quiz waits for you: `crib quiz %s` goes on.\n", asked->address);
}

/* What can't be asked is told before the terminal is taken over. */
static int take(struct app *app, const struct asked *asked, bool plain)
{
    struct error err;
    struct taking *t = begin(app, asked, &err);
    if (t == NULL)
        return app_fail(&err);
    int status;
    if (plain) {
        status = quiz_lines(t, asked->bank == NULL ? arena_printf(app->arena, "crib quiz %s", asked->address) : NULL);
    } else {
        status = run_screens(app, start, &t);
        say_waiting(app, asked);
    }
    taking_close(t);
    return status;
}

static bool find(struct app *app, const char *what, struct asked *asked, struct error *err)
{
    size_t n = strlen(what);
    if (n > 5 && strcmp(what + n - 5, ".gift") == 0) {
        asked->bank = what;
        return true;
    }
    struct target target;
    bool found = content_target(app, app->arena, what, &target, err);
    if ((found ? target.reason == TARGET_WORDS : err->code == EX_NOINPUT) && left_gone(app, app->arena, what, &asked->left)) {
        asked->address = asked->left.address;
        return true;
    }
    if (!found)
        return false;
    asked->key = target.key;
    asked->address = library_address(app->arena, target.channel, target.id, "");
    return asked->address != NULL || error_memory(err);
}

/* Of a module that is gone nothing is here but what was begun. */
static bool only_goes_on(struct app *app, const struct asked *asked, const struct args *args, struct error *err)
{
    if (asked->left.gone == NULL ||
        !(asked->way != QUIZ_TAKE || args_flag(args, "list") || args_flag(args, "sign")))
        return true;
    return error_set(err, EX_NOINPUT, "nothing but what you began is here", asked->address, asked->left.gone,
                     arena_printf(app->arena, "`crib quiz %s` goes on with it", asked->address));
}

static int run_quiz(struct app *app, const struct args *args, const char *what)
{
    struct error err;
    struct asked asked = {.way = args_flag(args, "missed") ? QUIZ_MISSED : args_flag(args, "again") ? QUIZ_AGAIN : QUIZ_TAKE};
    bool list = args_flag(args, "list"), json = args_flag(args, "json");
    if (!find(app, what, &asked, &err) || !only_goes_on(app, &asked, args, &err))
        return app_fail(&err);
    if (asked.bank != NULL && asked.way == QUIZ_MISSED) {
        error_set(&err, EX_USAGE, "cannot tell what was missed", what, "nothing is recorded of a file",
                  "put its questions into a module: see crib-module(5)");
        return app_fail(&err);
    }
    if (list) {
        bool ok = asked.bank != NULL ? list_bank(app, &asked, json, &err) : list_module(app, &asked, json, &err);
        return ok ? EX_OK : app_fail(&err);
    }
    if (args_flag(args, "sign"))
        return asked.bank == NULL ? sign_lines(app, asked.key)
                                  : (error_set(&err, EX_USAGE, "cannot sign", what, "a file of questions is no module", "name a module that says `sign_off: true`"), app_fail(&err));
    if (asked.bank == NULL && !visitor_ask_guest(app, &err))
        return app_fail(&err);
    return take(app, &asked, args_flag(args, "plain") || !output_has_screen() || isatty(STDIN_FILENO) != 1);
}

int cli_quiz(struct app *app, const struct args *args)
{
    struct buf what = {0};
    struct error err;
    args_join(args, &what);
    int status = buf_ok(&what) ? run_quiz(app, args, buf_text(&what)) : (error_memory(&err), app_fail(&err));
    buf_free(&what);
    return status;
}
