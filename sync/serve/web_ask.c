#include "sync/serve/web_ask.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

const char *web_field(const struct web_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->items[i].name, name) == 0)
            return fields->items[i].value;
    return NULL;
}

bool web_field_number(const struct web_fields *fields, const char *name, unsigned long long most, unsigned long long *value)
{
    const char *text = web_field(fields, name);
    size_t n = text != NULL ? strlen(text) : 0;
    if (n == 0 || n > 19 || strspn(text, "0123456789") != n)
        return false;
    *value = strtoull(text, NULL, 10);
    return *value <= most;
}

static bool refuse(const char *name, const char *why, struct error *err)
{
    return error_set(err, EX_DATAERR, "cannot answer", name, why, NULL);
}

static bool read_text(const struct web_fields *fields, const char *name, const char **value, struct error *err)
{
    size_t times = 0;
    *value = "";
    for (size_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->items[i].name, name) != 0)
            continue;
        *value = fields->items[i].value;
        times++;
    }
    size_t n = strlen(*value);
    if (times > 1)
        return refuse(name, "it is said twice", err);
    if (n > ASK_BYTES)
        return refuse(name, "it is longer than 256 bytes", err);
    return text_control(*value, n) == n || refuse(name, "it is no printable UTF-8", err);
}

bool web_ask_read(const struct web_fields *fields, size_t usual, struct web_ask *ask, struct error *err)
{
    const char *limit;
    unsigned long long number = usual;
    if (!read_text(fields, "role", &ask->role, err) || !read_text(fields, "stage", &ask->stage, err) ||
        !read_text(fields, "code", &ask->code, err) || !read_text(fields, "asset", &ask->asset, err) ||
        !read_text(fields, "q", &ask->q, err) || !read_text(fields, "limit", &limit, err))
        return false;
    if (limit[0] != '\0' && (!web_field_number(fields, "limit", ASK_MOST, &number) || number == 0))
        return refuse("limit", "it is no number from 1 to 50", err);
    ask->limit = (size_t)number;
    return ask->role[0] != '\0' || ask->stage[0] != '\0' || ask->code[0] != '\0' || ask->asset[0] != '\0' ||
           ask->q[0] != '\0' || refuse("the query", "it says no role, stage, code, asset or q", err);
}

enum web_route web_route(const char *path, const char **id)
{
    const char *rest = path[0] == '/' ? strchr(path + 1, '/') : NULL;
    if (rest == NULL)
        return strcmp(path, "/") == 0           ? WEB_CHANNELS
               : strcmp(path, "/suggest") == 0  ? WEB_SUGGEST
               : strcmp(path, "/embed") == 0    ? WEB_EMBED
               : strcmp(path, "/crib.css") == 0 ? WEB_STYLE
                                                : WEB_NONE;
    if (rest != path + 1 && rest[1] == '\0') {
        if (id != NULL)
            *id = rest + 1;
        return WEB_MODULE;
    }
    static const struct {
        const char *begins;
        enum web_route route;
    } kinds[] = {{"/m/", WEB_MODULE}, {"/programme/", WEB_PROGRAMME}, {"/quiz/", WEB_QUIZ}};
    for (size_t i = 0; rest != path + 1 && i < sizeof kinds / sizeof *kinds; i++) {
        size_t n = strlen(kinds[i].begins);
        if (strncmp(rest, kinds[i].begins, n) != 0)
            continue;
        if (id != NULL)
            *id = rest + n;
        return kinds[i].route;
    }
    return WEB_NONE;
}

bool web_origin_valid(const char *origin)
{
    size_t n = strncmp(origin, "https://", 8) == 0 ? 8 : strncmp(origin, "http://", 7) == 0 ? 7 : 0;
    const char *host = origin + n;
    size_t length = strlen(host);
    return n > 0 && length > 0 && length <= 255 && host[0] != ':' &&
           strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-.:[]") == length;
}
