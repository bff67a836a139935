#include "tui/left.h"

#include "tui/session.h"
#include "tui/visit.h"

#include <string.h>
#include <sysexits.h>

enum { LEFT_MOST = 20 };

struct content *left_content(struct record *record, const struct attempt *attempt, struct error *err)
{
    const char *bytes = NULL;
    size_t len = 0;
    struct content *c = NULL;
    struct arena *a = arena_open();
    if (a == NULL)
        error_memory(err);
    else if (record_content(record, a, attempt->content_hash, &bytes, &len, err)) {
        if (bytes != NULL)
            c = content_open_gone(attempt->module, bytes, len, err);
        else
            error_set(err, EX_DATAERR, "the text of this attempt is not kept", attempt->module, NULL, NULL);
    }
    arena_close(a);
    return c;
}

/* Why there is no such module: its channel is here without it, or neither is. */
static const char *why_gone(struct app *app, struct arena *a, const char *address)
{
    struct error ignored;
    struct library_channel *channels;
    size_t count;
    if (library_channels(app->library, a, &channels, &count, &ignored))
        for (size_t i = 0; i < count; i++) {
            size_t n = strlen(channels[i].id);
            if (strncmp(address, channels[i].id, n) == 0 && address[n] == '/')
                return "withdrawn from its channel";
        }
    return "not on this device";
}

/* False where it is neither in the library nor kept in the record. */
static bool find_text(struct app *app, struct record *record, struct arena *a, struct left_quiz *left)
{
    struct error err = {0};
    const char *module = left->attempt->module;
    const struct library_module *m = library_module(app->library, a, module, &err);
    if (m != NULL) {
        left->key = m->facts.key;
        left->title = m->facts.title;
        left->address = library_address(a, m->facts.channel, m->facts.id, "");
        return left->address != NULL;
    }
    bool catalogued = err.code == EX_UNAVAILABLE;
    struct content *c = catalogued || err.code == EX_NOINPUT ? left_content(record, left->attempt, &err) : NULL;
    if (c == NULL)
        return false;
    left->address = module;
    left->title = arena_strdup(a, c->module->facts.title);
    left->gone = catalogued ? "not on this device" : why_gone(app, a, module);
    content_close(c);
    return left->title != NULL;
}

static bool is_called(const char *address, const char *called)
{
    const char *slash = strchr(address, '/');
    return strcmp(address, called) == 0 || (slash != NULL && strcmp(slash + 1, called) == 0);
}

/* What was left elsewhere is perhaps of a module that was never here: then an older one may do. */
static bool find(struct app *app, struct arena *a, const char *called, bool gone, struct left_quiz *left)
{
    struct error ignored;
    char code[ROOM_CODE + 1];
    int64_t before = INT64_MAX;
    struct record *record = visit_kept(app) ? app_record_if_any(app, &ignored) : NULL;
    if (record == NULL || app_library(app, &ignored) == NULL)
        return false;
    for (int i = 0; i < LEFT_MOST; i++) {
        const struct attempt *t = NULL;
        if (!record_attempt_left(record, app->learner, before, a, &t, &ignored) || t == NULL)
            return false;
        before = t->started_at;
        *left = (struct left_quiz){.attempt = t};
        if ((called != NULL && !is_called(t->module, called)) || session_keeps(app, t, code) || !find_text(app, record, a, left) ||
            (gone && left->gone == NULL))
            continue;
        left->detail = arena_printf(a, "%zu of %zu answered%s", t->answer_count, t->question_count,
                                    t->elsewhere ? ", on another device" : "");
        return left->detail != NULL;
    }
    return false;
}

bool left_quiz(struct app *app, struct arena *a, struct left_quiz *left)
{
    return find(app, a, NULL, false, left);
}

bool left_gone(struct app *app, struct arena *a, const char *called, struct left_quiz *left)
{
    return find(app, a, called, true, left);
}
