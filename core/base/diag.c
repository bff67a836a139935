#include "core/base/diag.h"

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KEPT = 10000 };

struct entry {
    struct diag diag;
    size_t order;
};

struct diags {
    struct arena *arena;
    struct entry *entries;
    size_t count;
    size_t cap;
    size_t errors;
    size_t warnings;
};

struct diags *diags_open(void)
{
    struct diags *d = calloc(1, sizeof *d);
    if (d == NULL)
        return NULL;
    d->arena = arena_open();
    if (d->arena == NULL) {
        free(d);
        return NULL;
    }
    return d;
}

void diags_close(struct diags *d)
{
    if (d == NULL)
        return;
    arena_close(d->arena);
    free(d->entries);
    free(d);
}

static struct entry *next_entry(struct diags *d)
{
    if (d->count == MOST_KEPT)
        return NULL;
    if (d->count == d->cap) {
        size_t cap = d->cap == 0 ? 16 : d->cap * 2;
        struct entry *grown = realloc(d->entries, cap * sizeof *grown);
        if (grown == NULL)
            return NULL;
        d->entries = grown;
        d->cap = cap;
    }
    return &d->entries[d->count];
}

void diags_add(struct diags *d, enum severity severity, const char *file, size_t line, size_t column, const char *todo,
               const char *format, ...)
{
    if (d == NULL)
        return;
    if (severity == SEVERITY_ERROR)
        d->errors++;
    else
        d->warnings++;
    struct entry *e = next_entry(d);
    if (e == NULL)
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n >= (int)sizeof text) {
        /* vsnprintf cut where the room ended; a character that was cut in two goes whole. */
        size_t valid = text_invalid(text, sizeof text - 1);
        if (valid + 4 >= sizeof text)
            text[valid] = '\0';
    }
    const char *kept_file = arena_strdup(d->arena, file);
    const char *kept_text = arena_strdup(d->arena, text);
    const char *kept_todo = arena_strdup(d->arena, todo != NULL ? todo : "");
    if (kept_file == NULL || kept_text == NULL || kept_todo == NULL)
        return;
    e->diag = (struct diag){kept_file, line, column, severity, kept_text, kept_todo};
    e->order = d->count++;
}

size_t diags_count(const struct diags *d)
{
    return d->count;
}

size_t diags_errors(const struct diags *d)
{
    return d->errors;
}

size_t diags_warnings(const struct diags *d)
{
    return d->warnings;
}

const struct diag *diags_at(const struct diags *d, size_t i)
{
    return &d->entries[i].diag;
}

static int by_place(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int files = strcmp(a->diag.file, b->diag.file);
    if (files != 0)
        return files;
    if (a->diag.line != b->diag.line)
        return a->diag.line < b->diag.line ? -1 : 1;
    if (a->diag.column != b->diag.column)
        return a->diag.column < b->diag.column ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void diags_sort(struct diags *d)
{
    if (d->count > 1)
        qsort(d->entries, d->count, sizeof *d->entries, by_place);
}

static const char *severity_name(enum severity severity)
{
    return severity == SEVERITY_ERROR ? "error" : "warning";
}

void diags_text(const struct diags *d, struct buf *out)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct diag *x = &d->entries[i].diag;
        text_safe(out, x->file, strlen(x->file), 0);
        if (x->line > 0)
            buf_addf(out, ":%zu", x->line);
        if (x->line > 0 && x->column > 0)
            buf_addf(out, ":%zu", x->column);
        buf_addf(out, ": %s: ", severity_name(x->severity));
        text_safe(out, x->text, strlen(x->text), 0);
        if (x->todo[0] != '\0') {
            buf_adds(out, " (");
            text_safe(out, x->todo, strlen(x->todo), 0);
            buf_addc(out, ')');
        }
        buf_addc(out, '\n');
    }
}

void diags_json(const struct diags *d, struct json *j, const char *key)
{
    json_open_array(j, key);
    for (size_t i = 0; i < d->count; i++) {
        const struct diag *x = &d->entries[i].diag;
        json_open_object(j, NULL);
        json_string(j, "file", x->file);
        json_int(j, "line", (int64_t)x->line);
        json_int(j, "column", (int64_t)x->column);
        json_string(j, "severity", severity_name(x->severity));
        json_string(j, "text", x->text);
        json_string(j, "todo", x->todo);
        json_close_object(j);
    }
    json_close_array(j);
}
