#include "sync/serve/web_card.h"

#include "core/base/html.h"
#include "core/base/json.h"
#include "sync/serve/web_page.h"

#include <string.h>

/* The query as the engine takes it; role (borrowed) is where its one role lies. */
static struct suggest_query query_of(const struct web_ask *ask, const char *const *role)
{
    return (struct suggest_query){.code = ask->code, .asset = ask->asset, .stage = ask->stage, .text = ask->q,
                                  .roles = {role, ask->role[0] != '\0'}};
}

static bool is_stale(const struct web_reader *r, const struct fit *s)
{
    const struct library_channel *c = web_reader_channel(r, s->channel);
    return c != NULL && web_channel_stale(c);
}

static void item_json(struct json *j, struct arena *a, const struct suggest_query *q, const struct fit *s, bool stale,
                      const char *base)
{
    struct buf why = {0}, url = {0};
    const char *link = library_link(a, s->channel, s->id, s->anchor);
    suggest_why(q, s, &why);
    buf_adds(&url, base);
    web_address(&url, "m", s->channel, s->id, s->anchor);
    json_open_object(j, NULL);
    json_string(j, "channel", s->channel);
    json_string(j, "module", s->id);
    json_string(j, "section", s->anchor);
    json_string(j, "heading", s->heading);
    json_string(j, "title", s->title);
    json_string(j, "problem", s->problem);
    json_int(j, "minutes", s->minutes);
    json_string(j, "format", module_format_name(s->format));
    json_string(j, "kind", module_kind_name(s->kind));
    json_string(j, "why", buf_text(&why));
    json_string(j, "url", buf_text(&url));
    json_string(j, "link", link != NULL ? link : "");
    json_bool(j, "stale", stale);
    json_close_object(j);
    j->out->failed |= why.failed || url.failed;
    buf_free(&why);
    buf_free(&url);
}

bool web_suggest_json(struct web_reader *r, struct arena *a, const struct web_ask *ask, const char *base, struct buf *out,
                      struct error *err)
{
    const struct suggest_query q = query_of(ask, &ask->role);
    struct suggested found;
    struct json j = {.out = out};
    if (!suggest(&r->from, a, &q, &found, err))
        return false;
    json_open_object(&j, NULL);
    json_int(&j, "count", (int64_t)found.count);
    json_open_array(&j, "items");
    for (size_t i = 0; i < found.count && i < ask->limit; i++)
        item_json(&j, a, &q, &found.items[i], is_stale(r, &found.items[i]), base);
    json_close_array(&j);
    json_close_object(&j);
    buf_addc(out, '\n');
    return true;
}

static void item_card(struct buf *out, const struct suggest_query *q, const struct fit *s, bool stale)
{
    struct buf why = {0}, length = {0};
    suggest_why(q, s, &why);
    web_page_length(&length, s->minutes, s->format);
    buf_adds(out, "<article>\n<h2><a target=\"_blank\" rel=\"noopener\" href=\"");
    web_address(out, "m", s->channel, s->id, s->anchor);
    buf_adds(out, "\">");
    html_string(out, s->title);
    buf_adds(out, "</a></h2>\n");
    if (s->problem[0] != '\0') {
        buf_adds(out, "<p>");
        html_string(out, s->problem);
        buf_adds(out, "</p>\n");
    }
    buf_adds(out, "<p class=\"small\">");
    html_string(out, buf_text(&length));
    if (s->heading[0] != '\0') {
        buf_adds(out, length.len > 0 ? " \xC2\xB7 section: " : "section: ");
        html_string(out, s->heading);
    }
    if (why.len > 0) {
        buf_adds(out, length.len > 0 || s->heading[0] != '\0' ? " \xC2\xB7 fits: " : "fits: ");
        html_string(out, buf_text(&why));
    }
    buf_adds(out, stale ? " \xC2\xB7 <b class=\"stale\">out of date</b></p>\n</article>\n" : "</p>\n</article>\n");
    out->failed |= why.failed || length.failed;
    buf_free(&why);
    buf_free(&length);
}

bool web_card(struct web_reader *r, struct arena *a, const struct web_ask *ask, struct buf *out, struct error *err)
{
    const struct suggest_query q = query_of(ask, &ask->role);
    struct suggested found;
    if (!suggest(&r->from, a, &q, &found, err))
        return false;
    web_page_begin(out, "What fits", "en", "card");
    buf_adds(out, found.count > 0 ? "<h1>What fits</h1>\n" : "<h1>Nothing fits</h1>\n<p>No module is known for this.</p>\n");
    for (size_t i = 0; i < found.count && i < ask->limit; i++)
        item_card(out, &q, &found.items[i], is_stale(r, &found.items[i]));
    web_page_end(out);
    return true;
}
