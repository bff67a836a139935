#include "core/base/strings.h"

#include "core/base/arena.h"

#include <string.h>

bool strings_has(struct strings list, const char *text)
{
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.items[i], text) == 0)
            return true;
    return false;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

enum { LONGEST = 64 };

/* Optimal string alignment: insert, delete, replace, and swap neighbours, one each. */
static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        above[j] = j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]) &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[m];
}

const char *strings_nearest(struct strings list, const char *word)
{
    size_t n = strlen(word), best = 3;
    const char *nearest = NULL;
    if (n > LONGEST)
        return NULL;
    for (size_t i = 0; i < list.count; i++) {
        size_t m = strlen(list.items[i]);
        if (m > LONGEST || m + 2 < n || n + 2 < m)
            continue;
        size_t d = distance(word, n, list.items[i], m);
        if (d < best && d < n) {
            best = d;
            nearest = list.items[i];
        }
    }
    return nearest;
}

bool strings_split(struct arena *a, const char *text, struct strings *list)
{
    size_t most = 1;
    for (const char *at = text; *at != '\0'; at++)
        most += *at == ',';
    const char **items = arena_array(a, most, sizeof *items);
    size_t count = 0;
    for (const char *at = text; items != NULL;) {
        size_t n = strcspn(at, ",");
        while (n > 0 && (at[0] == ' ' || at[0] == '\t')) {
            at++;
            n--;
        }
        size_t kept = n;
        while (kept > 0 && (at[kept - 1] == ' ' || at[kept - 1] == '\t'))
            kept--;
        if (kept > 0 && (items[count++] = arena_copy(a, at, kept)) == NULL)
            return false;
        if (at[n] == '\0')
            break;
        at += n + 1;
    }
    *list = (struct strings){items, count};
    return items != NULL;
}
