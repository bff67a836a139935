#include "tui/signing.h"

#include "core/base/clock.h"
#include "tui/visit.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { LIBRARY_TRIES = 3 };

static const char *const retention_default = "10 years";

/* ---- opening ---- */

static void mark_of(const struct change *changes, size_t count, struct arena *a, char out[SIGNOFF_MARK])
{
    struct signoff_change *c = arena_array(a, count + 1, sizeof *c);
    for (size_t i = 0; c != NULL && i < count; i++)
        c[i] = (struct signoff_change){changes[i].on, changes[i].material};
    signoff_mark(c, c != NULL ? count : 0, out);
}

static bool nobody_signs(struct app *app, struct error *err)
{
    if (app->preview != NULL)
        return error_set(err, EX_NOPERM, "nobody signs in a preview", NULL, "nothing in it is recorded", "install the channel: `crib channel add DIR`");
    return app->learner != 0 || visit_refuse(app, err);
}

static bool no_pin(struct error *err)
{
    return error_set(err, EX_NOPERM, "cannot sign", NULL, "in a shared account one signs with badge and PIN",
                     "who looks after this device gives both: crib learner");
}

/* PIN or name. */
static bool find_way(struct signing *s, struct record *record, struct error *err)
{
    struct app *app = s->app;
    struct pin_result pin;
    struct learner *who = arena_alloc(s->arena, sizeof *who);
    if (who == NULL)
        return error_memory(err);
    if (!learner_get(record, s->arena, app->learner, who, err) || !learner_pin_state(record, app->learner, &pin, err))
        return false;
    s->method = pin.state != PIN_NONE ? SIGNOFF_PIN : SIGNOFF_NAME;
    s->person = s->method == SIGNOFF_PIN ? who->name : "";
    s->badge = visit_shared(app);
    return !s->badge || (who->badge && pin.state != PIN_NONE) || no_pin(err);
}

/* The text and what is signed with it are read one after the other: an update between them is read again. */
static bool load_text(struct signing *s, int64_t key, struct error *err)
{
    struct library *library = app_library(s->app, err);
    for (int tries = 0; library != NULL && tries < LIBRARY_TRIES; tries++) {
        int64_t version = library_version(library);
        content_close(s->content);
        s->content = content_open(s->app, key, err);
        if (s->content == NULL || (s->text = library_signing(library, s->arena, key, err)) == NULL)
            return false;
        if (library_version(library) == version)
            return true;
    }
    return library != NULL && error_set(err, EX_TEMPFAIL, "cannot sign", NULL, "the module is being updated", "try again");
}

static bool load(struct signing *s, int64_t key, struct error *err)
{
    struct record *record = app_record(s->app, err);
    if (record == NULL || !load_text(s, key, err) || !nobody_signs(s->app, err) || !find_way(s, record, err))
        return false;
    if (s->text->valid[0] != '\0' && !clock_after(clock_wall_ms(), s->text->valid, &s->valid_until))
        return error_set(err, EX_DATAERR, "cannot sign", s->text->valid, "the module does not say for how long", "its author mends `valid`");
    mark_of(s->text->changes, s->text->change_count, s->arena, s->mark);
    s->standing = record_signoff_standing(record, s->arena, s->app->learner, &s->content->subject, err);
    return s->standing != NULL;
}

struct signing *signing_open(struct app *app, int64_t key, struct error *err)
{
    struct signing *s = calloc(1, sizeof *s);
    if (s == NULL || (s->arena = arena_open()) == NULL) {
        signing_close(s);
        error_memory(err);
        return NULL;
    }
    s->app = app;
    bool ok = (app->preview == NULL && !app->guest) || nobody_signs(app, err);
    if (!ok || !load(s, key, err)) {
        signing_close(s);
        return NULL;
    }
    return s;
}

void signing_close(struct signing *s)
{
    if (s == NULL)
        return;
    content_close(s->content);
    arena_close(s->arena);
    free(s);
}

/* ---- what is missing ---- */

bool signing_holds(const struct signing *s, enum signoff_state *state)
{
    if (s->standing->last == NULL)
        return false;
    *state = signoff_state(s->standing->last, s->mark, clock_wall_ms());
    return *state == SIGNOFF_CURRENT || *state == SIGNOFF_LAPSING || *state == SIGNOFF_WAITING;
}

size_t signing_missing(const struct signing *s)
{
    return s->standing->missing + !s->standing->passed;
}

size_t signing_missing_at(const struct signing *s, size_t i)
{
    for (size_t k = 0; k < s->content->sections->count; k++)
        if (!s->standing->shown[k] && i-- == 0)
            return k;
    return SIZE_MAX;
}

static const char *section_name(const struct signing *s, size_t i)
{
    const struct section *section = &s->content->sections->items[i];
    return section->level > 0 ? section->title : s->content->module->facts.title;
}

void signing_missing_words(const struct signing *s, size_t i, struct buf *out)
{
    size_t at = signing_missing_at(s, i);
    if (at == SIZE_MAX)
        buf_adds(out, s->content->questions.count > 0 ? "Quiz: not passed on this text yet" : "Quiz: the module has none, its author has to add one");
    else
        buf_addf(out, "Section %zu, %s: not shown in full", at + 1, section_name(s, at));
}

void signing_missing_line(const struct signing *s, struct buf *out)
{
    size_t n = s->standing->missing;
    if (n > 0)
        buf_addf(out, "%zu section%s not shown in full: ", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "%s%s", i > 0 ? ", " : "", section_name(s, signing_missing_at(s, i)));
    if (!s->standing->passed)
        buf_addf(out, "%squiz not passed", n > 0 ? "; " : "");
}

static void day(int64_t ms, char out[16])
{
    clock_format_day(ms, out, 16);
}

/* The newest material change. */
static const struct change *material(const struct change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (changes[i].material)
            return &changes[i];
    return NULL;
}

/* How a signature stands, without who and when. */
static void state_words(const struct signoff *last, enum signoff_state state, const struct change *why, struct buf *out)
{
    char until[16];
    day(last->valid_until, until);
    switch (state) {
    case SIGNOFF_CURRENT:
        if (last->valid_until != 0)
            buf_addf(out, "valid until %s", until);
        else
            buf_adds(out, "valid until the text changes");
        break;
    case SIGNOFF_LAPSING:
        buf_addf(out, "lapses %s", until);
        break;
    case SIGNOFF_LAPSED:
        buf_addf(out, "lapsed %s", until);
        break;
    case SIGNOFF_CHANGED:
        buf_adds(out, "lapsed: changed");
        if (why != NULL)
            buf_addf(out, " %s: %s", why->on, why->what);
        break;
    case SIGNOFF_WAITING:
        buf_adds(out, "waits for a supervisor's signature");
        break;
    }
}

void signing_last_line(const struct signing *s, struct buf *out)
{
    const struct signoff *last = s->standing->last;
    char on[16];
    if (last == NULL)
        return;
    day(last->at, on);
    buf_addf(out, "Signed by %s on %s", last->signer, on);
    if (last->countersigned_at != 0)
        buf_addf(out, ", countersigned by %s", last->countersigner);
    buf_adds(out, ": ");
    state_words(last, signoff_state(last, s->mark, clock_wall_ms()), material(s->text->changes, s->text->change_count), out);
}

void signing_valid_line(const struct signing *s, struct buf *out)
{
    char until[16];
    day(s->valid_until, until);
    if (s->valid_until != 0)
        buf_addf(out, "Valid until %s (%s), or until the text changes materially", until, s->text->valid);
    else
        buf_adds(out, "Valid until the text changes materially");
}

void signing_text_line(const struct signing *s, struct buf *out)
{
    buf_addf(out, "%s, revision %.16s", s->content->address, s->content->revision);
    if (s->text->change_count > 0)
        buf_addf(out, " of %s", s->text->changes[0].on);
}

/* ---- signing ---- */

static bool retain_until(struct app *app, int64_t now, int64_t *until, struct error *err)
{
    const struct config *config = app_config(app, err);
    if (config == NULL)
        return false;
    const char *said = config_text(config, CONFIG_RETENTION);
    return clock_after(now, said[0] != '\0' ? said : retention_default, until) ||
           error_set(err, EX_CONFIG, "cannot sign", said, "that is no time to keep a sign-off for", "write `retention: 10 years`");
}

static bool sign(struct signing *s, const char *signer, struct uuid *id, struct error *err)
{
    struct signoff_signature g = {
        .signer = signer,
        .method = s->method,
        .attestation = s->text->attestation,
        .source = s->text->source.p,
        .source_len = s->text->source.n,
        .mark = s->mark,
        .countersign = s->text->countersign,
    };
    int64_t now = clock_wall_ms();
    if (s->text->valid[0] != '\0' && !clock_after(now, s->text->valid, &g.valid_until))
        return error_set(err, EX_DATAERR, "cannot sign", s->text->valid, "the module does not say for how long", "tell its author: `crib lint` names what is wrong");
    struct record *record = app_record(s->app, err);
    if (record == NULL || !retain_until(s->app, now, &g.retain_until, err))
        return false;
    return record_signoff(record, s->app->learner, &s->content->subject, &g, id, err);
}

bool signing_by_name(struct signing *s, const char *name, struct uuid *id, struct error *err)
{
    return s->method == SIGNOFF_NAME ? sign(s, name, id, err)
                                     : error_set(err, EX_NOPERM, "cannot sign", NULL, "who has a PIN signs with it", "type your PIN");
}

bool signing_badge(struct signing *s, const char *said, struct error *err)
{
    s->proved = visit_again(s->app, said, err);
    return s->proved;
}

const char *signing_badge_question(const struct signing *s)
{
    return visit_takes_names(s->app) ? "To sign, your badge or name:" : "To sign, your badge:";
}

bool signing_by_pin(struct signing *s, const char *pin, struct pin_result *result, struct uuid *id, struct error *err)
{
    bool proved = !s->badge || s->proved;
    struct record *record = app_record(s->app, err);
    s->proved = false;
    if (!proved)
        return error_set(err, EX_NOPERM, "not signed", NULL, "in a shared account one signs with badge and PIN", "begin with the badge");
    if (record == NULL || !learner_pin_check(record, s->app->learner, pin, result, err))
        return false;
    return result->state != PIN_RIGHT || sign(s, s->person, id, err);
}

/* ---- the supervisor's signature ---- */

bool signing_supervisor(struct app *app, const char *said, struct learner *who, struct error *err)
{
    enum learner_found found;
    int64_t number;
    struct record *record = app_record_of_nobody(app, err);
    if (record == NULL || !visit_find(app, said, &found, &number, err))
        return false;
    if (number == 0 && found == LEARNER_SEVERAL)
        return error_set(err, EX_DATAERR, "cannot countersign", said, "several people have this name", "scan the badge");
    if (number == 0)
        return error_set(err, EX_NOUSER, "cannot countersign", NULL, "nobody is known here by that", "scan the supervisor's badge");
    if (!learner_get(record, app->arena, number, who, err))
        return false;
    if ((who->rights & RIGHT_SUPERVISOR) == 0)
        return error_set(err, EX_NOPERM, "cannot countersign", who->name, "that takes the right of a supervisor", "scan a supervisor's badge");
    return who->pin || error_set(err, EX_NOPERM, "cannot countersign", who->name, "a supervisor signs with a PIN, and has none here",
                                 "`crib learner pin WHO` asks for one");
}

bool signing_countersign(struct app *app, const struct uuid *signoff, const struct learner *who, const char *pin,
                         struct pin_result *result, struct error *err)
{
    struct record *record = app_record_of_nobody(app, err);
    if (record == NULL || !learner_pin_check(record, who->number, pin, result, err))
        return false;
    return result->state != PIN_RIGHT || record_countersign(record, signoff, who->number, who->name, SIGNOFF_PIN, err);
}

const struct signoff *signing_waiting(struct app *app, struct arena *a, size_t *count, struct error *err)
{
    static const struct signoff none;
    err->code = 0;
    *count = 0;
    struct record *record = app_record_if_any(app, err);
    if (record == NULL)
        return err->code == 0 ? &none : NULL;
    return record_signoffs_waiting(record, a, clock_wall_ms(), count, err);
}

/* ---- how a module stands ---- */

bool signing_mark(struct app *app, struct arena *a, const char *address, char mark[SIGNOFF_MARK], const char **change)
{
    struct error ignored;
    *change = NULL;
    struct library *library = app_library(app, &ignored);
    const struct library_module *m = library != NULL ? library_module(library, a, address, &ignored) : NULL;
    const struct library_signing *text = m != NULL ? library_signing(library, a, m->facts.key, &ignored) : NULL;
    if (text == NULL)
        return false;
    mark_of(text->changes, text->change_count, a, mark);
    const struct change *why = material(text->changes, text->change_count);
    if (why != NULL)
        *change = arena_printf(a, "%s: %s", why->on, why->what);
    return true;
}

static void standing_of(struct app *app, struct arena *a, int64_t key, const char *address, struct buf *out, bool *act)
{
    struct error err = {0};
    size_t count;
    char mark[SIGNOFF_MARK];
    struct library *library = app_library(app, &err);
    struct record *record = app_record_if_any(app, &err);
    const struct library_signing *text = library != NULL ? library_signing(library, a, key, &err) : NULL;
    if (text == NULL)
        return;
    const struct signoff *last =
        record != NULL && app->learner != 0 ? record_signoffs(record, a, app->learner, address, true, &count, &err) : NULL;
    if (last == NULL || count == 0) {
        *act = true;
        buf_adds(out, "due");
        return;
    }
    mark_of(text->changes, text->change_count, a, mark);
    enum signoff_state state = signoff_state(last, mark, clock_wall_ms());
    *act = state == SIGNOFF_LAPSED || state == SIGNOFF_CHANGED || state == SIGNOFF_LAPSING;
    buf_adds(out, state == SIGNOFF_CURRENT || state == SIGNOFF_WAITING ? "signed, " : "");
    state_words(last, state, material(text->changes, text->change_count), out);
}

void signing_standing_words(struct app *app, int64_t key, const char *address, struct buf *out, bool *act)
{
    *act = false;
    struct arena *a = app->preview == NULL && !visit_wanted(app) && !app->guest ? arena_open() : NULL;
    if (a != NULL)
        standing_of(app, a, key, address, out, act);
    arena_close(a);
}
