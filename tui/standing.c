#include "tui/standing.h"

#include "core/base/clock.h"
#include "core/base/hex.h"

#include <stdlib.h>
#include <string.h>

struct standings {
    struct arena *arena;
    const struct progress *all;
    size_t count;
};

static const struct {
    const char *name, *mark;
} words[] = {
    [STANDING_NEW] = {"new", " "},       [STANDING_BEGUN] = {"begun", "\xC2\xB7"},
    [STANDING_UPDATED] = {"updated", "+"}, [STANDING_PASSED] = {"passed", "\xE2\x9C\x93"},
    [STANDING_FADING] = {"fading", "~"}, [STANDING_PAGE] = {"page", " "},
};

const char *standing_name(enum standing s)
{
    return words[s].name;
}

const char *standing_mark(enum standing s)
{
    return words[s].mark;
}

bool standing_parse(const char *name, enum standing *s)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, name) == 0) {
            *s = (enum standing)i;
            return true;
        }
    return false;
}

static struct standings *empty(struct error *err)
{
    struct standings *s = calloc(1, sizeof *s);
    if (s != NULL && (s->arena = arena_open()) != NULL)
        return s;
    free(s);
    error_memory(err);
    return NULL;
}

struct standings *standings_open_anyway(struct app *app, struct error *err)
{
    struct error why = {0};
    struct standings *s = standings_open(app, &why);
    app->record_lost = why;
    return s != NULL ? s : empty(err);
}

struct standings *standings_open(struct app *app, struct error *err)
{
    struct standings *s = empty(err);
    if (s == NULL)
        return NULL;
    struct error failed = {0};
    struct record *record = app_record_if_any(app, &failed);
    if (record != NULL)
        s->all = record_progress_all(record, s->arena, app->learner, clock_wall_ms(), &s->count, &failed);
    if (failed.code != 0) {
        *err = failed;
        standings_close(s);
        return NULL;
    }
    if (s->all == NULL)
        s->count = 0;
    return s;
}

void standings_close(struct standings *s)
{
    if (s == NULL)
        return;
    arena_close(s->arena);
    free(s);
}

const struct progress *standings_all(const struct standings *s, size_t *count)
{
    *count = s->count;
    return s->all;
}

const struct section_ref *section_refs(struct arena *a, const struct library_section *sections, size_t n)
{
    struct section_ref *refs = arena_array(a, n, sizeof *refs);
    for (size_t i = 0; refs != NULL && i < n; i++) {
        refs[i] = (struct section_ref){sections[i].anchor, hex_text(a, sections[i].hash, sizeof sections[i].hash)};
        if (refs[i].hash == NULL)
            return NULL;
    }
    return refs;
}

static struct progress_count compare(struct app *app, const struct facts *f, const struct progress *p)
{
    struct progress_count none = {.total = f->sections};
    struct error err;
    struct arena *a = arena_open();
    struct library *library = app_library(app, &err);
    struct library_section *sections;
    size_t n;
    if (a != NULL && library != NULL && library_sections(library, a, f->key, &sections, &n, &err)) {
        const struct section_ref *refs = section_refs(a, sections, n);
        if (refs != NULL)
            none = progress_compare(p, refs, n, NULL);
    }
    arena_close(a);
    return none;
}

static const struct progress *progress_of(const struct standings *s, const struct facts *f)
{
    char address[512];
    if (s->count == 0) /* who is new here pays for nothing */
        return NULL;
    int n = snprintf(address, sizeof address, "%s/%s", f->channel, f->id);
    return n > 0 && (size_t)n < sizeof address ? progress_find(s->all, s->count, address) : NULL;
}

enum standing standings_of(struct standings *s, struct app *app, const struct facts *f, const struct progress **p,
                           struct progress_count *count)
{
    struct progress_count sections = {.total = f->sections};
    const struct progress *found = progress_of(s, f);
    if (p != NULL)
        *p = found;
    enum standing standing = f->kind == KIND_PAGE ? STANDING_PAGE : STANDING_NEW;
    if (standing != STANDING_PAGE && found != NULL && found->learned != LEARNED_NEW) {
        sections = compare(app, f, found);
        standing = sections.changed + sections.added > 0    ? STANDING_UPDATED
                   : found->learned == LEARNED_PASSED && found->fading > 0 ? STANDING_FADING
                   : found->learned == LEARNED_PASSED                      ? STANDING_PASSED
                                                                           : STANDING_BEGUN;
    }
    if (count != NULL)
        *count = sections;
    return standing;
}
