/* stream_bytes: a byte without its case. Internal to core/library. */
#ifndef CRIB_LIBRARY_STREAM_BYTES_H
#define CRIB_LIBRARY_STREAM_BYTES_H

/* ASCII alone has two cases here. */
static inline unsigned char stream_fold(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static inline unsigned char stream_other_case(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? (unsigned char)(c - 32) : c;
}

#endif
