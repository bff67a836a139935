#include "sync/channel/url.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <unistd.h>

void url_escape(struct buf *out, const char *path)
{
    for (; *path != '\0'; path++) {
        unsigned char c = (unsigned char)*path;
        if (c < 0x80 && (isalnum(c) || strchr("-._~/", c) != NULL))
            buf_addc(out, *path);
        else
            buf_addf(out, "%%%02X", c);
    }
}

const char *url_of_dir(struct arena *a, const char *path)
{
    struct buf url = {0};
    size_t n = strlen(path);
    buf_adds(&url, "file://");
    url_escape(&url, path);
    if (n == 0 || path[n - 1] != '/')
        buf_addc(&url, '/');
    const char *text = buf_ok(&url) ? arena_copy(a, buf_text(&url), url.len) : NULL;
    buf_free(&url);
    return text;
}

bool url_is_file(const char *url)
{
    return strncmp(url, "file:", 5) == 0;
}

static bool is_published(struct arena *a, const char *dir)
{
    const char *pointer = file_join(a, dir, "channel.json"), *source = file_join(a, dir, "channel.yaml");
    return pointer != NULL && source != NULL && access(pointer, F_OK) == 0 && access(source, F_OK) != 0;
}

static bool has_scheme(const char *word)
{
    return strncasecmp(word, "https://", 8) == 0 || strncasecmp(word, "http://", 7) == 0 ||
           strncasecmp(word, "file:///", 8) == 0;
}

bool url_of_word(struct arena *a, const char *word, const char **url, struct error *err)
{
    size_t n = strlen(word);
    *url = NULL;
    if (has_scheme(word)) {
        static const char name[] = "channel.json";
        size_t k = sizeof name - 1;
        if (n > k && word[n - k - 1] == '/' && strcmp(word + n - k, name) == 0)
            n -= k;
        if (text_control(word, n) != n || memchr(word, ' ', n) != NULL || memchr(word, '?', n) != NULL ||
            memchr(word, '#', n) != NULL || strchr(strstr(word, "//") + 2, '@') != NULL)
            return error_set(err, EX_USAGE, "that is no address of a channel", word, NULL,
                             "it looks like https://example.com/plant/; user and password go into --credentials");
        *url = arena_printf(a, "%.*s%s", (int)n, word, word[n - 1] == '/' ? "" : "/");
        return *url != NULL || error_memory(err);
    }
    if (strstr(word, "://") != NULL)
        return error_set(err, EX_USAGE, "that is no address of a channel", word, NULL, "https, http and file are known");
    char *real = is_published(a, word) ? realpath(word, NULL) : NULL;
    if (real != NULL)
        *url = url_of_dir(a, real);
    bool ok = real == NULL || *url != NULL || error_memory(err);
    free(real);
    return ok;
}
