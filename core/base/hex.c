#include "core/base/hex.h"

#include <sodium.h>

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

const char *hex_text(struct arena *a, const unsigned char *bytes, size_t n)
{
    char *text = arena_alloc(a, 2 * n + 1);
    return text != NULL ? sodium_bin2hex(text, 2 * n + 1, bytes, n) : NULL;
}
