#include "tui/screen/reader_record.h"

#include "core/base/clock.h"
#include "tui/screen/reader_place.h"
#include "tui/signing.h"
#include "tui/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool reader_tracks(const struct reader *r)
{
    return r->content->module->facts.kind == KIND_MODULE && visit_kept(r->app) && !visit_wanted(r->app);
}

/* What changed before the learner's eyes is marked, whether it had been read or not. */
static void mark_meanwhile(struct reader *r)
{
    for (size_t i = 0; i < r->content->sections->count; i++)
        if (r->marks[i] == MARK_OPEN && r->meanwhile[i] != MARK_OPEN) {
            r->marks[i] = r->meanwhile[i];
            *(r->marks[i] == MARK_NEW ? &r->progress.added : &r->progress.changed) += 1;
        }
}

static void compare_progress(struct reader *r)
{
    struct error err;
    size_t n = r->content->sections->count;
    struct record *record = app_record_if_any(r->app, &err);
    const struct progress *p = record != NULL ? record_progress(record, r->marks_arena, r->app->learner,
                                                                r->content->address, clock_wall_ms(), &err)
                                              : NULL;
    if (p != NULL)
        r->progress = progress_compare(p, r->content->refs, n, r->marks);
}

/* Of a module that asks for a sign-off: which sections were shown in full, and how it stands. */
static void take_shown(struct reader *r)
{
    struct error err;
    bool act;
    struct buf words = {0};
    free(r->shown);
    r->shown = NULL;
    r->signoff[0] = '\0';
    if (!r->content->module->facts.sign_off || !reader_tracks(r))
        return;
    size_t n = r->content->sections->count;
    struct record *record = app_record_if_any(r->app, &err);
    const struct signoff_standing *standing =
        record != NULL && r->app->learner != 0
            ? record_signoff_standing(record, r->marks_arena, r->app->learner, &r->content->subject, &err)
            : NULL;
    r->shown = calloc(n + 1, sizeof *r->shown);
    for (size_t i = 0; r->shown != NULL && standing != NULL && i < n; i++)
        r->shown[i] = standing->shown[i];
    r->shown_missing = standing != NULL ? standing->missing : n;
    signing_standing_words(r->app, r->key, r->content->address, &words, &act);
    snprintf(r->signoff, sizeof r->signoff, "%s", buf_text(&words));
    buf_free(&words);
}

bool reader_signed_since(struct reader *r)
{
    if (r->shown == NULL)
        return false;
    size_t before = r->shown_missing;
    take_shown(r);
    return r->shown_missing > before;
}

void reader_take_progress(struct reader *r)
{
    arena_reset(r->marks_arena);
    size_t n = r->content->sections->count;
    r->marks = arena_array(r->marks_arena, n, sizeof *r->marks);
    r->progress = (struct progress_count){.total = n};
    if (r->marks == NULL)
        return;
    compare_progress(r);
    if (r->meanwhile != NULL)
        mark_meanwhile(r);
    take_shown(r);
}

static size_t find_hash(const struct content *c, const char *hash)
{
    for (size_t i = 0; i < c->sections->count; i++)
        if (strcmp(c->refs[i].hash, hash) == 0)
            return i;
    return SIZE_MAX;
}

bool reader_take_update(struct reader *r, const struct content *fresh)
{
    enum section_mark *marks = calloc(fresh->sections->count + 1, sizeof *marks);
    if (marks == NULL)
        return false;
    r->updated = 0;
    for (size_t i = 0; i < fresh->sections->count; i++) {
        size_t same = find_hash(r->content, fresh->refs[i].hash);
        if (same != SIZE_MAX) { /* what an earlier update did to it stays */
            marks[i] = r->meanwhile != NULL ? r->meanwhile[same] : MARK_OPEN;
            continue;
        }
        bool known = sections_find(r->content->sections, fresh->sections->items[i].anchor) != SIZE_MAX;
        marks[i] = known ? MARK_CHANGED : MARK_NEW;
        r->updated++;
    }
    free(r->meanwhile);
    r->meanwhile = marks;
    return true;
}

void reader_tell_opened(struct reader *r)
{
    struct error err;
    r->told = true;
    if (!visit_kept(r->app) || visit_wanted(r->app))
        return;
    struct record *record = app_record(r->app, &err);
    const char *anchor = r->anchor != NULL && r->anchor[0] != '\0' ? r->anchor : NULL;
    if (record == NULL || !record_opened(record, r->app->learner, &r->content->subject, anchor, &err)) {
        screens_fail(r->screen.stack, &err);
        return;
    }
    r->opens = record_opens_since(record, r->app->learner, r->content->address,
                                  clock_wall_ms() - INT64_C(30) * 86400000, &err);
}

bool reader_tell_section(struct reader *r, size_t section, enum section_act act)
{
    struct error err;
    struct record *record = app_record(r->app, &err);
    const struct section *s = &r->content->sections->items[section];
    if (record != NULL && record_section(record, r->app->learner, &r->content->subject, &r->content->refs[section], act,
                                         (int64_t)s->words, reading_ms(r->reading, section), &err))
        return true;
    screens_fail(r->screen.stack, &err);
    return false;
}

/* For a sign-off a section counts by this alone: no key marks it. */
static void note_shown(struct reader *r)
{
    struct error err;
    for (size_t i = 0; r->shown != NULL && i < r->content->sections->count; i++) {
        if (r->shown[i] || !reading_complete(r->reading, i))
            continue;
        struct record *record = app_record(r->app, &err);
        if (record == NULL || !record_shown(record, r->app->learner, &r->content->subject, &r->content->refs[i],
                                            (int64_t)r->content->sections->items[i].words, reading_ms(r->reading, i), &err)) {
            screens_fail(r->screen.stack, &err);
            return;
        }
        r->shown[i] = true;
        r->shown_missing--;
    }
}

void reader_note_read(struct reader *r)
{
    if (!reader_tracks(r) || r->page == NULL || r->marks == NULL)
        return;
    note_shown(r);
    bool any = false;
    for (size_t i = 0; i < r->content->sections->count; i++)
        if (r->marks[i] != MARK_DONE && reading_complete(r->reading, i)) {
            any |= reader_tell_section(r, i, SECTION_DONE);
            r->marks[i] = MARK_DONE;
        }
    if (any) {
        reader_take_progress(r);
        r->laid_width = 0; /* lay out again, with the new marks */
    }
}

void reader_keep_position(struct reader *r)
{
    struct error err;
    if (!visit_kept(r->app) || r->page == NULL || r->content->sections->count == 0)
        return;
    struct record *record = app_record_if_any(r->app, &err);
    size_t section = reader_section(r);
    if (record == NULL || section >= r->content->sections->count || r->app->record_read_only || visit_wanted(r->app))
        return;
    const struct section *s = &r->content->sections->items[section];
    size_t line = r->want, source = page_source(r->page, line);
    while (source == 0 && line > r->page->head_count) /* in the last lines */
        source = page_source(r->page, --line);
    record_position_set(record, r->app->learner, r->content->address, s->anchor,
                        (int64_t)(source > s->line ? source - s->line : 0), &err);
}

const char *reader_kept_position(struct reader *r, int64_t *source)
{
    struct error err;
    struct record *record = app_record_if_any(r->app, &err);
    const char *anchor = "";
    *source = 0;
    if (record == NULL || !visit_kept(r->app) ||
        !record_position(record, r->marks_arena, r->app->learner, r->content->address, &anchor, source, &err))
        return "";
    return anchor;
}
