#include "sync/serve/web_reader.h"

#include "core/base/clock.h"
#include "core/base/html.h"
#include "core/library/document_html.h"
#include "core/library/linked.h"
#include "core/library/section_questions.h"

#include <string.h>
#include <strings.h>
#include <sysexits.h>

enum { FIRST_WAIT_MS = 10000 };

/* ---- handles ---- */

void web_reader_close(struct web_reader *r)
{
    triggers_close(r->from.triggers);
    search_close(r->from.search);
    library_close(r->from.library);
    arena_close(r->arena);
    *r = (struct web_reader){.source = r->source};
}

static bool open_handles(struct web_reader *r, struct error *err)
{
    struct suggest_from *f = &r->from;
    r->generation = web_library_generation(r->source);
    r->arena = arena_open();
    if (r->arena == NULL)
        return error_memory(err);
    f->library = library_open(web_library_places(r->source), LIBRARY_READ | LIBRARY_ALONE, "", err);
    f->search = f->library != NULL ? library_search(f->library, NULL, err) : NULL;
    f->triggers = f->search != NULL ? triggers_open(library_index_dir(f->library, 0), NULL, "", NULL, err) : NULL;
    bool ok = f->triggers != NULL && library_channels(f->library, r->arena, &r->channels, &r->channel_count, err);
    if (!ok)
        web_reader_close(r);
    return ok;
}

/* ---- channels ---- */

const struct library_channel *web_reader_channel(const struct web_reader *r, const char *id)
{
    for (size_t i = 0; i < r->channel_count; i++)
        if (strcmp(r->channels[i].id, id) == 0)
            return &r->channels[i];
    return NULL;
}

const char *web_channel_name(const struct library_channel *c)
{
    return c->name[0] != '\0' ? c->name : c->id;
}

bool web_channel_stale(const struct library_channel *c)
{
    return library_stale(c->published_ms, c->expires_ms, clock_wall_ms());
}

bool web_reader_ready(struct web_reader *r, struct error *err)
{
    web_library_look(r->source);
    if (!web_library_wait(r->source, FIRST_WAIT_MS))
        return error_set(err, EX_TEMPFAIL, "cannot answer yet", NULL, "the channels are being read", "ask again");
    bool open = r->from.library != NULL;
    if ((open && r->generation == web_library_generation(r->source)) || !web_library_enter(r->source, !open))
        return true; /* also while something new is being written: what is open is whole */
    web_reader_close(r);
    bool ok = open_handles(r, err);
    web_library_leave(r->source);
    return ok;
}

/* ---- content ---- */

static bool refuse(const char *id, struct error *err)
{
    return error_set(err, EX_NOINPUT, "there is no such module", id, NULL, NULL);
}

bool web_content_open(struct web_reader *r, struct arena *a, const char *channel, const char *id, struct web_content *c,
                      struct error *err)
{
    const char *address = library_address(a, channel, id, "");
    *c = (struct web_content){0};
    if (address == NULL)
        return error_memory(err);
    if (strchr(id, '#') != NULL)
        return refuse(id, err);
    c->module = library_module(r->from.library, a, address, err);
    if (c->module == NULL)
        return false;
    const struct facts *f = &c->module->facts;
    c->channel = web_reader_channel(r, channel);
    if (c->channel == NULL || strcmp(f->channel, channel) != 0 || strcmp(f->id, id) != 0 || f->status == STATUS_DRAFT)
        return refuse(id, err);
    c->language = f->language[0] != '\0'               ? f->language
                  : c->channel->languages.count > 0 ? c->channel->languages.items[0]
                                                    : "en";
    c->document = document_parse(c->module->body.p, c->module->body.n, c->module->body_line, err);
    if (c->document == NULL)
        return false;
    c->sections = sections_of(c->document, a, address, NULL, err);
    if (c->sections != NULL && !section_questions(a, c->sections, address, NULL, &c->questions))
        return error_memory(err);
    return c->sections != NULL;
}

void web_content_close(struct web_content *c)
{
    document_close(c->document);
    c->document = NULL;
}

/* ---- links ---- */

void web_address(struct buf *out, const char *what, const char *channel, const char *id, const char *anchor)
{
    buf_addc(out, '/');
    html_url_part(out, channel, false);
    buf_addf(out, "/%s/", what);
    html_url_part(out, id, true);
    if (anchor[0] != '\0') {
        buf_adds(out, "?section=");
        html_url_part(out, anchor, false);
    }
}

struct linking {
    struct web_reader *reader;
    struct arena *arena;
    const struct web_content *content;
    bool whole; /* all sections are on the page */
};

/* What a relative link names, as a crib:// link. */
static const char *named(struct linking *l, const char *target)
{
    const char *address = library_linked(l->reader->from.library, l->arena, l->content->module->facts.key, target, NULL);
    struct buf link = {0};
    buf_adds(&link, "crib://");
    html_url_part(&link, address != NULL ? address : "", true);
    const char *copy = address != NULL && buf_ok(&link) ? arena_strdup(l->arena, buf_text(&link)) : NULL;
    buf_free(&link);
    return copy;
}

static bool link_to(void *context, const char *target, struct buf *out)
{
    struct linking *l = context;
    const struct facts *f = &l->content->module->facts;
    const char *hash = strchr(target, '#'), *anchor = hash != NULL ? hash + 1 : "";
    if (target == hash) {
        if (anchor[0] == '\0' || sections_find(l->content->sections, anchor) == SIZE_MAX)
            return false;
        if (!l->whole) {
            web_address(out, "m", f->channel, f->id, anchor);
            return true;
        }
        buf_addc(out, '#');
        html_url_part(out, anchor, false);
        return true;
    }
    struct target *found;
    size_t count;
    bool crib = strncasecmp(target, "crib://", 7) == 0; /* such a link is looked up, never searched for */
    const char *what = crib ? target : strchr(target, ':') == NULL ? named(l, target) : NULL;
    if (what == NULL || !library_resolve(l->reader->from.library, l->arena, what, &found, &count, NULL) || count != 1)
        return false;
    if (crib)
        anchor = found[0].anchor;
    web_address(out, "m", found[0].channel, found[0].id, "");
    if (anchor[0] != '\0') {
        buf_addc(out, '#');
        html_url_part(out, anchor, false);
    }
    return true;
}

/* ---- text ---- */

void web_content_html(struct web_reader *r, struct arena *a, const struct web_content *c, size_t section, bool titled,
                      struct buf *out)
{
    const struct sections *s = c->sections;
    bool whole = section >= s->count;
    int top = 6;
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].level > 0 && (int)s->items[i].level < top)
            top = (int)s->items[i].level;
    if (!whole && s->items[section].level > 0)
        top = (int)s->items[section].level;
    struct linking linking = {r, a, c, whole};
    const struct html_options options = {
        .sections = s, .deeper = (whole && titled ? 1 : 2) - top, .link = link_to, .context = &linking};
    document_html(c->document, whole ? 1 : s->items[section].node, whole ? c->document->count : s->items[section].node_end,
                  &options, out);
}
