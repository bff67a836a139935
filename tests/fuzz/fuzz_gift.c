/* Any bytes: parsed, every question listed, answered, encoded and graded. */
#include "core/quiz/gift.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct diags *d = diags_open();
    struct question_list list;
    if (a != NULL && d != NULL && gift_parse(a, d, "fuzz.gift", (const char *)data, size, 1, &list)) {
        for (size_t i = 0; i < list.count; i++) {
            const struct question *q = list.items[i];
            if (q->id == NULL || strlen(q->revision) != 64 || q->stem.text == NULL || q->general.text == NULL ||
                q->first_line > q->last_line)
                abort();
        }
    }
    arena_close(a);
    diags_close(d);
    return 0;
}
