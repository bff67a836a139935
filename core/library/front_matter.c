#include "core/library/front_matter.h"

#include "core/base/yaml.h"

#include <ctype.h>
#include <string.h>

struct str front_line(struct str s, size_t at, size_t *next)
{
    const char *lf = memchr(s.p + at, '\n', s.n - at);
    size_t end = lf != NULL ? (size_t)(lf - s.p) : s.n;
    *next = lf != NULL ? end + 1 : s.n;
    return (struct str){s.p + at, end - at};
}

static bool is_fence(struct str line, const char *mark)
{
    struct str trimmed = str_trim(line);
    return line.n >= 3 && line.p[0] == mark[0] && trimmed.n == 3 && memcmp(trimmed.p, mark, 3) == 0;
}

bool front_find(struct str source, struct str *yaml, size_t *body, size_t *body_line, bool *open)
{
    size_t at = 0, next;
    *open = source.n > 0 && is_fence(front_line(source, 0, &next), "---");
    if (!*open)
        return false;
    size_t start = at = next;
    for (size_t line = 2; at < source.n && at - start <= YAML_MOST_BYTES + 4096; line++) {
        struct str text = front_line(source, at, &next);
        if (is_fence(text, "---") || is_fence(text, "...")) {
            *yaml = (struct str){source.p + start, at - start};
            *body = next;
            *body_line = line + 1;
            return true;
        }
        at = next;
    }
    return false;
}

bool front_looks_like_yaml(struct str yaml)
{
    for (size_t at = 0, next; at < yaml.n; at = next) {
        struct str line = str_trim(front_line(yaml, at, &next));
        if (line.n == 0 || line.p[0] == '#')
            continue;
        size_t word = 0;
        while (word < line.n &&
               (line.p[word] == '_' || line.p[word] == '-' || (line.p[word] >= '0' && line.p[word] <= '9') ||
                (line.p[word] >= 'a' && line.p[word] <= 'z') || (line.p[word] >= 'A' && line.p[word] <= 'Z')))
            word++;
        return (word > 0 && word < line.n && line.p[word] == ':') || line.p[0] == '{';
    }
    return true;
}

bool front_begins_key(struct str line)
{
    size_t n = 0;
    while (n < line.n && (isalnum((unsigned char)line.p[n]) || line.p[n] == '_' || line.p[n] == '-'))
        n++;
    return n > 0 && n < line.n && line.p[n] == ':' && line.p[0] != '-';
}

bool front_heading(struct str yaml, size_t *offset, size_t *number)
{
    bool empty = false;
    for (size_t at = 0, line = 2, next; at < yaml.n; at = next, line++) {
        struct str text = front_line(yaml, at, &next);
        size_t marks = 0;
        while (marks < text.n && text.p[marks] == '#')
            marks++;
        if (empty && marks > 0 && marks <= 6 && marks < text.n && text.p[marks] == ' ') {
            *offset = at;
            *number = line;
            return true;
        }
        empty = str_trim(text).n == 0;
    }
    return false;
}
