#include "sync/report/report.h"

#include "core/base/clock.h"
#include "core/base/config.h"
#include "core/library/library_list.h"
#include "core/library/library_signing.h"
#include "sync/report/gather.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct making {
    struct arena *a;
    struct library *library;
    const struct config *config;
    const struct args *args;
    const char *what; /* behind the report's name */
    struct gather *gather;
    const struct library_channel *channels;
    size_t channel_count;
    struct report_scope scope;
    struct gathered all;
};

/* ---- where to ask ---- */

/* Whoever reads everybody's records has a token of its own: the device's reads what the device said. */
static struct source *server(const struct making *m, struct error *err)
{
    struct accepted accepted;
    const char *credentials = args_value(m->args, "credentials"), *from = args_value(m->args, "site");
    if (!accepted_read(m->a, m->config, &accepted, err))
        return NULL;
    const struct lrs *found = accepted_for(&accepted, "");
    struct lrs lrs = found != NULL ? *found : (struct lrs){"", "", "", ""};
    if (from != NULL && from[0] != '\0' && strcmp(from, "-") != 0)
        lrs = (struct lrs){"", from, "", lrs.ca};
    if (lrs.endpoint[0] == '\0')
        error_set(err, EX_CONFIG, "there is no learning record store to ask", NULL, "the configuration names none",
                  "`crib report ... --site https://site.example.com/xapi`");
    else if (credentials == NULL)
        error_set(err, EX_USAGE, "whose token reads everybody's records?", lrs.endpoint, NULL,
                  "name a file that holds `NAME:TOKEN` (`crib serve --client NAME` makes them) with --credentials");
    else {
        lrs.credentials = credentials;
        return source_server(m->a, &lrs, err);
    }
    return NULL;
}

static const char *said_source(const struct making *m, const char *data)
{
    return data != NULL ? arena_printf(m->a, "All devices that %s knows", data) : "All devices of the site";
}

/* ---- programme ---- */

static const char *activity(struct arena *a, const char *iri, const char *kind, const char *id)
{
    size_t n = strlen(iri);
    return arena_printf(a, "%.*s/%s/%s", (int)(n > 0 && iri[n - 1] == '/' ? n - 1 : n), iri, kind, id);
}

static bool gather_module(struct making *m, const char *iri, const char *module, struct error *err)
{
    const char *id = activity(m->a, iri, "m", module);
    return id != NULL ? gather_activity(m->gather, id, "", err) : error_memory(err);
}

static bool asked_before(const struct programme *p, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(p->elements[k].module, p->elements[i].module) == 0)
            return true;
    return p->elements[i].module[0] == '\0';
}

static bool programme(struct making *m, struct report *out, struct error *err)
{
    static const char attended[] = "http://adlnet.gov/expapi/verbs/attended";
    const struct library_programme *p = library_programme(m->library, m->a, m->what, err);
    const char *const *titles = p != NULL ? library_element_titles(m->library, m->a, p, err) : NULL;
    const char *id = titles != NULL ? activity(m->a, p->iri, "p", p->programme.id) : NULL;
    if (titles == NULL)
        return false;
    if (id == NULL)
        return error_memory(err);
    bool ok = gather_people(m->gather, err) && gather_activity(m->gather, id, attended, err);
    for (size_t i = 0; ok && i < p->programme.count; i++)
        ok = asked_before(&p->programme, i) || gather_module(m, p->iri, p->programme.elements[i].module, err);
    return ok && gather_tell(m->gather, &m->all, err) && report_programme(m->all.record, m->a, &m->scope, p, titles, out, err);
}

/* ---- module ---- */

static const char *iri_of(const struct making *m, const char *channel)
{
    for (size_t i = 0; i < m->channel_count; i++)
        if (strcmp(m->channels[i].id, channel) == 0)
            return m->channels[i].iri;
    return "";
}

/* NULL with err where nothing fits. */
static const struct target *target_of(struct making *m, struct error *err)
{
    struct target *targets;
    size_t count;
    if (!library_resolve(m->library, m->a, m->what, &targets, &count, err))
        return NULL;
    if (count == 0)
        error_set(err, EX_NOINPUT, "nothing fits", m->what, NULL, "`crib list` names what is installed");
    return count > 0 && library_one_meant(m->a, m->what, targets, count, err) ? &targets[0] : NULL;
}

static bool module(struct making *m, struct report *out, struct error *err)
{
    const struct target *t = target_of(m, err);
    if (t == NULL)
        return false;
    const char *iri = iri_of(m, t->channel), *address = library_address(m->a, t->channel, t->id, "");
    if (address == NULL)
        return error_memory(err);
    return gather_module(m, iri, t->id, err) && gather_tell(m->gather, &m->all, err) &&
           report_module(m->all.record, m->a, &m->scope, address, t->title, m->all.names, m->all.name_count, out, err);
}

/* ---- sign-offs ---- */

static bool mark(void *context, const char *address, char to[SIGNOFF_MARK], const char **change)
{
    const struct making *m = context;
    struct error ignored;
    *change = NULL;
    const struct library_module *found = library_module(m->library, m->a, address, &ignored);
    const struct library_signing *text = found != NULL ? library_signing(m->library, m->a, found->facts.key, &ignored) : NULL;
    struct signoff_change *changes = text != NULL ? arena_array(m->a, text->change_count, sizeof *changes) : NULL;
    for (size_t i = 0; changes != NULL && i < text->change_count; i++) {
        changes[i] = (struct signoff_change){text->changes[i].on, text->changes[i].material};
        if (*change == NULL && text->changes[i].material)
            *change = arena_printf(m->a, "%s: %s", text->changes[i].on, text->changes[i].what);
    }
    if (changes != NULL)
        signoff_mark(changes, text->change_count, to);
    return changes != NULL;
}

static bool signing(struct making *m, unsigned only, struct report_signing *by, struct error *err)
{
    enum { ALL = 1 << 20 };
    const struct library_filter filter = {.modules = true, .sign_off = true};
    struct facts *modules;
    size_t count;
    if (!library_list(m->library, m->a, &filter, 0, ALL, &modules, &count, err))
        return false;
    *by = (struct report_signing){.mark = mark, .context = m, .modules = modules, .count = count, .only = only};
    return true;
}

static bool signoff(struct making *m, struct report *out, struct error *err)
{
    unsigned only = (args_value(m->args, "missing") != NULL ? SIGNOFFS_MISSING : 0) |
                    (args_value(m->args, "lapsing") != NULL ? SIGNOFFS_LAPSING : 0);
    struct report_signing by;
    const char *module = NULL, *title = NULL;
    if (m->what[0] != '\0') {
        const struct target *t = target_of(m, err);
        if (t == NULL || (module = library_address(m->a, t->channel, t->id, "")) == NULL)
            return t == NULL ? false : error_memory(err);
        title = t->title;
    }
    /* One signature satisfies; of two the first one responds. */
    return signing(m, only, &by, err) && gather_people(m->gather, err) &&
           gather_verb(m->gather, "https://w3id.org/xapi/adl/verbs/satisfied", err) &&
           gather_verb(m->gather, "http://adlnet.gov/expapi/verbs/responded", err) && gather_tell(m->gather, &m->all, err) &&
           report_signoffs(m->all.record, m->a, &m->scope, module, title, &by, out, err);
}

/* ---- person ---- */

static const char *title_now(void *context, const char *address)
{
    const struct making *m = context;
    struct error ignored;
    const struct library_module *found = library_module(m->library, m->a, address, &ignored);
    return found != NULL ? found->facts.title : NULL;
}

static bool person(struct making *m, struct report *out, struct error *err)
{
    struct library_programme *programmes;
    size_t count;
    const struct report_human *who;
    const char *home = config_text(m->config, CONFIG_HOMEPAGE);
    if (m->what[0] == '\0' || home[0] == '\0')
        return error_set(err, EX_USAGE, "whose account?", m->what, m->what[0] != '\0' ? "the configuration has no homepage" : NULL,
                         "`crib report person NAME`; accounts are at the configured homepage");
    if (!library_programmes(m->library, m->a, NULL, &programmes, &count, err) ||
        !gather_people(m->gather, err) || !gather_account(m->gather, home, m->what, err) || !gather_tell(m->gather, &m->all, err))
        return false;
    size_t people, at = 0;
    if ((who = report_people(m->all.record, m->a, &m->scope, &people, err)) == NULL)
        return false;
    while (at < people && strcmp(who[at].account, m->what) != 0)
        at++;
    if (at == people)
        return error_set(err, EX_NOUSER, "nothing is known of this account", m->what, NULL, "is the name right? Has its device synced?");
    m->scope.learner = who[at].number;
    if (!report_person(m->all.record, m->a, &m->scope, m->what, programmes, count, title_now, m, out, err))
        return false;
    struct report_signing by;
    const struct sheet *sheet = signing(m, 0, &by, err) ? report_signoff_sheet(m->all.record, m->a, &m->scope, NULL, &by, err) : NULL;
    if (sheet != NULL)
        report_add(out, sheet);
    return sheet != NULL;
}

/* ---- all ---- */

static const struct {
    const char *name;
    bool (*make)(struct making *m, struct report *out, struct error *err);
} kinds[] = {{"module", module}, {"person", person}, {"programme", programme}, {"signoff", signoff}};

static bool make(struct making *m, struct report *out, struct error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, m->args->words[0]) == 0)
            return kinds[i].make(m, out, err);
    return error_set(err, EX_USAGE, "there is no such report of a site", m->args->words[0], NULL, "programme, module, person or signoff");
}

static bool run(struct making *m, struct error *err)
{
    struct report report;
    struct buf what = {0};
    struct args rest = *m->args;
    struct library_channel *channels;
    const char *data = args_value(m->args, "data");
    rest.words++;
    rest.count--;
    args_join(&rest, &what);
    m->what = buf_ok(&what) ? arena_strdup(m->a, buf_text(&what)) : NULL;
    buf_free(&what);
    if (m->what == NULL)
        return error_memory(err);
    if (!library_channels(m->library, m->a, &channels, &m->channel_count, err))
        return false;
    m->channels = channels;
    m->scope = (struct report_scope){.now_ms = clock_wall_ms(), .source = said_source(m, data), .site = true};
    struct source *source = data != NULL ? source_data(data, err) : server(m, err);
    m->gather = source != NULL ? gather_open(m->a, source, m->channels, m->channel_count, err) : NULL;
    bool ok = m->gather != NULL && make(m, &report, err) && report_print(&report, report_form_of(m->args), args_value(m->args, "part"), err);
    record_close(m->all.record);
    gather_close(m->gather);
    source_close(source);
    return ok;
}

bool site_report_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    struct making m = {.a = a, .args = args};
    if ((m.config = config_load(a, places, NULL, err)) == NULL || (m.library = library_open(places, LIBRARY_READ, "", err)) == NULL)
        return false;
    bool ok = run(&m, err);
    library_close(m.library);
    return ok;
}
