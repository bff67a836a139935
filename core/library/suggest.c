#include "core/library/suggest.h"

#include "core/library/library_list.h"

#include <stdlib.h>
#include <string.h>

/* A code says more than asset and stage together, an asset more than words, and the right stage more than how exactly a
 * tag is named (ranks of triggers: below 2000). */
enum { CODE_WEIGHT = 8000, ASSET_WEIGHT = 4000, WORDS_WEIGHT = 3000, STAGE_WEIGHT = 1900, ANY_STAGE_WEIGHT = 900, HITS = 50 };

struct suggesting {
    const struct suggest_from *from;
    const struct suggest_query *q;
    struct fit *items;
    size_t count;
    bool code_known;
};

/* A list as triggers keep it: a line feed before, between and behind its items. */
static bool list_has(const char *list, const char *item)
{
    size_t n = strlen(item);
    for (const char *s = strchr(list, '\n'); s != NULL && s[1] != '\0'; s = strchr(s + 1, '\n'))
        if (strncmp(s + 1, item, n) == 0 && s[1 + n] == '\n')
            return true;
    return false;
}

static bool for_somebody_else(struct strings wanted, const char *roles)
{
    for (size_t i = 0; i < wanted.count; i++)
        if (list_has(roles, wanted.items[i]))
            return false;
    return wanted.count > 0 && roles[0] != '\0';
}

static struct fit *find(struct suggesting *g, const char *channel, const char *id)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->items[i].channel, channel) == 0 && strcmp(g->items[i].id, id) == 0)
            return &g->items[i];
    return NULL;
}

static struct fit *add(struct suggesting *g, const struct fit *s)
{
    if (g->count == SUGGEST_MOST)
        return NULL;
    g->items[g->count] = *s;
    g->items[g->count].found = g->count;
    return &g->items[g->count++];
}

/* ---- by triggers ---- */

static struct fit *of_trigger(struct suggesting *g, const struct trigger_module *m)
{
    struct fit *s = find(g, m->channel, m->id);
    if (s != NULL || for_somebody_else(g->q->roles, m->roles))
        return s;
    struct fit fresh = {.channel = m->channel, .id = m->id, .title = m->title, .problem = m->problem, .anchor = "",
                               .heading = "", .minutes = m->minutes, .kind = m->kind, .format = m->format,
                               .on_device = m->on_device, .only = m->only};
    if (g->q->stage[0] != '\0') {
        fresh.stage = list_has(m->stages, g->q->stage);
        fresh.weight = fresh.stage ? STAGE_WEIGHT : m->stages[0] == '\0' ? ANY_STAGE_WEIGHT : 0;
    }
    return add(g, &fresh);
}

static void take(struct suggesting *g, const struct trigger_match *matches, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct trigger_module m;
        trigger_module(g->from->triggers, matches[i].module, &m);
        struct fit *s = of_trigger(g, &m);
        bool code = matches[i].kind == TRIGGER_CODE;
        const char **pattern = s == NULL ? NULL : code ? &s->code : &s->asset;
        if (pattern == NULL || *pattern != NULL)
            continue;
        *pattern = matches[i].pattern;
        s->weight += matches[i].rank + (code ? CODE_WEIGHT : ASSET_WEIGHT);
    }
}

static void by_triggers(struct suggesting *g)
{
    struct trigger_match matches[SUGGEST_MOST];
    const struct triggers *t = g->from->triggers;
    const struct suggest_query *q = g->q;
    size_t n = trigger_code(t, q->code, strlen(q->code), matches, SUGGEST_MOST);
    g->code_known = n > 0;
    take(g, matches, n);
    take(g, matches, trigger_asset(t, q->asset, strlen(q->asset), matches, SUGGEST_MOST));
    take(g, matches, trigger_words(t, q->text, strlen(q->text), matches, SUGGEST_MOST));
}

/* ---- by words ---- */

static void place(const struct search *s, uint32_t doc, uint32_t section, struct fit *to)
{
    if (section == SEARCH_NO_SECTION || to->anchor[0] != '\0')
        return;
    to->anchor = search_anchor(s, doc, section);
    to->heading = search_heading(s, doc, section);
}

static void by_words(struct suggesting *g, const char *text)
{
    struct search_hit hits[HITS];
    struct search *s = g->from->search;
    const struct search_query query = {.text = text, .roles = g->q->roles, .stage = g->q->stage};
    size_t n = text[0] != '\0' && s != NULL ? search_find(s, &query, hits, HITS, NULL) : 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t doc = hits[i].doc;
        struct fit *to = find(g, search_channel(s, doc), search_id(s, doc));
        if (to == NULL)
            to = add(g, &(struct fit){.channel = search_channel(s, doc), .id = search_id(s, doc),
                                      .title = search_title(s, doc), .problem = search_problem(s, doc), .anchor = "",
                                      .heading = "", .minutes = search_minutes(s, doc), .kind = search_kind(s, doc),
                                      .format = search_format(s, doc), .on_device = search_on_device(s, doc)});
        if (to == NULL)
            continue;
        place(s, doc, hits[i].section, to);
        to->words = true;
        to->weight += hits[0].score > 0 ? (unsigned)(WORDS_WEIGHT * (hits[i].score / hits[0].score)) : 0;
    }
}

/* ---- in which section ---- */

static void place_by_code(struct fit *to, const struct search *s, const struct search_hit *hits, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t doc = hits[i].doc;
        if (strcmp(search_id(s, doc), to->id) != 0 || strcmp(search_channel(s, doc), to->channel) != 0)
            continue;
        uint32_t section = search_section_naming(s, doc, code);
        if (section == SEARCH_NO_SECTION || search_heading(s, doc, section)[0] == '\0')
            return; /* what stands before the first heading is where one begins anyway */
        place(s, doc, section, to);
        to->named = strcmp(to->anchor, search_anchor(s, doc, section)) == 0;
        return; /* of two channels of one name, the first is meant */
    }
}

/* Where the words were not found in one section, the code may stand in one. */
static void by_code_in_text(struct suggesting *g)
{
    struct search_hit hits[SUGGEST_MOST];
    struct search *s = g->from->search;
    size_t n = g->q->code[0] != '\0' && s != NULL ? search_trigger(s, g->q->code, hits, SUGGEST_MOST) : 0;
    for (size_t i = 0; n > 0 && i < g->count; i++)
        if (g->items[i].code != NULL)
            place_by_code(&g->items[i], s, hits, n, g->q->code);
}

/* ---- by the stage or the roles alone ---- */

static bool by_list(struct suggesting *g, struct arena *a, struct error *err)
{
    const struct suggest_query *q = g->q;
    struct library_filter filter = {.roles = q->roles.count > 0 ? &q->roles : NULL, .stage = q->stage};
    struct facts *facts;
    size_t count;
    if (!library_list(g->from->library, a, &filter, 0, SUGGEST_MOST, &facts, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct facts *f = &facts[i];
        (void)add(g, &(struct fit){.channel = f->channel, .id = f->id, .title = f->title, .problem = f->problem,
                                          .anchor = "", .heading = "", .minutes = f->minutes, .kind = f->kind,
                                          .format = f->format, .on_device = f->on_device, .stage = q->stage[0] != '\0'});
    }
    return true;
}

/* ---- all together ---- */

static int compare(const void *left, const void *right)
{
    const struct fit *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return (a->found > b->found) - (a->found < b->found);
}

bool suggest_lists(const struct suggest_query *q)
{
    return q->code[0] == '\0' && q->asset[0] == '\0' && q->text[0] == '\0';
}

bool suggest(const struct suggest_from *from, struct arena *a, const struct suggest_query *q, struct suggested *out,
             struct error *err)
{
    struct suggesting g = {.from = from, .q = q, .items = arena_array(a, SUGGEST_MOST, sizeof *g.items)};
    bool ok = g.items != NULL || error_memory(err);
    if (ok && suggest_lists(q)) {
        ok = by_list(&g, a, err);
    } else if (ok) {
        by_triggers(&g);
        by_words(&g, q->text);
        by_code_in_text(&g);
        qsort(g.items, g.count, sizeof *g.items, compare);
    }
    *out = (struct suggested){g.items, ok ? g.count : 0, g.code_known};
    return ok;
}

static void add_reason(struct buf *out, const char *kind, const char *value, const char *trigger)
{
    buf_addf(out, "%s%s", out->len > 0 ? ", " : "", kind);
    if (value[0] != '\0')
        buf_addf(out, " %s", value);
    if (trigger != NULL && strcmp(trigger, value) != 0)
        buf_addf(out, "%s%s", value[0] != '\0' ? " fits " : " ", trigger);
}

void suggest_why(const struct suggest_query *q, const struct fit *fit, struct buf *out)
{
    struct buf why = {0};
    if (fit->code != NULL)
        add_reason(&why, "code", q->code, fit->code);
    if (fit->named && fit->heading[0] != '\0')
        buf_addf(&why, " in \"%s\"", fit->heading);
    if (fit->asset != NULL)
        add_reason(&why, "asset", q->asset, fit->asset);
    if (fit->words)
        add_reason(&why, "words", q->text, NULL);
    if (fit->stage)
        add_reason(&why, "stage", q->stage, NULL);
    text_safe(out, buf_text(&why), why.len, 0);
    buf_free(&why);
}
