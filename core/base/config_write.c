#include "core/base/config.h"

#include "core/base/buf.h"
#include "core/base/config_private.h"
#include "core/base/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { MOST_BYTES = YAML_MOST_BYTES };

/* A double-quoted scalar: whatever the text holds, it stays one line and one value. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_addc(out, '"');
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            buf_addf(out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7F)
            buf_addf(out, "\\x%02X", *at);
        else
            buf_addc(out, (char)*at);
    }
    buf_addc(out, '"');
}

static void add_line(struct buf *out, struct arena *a, const struct config_spec *key, const char *value)
{
    struct strings list;
    buf_addf(out, "%s: ", key->name);
    if (key->type == CONFIG_YES_NO) {
        bool yes = false;
        (void)config_parse_yes(value, &yes);
        buf_adds(out, yes ? "true" : "false");
    } else if (key->type == CONFIG_LIST && config_parse_list(a, value, &list)) {
        buf_addc(out, '[');
        for (size_t i = 0; i < list.count; i++) {
            buf_adds(out, i > 0 ? ", " : "");
            add_quoted(out, list.items[i]);
        }
        buf_addc(out, ']');
    } else {
        add_quoted(out, value);
    }
    buf_addc(out, '\n');
}

/* The start of a line (from 1) in the text, or its end. */
static size_t line_start(const char *text, size_t n, size_t line)
{
    size_t at = 0;
    for (size_t l = 1; l < line && at < n; l++) {
        const char *lf = memchr(text + at, '\n', n - at);
        at = lf != NULL ? (size_t)(lf - text) + 1 : n;
    }
    return at;
}

/* Is the line a part of the value above it: indented, or a list's? */
static bool goes_on(const char *line)
{
    return line[0] == ' ' || line[0] == '\t' || (line[0] == '-' && line[1] != '\0' && strchr(" \t\r\n", line[1]) != NULL);
}

/* Where the value that begins on the node's line ends. Empty lines and comments belong to it where more of it follows. */
static size_t value_end(const char *text, size_t n, size_t start)
{
    size_t at = start + line_start(text + start, n - start, 2), end = at;
    while (at < n) {
        const char *line = text + at, *word = line + strspn(line, " \t\r");
        bool nothing = *word == '\n' || *word == '#' || *word == '\0';
        if (!nothing && !goes_on(line))
            break;
        at += line_start(line, n - at, 2);
        if (!nothing)
            end = at;
    }
    return end;
}

/* The file's text with the key's lines replaced, or added at its end. */
static bool rewrite(struct arena *a, const struct buf *old, const char *path, const char *key, const struct buf *lines,
                    struct buf *out, struct error *err)
{
    struct diags *diags = diags_open();
    if (diags == NULL)
        return error_memory(err);
    const struct yaml *root = yaml_parse(a, buf_text(old), old->len, path, 1, diags);
    bool ok = root != NULL && root->kind == YAML_MAPPING;
    if (!ok)
        error_set(err, EX_CONFIG, "cannot change the configuration", path,
                  root == NULL && diags_count(diags) > 0 ? diags_at(diags, 0)->text : "it is no mapping",
                  "mend it first");
    diags_close(diags);
    if (!ok)
        return false;
    const struct yaml *node = yaml_get(root, key);
    if (node != NULL && root->line == node->key_line &&
        buf_text(old)[line_start(buf_text(old), old->len, node->key_line)] == '{')
        return error_set(err, EX_CONFIG, "cannot change the configuration", path, "it is written in braces",
                         "write one `key: value` a line");
    size_t start = node != NULL ? line_start(buf_text(old), old->len, node->key_line) : old->len;
    size_t end = node != NULL ? value_end(buf_text(old), old->len, start) : old->len;
    buf_add(out, buf_text(old), start);
    if (out->len > 0 && out->data[out->len - 1] != '\n')
        buf_addc(out, '\n');
    buf_add(out, buf_text(lines), lines->len);
    buf_add(out, buf_text(old) + end, old->len - end);
    return buf_ok(out) || error_memory(err);
}

static bool write_lines(struct arena *a, const char *dir, const char *path, const char *key, const struct buf *lines,
                        struct error *err)
{
    if (path == NULL || !buf_ok(lines))
        return error_memory(err);
    struct buf old = {0}, out = {0};
    struct stat st;
    bool there = lstat(path, &st) == 0;
    char *real = there && S_ISLNK(st.st_mode) ? realpath(path, NULL) : NULL; /* the link stays one */
    bool ok = there ? file_read(path, MOST_BYTES, &old, err) : file_make_dirs(dir, err);
    ok = ok && rewrite(a, &old, path, key, lines, &out, err) &&
         file_write(real != NULL ? real : path, buf_text(&out), out.len, 0600, err);
    free(real);
    buf_free(&old);
    buf_free(&out);
    return ok;
}

static bool write_key(struct arena *a, const char *dir, const char *path, const struct config_spec *key, const char *value,
                      struct error *err)
{
    struct buf line = {0};
    add_line(&line, a, key, value);
    bool ok = write_lines(a, dir, path, key->name, &line, err);
    buf_free(&line);
    return ok;
}

bool config_set(const struct places *places, const char *key, const char *value, struct error *err)
{
    const struct config_spec *found = NULL;
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        if (strcmp(config_specs[i].name, key) == 0)
            found = &config_specs[i];
    if (found == NULL) {
        const char *names[CONFIG_KEYS];
        const char *nearest = strings_nearest(config_key_names(names), key);
        char todo[100] = "`crib config` lists the keys";
        if (nearest != NULL)
            snprintf(todo, sizeof todo, "did you mean %s?", nearest);
        return error_set(err, EX_USAGE, "no such key", key, NULL, todo);
    }
    if (found->type == CONFIG_MAPPING)
        return error_set(err, EX_USAGE, "cannot set", key, "it is a mapping", "write it into the file");
    bool yes = false;
    long seconds;
    char why[120] = "";
    if (!config_among(found->choices, value, why, sizeof why))
        return error_set(err, EX_USAGE, "cannot set", key, why, "write one of them");
    if (found->type == CONFIG_YES_NO && !config_parse_yes(value, &yes))
        return error_set(err, EX_USAGE, "cannot set", key, "it takes yes or no", "write yes or no");
    if (found->type == CONFIG_EVERY && !config_parse_every(value, &seconds))
        return error_set(err, EX_USAGE, "cannot set", key, CONFIG_EVERY_WRONG, "write one of them");
    if (found == &config_specs[CONFIG_SHARE] && yes)
        return error_set(err, EX_USAGE, "cannot set", key, "a file can only say no", "`crib config share on` says yes");
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = write_key(a, places->config, config_user_file(a, places), found, value, err);
    arena_close(a);
    return ok;
}

bool config_set_mapping(const struct places *places, enum config_key key, const struct config_pair *pairs, size_t count,
                        struct error *err)
{
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    struct buf lines = {0};
    buf_addf(&lines, "%s:\n", config_specs[key].name);
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].value == NULL || pairs[i].value[0] == '\0')
            continue;
        buf_addf(&lines, "  %s: ", pairs[i].key);
        add_quoted(&lines, pairs[i].value);
        buf_addc(&lines, '\n');
    }
    bool ok = write_lines(a, places->config, config_user_file(a, places), config_specs[key].name, &lines, err);
    buf_free(&lines);
    arena_close(a);
    return ok;
}

/* The file is the program's own: one that is broken is begun anew. */
bool config_choose(const struct places *places, enum config_key key, const char *value, struct error *err)
{
    char why[120] = "it is not chosen by a key";
    if (!config_chosen_by_key(key) || !config_among(config_specs[key].choices, value, why, sizeof why))
        return error_set(err, EX_USAGE, "cannot choose", config_specs[key].name, why, NULL);
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    const char *path = config_chosen_file(a, places);
    struct error why_not = {0};
    bool ok = write_key(a, places->state, path, &config_specs[key], value, &why_not);
    if (!ok && why_not.code == EX_CONFIG && unlink(path) == 0)
        ok = write_key(a, places->state, path, &config_specs[key], value, &why_not);
    arena_close(a);
    if (!ok && err != NULL)
        *err = why_not;
    return ok;
}

/* ---- what the site answered ---- */

bool config_keep_site(const struct places *places, struct strings roles, const char *etag, struct error *err)
{
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    struct buf out = {0};
    const char *path = config_site_file(a, places);
    buf_adds(&out, "# What the site said last. `crib sync` writes this anew.\nroles: [");
    for (size_t i = 0; i < roles.count; i++) {
        buf_adds(&out, i > 0 ? ", " : "");
        add_quoted(&out, roles.items[i]);
    }
    buf_adds(&out, "]\netag: ");
    add_quoted(&out, etag);
    buf_addc(&out, '\n');
    bool ok = path != NULL && buf_ok(&out) ? file_make_dirs(places->state, err) &&
                                                 file_write(path, buf_text(&out), out.len, 0600, err)
                                           : error_memory(err);
    buf_free(&out);
    arena_close(a);
    return ok;
}

const char *config_site_etag(struct arena *a, const struct places *places)
{
    struct buf bytes = {0};
    const char *path = config_site_file(a, places), *etag = "";
    if (path == NULL)
        return NULL;
    if (file_read(path, MOST_BYTES, &bytes, NULL)) {
        const struct yaml *node = yaml_get(yaml_parse(a, buf_text(&bytes), bytes.len, path, 1, NULL), "etag");
        (void)(node != NULL && yaml_text(node, path, NULL, &etag));
    }
    buf_free(&bytes);
    return etag;
}
