/* buf: bytes that grow.
 *
 * A buf remembers that memory ran out: appending to a failed buf does nothing, so a run of appends needs one
 * check at its end (buf_ok). A zeroed struct is a valid empty buf. The content is always NUL-terminated;
 * buf_text gives "" before anything was appended. The owner calls buf_free. */
#ifndef CRIB_BASE_BUF_H
#define CRIB_BASE_BUF_H

#include "core/base/attribute.h"

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;
    size_t len;
    size_t cap;
    bool failed;
};

void buf_free(struct buf *b);              /* frees the bytes; the buf is then empty and usable again */
void buf_clear(struct buf *b);             /* keeps the memory, forgets the content and a failure */
bool buf_reserve(struct buf *b, size_t n); /* room for n further bytes and a NUL; false when memory is out */
void buf_add(struct buf *b, const char *bytes, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *text);
void buf_addn(struct buf *b, char c, size_t n); /* c, n times */
void buf_addf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

static inline bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

static inline const char *buf_text(const struct buf *b)
{
    return b->data != NULL ? b->data : "";
}

#endif
