#include "core/base/iri.h"

#include "core/base/hex.h"
#include "core/base/text.h"

#include <string.h>

bool iri_valid(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char scheme[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
    size_t i = strspn(text, scheme);
    if (strspn(text, letters) == 0 || text[i] != ':' || text[i + 1] == '\0')
        return false;
    for (i++; text[i] != '\0'; i++) {
        if (strchr(" <>\"{}|\\^`", text[i]) != NULL)
            return false;
        if (text[i] == '%' && (hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0))
            return false;
    }
    return text_control(text, i) == i;
}
