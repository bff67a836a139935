#include "tui/visit.h"

#include "core/base/account.h"
#include "core/base/strings.h"
#include "core/base/text.h"
#include "core/record/room.h"
#include "tui/kiosk.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

bool visit_shared(struct app *app)
{
    if (app->kiosk != NULL)
        return true;
    struct error ignored;
    const struct config *config = app_config(app, &ignored);
    struct strings shared = config != NULL ? config_list(config, CONFIG_SHARED_ACCOUNTS) : (struct strings){0};
    if (shared.count == 0)
        return false;
    if (app->account == NULL)
        app->account = account_name(app->arena);
    return app->account == NULL || strings_has(shared, app->account); /* memory is out: rather ask than mix people up */
}

bool visit_wanted(struct app *app)
{
    return app->preview == NULL && app->visitor == NULL && !app->guest && visit_shared(app);
}

bool visit_kept(const struct app *app)
{
    return app->preview == NULL && !app->guest;
}

const char *visit_name(const struct app *app)
{
    return app->visitor != NULL ? app->visitor->name : app->guest ? "guest" : "";
}

const struct learner *visit_person(const struct app *app)
{
    return app->visitor;
}

bool visit_may(struct app *app, unsigned rights)
{
    const struct learner *who = app->visitor;
    if (who == NULL)
        return !app->guest && !visit_shared(app);
    return (who->rights & rights & (who->pin ? ~0U : RIGHT_LEARNER)) != 0;
}

bool visit_learner(struct app *app, int64_t *learner, struct error *err)
{
    *learner = app->visitor != NULL ? app->visitor->number : 0;
    if (app->visitor != NULL || app->guest || visit_wanted(app))
        return true;
    const char *own = account_name(app->arena);
    return own != NULL ? record_learner(app->record, own, learner, err) : error_memory(err);
}

/* ---- coming in ---- */

static const char *policy(struct app *app, enum config_key key)
{
    struct error ignored;
    const struct config *config = app_config(app, &ignored);
    return config != NULL ? config_text(config, key) : "";
}

/* Without what the scanner is set to send around it. */
static const char *unwrapped(struct app *app, const char *said)
{
    struct str s = str_of(said), before = str_of(policy(app, CONFIG_SCAN_PREFIX)), behind = str_of(policy(app, CONFIG_SCAN_SUFFIX));
    if (before.n < s.n && strncmp(s.p, before.p, before.n) == 0)
        s = (struct str){s.p + before.n, s.n - before.n};
    if (behind.n < s.n && strncmp(s.p + s.n - behind.n, behind.p, behind.n) == 0)
        s.n -= behind.n;
    return s.n < strlen(said) ? arena_copy(app->arena, s.p, s.n) : NULL;
}

static bool not_known(struct error *err)
{
    return error_set(err, EX_NOUSER, "cannot badge in", NULL, "nobody is known here by that", "ask who looks after this device");
}

/* What was scanned or read aloud is good for something, behind a badge. */
static bool no_badge(struct app *app, const char *said, struct error *err)
{
    char code[ROOM_CODE + 1];
    struct target *targets;
    size_t count = 0;
    struct error ignored;
    struct library *library = app_library(app, &ignored);
    bool tag = library != NULL && library_resolve(library, app->arena, said, &targets, &count, &ignored) && count > 0 &&
               targets[0].reason != TARGET_WORDS && !targets[0].guessed;
    if (!tag && !room_code(said, code))
        return not_known(err);
    return error_set(err, EX_NOUSER, "badge in first", NULL, NULL, tag ? "then scan it again" : "then type the session's code");
}

bool visit_takes_names(struct app *app)
{
    return strcmp(policy(app, CONFIG_NAMES), "no") != 0;
}

bool visit_find(struct app *app, const char *said, enum learner_found *found, int64_t *number, struct error *err)
{
    const char *inner = unwrapped(app, said);
    struct record *record = app_record_of_nobody(app, err);
    return record != NULL && learner_find(record, said, visit_takes_names(app), found, number, err) &&
           (*number != 0 || inner == NULL || learner_by_badge(record, inner, number, err));
}

static bool find(struct app *app, struct record *record, const char *said, bool add, int64_t *number, struct error *err)
{
    enum learner_found found;
    if (!visit_find(app, said, &found, number, err))
        return false;
    if (*number != 0)
        return true;
    if (found == LEARNER_SEVERAL)
        return error_set(err, EX_DATAERR, "cannot badge in", NULL, "several people have this name", "scan your badge");
    return add && strcmp(policy(app, CONFIG_NAMES), "add") == 0 ? learner_self(record, said, number, err) : no_badge(app, said, err);
}

static void come_in(struct app *app)
{
    app->visitor = app->arriving;
    app->arriving = NULL;
    app->learner = app->visitor->number;
}

/* A badge may be longer than a name. */
static const char *said_fits(struct app *app, const char *said, struct error *err)
{
    struct str trimmed = str_trim(str_of(said));
    if (trimmed.n > LEARNER_NAME_MOST && trimmed.n <= LEARNER_BADGE_MOST)
        return arena_copy(app->arena, trimmed.p, trimmed.n);
    struct error why = {0};
    const char *name = learner_name_fits(app->arena, said, &why);
    if (name == NULL)
        error_set(err, EX_USAGE, "cannot take that badge or name", NULL, why.why, "scan the badge again, or type your name");
    return name;
}

static bool begin(struct app *app, const char *name, bool add, enum visit_next *next, struct error *err)
{
    struct pin_result pin;
    int64_t number;
    struct learner *who = arena_alloc(app->arena, sizeof *who);
    visit_end(app);
    const char *said = said_fits(app, name, err);
    if (said == NULL || who == NULL)
        return said == NULL ? false : error_memory(err);
    struct record *record = app_record_of_nobody(app, err);
    if (record == NULL || !find(app, record, said, add, &number, err) || !learner_get(record, app->arena, number, who, err) ||
        !learner_pin_state(record, number, &pin, err))
        return false;
    app->arriving = who;
    *next = pin.state != PIN_NONE ? VISIT_PIN : config_yes(app->config, CONFIG_PINS) ? VISIT_PIN_FIRST : VISIT_IN;
    if (*next == VISIT_IN)
        come_in(app);
    return true;
}

static bool tell(const struct app *app, bool ok, const struct error *err)
{
    if (!ok)
        kiosk_refused(app, err);
    return ok;
}

bool visit_begin(struct app *app, const char *name, enum visit_next *next, struct error *err)
{
    return tell(app, begin(app, name, true, next, err), err);
}

bool visit_begin_known(struct app *app, const char *name, enum visit_next *next, struct error *err)
{
    return tell(app, begin(app, name, false, next, err), err);
}

bool visit_pin(struct app *app, const char *pin, struct pin_result *result, struct error *err)
{
    struct record *record = app->arriving != NULL ? app_record_of_nobody(app, err) : NULL;
    if (app->arriving == NULL)
        return not_known(err);
    if (record == NULL || !learner_pin_check(record, app->arriving->number, pin, result, err))
        return false;
    kiosk_wrong_pin(app, result);
    if (result->state == PIN_RIGHT)
        come_in(app);
    return true;
}

bool visit_pin_first(struct app *app, const char *pin, struct error *err)
{
    struct record *record = app->arriving != NULL ? app_record_of_nobody(app, err) : NULL;
    if (app->arriving == NULL)
        return not_known(err);
    if (record == NULL || !learner_pin_set(record, app->arriving->number, pin, app->arriving->number, err))
        return false;
    app->arriving->pin = true;
    come_in(app);
    return true;
}

const char *visit_arriving(const struct app *app)
{
    return app->arriving != NULL ? app->arriving->name : "";
}

void visit_pin_words(const struct pin_result *result, char *out, size_t size)
{
    const char *wrong = result->state == PIN_WRONG ? "That is not the PIN. " : "";
    long seconds = (long)((result->wait_ms + 999) / 1000);
    if (seconds > 0)
        snprintf(out, size, seconds < 120 ? "%sWait %ld s, then try again." : "%sWait %ld min, then try again.", wrong,
                 seconds < 120 ? seconds : (seconds + 59) / 60);
    else
        snprintf(out, size, "%s%s", wrong, result->left == 1 ? "One more try before there is a wait." : "Try again.");
}

bool visit_again(struct app *app, const char *said, struct error *err)
{
    enum learner_found found;
    int64_t number;
    if (!visit_find(app, said, &found, &number, err))
        return false;
    if (number == app->learner && number != 0)
        return true;
    return error_set(err, EX_NOPERM, "not signed", NULL,
                     found == LEARNER_SEVERAL ? "several people have this name" : "that is not the badge of who is here",
                     "scan the badge that you came in with");
}

bool visit_is_badge(struct app *app, const char *text, bool *own)
{
    struct error ignored;
    int64_t number;
    enum learner_found found;
    struct record *record = app_record_if_any(app, &ignored);
    if (record == NULL || !learner_find(record, text, false, &found, &number, &ignored) || found != LEARNER_BADGE)
        return false;
    *own = number == app->learner;
    return true;
}

bool visit_guests(struct app *app)
{
    struct error ignored;
    const struct config *config = app_config(app, &ignored);
    return config != NULL && config_yes(config, CONFIG_GUESTS);
}

bool visit_guest(struct app *app, struct error *err)
{
    if (!visit_guests(app))
        return visit_refuse(app, err);
    visit_end(app);
    app->guest = true;
    return true;
}

void visit_end(struct app *app)
{
    struct error ignored;
    if (app->record != NULL && !app->record_read_only && app->learner != 0)
        (void)room_away(app->record, app->learner, getpid(), &ignored); /* who badges out, steps out of a session, too */
    app->visitor = app->arriving = NULL;
    app->guest = false;
    app->learner = 0;
}

bool visit_refuse(struct app *app, struct error *err)
{
    if (app->guest)
        return error_set(err, EX_NOPERM, "nothing is kept of a guest", NULL, NULL, "badge in");
    return error_set(err, EX_NOPERM, "nobody has said who learns", NULL,
                     app->account != NULL ? arena_printf(app->arena, "several people share the account %s", app->account)
                                          : "several people share this account",
                     "on a terminal crib asks for badge or name");
}
