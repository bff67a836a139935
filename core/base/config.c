#include "core/base/config.h"

#include "core/base/buf.h"
#include "core/base/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char *const themes[] = {"auto", "dark", "light", "16", "mono", "contrast", NULL};

static const struct key {
    const char *name;
    enum config_type type;
    const char *variables[3]; /* the first that is set counts */
    const char *const *choices; /* what it can be; NULL: anything */
    const char *help;
} keys[CONFIG_KEYS] = {
    [CONFIG_ROLES] = {"roles", CONFIG_LIST, {"CRIB_ROLES"}, NULL,
                      "your jobs: what is for them, or for everybody, is what you find"},
    [CONFIG_STAGE] = {"stage", CONFIG_TEXT, {"CRIB_STAGE"}, NULL,
                      "the stage of the work where nothing else says it"},
    [CONFIG_THEME] = {"theme", CONFIG_TEXT, {"CRIB_THEME"}, themes,
                      "colours: auto, dark, light, 16, mono or contrast"},
    [CONFIG_MOUSE] = {"mouse", CONFIG_YES_NO, {"CRIB_MOUSE"}, NULL,
                      "react to the mouse (the terminal's own copying then needs Shift)"},
    [CONFIG_HOMEPAGE] = {"homepage", CONFIG_TEXT, {"CRIB_HOMEPAGE"}, NULL,
                         "where accounts belong: the homePage of xAPI statements"},
    [CONFIG_ACCOUNT] = {"account", CONFIG_TEXT, {"CRIB_ACCOUNT"}, NULL,
                        "your name there, where it is another than on this system"},
    [CONFIG_LRS] = {"lrs", CONFIG_MAPPING, {NULL}, NULL,
                    "the learning record stores that statements may go to, for all channels or one by one"},
    [CONFIG_SHARED_ACCOUNTS] = {"shared_accounts", CONFIG_LIST, {NULL}, NULL,
                                "system accounts that several people use"},
    [CONFIG_LANGUAGE] = {"language", CONFIG_TEXT, {"CRIB_LANGUAGE"}, NULL,
                         "picks among translations, as in pt-BR"},
    [CONFIG_EDITOR] = {"editor", CONFIG_TEXT, {"VISUAL", "EDITOR"}, NULL,
                       "what `e` opens a source file with"},
    [CONFIG_ASCII] = {"ascii", CONFIG_YES_NO, {"CRIB_ASCII"}, NULL,
                      "nothing but ASCII on the screen"},
};

static const char *const origin_names[] = {"default", "system", "chosen", "user", "environment", "flag"};

struct config {
    struct arena *arena;
    const struct error *unread[2]; /* of the system's and the user's file: why none of it counts; NULL: all is well */
    struct config_value values[CONFIG_KEYS];
};

/* Is there a key of the program's that chooses it? */
static bool chosen_by_key(enum config_key key)
{
    return key == CONFIG_THEME || key == CONFIG_STAGE;
}

enum { MOST_BYTES = YAML_MOST_BYTES };

static struct strings key_names(const char *names[CONFIG_KEYS])
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        names[i] = keys[i].name;
    return (struct strings){names, CONFIG_KEYS};
}

const char *config_key_name(enum config_key key)
{
    return keys[key].name;
}

const char *config_key_help(enum config_key key)
{
    return keys[key].help;
}

const char *config_origin_name(enum config_origin origin)
{
    return origin_names[origin];
}

/* ---- values from text: environment, flags, `config set` ---- */

static bool parse_yes(const char *text, bool *yes)
{
    static const char *const good[] = {"yes", "true", "on", "1"}, *const bad[] = {"no", "false", "off", "0"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (strcasecmp(text, good[i]) == 0 || strcasecmp(text, bad[i]) == 0) {
            *yes = strcasecmp(text, good[i]) == 0;
            return true;
        }
    }
    return false;
}

/* Is it one of the choices? If not, why says which there are. */
static bool among(const char *const *choices, const char *text, char *why, size_t size)
{
    bool found = choices == NULL;
    size_t n = 0;
    for (size_t i = 0; !found && choices[i] != NULL; i++) {
        found = strcmp(choices[i], text) == 0;
        int more = snprintf(why + n, size - n, "%s%s", i == 0 ? "it is none of " : ", ", choices[i]);
        n += more > 0 && (size_t)more < size - n ? (size_t)more : 0;
    }
    return found;
}

/* "a, b,c" into a list; false when memory is out. */
static bool parse_list(struct arena *a, const char *text, struct strings *list)
{
    size_t most = 1;
    for (const char *at = text; *at != '\0'; at++)
        most += *at == ',';
    const char **items = arena_array(a, most, sizeof *items);
    size_t count = 0;
    for (const char *at = text; items != NULL;) {
        size_t n = strcspn(at, ",");
        while (n > 0 && (at[0] == ' ' || at[0] == '\t')) {
            at++;
            n--;
        }
        size_t kept = n;
        while (kept > 0 && (at[kept - 1] == ' ' || at[kept - 1] == '\t'))
            kept--;
        if (kept > 0 && (items[count++] = arena_copy(a, at, kept)) == NULL)
            return false;
        if (at[n] == '\0')
            break;
        at += n + 1;
    }
    *list = (struct strings){items, count};
    return items != NULL;
}

static const char *join(struct arena *a, struct strings list)
{
    const char *text = "";
    for (size_t i = 0; text != NULL && i < list.count; i++)
        text = i == 0 ? list.items[i] : arena_printf(a, "%s, %s", text, list.items[i]);
    return text;
}

static bool set_from_text(struct config *c, enum config_key key, const char *text, enum config_origin origin,
                          const char *where, struct error *err)
{
    if (keys[key].type == CONFIG_MAPPING)
        return error_set(err, EX_USAGE, "cannot set", where, "it is a mapping", "write it into the file");
    struct config_value v = {.type = keys[key].type, .text = arena_strdup(c->arena, text), .origin = origin};
    v.where = arena_strdup(c->arena, where);
    if (v.text == NULL || v.where == NULL || (v.type == CONFIG_LIST && !parse_list(c->arena, text, &v.list)))
        return error_memory(err);
    char why[120] = "";
    if (!among(keys[key].choices, text, why, sizeof why))
        return error_set(err, EX_USAGE, "cannot set", where, why, "write one of them");
    if (v.type == CONFIG_YES_NO) {
        if (!parse_yes(text, &v.yes))
            return error_set(err, EX_USAGE, "cannot set", where, "it is neither yes nor no", "write yes or no");
        v.text = v.yes ? "yes" : "no";
    }
    c->values[key] = v;
    return true;
}

/* ---- values from files ---- */

/* A mapping as one line of YAML would say it, for `crib config`. */
static void add_flow(struct buf *out, const struct yaml *node)
{
    if (node->kind == YAML_SCALAR) {
        buf_adds(out, node->text);
        return;
    }
    buf_addc(out, node->kind == YAML_MAPPING ? '{' : '[');
    for (const struct yaml *child = node->first; child != NULL; child = child->next) {
        if (child->key != NULL)
            buf_addf(out, "%s: ", child->key);
        add_flow(out, child);
        buf_adds(out, child->next != NULL ? ", " : "");
    }
    buf_addc(out, node->kind == YAML_MAPPING ? '}' : ']');
}

static bool take_mapping(struct config *c, const char *name, const struct yaml *node, const char *file,
                         struct diags *diags, struct config_value *v)
{
    if (node->kind != YAML_MAPPING) {
        diags_add(diags, SEVERITY_ERROR, file, node->line, node->column, "write `key: value` lines below it, indented",
                  "`%s` must be a mapping", name);
        return false;
    }
    struct buf flow = {0};
    add_flow(&flow, node);
    v->mapping = node;
    v->text = buf_ok(&flow) ? arena_strdup(c->arena, buf_text(&flow)) : NULL;
    buf_free(&flow);
    return true;
}

static bool set_from_yaml(struct config *c, enum config_key key, const struct yaml *node, enum config_origin origin,
                          const char *file, struct diags *diags, struct error *err)
{
    struct config_value v = {.type = keys[key].type, .text = "", .origin = origin, .line = node->line};
    v.where = arena_strdup(c->arena, file);
    bool ok;
    switch (v.type) {
    case CONFIG_TEXT:
        ok = yaml_text(node, file, diags, &v.text);
        break;
    case CONFIG_YES_NO:
        ok = yaml_bool(node, file, diags, &v.yes);
        v.text = v.yes ? "yes" : "no";
        break;
    case CONFIG_MAPPING:
        ok = take_mapping(c, keys[key].name, node, file, diags, &v);
        break;
    default:
        ok = yaml_strings(node, c->arena, file, diags, &v.list);
        v.text = join(c->arena, v.list);
        break;
    }
    if (v.where == NULL || v.text == NULL)
        return error_memory(err);
    char why[120] = "";
    if (ok && !among(keys[key].choices, v.text, why, sizeof why)) {
        diags_add(diags, SEVERITY_ERROR, file, node->line, node->column, "write one of them", "`%s` is `%.40s`: %s",
                  keys[key].name, v.text, why);
        ok = false;
    }
    if (ok)
        c->values[key] = v;
    return true;
}

/* Reads the file whole. NULL where there is none (err untouched), or none of it can be taken (err says why); what is
 * wrong in YAML goes to diags, too. */
static const struct yaml *read_yaml(struct arena *a, const char *path, struct diags *diags, struct error *err)
{
    struct stat st;
    struct buf bytes = {0};
    if (lstat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return NULL;
    const struct yaml *root = NULL;
    if (file_read(path, MOST_BYTES, &bytes, err)) {
        root = yaml_parse(a, buf_text(&bytes), bytes.len, path, 1, diags);
        if (root == NULL || root->kind != YAML_MAPPING)
            error_set(err, EX_CONFIG, NULL, path, "it is not YAML of `key: value` lines", "`crib config` says where");
        if (root != NULL && root->kind != YAML_MAPPING)
            diags_add(diags, SEVERITY_ERROR, path, root->line, root->column, "write `key: value` lines",
                      "the configuration must be a mapping");
    } else if (S_ISLNK(st.st_mode) && stat(path, &st) != 0) {
        error_set(err, EX_CONFIG, NULL, path, "it is a link that leads nowhere", "take it away, or put the file there");
    } else {
        error_set(err, EX_CONFIG, NULL, path, err->why, "make it a file that you may read, or take it away");
    }
    buf_free(&bytes);
    return root != NULL && root->kind == YAML_MAPPING ? root : NULL;
}

/* What can't be read counts for nothing, and unread says why; false only when memory is out. */
static bool read_file(struct config *c, const char *path, enum config_origin origin, struct diags *diags,
                      const struct error **unread, struct error *err)
{
    struct error why = {0};
    const struct yaml *root = read_yaml(c->arena, path, diags, &why);
    if (root == NULL && why.code != 0) {
        struct error *kept = arena_alloc(c->arena, sizeof *kept);
        if (kept == NULL)
            return error_memory(err);
        *kept = why;
        snprintf(kept->what, sizeof kept->what, "cannot read the configuration");
        *unread = kept;
    }
    if (root == NULL)
        return true;
    const char *names[CONFIG_KEYS];
    yaml_unknown(root, key_names(names), path, diags);
    bool ok = true;
    for (size_t i = 0; ok && i < CONFIG_KEYS; i++) {
        const struct yaml *node = yaml_get(root, keys[i].name);
        if (node != NULL && (chosen_by_key((enum config_key)i) || origin != ORIGIN_CHOSEN))
            ok = set_from_yaml(c, (enum config_key)i, node, origin, path, diags, err);
    }
    return ok;
}

static bool read_environment(struct config *c, struct diags *diags, struct error *err)
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        for (size_t v = 0; v < 3 && keys[i].variables[v] != NULL; v++) {
            const char *text = getenv(keys[i].variables[v]);
            if (text == NULL || text[0] == '\0')
                continue;
            struct error why = {0};
            if (!set_from_text(c, (enum config_key)i, text, ORIGIN_ENVIRONMENT, keys[i].variables[v], &why)) {
                if (why.code != EX_USAGE) {
                    if (err != NULL)
                        *err = why;
                    return false;
                }
                diags_add(diags, SEVERITY_ERROR, keys[i].variables[v], 0, 0, why.todo, "`%.60s`: %s", text, why.why);
            }
            break;
        }
    return true;
}

static const char *user_file(struct arena *a, const struct places *places)
{
    return arena_printf(a, "%s/config.yaml", places->config);
}

static const char *chosen_file(struct arena *a, const struct places *places)
{
    return arena_printf(a, "%s/chosen.yaml", places->state);
}

/* Nothing that the program wrote for itself stops it: a file that can't be read is as if nothing had been chosen. */
static void read_chosen(struct config *c, const struct places *places, struct diags *diags)
{
    const char *path = chosen_file(c->arena, places);
    const struct error *unread = NULL;
    if (path != NULL)
        (void)read_file(c, path, ORIGIN_CHOSEN, diags, &unread, NULL);
}

struct config *config_load(struct arena *a, const struct places *places, struct diags *diags, struct error *err)
{
    struct config *c = arena_alloc(a, sizeof *c);
    const char *own = user_file(a, places);
    if (c == NULL || own == NULL) {
        error_memory(err);
        return NULL;
    }
    c->arena = a;
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        c->values[i] =
            (struct config_value){.type = keys[i].type, .text = keys[i].type == CONFIG_YES_NO ? "no" : "", .where = ""};
    c->values[CONFIG_THEME].text = "auto";
    if (!read_file(c, places->system_config, ORIGIN_SYSTEM, diags, &c->unread[0], err))
        return NULL;
    read_chosen(c, places, diags);
    if (!read_file(c, own, ORIGIN_USER, diags, &c->unread[1], err) || !read_environment(c, diags, err))
        return NULL;
    return c;
}

const struct error *config_unread(const struct config *c, enum config_origin origin)
{
    return origin == ORIGIN_SYSTEM ? c->unread[0] : origin == ORIGIN_USER ? c->unread[1] : NULL;
}

bool config_override(struct config *c, enum config_key key, const char *text, const char *option, struct error *err)
{
    return set_from_text(c, key, text, ORIGIN_FLAG, option, err);
}

const struct config_value *config_get(const struct config *c, enum config_key key)
{
    return &c->values[key];
}

const char *config_text(const struct config *c, enum config_key key)
{
    return c->values[key].text;
}

bool config_yes(const struct config *c, enum config_key key)
{
    return c->values[key].yes;
}

struct strings config_list(const struct config *c, enum config_key key)
{
    return c->values[key].list;
}

/* ---- writing ---- */

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

static void add_line(struct buf *out, struct arena *a, const struct key *key, const char *value)
{
    struct strings list;
    buf_addf(out, "%s: ", key->name);
    if (key->type == CONFIG_YES_NO) {
        bool yes = false;
        (void)parse_yes(value, &yes);
        buf_adds(out, yes ? "true" : "false");
    } else if (key->type == CONFIG_LIST && parse_list(a, value, &list)) {
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

/* Where the value that begins on the node's line ends: at the next line that isn't indented, empty or a list's. */
static size_t value_end(const char *text, size_t n, size_t start)
{
    size_t at = line_start(text + start, n - start, 2) + start;
    while (at < n && (text[at] == ' ' || text[at] == '\t' || (text[at] == '-' && text[at + 1] == ' ')))
        at += line_start(text + at, n - at, 2);
    return at;
}

/* The file's text with the key's lines replaced, or the key added at its end. */
static bool rewrite(struct arena *a, const struct buf *old, const char *path, const struct key *key, const char *value,
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
    const struct yaml *node = yaml_get(root, key->name);
    if (node != NULL && root->line == node->key_line &&
        buf_text(old)[line_start(buf_text(old), old->len, node->key_line)] == '{')
        return error_set(err, EX_CONFIG, "cannot change the configuration", path, "it is written in braces",
                         "write one `key: value` a line");
    size_t start = node != NULL ? line_start(buf_text(old), old->len, node->key_line) : old->len;
    size_t end = node != NULL ? value_end(buf_text(old), old->len, start) : old->len;
    buf_add(out, buf_text(old), start);
    if (out->len > 0 && out->data[out->len - 1] != '\n')
        buf_addc(out, '\n');
    add_line(out, a, key, value);
    buf_add(out, buf_text(old) + end, old->len - end);
    return buf_ok(out) || error_memory(err);
}

static bool write_key(struct arena *a, const char *dir, const char *path, const struct key *key, const char *value,
                      struct error *err)
{
    if (path == NULL)
        return error_memory(err);
    struct buf old = {0}, out = {0};
    struct stat st;
    bool there = lstat(path, &st) == 0;
    char *real = there && S_ISLNK(st.st_mode) ? realpath(path, NULL) : NULL; /* the link stays one */
    bool ok = there ? file_read(path, MOST_BYTES, &old, err) : file_make_dirs(dir, err);
    ok = ok && rewrite(a, &old, path, key, value, &out, err) &&
         file_write(real != NULL ? real : path, buf_text(&out), out.len, 0600, err);
    free(real);
    buf_free(&old);
    buf_free(&out);
    return ok;
}

bool config_set(const struct places *places, const char *key, const char *value, struct error *err)
{
    const struct key *found = NULL;
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        if (strcmp(keys[i].name, key) == 0)
            found = &keys[i];
    if (found == NULL) {
        const char *names[CONFIG_KEYS];
        const char *nearest = strings_nearest(key_names(names), key);
        char todo[100] = "`crib config` lists the keys";
        if (nearest != NULL)
            snprintf(todo, sizeof todo, "did you mean %s?", nearest);
        return error_set(err, EX_USAGE, "no such key", key, NULL, todo);
    }
    if (found->type == CONFIG_MAPPING)
        return error_set(err, EX_USAGE, "cannot set", key, "it is a mapping", "write it into the file");
    bool yes;
    char why[120] = "";
    if (!among(found->choices, value, why, sizeof why))
        return error_set(err, EX_USAGE, "cannot set", key, why, "write one of them");
    if (found->type == CONFIG_YES_NO && !parse_yes(value, &yes))
        return error_set(err, EX_USAGE, "cannot set", key, "it takes yes or no", "write yes or no");
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    bool ok = write_key(a, places->config, user_file(a, places), found, value, err);
    arena_close(a);
    return ok;
}

/* The file is the program's own: one that is broken is begun anew. */
bool config_choose(const struct places *places, enum config_key key, const char *value, struct error *err)
{
    char why[120] = "it is not chosen by a key";
    if (!chosen_by_key(key) || !among(keys[key].choices, value, why, sizeof why))
        return error_set(err, EX_USAGE, "cannot choose", keys[key].name, why, NULL);
    struct arena *a = arena_open();
    if (a == NULL)
        return error_memory(err);
    const char *path = chosen_file(a, places);
    struct error why_not = {0};
    bool ok = write_key(a, places->state, path, &keys[key], value, &why_not);
    if (!ok && why_not.code == EX_CONFIG && unlink(path) == 0)
        ok = write_key(a, places->state, path, &keys[key], value, &why_not);
    arena_close(a);
    if (!ok && err != NULL)
        *err = why_not;
    return ok;
}
