#include "core/library/library_both.h"

#include <string.h>

int64_t both_limit(const struct library *l, int part, size_t most)
{
    return part == PART_SYSTEM && l->parts[PART_USER].db != NULL ? -1 : (int64_t)most;
}

bool both_merge(struct arena *a, void **list, size_t half, size_t count, size_t size,
                bool (*first)(const void *left, const void *right), struct error *err)
{
    if (half == 0 || half == count)
        return true;
    char *merged = arena_array(a, count, size);
    if (merged == NULL)
        return error_memory(err);
    const char *left = *list, *middle = left + half * size, *right = middle, *end = left + count * size;
    for (char *to = merged; left < middle || right < end; to += size) {
        const char **from = right == end || (left < middle && first(left, right)) ? &left : &right;
        memcpy(to, *from, size);
        *from += size;
    }
    *list = merged;
    return true;
}
