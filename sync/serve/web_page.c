#include "sync/serve/web_page.h"

#include "core/base/clock.h"
#include "core/base/html.h"
#include "core/library/library_list.h"
#include "core/library/library_news.h"
#include "sync/serve/web_programme.h"

#include <string.h>
#include <sysexits.h>

enum { CHANGES = 3, PAGES_MOST = 100000 };

/* ---- the frame ---- */

void web_page_begin(struct buf *out, const char *title, const char *language, const char *kind)
{
    buf_adds(out, "<!DOCTYPE html>\n<html lang=\"");
    html_string(out, language);
    buf_adds(out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html_string(out, title);
    buf_adds(out, "</title>\n<link rel=\"stylesheet\" href=\"/crib.css\">\n</head>\n<body");
    if (kind[0] != '\0')
        buf_addf(out, " class=\"%s\"", kind);
    buf_adds(out, ">\n<a class=\"skip\" href=\"#main\">Skip to the text</a>\n<main id=\"main\" tabindex=\"-1\">\n");
}

void web_page_end(struct buf *out)
{
    buf_adds(out, "</main>\n</body>\n</html>\n");
}

void web_page_problem(struct buf *out, const char *title, const char *words)
{
    web_page_begin(out, title, "en", "");
    buf_adds(out, "<h1>");
    html_string(out, title);
    buf_adds(out, "</h1>\n<p>");
    html_string(out, words);
    buf_adds(out, "</p>\n");
    web_page_end(out);
}

void web_page_stale(struct buf *out, const struct library_channel *c)
{
    char day[16];
    if (!web_channel_stale(c))
        return;
    clock_format_day(c->expires_ms, day, sizeof day);
    buf_addf(out, "<p class=\"call-out caution stale\"><b class=\"word\">Out of date</b> since %s: something newer may be known by now.</p>\n", day);
}

/* ---- what is known of a module ---- */

void web_page_length(struct buf *out, int minutes, enum module_format format)
{
    if (minutes > 0)
        buf_addf(out, "%d min", minutes);
    if (format != FORMAT_NONE)
        buf_addf(out, "%s%s", minutes > 0 ? ", " : "", module_format_name(format));
}

static void fact(struct buf *out, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    buf_addf(out, "<div><dt>%s</dt><dd>", name);
    html_string(out, value);
    buf_adds(out, "</dd></div>\n");
}

void web_page_fact_list(struct buf *out, const char *name, struct strings list)
{
    struct buf all = {0};
    for (size_t i = 0; i < list.count; i++)
        buf_addf(&all, "%s%s", i > 0 ? ", " : "", list.items[i]);
    fact(out, name, buf_text(&all));
    buf_free(&all);
}

void web_page_channel_fact(struct buf *out, const struct library_channel *c)
{
    buf_adds(out, "<div><dt>Channel</dt><dd><a href=\"");
    web_address(out, "m", c->id, "", "");
    buf_adds(out, "\">");
    html_string(out, web_channel_name(c));
    buf_adds(out, "</a></dd></div>\n");
}

void web_page_purpose(struct buf *out, const char *problem, const char *outcome)
{
    if (problem[0] != '\0') {
        buf_adds(out, "<p class=\"problem\">");
        html_string(out, problem);
        buf_adds(out, "</p>\n");
    }
    if (outcome[0] != '\0') {
        buf_adds(out, "<p class=\"outcome\">");
        html_string(out, outcome);
        buf_adds(out, "</p>\n");
    }
}

static void add_head(const struct web_content *c, struct buf *out)
{
    const struct facts *f = &c->module->facts;
    struct buf length = {0};
    web_page_length(&length, f->minutes, f->format);
    web_page_purpose(out, f->problem, f->outcome);
    buf_adds(out, "<dl class=\"facts\">\n");
    fact(out, "Takes", buf_text(&length));
    web_page_fact_list(out, "For", f->roles);
    web_page_fact_list(out, "Stage", f->stages);
    fact(out, "Where", c->module->where);
    fact(out, "When", c->module->when);
    buf_adds(out, "</dl>\n");
    buf_free(&length);
}

static bool add_changes(struct web_reader *r, struct arena *a, const struct web_content *c, struct buf *out,
                        struct error *err)
{
    struct library_change *items;
    size_t count;
    if (!library_changes(r->from.library, a, c->module->facts.key, CHANGES, &items, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "<div><dt>%s</dt><dd>", i == 0 ? "Last change" : "Before");
        html_string(out, items[i].change.on);
        buf_adds(out, ": ");
        html_string(out, items[i].change.what);
        buf_adds(out, "</dd></div>\n");
    }
    return true;
}

static bool add_foot(struct web_reader *r, struct arena *a, const struct web_content *c, struct buf *out, struct error *err)
{
    const struct library_module *m = c->module;
    const struct facts *f = &m->facts;
    char today[16];
    clock_format_day(clock_wall_ms(), today, sizeof today);
    buf_adds(out, "</main>\n<footer>\n<dl class=\"facts\">\n");
    web_page_channel_fact(out, c->channel);
    fact(out, "Owner", f->owner);
    if (m->reviewed_by[0] != '\0') {
        const char *reviewed = arena_printf(a, "%s by %s", m->reviewed_on, m->reviewed_by);
        fact(out, "Reviewed", reviewed != NULL ? reviewed : m->reviewed_by);
    }
    if (f->review_by[0] != '\0')
        fact(out, strcmp(f->review_by, today) < 0 ? "Review overdue since" : "Next review by", f->review_by);
    if (!add_changes(r, a, c, out, err))
        return false;
    buf_adds(out, "</dl>\n</footer>\n</body>\n</html>\n");
    return true;
}

/* ---- sections ---- */

static void add_outline(const struct web_content *c, struct buf *out)
{
    size_t shown = 0;
    for (size_t i = 0; i < c->sections->count; i++) {
        const struct section *s = &c->sections->items[i];
        if (s->level == 0 || s->title[0] == '\0')
            continue;
        if (shown++ == 0)
            buf_adds(out, "<nav aria-label=\"Sections\">\n<ol>\n");
        buf_adds(out, "<li><a href=\"#");
        html_url_part(out, s->anchor, false);
        buf_adds(out, "\">");
        html_string(out, s->title);
        buf_adds(out, "</a></li>\n");
    }
    if (shown > 0)
        buf_adds(out, "</ol>\n</nav>\n");
}

static void add_step(const struct web_content *c, const char *word, size_t at, struct buf *out)
{
    const struct facts *f = &c->module->facts;
    if (at >= c->sections->count)
        return;
    const struct section *s = &c->sections->items[at];
    buf_adds(out, "<li><a href=\"");
    web_address(out, "m", f->channel, f->id, s->anchor);
    buf_addf(out, "\">%s: ", word);
    html_string(out, s->title[0] != '\0' ? s->title : f->title);
    buf_adds(out, "</a></li>\n");
}

static void add_steps(const struct web_content *c, size_t at, struct buf *out)
{
    const struct facts *f = &c->module->facts;
    buf_adds(out, "<nav aria-label=\"Other sections\">\n<ul class=\"steps\">\n");
    add_step(c, "Before this", at - 1, out); /* none before the first */
    add_step(c, "Next", at + 1, out);
    buf_adds(out, "<li><a href=\"");
    web_address(out, "m", f->channel, f->id, "");
    buf_adds(out, "\">All of it: ");
    html_string(out, f->title);
    buf_adds(out, "</a></li>\n</ul>\n</nav>\n");
}

static void add_quiz_link(const struct web_content *c, struct buf *out)
{
    const struct facts *f = &c->module->facts;
    size_t scored = 0;
    for (size_t i = 0; i < c->questions.count; i++)
        scored += question_scored(c->questions.items[i]);
    if (scored == 0)
        return;
    buf_adds(out, "<p><a class=\"button\" href=\"");
    web_address(out, "quiz", f->channel, f->id, "");
    buf_addf(out, "\">Check yourself: %zu question%s</a></p>\n", scored, scored == 1 ? "" : "s");
}

static void add_link(const struct web_content *c, struct buf *out)
{
    struct buf href = {0};
    if (html_outside(&href, c->module->link)) {
        buf_addf(out, "<p><a href=\"%s\" rel=\"noopener noreferrer nofollow\">", buf_text(&href));
        html_string(out, c->module->link);
        buf_adds(out, "</a></p>\n");
    }
    out->failed |= href.failed;
    buf_free(&href);
}

static bool begins_with_title(const struct web_content *c)
{
    return c->sections->count > 0 && strcmp(c->sections->items[0].title, c->module->facts.title) == 0;
}

bool web_page_module(struct web_reader *r, struct arena *a, const struct web_content *c, const char *section, struct buf *out,
                     struct error *err)
{
    const struct facts *f = &c->module->facts;
    size_t at = section != NULL ? sections_find(c->sections, section) : SIZE_MAX;
    if (section != NULL && at == SIZE_MAX)
        return error_set(err, EX_NOINPUT, "there is no such section", section, NULL, NULL);
    bool titled = section == NULL && begins_with_title(c);
    web_page_begin(out, f->title, c->language, "");
    web_page_stale(out, c->channel);
    if (titled) {
        web_content_html(r, a, c, SIZE_MAX, true, out);
        add_head(c, out);
    } else {
        buf_adds(out, "<h1>");
        html_string(out, f->title);
        buf_adds(out, "</h1>\n");
        add_head(c, out);
        if (section == NULL)
            add_outline(c, out);
        web_content_html(r, a, c, at, false, out);
    }
    add_link(c, out);
    if (section != NULL)
        add_steps(c, at, out);
    add_quiz_link(c, out);
    return add_foot(r, a, c, out, err);
}

/* ---- all of a channel ---- */

static void add_item(struct buf *out, const struct facts *f)
{
    struct buf length = {0};
    web_page_length(&length, f->minutes, f->format);
    buf_adds(out, "<li><a href=\"");
    web_address(out, "m", f->channel, f->id, "");
    buf_adds(out, "\">");
    html_string(out, f->title);
    buf_adds(out, "</a> <span class=\"small\">");
    html_string(out, length.len > 0 ? buf_text(&length) : module_kind_name(f->kind));
    buf_adds(out, "</span>");
    if (f->problem[0] != '\0') {
        buf_adds(out, "<br>");
        html_string(out, f->problem);
    }
    buf_adds(out, "</li>\n");
    buf_free(&length);
}

static void add_page_step(struct buf *out, const char *channel, const char *word, unsigned long long page)
{
    buf_adds(out, "<li><a href=\"");
    web_address(out, "m", channel, "", "");
    buf_addf(out, "?page=%llu\">%s</a></li>\n", page, word);
}

bool web_page_list(struct web_reader *r, struct arena *a, const char *channel, const struct web_fields *fields, struct buf *out,
                   struct error *err)
{
    struct library_filter filter = {.channel = channel, .modules = true, .pages = true, .events = true};
    const struct library_channel *c = web_reader_channel(r, channel);
    struct facts *items;
    size_t count, programmes = 0;
    unsigned long long page = 1;
    if (c == NULL || (web_field(fields, "page") != NULL && (!web_field_number(fields, "page", PAGES_MOST, &page) || page == 0)))
        return error_set(err, EX_NOINPUT, "there is nothing", channel, NULL, NULL);
    if (!library_list(r->from.library, a, &filter, (page - 1) * LISTED, LISTED + 1, &items, &count, err))
        return false;
    web_page_begin(out, web_channel_name(c), "en", "");
    buf_adds(out, "<h1>");
    html_string(out, web_channel_name(c));
    buf_adds(out, "</h1>\n");
    web_page_stale(out, c);
    if (page == 1 && !web_programme_list(r, a, channel, out, &programmes, err))
        return false;
    if (count + programmes == 0)
        return error_set(err, EX_NOINPUT, "there is nothing", channel, NULL, NULL);
    buf_adds(out, "<ul class=\"steps\">\n");
    for (size_t i = 0; i < count && i < LISTED; i++)
        if (items[i].on_device && items[i].status != STATUS_DRAFT)
            add_item(out, &items[i]);
    buf_adds(out, "</ul>\n<nav aria-label=\"Other pages\">\n<ul class=\"steps\">\n");
    if (page > 1)
        add_page_step(out, channel, "Before these", page - 1);
    if (count > LISTED)
        add_page_step(out, channel, "Next", page + 1);
    buf_adds(out, "<li><a href=\"/\">All channels</a></li>\n</ul>\n</nav>\n");
    web_page_end(out);
    return true;
}

/* ---- all channels ---- */

static void add_channel(struct buf *out, const struct library_channel *c)
{
    buf_adds(out, "<li><a href=\"");
    web_address(out, "m", c->id, "", "");
    buf_adds(out, "\">");
    html_string(out, web_channel_name(c));
    buf_addf(out, "</a> <span class=\"small\">%zu module%s, %zu page%s", c->modules, c->modules == 1 ? "" : "s", c->pages,
             c->pages == 1 ? "" : "s");
    if (c->programmes > 0)
        buf_addf(out, ", %zu programme%s", c->programmes, c->programmes == 1 ? "" : "s");
    buf_adds(out, "</span>\n");
    web_page_stale(out, c);
    buf_adds(out, "</li>\n");
}

bool web_page_channels(struct web_reader *r, struct buf *out, struct error *err)
{
    if (r->channel_count == 0)
        return error_set(err, EX_NOINPUT, "there is nothing", NULL, NULL, NULL);
    web_page_begin(out, "Channels", "en", "");
    buf_adds(out, "<h1>Channels</h1>\n<ul class=\"steps\">\n");
    for (size_t i = 0; i < r->channel_count; i++)
        add_channel(out, &r->channels[i]);
    buf_adds(out, "</ul>\n");
    web_page_end(out);
    return true;
}
