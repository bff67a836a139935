#include "tui/screen/reader_text.h"

#include "tui/screen/problems.h"
#include "tui/screen/reader_find.h"
#include "tui/screen/reader_place.h"
#include "tui/screen/reader_record.h"

#include <stdlib.h>
#include <string.h>

enum { BEGINNING_SCREENS = 4 }; /* of a long page's text: the whole is there before one has read the first of them */

static struct reading *reading_of(const struct content *c)
{
    size_t n = c->sections->count;
    size_t *words = calloc(n + 1, sizeof *words);
    for (size_t i = 0; words != NULL && i < n; i++)
        words[i] = c->sections->items[i].words;
    struct reading *reading = words != NULL ? reading_open(words, n) : NULL;
    free(words);
    return reading;
}

bool reader_text_finish(struct reader *r)
{
    struct error err;
    if (!r->content->beginning)
        return true;
    struct lines *lines = NULL;
    struct content *whole = r->whole != NULL ? reader_whole_take(r->whole, &lines, &r->made_width, &err)
                                             : content_whole(r->content, &err);
    r->whole = NULL;
    if (whole == NULL) {
        screens_fail(r->screen.stack, &err);
        return false;
    }
    if (r->page != NULL && r->place.part == PAGE_TEXT && r->place.section != LINE_NO_SECTION)
        r->place.section += r->content->first_section;
    if (r->aim != SIZE_MAX)
        r->aim += r->content->first_section;
    r->content = whole;
    r->made = lines;
    r->laid_width = 0;
    struct reading *reading = reading_of(whole);
    if (reading != NULL) { /* else the old one does: what was read of a page is not kept */
        reading_close(r->reading);
        r->reading = reading;
    }
    reader_take_progress(r);
    return r->page == NULL || reader_lay_out(r, screens_terminal(r->screen.stack));
}

void reader_text_reread(struct reader *r)
{
    struct reading *fresh = reading_of(r->content);
    if (fresh == NULL)
        return;
    reading_close(r->reading);
    r->reading = fresh;
}

/* The place in another version of the text: in the section of the same name, else where the last one before it that is
 * still there begins. */
static struct page_place place_in(const struct reader *r, const struct sections *fresh)
{
    struct page_place place = r->place;
    for (size_t i = place.section + 1; i-- > 0; place.offset = 0) {
        place.section = sections_find(fresh, r->content->sections->items[i].anchor);
        if (place.section != SIZE_MAX)
            return place;
    }
    return (struct page_place){.part = PAGE_HEAD};
}

void reader_text_renew(struct reader *r)
{
    struct screens *s = r->screen.stack;
    struct error err;
    if (!reader_text_finish(r))
        return;
    struct content *fresh = content_open(r->app, r->key, &err);
    if (fresh == NULL)
        return; /* gone from the library: what is open stays readable */
    if (strcmp(fresh->revision, r->content->revision) == 0) {
        content_close(fresh);
        reader_take_progress(r);
        r->laid_width = 0;
        return;
    }
    struct reading *reading = reading_of(fresh);
    if (reading == NULL || !reader_take_update(r, fresh)) {
        reading_close(reading);
        content_close(fresh);
        return;
    }
    if (r->place.part == PAGE_TEXT && r->place.section < r->content->sections->count)
        r->place = place_in(r, fresh->sections);
    reader_find_forget(r);
    page_close(r->page);
    r->page = NULL;
    content_close(r->content);
    reading_close(r->reading);
    r->content = fresh;
    r->reading = reading;
    reader_take_progress(r);
    reader_lay_out(r, screens_terminal(s));
    if (r->app->preview != NULL)
        problems_say(s, r->content->module->facts.path, "x", true);
}

/* Whether so many lines from the section's line `line` on are in the text that is at hand. */
static bool has_lines(const struct content *c, const char *anchor, size_t line, size_t lines)
{
    size_t section = sections_find(c->sections, anchor);
    return section != SIZE_MAX &&
           c->sections->items[section].line + line + lines <= c->sections->items[c->sections->count - 1].last_line;
}

/* From the beginning of a long page to where its first screen is: in the beginning, in another part, in the whole. */
static bool prepare_place(struct reader *r, size_t lines, struct error *err)
{
    const char *anchor = r->anchor;
    int64_t source = 0;
    if (anchor[0] == '\0')
        anchor = reader_kept_position(r, &source);
    size_t line = source > 0 ? (size_t)source : 0;
    if (anchor[0] == '\0' || has_lines(r->content, anchor, line, lines))
        return true;
    struct content *part = content_part(r->app, r->content, anchor, line, 2 * lines, &r->aim);
    r->aim_source = source;
    if (part == NULL && (part = content_whole(r->content, err)) == NULL)
        return false;
    r->content = part;
    return true;
}

bool reader_text_open(struct reader *r, const struct terminal *t, struct error *err)
{
    size_t lines = (size_t)terminal_rows(t) * BEGINNING_SCREENS;
    r->content = content_open_beginning(r->app, r->key, lines, err);
    if (r->content == NULL)
        return false;
    if (r->content->beginning && !prepare_place(r, lines / 2, err))
        return false;
    r->reading = reading_of(r->content);
    return r->reading != NULL || error_memory(err);
}
