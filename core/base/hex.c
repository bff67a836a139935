#include "core/base/hex.h"

#include <sodium.h>
#include <string.h>

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

bool hex_read(const char *text, unsigned char *out, size_t n)
{
    size_t got = 0;
    return text != NULL && strlen(text) == 2 * n && sodium_hex2bin(out, n, text, 2 * n, NULL, &got, NULL) == 0 && got == n;
}

void hex_unescape(char *s)
{
    char *out = s;
    for (; *s != '\0'; s++) {
        if (*s == '%' && hex_value(s[1]) >= 0 && hex_value(s[2]) >= 0 && (hex_value(s[1]) > 0 || hex_value(s[2]) > 0)) {
            *out++ = (char)(hex_value(s[1]) * 16 + hex_value(s[2]));
            s += 2;
        } else {
            *out++ = *s;
        }
    }
    *out = '\0';
}
