#include "tui/cli/sign_lines.h"

#include "core/base/output.h"
#include "core/base/text.h"
#include "tui/cli/listen.h"
#include "tui/cli/secret.h"
#include "tui/cli/visitor.h"
#include "tui/hints.h"
#include "tui/signing.h"
#include "tui/visit.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { QUESTION = LEARNER_NAME_MOST + 40, PIN_LINE = PIN_MOST + 2 };

static bool say(const char *text, struct error *err)
{
    struct buf safe = {0};
    text_safe(&safe, text, strlen(text), output_is_terminal() && !output_is_utf8() ? TEXT_ASCII : 0);
    buf_addc(&safe, '\n');
    bool ok = buf_ok(&safe) ? output_text(buf_text(&safe), safe.len, false, err) : error_memory(err);
    buf_free(&safe);
    return ok;
}

static bool say_words(const struct signing *s, void (*words)(const struct signing *, struct buf *), struct error *err)
{
    struct buf line = {0};
    words(s, &line);
    bool ok = line.len == 0 || say(buf_text(&line), err);
    buf_free(&line);
    return ok;
}

/* A line from standard input, which the caller frees; NULL where nothing was said. */
static char *ask(const char *question, ssize_t listen(const char *asked, char **line, size_t *room))
{
    struct error err;
    char *line = NULL;
    size_t cap = 0;
    if (!output_text(question, strlen(question), false, &err))
        return NULL;
    ssize_t n = listen(question, &line, &cap);
    if (n < 0 || isatty(STDIN_FILENO) != 1)
        (void)output_text("\n", 1, false, &err);
    struct str said = n > 0 ? str_trim((struct str){line, (size_t)n}) : (struct str){0};
    char *answer = said.n > 0 ? strndup(said.p, said.n) : NULL;
    free(line);
    return answer;
}

static bool refused(const struct pin_result *result, const char *what, struct error *err)
{
    char words[80];
    visit_pin_words(result, words, sizeof words);
    return error_set(err, EX_NOPERM, what, NULL, words, "do it again");
}

static bool ask_pin_of(const char *name, char *pin, size_t size, struct error *err)
{
    char question[QUESTION];
    struct buf safe = {0};
    text_safe(&safe, name, strlen(name), 0);
    snprintf(question, sizeof question, "PIN of %s: ", buf_text(&safe));
    buf_free(&safe);
    return secret_ask(question, pin, size, err);
}

static bool prove(struct signing *s, struct error *err)
{
    char question[QUESTION];
    snprintf(question, sizeof question, "%s ", signing_badge_question(s));
    char *said = ask(question, listen_badge);
    bool ok = said != NULL ? signing_badge(s, said, err) : error_set(err, EX_NOPERM, "not signed", NULL, NULL, "do it again when you are ready");
    free(said);
    return ok;
}

static bool sign_by_pin(struct signing *s, struct uuid *id, struct error *err)
{
    char pin[PIN_LINE];
    struct pin_result result = {.state = PIN_WRONG};
    if (s->badge && !prove(s, err))
        return false;
    bool ok = ask_pin_of(s->person, pin, sizeof pin, err) && signing_by_pin(s, pin, &result, id, err);
    sodium_memzero(pin, sizeof pin);
    return ok && (result.state == PIN_RIGHT || refused(&result, "not signed", err));
}

static bool sign_by_name(struct signing *s, struct uuid *id, struct error *err)
{
    char *name = ask("To sign, type your full name (Enter alone: no): ", listen_line);
    bool ok = name != NULL ? signing_by_name(s, name, id, err) : error_set(err, EX_NOPERM, "not signed", NULL, NULL, "do it again when you are ready");
    free(name);
    return ok;
}

bool countersign_lines(struct app *app, const struct uuid *signoff, struct error *err)
{
    struct learner who;
    struct pin_result result = {.state = PIN_WRONG};
    char pin[PIN_LINE], *said = ask("Supervisor's badge or name (Enter alone: later): ", listen_badge);
    if (said == NULL)
        return say("It waits for a supervisor: `crib audit countersign`.", err);
    bool ok = signing_supervisor(app, said, &who, err);
    free(said);
    ok = ok && ask_pin_of(who.name, pin, sizeof pin, err) && signing_countersign(app, signoff, &who, pin, &result, err);
    sodium_memzero(pin, sizeof pin);
    return ok && (result.state == PIN_RIGHT || refused(&result, "not countersigned", err)) &&
           say(arena_printf(app->arena, "Countersigned by %s.", who.name), err);
}

static bool say_attestation(const struct signing *s, struct error *err)
{
    return say("You sign this:", err) && say(s->text->attestation, err) && say_words(s, signing_text_line, err) &&
           say_words(s, signing_valid_line, err);
}

static bool missing(const struct signing *s, struct error *err)
{
    struct buf words = {0};
    signing_missing_line(s, &words);
    error_set(err, EX_DATAERR, "cannot sign yet", NULL, buf_text(&words), "read those sections to their ends, and take the quiz");
    buf_free(&words);
    return false;
}

static bool sign(struct signing *s, struct error *err)
{
    struct uuid id;
    enum signoff_state state;
    if (!say_words(s, signing_last_line, err))
        return false;
    bool holds = signing_holds(s, &state);
    if (holds && state == SIGNOFF_WAITING)
        return countersign_lines(s->app, &s->standing->last->id, err);
    if (signing_missing(s) > 0)
        return (holds && state == SIGNOFF_CURRENT) || missing(s, err);
    if (!say_attestation(s, err) || !(s->method == SIGNOFF_PIN ? sign_by_pin : sign_by_name)(s, &id, err))
        return false;
    hints_move(s->app);
    return say("Signed off.", err) && (!s->text->countersign || countersign_lines(s->app, &id, err));
}

int sign_lines(struct app *app, int64_t key)
{
    struct error err;
    struct signing *s = visitor_ask(app, &err) ? signing_open(app, key, &err) : NULL;
    bool ok = s != NULL && sign(s, &err);
    signing_close(s);
    return ok ? EX_OK : app_fail(&err);
}
