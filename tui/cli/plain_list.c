#include "tui/cli/plain.h"

#include "core/base/text.h"
#include "core/library/search.h"
#include "tui/missed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 10, SNIPPET = 100 };

static void say_row(struct plain *p, const struct hub_row *row, size_t number)
{
    if (!row->selectable) {
        size_t n = strlen(row->title);
        plain_say(p, n > 0 && row->title[n - 1] == ':' ? "%s\n" : "%s:\n", row->title);
        return;
    }
    plain_say(p, "%zu. %s", number, row->title);
    if (row->act == HUB_ROW_OPEN)
        plain_say(p, "%s%s%s%s%s%s%s", row->channel[0] != '\0' ? ", " : "", row->channel, row->length[0] != '\0' ? ", " : "",
                  row->length, row->standing != STANDING_PAGE ? ", " : "",
                  row->standing != STANDING_PAGE ? standing_name(row->standing) : "",
                  row->on_device ? "" : ", not on this device");
    if (row->act == HUB_ROW_OPEN && p->looked[0] != '\0') {
        struct buf line = {0};
        size_t at, len;
        hub_row_snippet(p->rows, row, SNIPPET, &line, &at, &len);
        plain_say(p, "%s%s", line.len > 0 ? ". " : "", buf_text(&line));
        buf_free(&line);
    }
    if (row->act == HUB_ROW_PROGRAMME && row->about != NULL)
        plain_say(p, ", programme%s. %s", row->other ? " of other roles" : "", row->about);
    plain_say(p, "\n");
}

void plain_more(struct plain *p)
{
    size_t count = hub_rows_count(p->rows), number = 0, said = 0, left = 0;
    for (size_t i = 0; i < p->shown && i < count; i++)
        number += hub_row(p->rows, i)->selectable;
    if (p->shown >= count) {
        plain_say(p, "That is the end of the list.\n");
        return;
    }
    for (; p->shown < count && said < AT_ONCE; p->shown++) {
        const struct hub_row *row = hub_row(p->rows, p->shown);
        number += row->selectable;
        said += row->selectable;
        say_row(p, row, number);
    }
    for (size_t i = p->shown; i < count; i++)
        left += hub_row(p->rows, i)->selectable;
    if (left > 0)
        plain_say(p, "%zu more: Enter, or more.\n", left);
}

void plain_list(struct plain *p, const char *text)
{
    struct error err;
    char wanted[sizeof p->looked];
    snprintf(wanted, sizeof wanted, "%s", text); /* it may be p->looked */
    if (!hub_rows_reload(p->rows, &err) || !hub_rows_find(p->rows, wanted, &p->filters, &err)) {
        plain_fail(p, &err);
        return;
    }
    memcpy(p->looked, wanted, sizeof wanted);
    p->shown = 0;
    size_t total = hub_rows_total(p->rows);
    if (total == 0 && strlen(wanted) >= 3)
        missed(p->app, GAP_SEARCH, wanted);
    if (wanted[0] != '\0')
        plain_say(p, "%zu of %zu for %s.\n", total, hub_rows_all(p->rows), wanted);
    if (total == 0 && hub_rows_count(p->rows) == 0)
        plain_say(p, search_count(hub_rows_search(p->rows)) == 0
                         ? "Nothing is installed. `channel add DIR` installs a directory.\n"
                     : hub_filters_any(&p->filters) ? "Nothing fits these filters; clear takes them back.\n"
                                                    : "Nothing fits. all shows other roles' modules, too.\n");
    else
        plain_more(p);
}

const struct hub_row *plain_row(struct plain *p, const char *number)
{
    size_t wanted = strtoul(number, NULL, 10), count = hub_rows_count(p->rows), n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct hub_row *row = hub_row(p->rows, i);
        n += row->selectable;
        if (row->selectable && n == wanted)
            return row;
    }
    plain_say(p, "There is no line %s; the list has %zu.\n", number[0] != '\0' ? number : "without a number", n);
    return NULL;
}

static bool set_text(struct plain *p, const char *line, const char *word, char *to, size_t size)
{
    const char *rest;
    if (!plain_word(line, word, &rest))
        return false;
    snprintf(to, size, "%s", rest);
    plain_say(p, rest[0] != '\0' ? "Only %s %s.\n" : "Any %s.\n", word, rest);
    return true;
}

static bool set_format(struct plain *p, const char *line)
{
    const char *rest;
    if (!plain_word(line, "format", &rest))
        return false;
    p->filters.format = FORMAT_NONE;
    for (int k = FORMAT_REFRESHER; k <= FORMAT_COURSE; k++)
        if (strcmp(module_format_name((enum module_format)k), rest) == 0)
            p->filters.format = (enum module_format)k;
    plain_say(p, p->filters.format != FORMAT_NONE ? "Only format %s.\n" : "Any format; there are refresher, micro and course.\n",
              rest);
    return true;
}

static bool set_state(struct plain *p, const char *line)
{
    const char *rest;
    if (!plain_word(line, "state", &rest))
        return false;
    p->filters.by_state = standing_parse(rest, &p->filters.state);
    plain_say(p, p->filters.by_state ? "Only state %s.\n" : "Any state; there are new, begun, updated, passed and fading.\n", rest);
    return true;
}

bool plain_filter(struct plain *p, const char *line)
{
    struct hub_filters *f = &p->filters;
    if (strcmp(line, "modules") == 0) {
        f->modules_only = !f->modules_only;
        plain_say(p, f->modules_only ? "Modules only.\n" : "Modules and pages.\n");
    } else if (strcmp(line, "all") == 0) {
        f->other_roles = !f->other_roles;
        plain_say(p, f->other_roles ? "Other roles' modules, too.\n" : "Your roles' modules.\n");
    } else if (strcmp(line, "clear") == 0) {
        hub_filters_clear(f);
        plain_say(p, "No filter.\n");
    } else if (!set_text(p, line, "stage", f->stage, sizeof f->stage) && !set_text(p, line, "role", f->role, sizeof f->role) &&
               !set_text(p, line, "capability", f->capability, sizeof f->capability) && !set_format(p, line) &&
               !set_state(p, line)) {
        return false;
    }
    plain_list(p, p->looked);
    return true;
}
