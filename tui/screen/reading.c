#include "tui/screen/reading.h"

#include <stdlib.h>
#include <string.h>

enum { MS_A_WORD = 100 }; /* 600 words a minute */

struct section_reading {
    size_t words;
    size_t lines; /* of this layout */
    size_t seen;
    bool whole;   /* all lines were seen, in this layout or one before */
    int64_t ms;
};

struct reading {
    struct section_reading *sections;
    size_t section_count;
    size_t *section_of;
    bool *seen;
    size_t lines;
    size_t from, to; /* on the screen now */
    int64_t since;   /* counted up to here; 0 before the first */
};

struct reading *reading_open(const size_t *words, size_t sections)
{
    struct reading *r = calloc(1, sizeof *r);
    if (r == NULL || (r->sections = calloc(sections + 1, sizeof *r->sections)) == NULL) {
        free(r);
        return NULL;
    }
    r->section_count = sections;
    for (size_t i = 0; i < sections; i++)
        r->sections[i].words = words[i];
    return r;
}

void reading_close(struct reading *r)
{
    if (r == NULL)
        return;
    free(r->sections);
    free(r->section_of);
    free(r->seen);
    free(r);
}

bool reading_layout(struct reading *r, const size_t *section_of, size_t lines)
{
    free(r->section_of);
    free(r->seen);
    r->section_of = calloc(lines + 1, sizeof *r->section_of);
    r->seen = calloc(lines + 1, sizeof *r->seen);
    r->lines = r->from = r->to = 0;
    for (size_t i = 0; i < r->section_count; i++)
        r->sections[i].lines = r->sections[i].seen = 0;
    if (r->section_of == NULL || r->seen == NULL)
        return false;
    r->lines = lines;
    memcpy(r->section_of, section_of, lines * sizeof *section_of);
    for (size_t i = 0; i < lines; i++)
        if (section_of[i] < r->section_count)
            r->sections[section_of[i]].lines++;
    return true;
}

static void count_time(struct reading *r, int64_t now_ms)
{
    int64_t passed = r->since > 0 ? now_ms - r->since : 0;
    r->since = now_ms;
    if (passed <= 0)
        return;
    if (passed > READING_IDLE_MS)
        passed = READING_IDLE_MS;
    size_t last = SIZE_MAX;
    for (size_t i = r->from; i < r->to; i++) {
        size_t section = r->section_of[i];
        if (section != last && section < r->section_count)
            r->sections[section].ms += passed;
        last = section;
    }
}

void reading_shows(struct reading *r, size_t from, size_t to, int64_t now_ms)
{
    count_time(r, now_ms);
    r->from = from < r->lines ? from : r->lines;
    r->to = to < r->lines ? to : r->lines;
    for (size_t i = r->from; i < r->to; i++) {
        size_t section = r->section_of[i];
        if (r->seen[i] || section >= r->section_count)
            continue;
        r->seen[i] = true;
        struct section_reading *s = &r->sections[section];
        if (++s->seen == s->lines)
            s->whole = true;
    }
}

bool reading_complete(const struct reading *r, size_t section)
{
    const struct section_reading *s = &r->sections[section];
    return s->whole && s->ms >= (int64_t)s->words * MS_A_WORD;
}

int64_t reading_ms(const struct reading *r, size_t section)
{
    return r->sections[section].ms;
}
