#include "tui/cli/hint_look.h"

#include "core/library/trigger_command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is surer comes first, whatever its rank is within its kind (ranks are below 2000). */
enum { SOURCE_STEP = 2000 };

static const char *const sources[] = {"directory", "place", "line", "status", "command"};
enum { SOURCE_DIRECTORY, SOURCE_PLACE, SOURCE_LINE, SOURCE_STATUS, SOURCE_COMMAND };

bool hint_look_open(struct app *app, struct hint_look *l, struct error *err)
{
    char language[32];
    memset(l, 0, sizeof *l);
    const char *own = file_join(app->arena, app->places.data, "index"),
               *all = file_join(app->arena, app->places.system_data, "index");
    if (own == NULL || all == NULL)
        return error_memory(err);
    if (!offers_open(app->places.state, &l->offers, err))
        return false;
    offers_language(&l->offers, language, sizeof language);
    l->triggers = triggers_open(own, all, language, NULL, err);
    if (l->triggers == NULL)
        offers_close(&l->offers);
    return l->triggers != NULL;
}

void hint_look_close(struct hint_look *l)
{
    triggers_close(l->triggers);
    offers_close(&l->offers);
    memset(l, 0, sizeof *l);
}

static void merge(struct hint_look *l, const struct trigger_match *found, size_t n, int source)
{
    l->count = trigger_merge(l->triggers, l->matches, l->count, HINT_MATCHES, found, n, (unsigned)source * SOURCE_STEP);
}

/* `exit 3`, and `NAME exit 3` of each command in the line. */
static void look_at_status(struct hint_look *l, const struct command_line *c, long status)
{
    struct trigger_match found[HINT_MATCHES];
    char code[COMMAND_FORM_MOST + 32];
    for (size_t i = 0; i < c->count; i++) {
        const char *name = command_base(c->words[i].text);
        if (!c->words[i].names || strlen(name) >= COMMAND_FORM_MOST)
            continue;
        int k = snprintf(code, sizeof code, "%s exit %ld", name, status);
        merge(l, found, trigger_code(l->triggers, code, (size_t)k, found, HINT_MATCHES), SOURCE_STATUS);
    }
    int k = snprintf(code, sizeof code, "exit %ld", status);
    merge(l, found, trigger_code(l->triggers, code, (size_t)k, found, HINT_MATCHES), SOURCE_STATUS);
}

static void look_at_place(struct app *app, struct hint_look *l)
{
    struct trigger_match found[HINT_MATCHES];
    char here[4096];
    const char *asset = app_context(app)->asset;
    merge(l, found, trigger_asset(l->triggers, asset, strlen(asset), found, HINT_MATCHES), SOURCE_PLACE);
    if (getcwd(here, sizeof here) != NULL)
        merge(l, found, trigger_words(l->triggers, here, strlen(here), found, HINT_MATCHES), SOURCE_DIRECTORY);
}

/* A mistyped name, or the answer no: nothing that the machine is the reason of. */
static bool is_about_work(const struct command_line *c, long status)
{
    static const char *const askers[] = {"grep", "egrep", "fgrep", "zgrep", "rg", "diff", "cmp", "test", "[", "[[", "false"};
    if (status == 127)
        return false;
    const char *last = "";
    for (size_t i = 0; i < c->count; i++)
        if (c->words[i].names)
            last = command_base(c->words[i].text);
    for (size_t i = 0; status == 1 && i < sizeof askers / sizeof *askers; i++)
        if (strcmp(last, askers[i]) == 0)
            return false;
    return true;
}

void hint_look_at(struct app *app, struct hint_look *l, const char *line, size_t n, long status)
{
    struct trigger_match found[HINT_MATCHES];
    struct command_line c;
    command_line_read(&c, line, n);
    if (c.count > 0 && strcmp(command_base(c.words[0].text), "crib") == 0)
        return;
    merge(l, found, trigger_command(l->triggers, line, n, found, HINT_MATCHES), SOURCE_COMMAND);
    look_at_status(l, &c, status);
    merge(l, found, trigger_words(l->triggers, line, n, found, HINT_MATCHES), SOURCE_LINE);
    if (is_about_work(&c, status))
        look_at_place(app, l);
}

const char *hint_source(const struct trigger_match *match)
{
    unsigned source = match->rank / SOURCE_STEP;
    return sources[source <= SOURCE_COMMAND ? source : SOURCE_COMMAND];
}

const char *hint_address(struct app *app, const struct hint_look *l, const struct trigger_match *match,
                         struct trigger_module *m)
{
    trigger_module(l->triggers, match->module, m);
    return library_address(app->arena, m->channel, m->id, "");
}

enum hint_verdict hint_verdict(const struct hint_look *l, const struct trigger_module *m, const char *address,
                               int64_t now_ms)
{
    if (!m->on_device)
        return HINT_ELSEWHERE;
    if (offers_other_role(&l->offers, m->roles))
        return HINT_OTHER_ROLE;
    switch (offers_state(&l->offers, address, m->revision, now_ms)) {
    case OFFER_FREE:
        return HINT_OFFER;
    case OFFER_RECENT:
        return HINT_RECENT;
    case OFFER_PASSED:
        return HINT_PASSED;
    case OFFER_PUT_OFF:
        return HINT_PUT_OFF;
    case OFFER_REFUSED:
        break;
    }
    return HINT_REFUSED;
}
