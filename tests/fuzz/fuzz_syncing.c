/* What crib-sync tells crib: whatever stands in the file or on the pipe, what was read can be written and read again. */
#include "core/base/syncing.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct syncing s, again;
    struct syncing_progress p;
    struct buf once = {0}, twice = {0};
    if (a == NULL)
        return 0;
    (void)syncing_progress_read(a, (const char *)data, size, &p);
    if (syncing_parse(a, (const char *)data, size, &s)) {
        syncing_text(&s, &once);
        if (syncing_parse(a, buf_text(&once), once.len, &again))
            syncing_text(&again, &twice);
        if (buf_ok(&once) && buf_ok(&twice) && strcmp(buf_text(&once), buf_text(&twice)) != 0)
            abort();
    }
    buf_free(&once);
    buf_free(&twice);
    arena_close(a);
    return 0;
}
