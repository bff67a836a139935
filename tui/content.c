#include "tui/content.h"

#include "core/library/attached.h"
#include "core/library/library_file.h"
#include "core/base/clock.h"
#include "core/base/hex.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/library/section_questions.h"
#include "tui/missed.h"
#include "tui/visit.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { LONG_PAGE = 32 << 10 }; /* bytes: parsed in about two milliseconds */

static bool take_sections(struct content *c, struct error *err)
{
    c->sections = sections_of(c->document, c->arena, c->address, NULL, err);
    if (c->sections == NULL)
        return false;
    c->refs = arena_array(c->arena, c->sections->count, sizeof *c->refs);
    if (c->refs == NULL)
        return error_memory(err);
    for (size_t i = 0; i < c->sections->count; i++) {
        const struct section *s = &c->sections->items[i];
        c->refs[i] = (struct section_ref){s->anchor, hex_text(c->arena, s->hash, sizeof s->hash)};
        if (c->refs[i].hash == NULL)
            return error_memory(err);
    }
    return section_questions(c->arena, c->sections, c->address, NULL, &c->questions) || error_memory(err);
}

/* line: of the file, on which body starts. */
static bool parse(struct content *c, struct str body, size_t line, struct error *err)
{
    const struct facts *f = &c->module->facts;
    c->address = library_address(c->arena, f->channel, f->id, "");
    c->revision = hex_text(c->arena, c->module->revision, sizeof c->module->revision);
    if (c->address == NULL || c->revision == NULL)
        return error_memory(err);
    c->document = document_parse(body.p, body.n, line, err);
    return c->document != NULL;
}

static bool derive(struct content *c, struct str body, size_t line, struct error *err)
{
    if (!parse(c, body, line, err) || !take_sections(c, err))
        return false;
    const struct facts *f = &c->module->facts;
    c->subject = (struct subject){
        .module = c->address,
        .title = f->title,
        .language = f->language[0] != '\0' ? f->language : NULL,
        .revision = c->revision,
        .has_quiz = c->questions.count > 0,
        .sections = c->refs,
        .section_count = c->sections->count,
    };
    return true;
}

static struct content *empty(struct error *err)
{
    struct content *c = calloc(1, sizeof *c);
    if (c == NULL || (c->arena = arena_open()) == NULL) {
        free(c);
        error_memory(err);
        return NULL;
    }
    return c;
}

/* lines: of the beginning; 0 for the whole. */
static struct content *open_lines(struct app *app, int64_t key, size_t lines, struct error *err)
{
    struct library *library = app_library(app, err);
    struct content *c = library != NULL ? empty(err) : NULL;
    if (c == NULL)
        return NULL;
    c->module = library_module_key(library, c->arena, key, err);
    struct str body = c->module != NULL ? c->module->body : STR("");
    if (lines > 0 && body.n > LONG_PAGE && c->module->facts.kind == KIND_PAGE)
        body.n = document_beginning(body.p, body.n, lines);
    if (c->module == NULL || !derive(c, body, c->module->body_line, err)) {
        content_close(c);
        return NULL;
    }
    c->beginning = body.n < c->module->body.n;
    return c;
}

struct content *content_open(struct app *app, int64_t key, struct error *err)
{
    return open_lines(app, key, 0, err);
}

static bool has_questions(const struct document *d)
{
    uint32_t i = 1;
    while (i < d->count && d->nodes[i].type != NODE_GIFT)
        i++;
    return i < d->count;
}

struct content *content_open_text(struct app *app, int64_t key, struct error *err)
{
    struct library *library = app_library(app, err);
    struct content *c = library != NULL ? empty(err) : NULL;
    if (c == NULL)
        return NULL;
    c->module = library_module_key(library, c->arena, key, err);
    if (c->module == NULL || !parse(c, c->module->body, c->module->body_line, err) ||
        (has_questions(c->document) && !take_sections(c, err))) {
        content_close(c);
        return NULL;
    }
    return c;
}

struct content *content_open_beginning(struct app *app, int64_t key, size_t lines, struct error *err)
{
    return open_lines(app, key, lines, err);
}

/* The section to begin with: the one at hand, or, near the end, one that leaves so many lines to show. */
static size_t part_from(const struct library_section *sections, size_t target, size_t last_line, size_t lines)
{
    size_t from = target;
    while (from > 0 && sections[from].line + lines > last_line)
        from--;
    return from;
}

static struct content *part_at(struct content *begun, struct str body, size_t line, size_t lines, struct error *err)
{
    size_t from = document_part(body.p, body.n, line - begun->module->body_line + 1);
    struct content *c = from != SIZE_MAX ? empty(err) : NULL;
    if (c == NULL)
        return NULL;
    c->module = begun->module;
    c->beginning = true;
    body = (struct str){body.p + from, document_beginning(body.p + from, body.n - from, lines)};
    if (derive(c, body, line, err) && c->sections->count > 0 && c->sections->items[0].line == line)
        return c;
    content_close(c);
    return NULL;
}

struct content *content_part(struct app *app, struct content *begun, const char *anchor, size_t line, size_t lines,
                             size_t *section)
{
    struct error err;
    struct library_section *sections;
    size_t count, target = 0, last_line = begun->module->body_line;
    struct library *library = app_library(app, &err);
    if (library == NULL ||
        !library_sections(library, begun->arena, begun->module->facts.key, &sections, &count, &err))
        return NULL;
    while (target < count && strcmp(sections[target].anchor, anchor) != 0)
        target++;
    if (target == count)
        return NULL;
    struct str body = begun->module->body;
    for (const char *p = body.p; (p = memchr(p, '\n', (size_t)(body.p + body.n - p))) != NULL; p++)
        last_line++;
    size_t from = part_from(sections, target, last_line, line + lines);
    if (from == 0 || sections[from].line < begun->module->body_line)
        return NULL;
    lines += line + sections[target].line - sections[from].line;
    struct content *c = part_at(begun, body, sections[from].line, lines, &err);
    if (c == NULL || target - from >= c->sections->count) {
        content_close(c);
        return NULL;
    }
    *section = target - from;
    c->first_section = from;
    c->begun = begun;
    return c;
}

struct content *content_whole(struct content *begun, struct error *err)
{
    struct content *c = empty(err);
    if (c == NULL)
        return NULL;
    c->module = begun->module;
    if (!derive(c, c->module->body, c->module->body_line, err)) {
        content_close(c);
        return NULL;
    }
    c->begun = begun;
    return c;
}

static bool take_file(struct content *c, const char *source, size_t len, const struct library_module *now, const struct module **file,
                      struct error *err)
{
    const char *bytes = arena_copy(c->arena, source, len);
    c->module = arena_alloc(c->arena, sizeof *c->module);
    if (bytes == NULL || c->module == NULL)
        return error_memory(err);
    const struct module *m = *file = module_parse(c->arena, bytes, len, "pinned.md", KIND_MODULE, "pinned.md", NULL, err);
    if (m == NULL)
        return false;
    *c->module = *now;
    c->module->quiz = m->quiz;
    c->module->body = m->body;
    c->module->body_line = m->body_line;
    return true;
}

/* The facts are there. */
static struct content *finish_pinned(struct content *c, bool ok, struct error *err)
{
    if (ok && c->module->facts.sign_off)
        c->module->quiz.feedback = FEEDBACK_NONE;
    if (ok && derive(c, c->module->body, c->module->body_line, err))
        return c;
    content_close(c);
    return NULL;
}

struct content *content_open_pinned(const struct content *now, const char *source, size_t len, struct error *err)
{
    const struct module *m;
    struct content *c = empty(err); /* the facts' texts live as long as now does */
    return c != NULL ? finish_pinned(c, take_file(c, source, len, now->module, &m, err), err) : NULL;
}

/* What was pinned by an older crib tells no title, nor whether it was for a sign-off: then the feedback leaves it open. */
static bool take_facts(struct facts *f, struct arena *a, const char *address, const struct module *m, struct error *err)
{
    const char *slash = strchr(address, '/');
    f->channel = slash != NULL ? arena_copy(a, address, (size_t)(slash - address)) : "";
    f->id = arena_strdup(a, slash != NULL ? slash + 1 : address);
    f->title = m->title[0] != '\0' ? m->title : f->id;
    f->sign_off = m->sign_off || (m->title[0] == '\0' && m->quiz.feedback == FEEDBACK_NONE);
    return (f->channel != NULL && f->id != NULL) || error_memory(err);
}

struct content *content_open_gone(const char *address, const char *source, size_t len, struct error *err)
{
    const struct module *m;
    const struct library_module none = {.facts = {.language = "", .problem = "", .outcome = "", .owner = "", .review_by = "", .path = ""}};
    struct content *c = empty(err);
    if (c == NULL)
        return NULL;
    bool ok = take_file(c, source, len, &none, &m, err) && take_facts(&c->module->facts, c->arena, address, m, err);
    return finish_pinned(c, ok, err);
}

void content_pin(const struct content *c, struct buf *out)
{
    const struct quiz_settings *quiz = &c->module->quiz;
    struct json title = {.out = out}; /* JSON's texts are YAML's */
    buf_adds(out, "---\ntitle: ");
    json_string(&title, NULL, c->module->facts.title);
    buf_addf(out, "\n%squiz: {pass: %d, shuffle: %s, feedback: %s}\n---\n", c->module->facts.sign_off ? "sign_off: true\n" : "",
             quiz->pass, quiz->shuffle ? "true" : "false", feedback_policy_name(quiz->feedback));
    buf_add(out, c->module->body.p, c->module->body.n);
}

void content_imprint(const struct content *c, struct buf *out)
{
    const struct facts *f = &c->module->facts;
    const char *between = "";
    char day[16];
    if (f->owner[0] != '\0') {
        buf_addf(out, "Owner: %s", f->owner);
        between = " \xC2\xB7 ";
    }
    if (f->changed_ms > 0) {
        clock_format_day(f->changed_ms, day, sizeof day);
        buf_addf(out, "%sLast change: %s", between, day);
        between = " \xC2\xB7 ";
    }
    if (f->review_by[0] == '\0')
        return;
    clock_format_day(clock_wall_ms(), day, sizeof day);
    if (strcmp(f->review_by, day) < 0)
        buf_addf(out, "%sReview overdue since %s", between, f->review_by);
}

void content_close(struct content *c)
{
    if (c == NULL)
        return;
    content_close(c->begun);
    document_close(c->document);
    arena_close(c->arena);
    free(c);
}

bool content_target(struct app *app, struct arena *a, const char *what, struct target *target, struct error *err)
{
    struct library *library = app_library(app, err);
    struct target *targets;
    size_t count;
    if (library == NULL || !library_resolve(library, a, what, &targets, &count, err))
        return false;
    if (count == 0)
        return error_set(err, EX_NOINPUT, "nothing fits", what, NULL,
                         missed_all(app) ? MISSED_ALL : "`crib find` with other words; `crib list` names all");
    if (targets[0].poor) {
        const char *nearest = arena_printf(a, "the nearest is %s", targets[0].id);
        return error_set(err, EX_NOINPUT, "nothing fits", what, nearest, "`crib find` lists what has some of the words");
    }
    if (!library_one_meant(a, what, targets, count, err))
        return false;
    *target = targets[0];
    return true;
}

void facts_json(const struct facts *f, struct json *j)
{
    json_string(j, "channel", f->channel);
    json_string(j, "id", f->id);
    json_string(j, "kind", module_kind_name(f->kind));
    json_string(j, "title", f->title);
    json_string(j, "problem", f->problem);
    json_string(j, "outcome", f->outcome);
    json_int(j, "minutes", f->minutes);
    json_string(j, "format", module_format_name(f->format));
    json_strings(j, "roles", f->roles);
    json_strings(j, "stages", f->stages);
    json_strings(j, "capabilities", f->capabilities);
    json_string(j, "owner", f->owner);
    json_string(j, "review_by", f->review_by);
    json_string(j, "path", f->path);
}

bool content_answers_open(struct app *app, const struct content *c)
{
    const struct facts *f = &c->module->facts;
    if (!f->sign_off || app->preview != NULL)
        return true;
    return !visit_shared(app) && f->path[0] != '\0' && access(f->path, W_OK) == 0;
}

/* The files of the channel that the text links to and that are here, each once. */
static bool files_json(struct app *app, const struct content *c, struct json *j, struct error *err)
{
    struct library *library = app_library(app, err);
    struct strings seen = {.items = arena_array(c->arena, c->sections->link_count, sizeof *seen.items)};
    if (library == NULL || seen.items == NULL)
        return library == NULL ? false : error_memory(err);
    json_open_array(j, "files");
    for (size_t i = 0; i < c->sections->link_count; i++) {
        const char *path = attached_link(c->arena, c->sections->links[i].target);
        struct library_file f;
        if (path == NULL || strings_has(seen, path))
            continue;
        ((const char **)seen.items)[seen.count++] = path;
        const char *address = arena_printf(c->arena, "%s/%s", c->module->facts.channel, path);
        if (address == NULL || !library_file(library, c->arena, address, &f, NULL))
            continue;
        json_open_object(j, NULL);
        json_string(j, "path", f.path);
        json_int(j, "size", (int64_t)f.size);
        json_close_object(j);
    }
    json_close_array(j);
    return true;
}

/* The document, its questions empty where their answers are not open. */
static bool document_shown(struct app *app, const struct content *c, struct document *shown, struct error *err)
{
    *shown = *c->document;
    if (content_answers_open(app, c))
        return true;
    struct node *nodes = arena_array(c->arena, shown->count + 1, sizeof *nodes);
    if (nodes == NULL)
        return error_memory(err);
    for (uint32_t i = 0; i < shown->count; i++) {
        nodes[i] = c->document->nodes[i];
        if (nodes[i].type == NODE_GIFT) {
            nodes[i].text = "";
            nodes[i].len = 0;
        }
    }
    shown->nodes = nodes;
    return true;
}

bool content_json(struct app *app, const struct content *c, struct buf *out, struct error *err)
{
    struct json j = {.out = out};
    struct document shown;
    if (!document_shown(app, c, &shown, err))
        return false;
    json_open_object(&j, NULL);
    facts_json(&c->module->facts, &j);
    json_string(&j, "revision", c->revision);
    json_int(&j, "questions", (int64_t)c->questions.count);
    json_open_array(&j, "sections");
    for (size_t i = 0; i < c->sections->count; i++) {
        const struct section *s = &c->sections->items[i];
        json_open_object(&j, NULL);
        json_string(&j, "anchor", s->anchor);
        json_string(&j, "heading", s->title);
        json_int(&j, "level", s->level);
        json_int(&j, "line", (int64_t)s->line);
        json_int(&j, "words", (int64_t)s->words);
        json_string(&j, "hash", c->refs[i].hash);
        json_close_object(&j);
    }
    json_close_array(&j);
    if (!files_json(app, c, &j, err))
        return false;
    buf_adds(out, ",\"document\":");
    document_json(&shown, out);
    json_close_object(&j);
    output_end_json(out);
    return true;
}
