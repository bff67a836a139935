#include "sync/serve/web_programme.h"

#include "core/base/clock.h"
#include "core/base/html.h"
#include "core/library/library_programme.h"
#include "sync/serve/web_page.h"

#include <string.h>
#include <sysexits.h>

#define DAY_MS INT64_C(86400000)

static void add_link(struct buf *out, const char *what, const char *channel, const char *id, const char *title)
{
    buf_adds(out, "<a href=\"");
    web_address(out, what, channel, id, "");
    buf_adds(out, "\">");
    html_string(out, title);
    buf_adds(out, "</a>");
}

/* ---- an element ---- */

/* The time stands as the programme says it, with its zone: whoever reads may be anywhere. */
static void add_session(struct buf *out, const struct element *e)
{
    buf_adds(out, "Session");
    if (e->starts[0] != '\0') {
        buf_adds(out, ", <time datetime=\"");
        html_string(out, e->starts);
        buf_adds(out, "\">");
        html_text(out, e->starts, strcspn(e->starts, "T"));
        buf_adds(out, " ");
        const char *clock = strchr(e->starts, 'T');
        html_string(out, clock != NULL ? clock + 1 : "");
        buf_adds(out, "</time>");
    }
    if (e->minutes > 0)
        buf_addf(out, ", %d min", e->minutes);
    if (e->where[0] != '\0') {
        buf_adds(out, ", ");
        html_string(out, e->where);
    }
}

static void add_about(struct buf *out, const struct programme *p, const struct element *e, const struct library_module *m)
{
    static const char *const kinds[ELEMENT_KINDS] = {"Module", "Session", "Assessment", "Follow-up"};
    const struct element *last = programme_last_session(p);
    if (e->kind == ELEMENT_SESSION) {
        add_session(out, e);
        return;
    }
    buf_adds(out, e->kind == ELEMENT_ASSESSMENT && e->after_days >= 0 ? "Retention check" : kinds[e->kind]);
    if (m != NULL && m->facts.minutes > 0)
        buf_addf(out, ", %d min", m->facts.minutes);
    if (e->after_days >= 0 && last != NULL) {
        char day[16];
        clock_format_day(last->starts_ms + e->after_days * DAY_MS, day, sizeof day);
        buf_addf(out, ", from %s", day);
    } else if (e->after_days >= 0) {
        buf_addf(out, ", %d day%s after the session", e->after_days, e->after_days == 1 ? "" : "s");
    }
}

static void add_element(struct web_reader *r, struct arena *a, const struct library_programme *p, const struct element *e,
                        const char *title, struct buf *out)
{
    struct error ignored;
    const char *address = e->module[0] != '\0' ? library_address(a, p->channel, e->module, "") : NULL;
    const struct library_module *m = address != NULL ? library_module(r->from.library, a, address, &ignored) : NULL;
    buf_adds(out, "<li>");
    if (m != NULL)
        add_link(out, "m", p->channel, e->module, title);
    else
        html_string(out, title);
    buf_adds(out, " <span class=\"small\">");
    add_about(out, &p->programme, e, m);
    buf_adds(out, "</span></li>\n");
}

static bool add_elements(struct web_reader *r, struct arena *a, const struct library_programme *p, struct buf *out, struct error *err)
{
    static const char *const phases[PHASES] = {"Before", "During", "After"};
    const char *const *titles = library_element_titles(r->from.library, a, p, err);
    const struct element *elements = p->programme.elements;
    if (titles == NULL)
        return false;
    for (size_t i = 0; i < p->programme.count; i++) {
        if (i == 0 || elements[i].phase != elements[i - 1].phase)
            buf_addf(out, "%s<h2>%s</h2>\n<ul class=\"steps\">\n", i > 0 ? "</ul>\n" : "", phases[elements[i].phase]);
        add_element(r, a, p, &elements[i], titles[i], out);
    }
    if (p->programme.count > 0)
        buf_adds(out, "</ul>\n");
    return true;
}

/* ---- the page ---- */

bool web_programme_page(struct web_reader *r, struct arena *a, const char *channel, const char *id, struct buf *out, struct error *err)
{
    const struct library_programme *found;
    const struct library_channel *c = web_reader_channel(r, channel);
    const char *address = library_address(a, channel, id, "");
    if (address == NULL)
        return error_memory(err);
    if (c == NULL || !library_programme_find(r->from.library, a, address, &found, err) || found == NULL)
        return error_set(err, EX_NOINPUT, "there is no such programme", id, NULL, NULL);
    const struct programme *p = &found->programme;
    web_page_begin(out, p->title, c->languages.count > 0 ? c->languages.items[0] : "en", "");
    web_page_stale(out, c);
    buf_adds(out, "<h1>");
    html_string(out, p->title);
    buf_adds(out, "</h1>\n");
    web_page_purpose(out, p->problem, p->outcome);
    if (p->roles.count > 0) {
        buf_adds(out, "<dl class=\"facts\">\n");
        web_page_fact_list(out, "For", p->roles);
        buf_adds(out, "</dl>\n");
    }
    if (!add_elements(r, a, found, out, err))
        return false;
    buf_adds(out, "</main>\n<footer>\n<dl class=\"facts\">\n");
    web_page_channel_fact(out, c);
    buf_adds(out, "</dl>\n</footer>\n</body>\n</html>\n");
    return true;
}

bool web_programme_list(struct web_reader *r, struct arena *a, const char *channel, struct buf *out, size_t *count, struct error *err)
{
    struct library_programme *all;
    size_t n;
    *count = 0;
    if (!library_programmes(r->from.library, a, NULL, &all, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct programme *p = &all[i].programme;
        if (strcmp(all[i].channel, channel) != 0)
            continue;
        if ((*count)++ == 0)
            buf_adds(out, "<h2>Programmes</h2>\n<ul class=\"steps\">\n");
        buf_adds(out, "<li>");
        add_link(out, "programme", channel, p->id, p->title);
        buf_adds(out, "<br>");
        html_string(out, p->problem);
        buf_adds(out, "</li>\n");
    }
    if (*count > 0)
        buf_adds(out, "</ul>\n<h2>Modules and pages</h2>\n");
    return true;
}
