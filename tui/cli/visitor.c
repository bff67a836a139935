#include "tui/cli/visitor.h"

#include "core/base/text.h"
#include "tui/cli/listen.h"
#include "tui/cli/secret.h"
#include "tui/visit.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { QUESTION = LEARNER_NAME_MOST + 40, PIN_LINE = PIN_MOST + 2 /* one too many is seen */ };

static bool ask_pin(struct app *app, struct error *err)
{
    char question[QUESTION], pin[PIN_LINE], words[80];
    struct buf name = {0};
    text_safe(&name, visit_arriving(app), strlen(visit_arriving(app)), 0);
    snprintf(question, sizeof question, "PIN of %s: ", buf_text(&name));
    buf_free(&name);
    struct pin_result result = {.state = PIN_ASK};
    while (result.state != PIN_RIGHT) {
        bool ok = secret_ask(question, pin, sizeof pin, err) && visit_pin(app, pin, &result, err);
        sodium_memzero(pin, sizeof pin);
        if (!ok)
            return false;
        visit_pin_words(&result, words, sizeof words);
        if (result.wait_ms > 0)
            return error_set(err, EX_NOPERM, "cannot badge in", NULL, result.state == PIN_WRONG ? "the PIN is wrong" : "there were wrong PINs before",
                             words + (result.state == PIN_WRONG ? strlen("That is not the PIN. ") : 0));
        if (result.state == PIN_WRONG)
            fprintf(stderr, "%s\n", words);
    }
    return true;
}

bool visitor_choose_pin(char *pin, size_t size, struct error *err)
{
    char again[PIN_LINE];
    bool ok = secret_ask("Choose a PIN, 4 to 12 digits: ", pin, size, err) && learner_pin_fits(pin, err) &&
              secret_ask("The same PIN once more: ", again, sizeof again, err) &&
              (strcmp(pin, again) == 0 || error_set(err, EX_DATAERR, "no PIN was set", NULL, "these are two different ones", "choose one again"));
    sodium_memzero(again, sizeof again);
    return ok;
}

static bool choose_pin(struct app *app, struct error *err)
{
    char pin[PIN_LINE];
    bool ok = visitor_choose_pin(pin, sizeof pin, err) && visit_pin_first(app, pin, err);
    sodium_memzero(pin, sizeof pin);
    return ok;
}

static bool come_in(struct app *app, const char *said, struct error *err)
{
    enum visit_next next;
    return visit_begin(app, said, &next, err) &&
           (next == VISIT_IN || (next == VISIT_PIN ? ask_pin(app, err) : choose_pin(app, err)));
}

/* Who has no PIN yet is no more for it than before. */
static bool come_in_known(struct app *app, const char *said, struct error *err)
{
    enum visit_next next;
    return visit_begin_known(app, said, &next, err) &&
           (next == VISIT_IN || (next == VISIT_PIN ? ask_pin(app, err)
                                                   : error_set(err, EX_NOPERM, "cannot badge in", NULL, "there is no PIN yet",
                                                               "choose one first: `crib learner pin`")));
}

static bool come_in_or_guest(struct app *app, const char *said, struct error *err)
{
    return said[0] != '\0' ? come_in(app, said, err) : visit_guest(app, err);
}

bool visitor_come_in(struct app *app, const char *said, struct error *err)
{
    if (come_in_or_guest(app, said, err))
        return true;
    visit_end(app);
    return false;
}

static bool nobody(struct error *err)
{
    return error_set(err, EX_NOPERM, "nobody has said who learns", NULL, NULL, "scan the badge, or type your name");
}

static bool ask(struct app *app, const char *question, bool empty, bool come(struct app *app, const char *said, struct error *err),
                struct error *err)
{
    if (isatty(STDIN_FILENO) != 1)
        return visit_refuse(app, err);
    fputs(question, stderr);
    char *line = NULL;
    size_t room = 0;
    ssize_t n = listen_badge(question, &line, &room);
    bool said = n > 0 && line[strspn(line, " \t\r\n")] != '\0';
    bool ok = said ? come(app, line, err) : n > 0 && empty ? come(app, "", err) : nobody(err);
    if (!ok)
        visit_end(app);
    free(line);
    return ok;
}

bool visitor_ask(struct app *app, struct error *err)
{
    return !visit_wanted(app) || ask(app, "Badge or name: ", false, come_in, err);
}

bool visitor_ask_guest(struct app *app, struct error *err)
{
    if (!visit_wanted(app) || !visit_guests(app))
        return visitor_ask(app, err);
    return ask(app, "Badge or name (Enter alone: guest): ", true, come_in_or_guest, err);
}

bool visitor_must(struct app *app, unsigned rights, const char *what, struct error *err)
{
    if (!ask(app, "Badge or name: ", false, come_in_known, err))
        return false;
    const struct learner *who = visit_person(app);
    return visit_may(app, rights) ||
           error_set(err, EX_NOPERM, what, who->name,
                     (who->rights & rights) != 0 ? "a right without a PIN does not count here" : "this learner has no right to",
                     "ask an administrator of this device");
}

/* In a kiosk nobody comes in while another one is there. */
bool visitor_may(struct app *app, unsigned rights, const char *what, struct error *err)
{
    if (!visit_shared(app) || visit_may(app, rights))
        return true;
    if (app->kiosk != NULL && !visit_wanted(app))
        return error_set(err, EX_NOPERM, what, visit_name(app), "this learner has no right to", "ask an administrator of this device");
    return visitor_must(app, rights, what, err);
}

struct record *visitor_manager(struct app *app, unsigned rights, const char *what, int64_t *by, struct error *err)
{
    int64_t administrators;
    struct record *record = app_record_of_nobody(app, err);
    *by = 0;
    if (record == NULL || !learner_count(record, RIGHT_ADMINISTRATOR, true, &administrators, err))
        return NULL;
    if (administrators == 0 || (isatty(STDIN_FILENO) != 1 && !visit_shared(app)))
        return record;
    if (isatty(STDIN_FILENO) != 1) {
        error_set(err, EX_NOPERM, what, NULL, "there is no terminal on which an administrator could badge in",
                  "run it on a terminal");
        return NULL;
    }
    fputs("This is for who looks after this device.\n", stderr);
    if (!visitor_must(app, rights, what, err))
        return NULL;
    *by = visit_person(app)->number;
    return record;
}
