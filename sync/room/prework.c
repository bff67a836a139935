#include "sync/room/prework.h"

#include "core/base/clock.h"
#include "core/library/library_programme.h"
#include "core/record/element.h"
#include "sync/xapi/activity.h"

#include <stdlib.h>
#include <string.h>

enum { KNOWN_MOST = 64, AGAIN_MS = 30000 }; /* a record's own writes change no version: they are seen after a while */

struct known {
    int64_t room, record, library, counted_ms, done, of;
};

struct prework {
    const struct places *places;
    const char *language;
    struct library *library;
    struct known known[KNOWN_MOST];
};

struct prework *prework_open(const struct places *places, const char *language)
{
    struct prework *p = calloc(1, sizeof *p);
    if (p != NULL) {
        p->places = places;
        p->language = language;
    }
    return p;
}

void prework_close(struct prework *p)
{
    if (p == NULL)
        return;
    library_close(p->library);
    free(p);
}

static void count(struct prework *p, struct arena *a, struct record *r, const struct room *room, struct known *k)
{
    const struct library_programme *found = NULL;
    struct error ignored;
    if (!library_programme_find(p->library, a, room->programme, &found, &ignored) || found == NULL)
        return;
    const struct programme *programme = &found->programme;
    struct element_progress *progress = arena_array(a, programme->count + 1, sizeof *progress);
    if (progress == NULL || !record_elements(r, a, room->learner, found->channel, programme, clock_wall_ms(), progress, &ignored))
        return;
    k->of = 0;
    for (size_t i = 0; i < programme->count; i++)
        if (programme->elements[i].phase == PHASE_BEFORE) {
            k->of++;
            k->done += progress[i].state == ELEMENT_DONE;
        }
}

static struct library *library_of(struct prework *p)
{
    struct error ignored;
    if (p->library == NULL)
        p->library = library_open(p->places, LIBRARY_READ, p->language, &ignored);
    return p->library;
}

void prework_plan(struct prework *p, struct arena *a, const struct room *room, struct json *j)
{
    const struct library_programme *found = NULL;
    struct error ignored;
    if (library_of(p) == NULL || !library_programme_find(p->library, a, room->programme, &found, &ignored) || found == NULL)
        return;
    const struct programme *programme = &found->programme;
    json_strings(j, "roles", programme->roles);
    json_open_array(j, "before");
    for (size_t i = 0; i < programme->count; i++) {
        struct buf activity = {0};
        if (programme->elements[i].phase != PHASE_BEFORE || programme->elements[i].module[0] == '\0')
            continue;
        activity_of_module(&activity, found->iri, programme->elements[i].module);
        json_string(j, NULL, buf_text(&activity));
        buf_free(&activity);
    }
    json_close_array(j);
}

void prework_count(struct prework *p, struct record *r, const struct room *room, int64_t *done, int64_t *of)
{
    (void)library_of(p);
    struct known *k = &p->known[(uint64_t)room->id % KNOWN_MOST];
    int64_t now = clock_monotonic_ms(), record = record_version(r), library = p->library != NULL ? library_version(p->library) : 0;
    if (k->room != room->id || k->record != record || k->library != library || now - k->counted_ms > AGAIN_MS) {
        struct arena *a = arena_open();
        *k = (struct known){room->id, record, library, now, 0, -1};
        if (a != NULL && p->library != NULL)
            count(p, a, r, room, k);
        arena_close(a);
    }
    *done = k->done;
    *of = k->of;
}
