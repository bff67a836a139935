#include "tui/render/target.h"

#include "core/base/text.h"

#include <string.h>
#include <strings.h>

enum { TARGET_MAX = 2048 };

/* The length of the scheme with its colon, when it is one that a terminal may be given; 0 otherwise. */
static size_t allowed_scheme(const char *target)
{
    static const char *const schemes[] = {"https:", "mailto:", "crib:"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncasecmp(target, schemes[i], strlen(schemes[i])) == 0)
            return strlen(schemes[i]);
    return 0;
}

bool target_encode(struct buf *out, const char *target)
{
    static const char hex[] = "0123456789ABCDEF";
    char bytes[TARGET_MAX];
    size_t n = 0;
    if (allowed_scheme(target) == 0)
        return false;
    for (const unsigned char *p = (const unsigned char *)target; *p != '\0'; p++) {
        bool plain = *p > 0x20 && *p < 0x7F && *p != ';';
        if (n + (plain ? 1 : 3) > sizeof bytes)
            return false;
        if (plain) {
            bytes[n++] = (char)*p;
        } else {
            bytes[n++] = '%';
            bytes[n++] = hex[*p >> 4];
            bytes[n++] = hex[*p & 15];
        }
    }
    buf_add(out, bytes, n);
    return true;
}

void target_origin(struct buf *out, const char *target)
{
    size_t scheme = strcspn(target, ":/?#");
    if (target[scheme] != ':') {
        text_safe(out, target, strlen(target), 0);
        return;
    }
    size_t n = scheme + 1;
    if (strncmp(target + n, "//", 2) == 0) {
        n += 2;
        n += strcspn(target + n, "/?#\\");
    } else {
        n += strcspn(target + n, "?#");
    }
    text_safe(out, target, n, 0);
}
