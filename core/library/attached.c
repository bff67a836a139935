#include "core/library/attached.h"

#include "core/base/hex.h"
#include "core/base/text.h"

#include <string.h>
#include <strings.h>

enum { PATH_BYTES_MOST = 1024 };

static const char dir[] = "files/";

static bool is_markdown(const char *path, size_t n)
{
    return n > 3 && strcasecmp(path + n - 3, ".md") == 0;
}

bool attached_path_valid(const char *path)
{
    size_t n = strlen(path);
    if (strncmp(path, dir, sizeof dir - 1) != 0 || n > PATH_BYTES_MOST || text_control(path, n) != n ||
        strchr(path, '\\') != NULL || is_markdown(path, n))
        return false;
    for (const char *part = path;; part++) {
        if (*part == '\0' || *part == '/' || *part == '.' || *part == '-')
            return false;
        part += strcspn(part, "/");
        if (*part == '\0')
            return true;
    }
}

const char *attached_link(struct arena *a, const char *target)
{
    while (target[0] == '.') {
        size_t n = strncmp(target, "../", 3) == 0 ? 3 : strncmp(target, "./", 2) == 0 ? 2 : 0;
        if (n == 0)
            return NULL;
        target += n;
    }
    if (strncmp(target, dir, sizeof dir - 1) != 0)
        return NULL;
    char *path = arena_copy(a, target, strcspn(target, "?#"));
    if (path == NULL)
        return NULL;
    hex_unescape(path);
    return attached_path_valid(path) ? path : NULL;
}
