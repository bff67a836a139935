#include "tui/cli/learner.h"
#include "tui/cli/sure.h"
#include "tui/visit.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/record/erase.h"
#include "core/record/offer.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Events as people call them. */
static const struct {
    const char *kind, *words;
} kinds[] = {
    {"attempt.abandoned", "quizzes left"},
    {"attempt.answered", "answers"},
    {"attempt.finished", "quizzes finished"},
    {"attempt.resumed", "quizzes gone on with"},
    {"attempt.started", "quizzes begun"},
    {"code.missed", "codes that no module knows"},
    {"fetch.queued", "modules asked for"},
    {"hint.later", "hints put off"},
    {"hint.never", "hints refused"},
    {"hint.offered", "hints offered"},
    {"hint.opened", "hints opened"},
    {"learner.added", "your account here"},
    {"learner.badge", "your badge"},
    {"learner.bound", "your account in the learning record store"},
    {"learner.named", "your name"},
    {"learner.pin", "PINs set and taken away"},
    {"learner.removed", "your removal"},
    {"learner.rights", "your rights"},
    {"learner.roles", "your roles"},
    {"module.completed", "modules completed"},
    {"module.opened", "openings of modules"},
    {"module.solved", "answers to whether a module solved it"},
    {"news.read", "news read"},
    {"note.filed", "notes"},
    {"recall.answered", "answers in recall"},
    {"recall.retired", "questions given up"},
    {"search.missed", "searches that found nothing"},
    {"section.done", "sections done"},
    {"section.seen", "sections seen"},
    {"share.off", "ends of your leave to share hints"},
    {"share.on", "your leave to share hints"},
    {"signoff.signed", "sign-offs"},
};

static const char *words_of(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].words;
    return kind;
}

static void add_safe(struct buf *out, const char *text)
{
    text_safe(out, text, strlen(text), 0);
}

/* ---- what goes, what stays ---- */

static void plan_words(const struct erase_plan *p, struct buf *out)
{
    buf_addf(out, "What goes from this device, for good: %lld event%s\n", (long long)p->events, p->events == 1 ? "" : "s");
    for (size_t i = 0; i < p->kind_count; i++)
        if (p->kinds[i].count > 0) {
            buf_addf(out, "  %6lld  ", (long long)p->kinds[i].count);
            add_safe(out, words_of(p->kinds[i].what));
            buf_addc(out, '\n');
        }
    if (p->foreign > 0)
        buf_addf(out, "  %6lld  events of other devices that are kept here: there they stay\n", (long long)p->foreign);
    buf_adds(out, "  and all that follows from them: progress, scores, recall, places in the text\n");
    buf_adds(out, "  what was not sent to a learning record store yet won't be\n");
    buf_adds(out, "What stays:\n  the chain's links and commitments, from which nothing can be read\n");
    for (size_t i = 0; i < p->kept_count; i++) {
        char signed_on[16], until[16];
        clock_format_day(p->kept[i].at, signed_on, sizeof signed_on);
        clock_format_day(p->kept[i].until, until, sizeof until);
        buf_addf(out, "  your sign-off of %s, until %s: ", signed_on, until);
        add_safe(out, p->kept[i].title[0] != '\0' ? p->kept[i].title : p->kept[i].module);
        buf_addc(out, '\n');
    }
    buf_adds(out, "  your config.yaml, backups, and what you exported: these are files of your own\n");
    for (size_t i = 0; i < p->sent_count; i++) {
        buf_addf(out, "  %lld statement%s at ", (long long)p->sent[i].count, p->sent[i].count == 1 ? "" : "s");
        add_safe(out, p->sent[i].what[0] != '\0' ? p->sent[i].what : "an LRS that has not answered yet");
        buf_adds(out, ",\n    until `crib sync` has them erased there, where it can\n");
    }
}

static void plan_json(const struct erase_plan *p, struct buf *out)
{
    struct json j = {.out = out};
    json_open_object(&j, NULL);
    json_int(&j, "events", p->events);
    json_int(&j, "foreign", p->foreign);
    json_open_object(&j, "kinds");
    for (size_t i = 0; i < p->kind_count; i++)
        json_int(&j, p->kinds[i].what, p->kinds[i].count);
    json_close_object(&j);
    json_open_array(&j, "kept");
    for (size_t i = 0; i < p->kept_count; i++) {
        char until[16];
        clock_format_day(p->kept[i].until, until, sizeof until);
        json_open_object(&j, NULL);
        json_string(&j, "kind", p->kept[i].kind);
        json_string(&j, "module", p->kept[i].module);
        json_string(&j, "until", until);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_open_array(&j, "sent");
    for (size_t i = 0; i < p->sent_count; i++) {
        json_open_object(&j, NULL);
        json_string(&j, "lrs", p->sent[i].what);
        json_int(&j, "statements", p->sent[i].count);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
    output_end_json(out);
}

/* ---- how far it is ---- */

enum { QUICK_MS = 500, AGAIN_MS = 200, MANY = 500000 /* events: to look at them all takes seconds */ };

struct watching {
    int64_t begun_ms, said_ms;
    bool terminal; /* somebody sees it */
};

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    interrupted = number;
}

static bool how_far(void *context, int64_t looked, int64_t all)
{
    struct watching *w = context;
    int64_t now = clock_monotonic_ms();
    if (w->terminal && now - w->begun_ms >= QUICK_MS && now - w->said_ms >= AGAIN_MS) {
        fprintf(stderr, "\rForgetting: %lld %% of %lld events. Ctrl-C leaves the rest for later.",
                (long long)(all > 0 ? looked * 100 / all : 0), (long long)all);
        w->said_ms = now;
    }
    return interrupted == 0;
}

/* learner 0: what was begun before is ended. */
static bool erase_watched(struct record *r, int64_t learner, struct erase_result *result, struct error *err)
{
    struct watching w = {.begun_ms = clock_monotonic_ms(), .terminal = isatty(STDERR_FILENO) == 1};
    struct sigaction before, catch = {.sa_handler = interrupt};
    sigemptyset(&catch.sa_mask);
    bool caught = sigaction(SIGINT, &catch, &before) == 0;
    record_erase_watch(r, how_far, &w);
    bool ok = learner != 0 ? record_erase(r, learner, clock_wall_ms(), result, err) : record_erase_finish(r, clock_wall_ms(), err);
    record_erase_watch(r, NULL, NULL);
    if (caught)
        sigaction(SIGINT, &before, NULL);
    if (w.said_ms != 0)
        fprintf(stderr, "\r%78s\r", "");
    return ok;
}

/* What was left before comes first; *left: there was some. */
static bool end_begun(struct app *app, bool *left, struct error *err)
{
    struct record *r = app_record_if_any(app, err);
    *left = false;
    if (r == NULL)
        return err->code == 0;
    if (!record_erase_begun(r, left, err))
        return false;
    if (!*left)
        return true;
    bool goes_on;
    r = app_record_of_nobody(app, err);
    if (r == NULL || !erase_watched(r, 0, NULL, err) || !record_overwrite(r, err) || !record_erase_begun(r, &goes_on, err))
        return false;
    fputs(goes_on ? "What was begun before is being forgotten by another crib.\n" : "What was begun before is forgotten now.\n", stderr);
    return true;
}

static bool make_plan(struct app *app, struct record *r, int64_t learner, struct erase_plan *plan, struct error *err)
{
    int64_t all;
    if (!record_erase_extent(r, &all, err))
        return false;
    if (all >= MANY && isatty(STDERR_FILENO) == 1)
        fprintf(stderr, "Looking through %lld events ...\n", (long long)all);
    return record_erase_plan(r, app->arena, learner, clock_wall_ms(), plan, err);
}

/* ---- doing it ---- */

/* who: somebody else than whoever asks. */
static bool erase(struct app *app, const struct learner *who, const struct erase_plan *plan, struct error *err)
{
    struct erase_result result;
    int64_t learner = who != NULL ? who->number : app->learner; /* opening the record to write must make nobody new */
    struct record *r = who != NULL ? app_record_of_nobody(app, err) : app_record(app, err);
    if (r == NULL || !erase_watched(r, learner, &result, err))
        return false;
    if (who == NULL)
        offers_forget(app->places.state);
    fprintf(stderr, "Forgotten: %lld event%s.%s\n", (long long)result.events, result.events == 1 ? "" : "s",
            plan->sent_count > 0 ? " `crib sync` asks the learning record store to erase what it has." : "");
    return record_overwrite(r, err);
}

static bool print_plan(const struct args *args, const struct learner *who, const struct erase_plan *plan, struct error *err)
{
    struct buf out = {0};
    if (args_flag(args, "json")) {
        plan_json(plan, &out);
        return output_buf(&out, false, err);
    }
    if (who != NULL) {
        add_safe(&out, who->name);
        buf_adds(&out, ", whom \"your\" means below.\n");
    }
    plan_words(plan, &out);
    return output_buf(&out, false, err);
}

bool learner_forget(struct app *app, const struct learner *who, const struct args *args, struct error *err)
{
    static const struct sure sure = {"to erase it, anything else to leave it", "forget", "nothing was erased", "`crib learner forget --yes`"};
    struct erase_plan plan;
    bool left = false, dry = args_flag(args, "dry-run");
    if (!dry && !end_begun(app, &left, err))
        return false;
    struct record *r = app_record_if_any(app, err);
    if (r == NULL && err->code != 0)
        return false;
    if (left && who == NULL && !visit_shared(app)) /* that was whoever asks: since then they are somebody else */
        return true;
    int64_t learner = who != NULL ? who->number : app->learner;
    if (r == NULL || learner == 0) {
        fputs("nothing is held of you here\n", stderr);
        return true;
    }
    if (!make_plan(app, r, learner, &plan, err) || !print_plan(args, who, &plan, err))
        return false;
    bool yes = args_flag(args, "yes");
    if (dry)
        return true;
    return (yes || sure_ask(&sure, &yes, err)) && (!yes || erase(app, who, &plan, err));
}
