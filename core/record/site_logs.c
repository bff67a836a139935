#include "core/record/site_logs.h"

#include "core/base/buf.h"
#include "core/base/hex.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1 << 20, WORDS_MOST = 600 };

/* Reads `NAME HEX REST`: the bytes, and REST. */
static bool read_line(struct arena *a, struct str line, const char *name, unsigned char *bytes, size_t size, const char **rest)
{
    size_t n = strlen(name);
    if (line.n < n + 2 + 2 * size || memcmp(line.p, name, n) != 0 || line.p[n] != ' ' || line.p[n + 1 + 2 * size] != ' ')
        return false;
    const char *digits = arena_copy(a, line.p + n + 1, 2 * size);
    *rest = arena_copy(a, line.p + n + 2 + 2 * size, line.n - n - 2 - 2 * size);
    return digits != NULL && *rest != NULL && hex_read(digits, bytes, size);
}

static void take_line(struct arena *a, struct str line, struct site_logs *logs, struct own_log *own, struct refused_log *refused)
{
    const char *rest;
    if (read_line(a, line, "site", logs->site, sizeof logs->site, &rest))
        logs->changed = strtoll(rest, NULL, 10);
    else if (read_line(a, line, "own", own[logs->own_count].id, EVENT_LOG, &rest))
        own[logs->own_count++].last = strtoull(rest, NULL, 10);
    else if (logs->refused_count < SITE_LOGS_REFUSED && text_control(line.p, line.n) == line.n &&
             read_line(a, line, "refused", refused[logs->refused_count].id, EVENT_LOG, &rest))
        refused[logs->refused_count++].words = rest;
}

static bool read_text(struct arena *a, const char *text, size_t n, struct site_logs *logs, struct error *err)
{
    size_t lines = 1;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    struct own_log *own = arena_array(a, lines, sizeof *own);
    struct refused_log *refused = arena_array(a, SITE_LOGS_REFUSED, sizeof *refused);
    if (own == NULL || refused == NULL)
        return error_memory(err);
    for (const char *at = text, *end = text + n; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
        take_line(a, (struct str){at, length}, logs, own, refused);
        at += length + 1;
    }
    logs->own = own;
    logs->refused = refused;
    return true;
}

bool site_logs_read(struct arena *a, const struct places *places, const unsigned char *site, struct site_logs *logs, struct error *err)
{
    struct buf text = {0};
    struct error ignored;
    const char *path = file_join(a, places->state, "site.logs");
    *logs = (struct site_logs){0};
    if (path == NULL)
        return error_memory(err);
    bool ok = !file_read(path, FILE_MOST, &text, &ignored) || read_text(a, buf_text(&text), text.len, logs, err);
    buf_free(&text);
    if (site != NULL && memcmp(site, logs->site, SITE_KEY) != 0) {
        *logs = (struct site_logs){0};
        memcpy(logs->site, site, SITE_KEY);
    }
    return ok;
}

bool site_logs_write(struct arena *a, const struct places *places, const struct site_logs *logs, struct error *err)
{
    struct buf text = {0};
    const char *path = file_join(a, places->state, "site.logs"), *site = hex_text(a, logs->site, SITE_KEY);
    bool ok = path != NULL && site != NULL;
    if (ok)
        buf_addf(&text, "site %s %lld\n", site, (long long)logs->changed);
    for (size_t i = 0; ok && i < logs->own_count; i++) {
        const char *id = hex_text(a, logs->own[i].id, EVENT_LOG);
        ok = id != NULL;
        if (ok)
            buf_addf(&text, "own %s %llu\n", id, (unsigned long long)logs->own[i].last);
    }
    for (size_t i = 0; ok && i < logs->refused_count; i++) {
        const char *id = hex_text(a, logs->refused[i].id, EVENT_LOG), *words = logs->refused[i].words;
        ok = id != NULL;
        if (!ok)
            break;
        buf_addf(&text, "refused %s ", id);
        text_safe(&text, words, text_cut(words, strlen(words), WORDS_MOST), 0);
        buf_addc(&text, '\n');
    }
    ok = ok && buf_ok(&text) ? file_make_dirs(places->state, err) && file_write(path, buf_text(&text), text.len, 0600, err)
                             : error_memory(err);
    buf_free(&text);
    return ok;
}
