#include "core/base/config.h"

#include "core/base/buf.h"
#include "core/base/config_private.h"
#include "core/base/text.h"
#include "core/base/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char *const name_choices[] = {"add", "known", "no", NULL};
static const char *const sendings[] = {"no", "send", NULL};
static const char *const themes[] = {"auto", "dark", "light", "16", "mono", "contrast", NULL};
static const char *const automatic[] = {"auto", "yes", "no", NULL};
static const char *const delays[] = {"auto", "25", "50", "100", "250", "500", "1000", "2000", "5000", NULL};

const struct config_spec config_specs[CONFIG_KEYS] = {
    [CONFIG_ROLES] = {"roles", CONFIG_LIST, {"CRIB_ROLES"}, NULL},
    [CONFIG_STAGE] = {"stage", CONFIG_TEXT, {"CRIB_STAGE"}, NULL},
    [CONFIG_THEME] = {"theme", CONFIG_TEXT, {"CRIB_THEME"}, themes},
    [CONFIG_MOUSE] = {"mouse", CONFIG_YES_NO, {"CRIB_MOUSE"}, NULL},
    [CONFIG_HOMEPAGE] = {"homepage", CONFIG_TEXT, {"CRIB_HOMEPAGE"}, NULL},
    [CONFIG_ACCOUNT] = {"account", CONFIG_TEXT, {"CRIB_ACCOUNT"}, NULL},
    [CONFIG_LRS] = {"lrs", CONFIG_MAPPING, {NULL}, NULL},
    [CONFIG_SITE] = {"site", CONFIG_MAPPING, {NULL}, NULL},
    [CONFIG_BACKUP] = {"backup", CONFIG_MAPPING, {NULL}, NULL},
    [CONFIG_SHARED_ACCOUNTS] = {"shared_accounts", CONFIG_LIST, {NULL}, NULL},
    [CONFIG_NAMES] = {"names", CONFIG_TEXT, {NULL}, name_choices},
    [CONFIG_PINS] = {"pins", CONFIG_YES_NO, {NULL}, NULL},
    [CONFIG_GUESTS] = {"guests", CONFIG_YES_NO, {NULL}, NULL},
    [CONFIG_LANGUAGE] = {"language", CONFIG_TEXT, {"CRIB_LANGUAGE"}, NULL},
    [CONFIG_EDITOR] = {"editor", CONFIG_TEXT, {"VISUAL", "EDITOR"}, NULL},
    [CONFIG_VIEWER] = {"viewer", CONFIG_TEXT, {NULL}, NULL},
    [CONFIG_ASCII] = {"ascii", CONFIG_YES_NO, {"CRIB_ASCII"}, NULL},
    [CONFIG_SYNC] = {"sync", CONFIG_EVERY, {"CRIB_SYNC"}, NULL},
    [CONFIG_SCAN_PREFIX] = {"scan_prefix", CONFIG_TEXT, {NULL}, NULL},
    [CONFIG_SCAN_SUFFIX] = {"scan_suffix", CONFIG_TEXT, {NULL}, NULL},
    [CONFIG_PATTERNS] = {"patterns", CONFIG_LIST, {"CRIB_PATTERNS"}, NULL},
    [CONFIG_KIOSK] = {"kiosk", CONFIG_MAPPING, {NULL}, NULL},
    [CONFIG_SLOW] = {"slow", CONFIG_TEXT, {"CRIB_SLOW"}, automatic},
    [CONFIG_ESCAPE_MS] = {"escape_ms", CONFIG_TEXT, {"CRIB_ESCAPE_MS"}, delays},
    [CONFIG_FLOW_CONTROL] = {"flow_control", CONFIG_YES_NO, {"CRIB_FLOW_CONTROL"}, NULL},
    [CONFIG_SHARE] = {"share", CONFIG_YES_NO, {NULL}, NULL},
    [CONFIG_RETENTION] = {"retention", CONFIG_TEXT, {NULL}, NULL},
    [CONFIG_SESSION_NAMES] = {"session_names", CONFIG_YES_NO, {NULL}, NULL},
    [CONFIG_GAPS] = {"gaps", CONFIG_TEXT, {NULL}, sendings},
};

static const char *const origin_names[] = {"default", "site", "system", "chosen", "user", "environment", "flag"};

struct config {
    struct arena *arena;
    const struct error *unread[2]; /* of the system's and the user's file: why none of it counts; NULL: all is well */
    struct config_value values[CONFIG_KEYS];
};

bool config_chosen_by_key(enum config_key key)
{
    return key == CONFIG_THEME || key == CONFIG_STAGE;
}

enum { MOST_BYTES = YAML_MOST_BYTES };

struct strings config_key_names(const char *names[CONFIG_KEYS])
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        names[i] = config_specs[i].name;
    return (struct strings){names, CONFIG_KEYS};
}

const char *config_key_name(enum config_key key)
{
    return config_specs[key].name;
}

const char *config_origin_name(enum config_origin origin)
{
    return origin_names[origin];
}

/* ---- values from text: environment, flags, `config set` ---- */

bool config_parse_yes(const char *text, bool *yes)
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

bool config_parse_every(const char *text, long *seconds)
{
    enum { WEEK_MINUTES = 7 * 24 * 60 };
    bool yes = false;
    char *end;
    size_t digits = strspn(text, "0123456789");
    if (strcasecmp(text, "auto") == 0 || (digits == 0 && config_parse_yes(text, &yes))) {
        *seconds = strcasecmp(text, "auto") == 0 || yes ? -1 : 0;
        return true;
    }
    if (digits == 0 || digits > 6)
        return false;
    long n = strtol(text, &end, 10);
    bool small = strcmp(end, "s") == 0;
    if ((!small && *end != '\0') || n > (small ? WEEK_MINUTES * 60L : WEEK_MINUTES))
        return false;
    *seconds = small ? n : n * 60;
    return true;
}

bool config_among(const char *const *choices, const char *text, char *why, size_t size)
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

static const char *join(struct arena *a, struct strings list)
{
    const char *text = "";
    for (size_t i = 0; text != NULL && i < list.count; i++)
        text = i == 0 ? list.items[i] : arena_printf(a, "%s, %s", text, list.items[i]);
    return text;
}

bool config_parse_list(struct arena *a, const char *text, struct strings *list)
{
    struct str said = str_trim(str_of(text));
    if (said.n >= 2 && said.p[0] == '[' && said.p[said.n - 1] == ']')
        said = (struct str){said.p + 1, said.n - 2};
    const char *inner = arena_copy(a, said.p, said.n);
    return inner != NULL && strings_split(a, inner, list);
}

static bool set_from_text(struct config *c, enum config_key key, const char *text, enum config_origin origin,
                          const char *where, struct error *err)
{
    if (config_specs[key].type == CONFIG_MAPPING)
        return error_set(err, EX_USAGE, "cannot set", where, "it is a mapping", "write it into the file");
    struct config_value v = {.type = config_specs[key].type, .text = arena_strdup(c->arena, text), .origin = origin};
    v.where = arena_strdup(c->arena, where);
    if (v.text == NULL || v.where == NULL || (v.type == CONFIG_LIST && !config_parse_list(c->arena, text, &v.list)))
        return error_memory(err);
    char why[120] = "";
    if (!config_among(config_specs[key].choices, text, why, sizeof why))
        return error_set(err, EX_USAGE, "cannot set", where, why, "write one of them");
    if (v.type == CONFIG_YES_NO) {
        if (!config_parse_yes(text, &v.yes))
            return error_set(err, EX_USAGE, "cannot set", where, "it is neither yes nor no", "write yes or no");
        v.text = v.yes ? "yes" : "no";
    }
    if (v.type == CONFIG_EVERY && !config_parse_every(text, &v.seconds))
        return error_set(err, EX_USAGE, "cannot set", where, CONFIG_EVERY_WRONG, "write one of them");
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

/* A yes is the learner's own to say, and no file's: it is passed over. What can't be understood was meant to forbid. */
static bool forbids_sharing(const struct yaml *node, const char *file, struct diags *diags, bool understood, bool *yes)
{
    bool says_yes = understood && *yes;
    if (says_yes)
        diags_add(diags, SEVERITY_WARNING, file, node->line, node->column, "`crib config share on` says yes, for whoever says it",
                  "`share` can only be no in a file");
    *yes = false;
    return !says_yes;
}

static bool set_from_yaml(struct config *c, enum config_key key, const struct yaml *node, enum config_origin origin,
                          const char *file, struct diags *diags, struct error *err)
{
    struct config_value v = {.type = config_specs[key].type, .text = "", .origin = origin, .line = node->line};
    v.where = arena_strdup(c->arena, file);
    bool ok;
    switch (v.type) {
    case CONFIG_TEXT:
        ok = yaml_text(node, file, diags, &v.text);
        break;
    case CONFIG_EVERY:
        ok = yaml_text(node, file, diags, &v.text);
        if (ok && !config_parse_every(v.text, &v.seconds)) {
            diags_add(diags, SEVERITY_ERROR, file, node->line, node->column, "write one of them", "`%s` is `%.40s`: %s",
                      config_specs[key].name, v.text, CONFIG_EVERY_WRONG);
            ok = false;
        }
        break;
    case CONFIG_YES_NO:
        ok = yaml_bool(node, file, diags, &v.yes);
        if (key == CONFIG_SHARE)
            ok = forbids_sharing(node, file, diags, ok, &v.yes);
        v.text = v.yes ? "yes" : "no";
        break;
    case CONFIG_MAPPING:
        ok = take_mapping(c, config_specs[key].name, node, file, diags, &v);
        break;
    default:
        ok = yaml_strings(node, c->arena, file, diags, &v.list);
        v.text = join(c->arena, v.list);
        break;
    }
    if (v.where == NULL || v.text == NULL)
        return error_memory(err);
    char why[120] = "";
    if (ok && !config_among(config_specs[key].choices, v.text, why, sizeof why)) {
        diags_add(diags, SEVERITY_ERROR, file, node->line, node->column, "write one of them", "`%s` is `%.40s`: %s",
                  config_specs[key].name, v.text, why);
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
    yaml_unknown(root, config_key_names(names), path, diags);
    bool ok = true;
    for (size_t i = 0; ok && i < CONFIG_KEYS; i++) {
        const struct yaml *node = yaml_get(root, config_specs[i].name);
        if (node != NULL && (config_chosen_by_key((enum config_key)i) || origin != ORIGIN_CHOSEN))
            ok = set_from_yaml(c, (enum config_key)i, node, origin, path, diags, err);
    }
    return ok;
}

static bool read_environment(struct config *c, struct diags *diags, struct error *err)
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        for (size_t v = 0; v < 3 && config_specs[i].variables[v] != NULL; v++) {
            const char *text = getenv(config_specs[i].variables[v]);
            if (text == NULL || text[0] == '\0')
                continue;
            struct error why = {0};
            if (!set_from_text(c, (enum config_key)i, text, ORIGIN_ENVIRONMENT, config_specs[i].variables[v], &why)) {
                if (why.code != EX_USAGE) {
                    if (err != NULL)
                        *err = why;
                    return false;
                }
                diags_add(diags, SEVERITY_ERROR, config_specs[i].variables[v], 0, 0, why.todo, "`%.60s`: %s", text, why.why);
            }
            break;
        }
    return true;
}

const char *config_user_file(struct arena *a, const struct places *places)
{
    return arena_printf(a, "%s/config.yaml", places->config);
}

const char *config_chosen_file(struct arena *a, const struct places *places)
{
    return arena_printf(a, "%s/chosen.yaml", places->state);
}

/* Nothing that the program wrote for itself stops it: a file that can't be read is as if nothing had been chosen. */
static void read_chosen(struct config *c, const struct places *places, struct diags *diags)
{
    const char *path = config_chosen_file(c->arena, places);
    const struct error *unread = NULL;
    if (path != NULL)
        (void)read_file(c, path, ORIGIN_CHOSEN, diags, &unread, NULL);
}

const char *config_site_file(struct arena *a, const struct places *places)
{
    return arena_printf(a, "%s/site.yaml", places->state);
}

/* What the site said last counts while this device is enrolled there, and nothing else says it. */
static void read_site(struct config *c, const struct places *places)
{
    const char *path = config_site_file(c->arena, places);
    struct config_value *roles = &c->values[CONFIG_ROLES];
    if (path == NULL || c->values[CONFIG_SITE].mapping == NULL || roles->origin != ORIGIN_DEFAULT)
        return;
    const struct yaml *root = read_yaml(c->arena, path, NULL, NULL), *node = root != NULL ? yaml_get(root, "roles") : NULL;
    if (node != NULL)
        (void)set_from_yaml(c, CONFIG_ROLES, node, ORIGIN_SITE, path, NULL, NULL);
}

struct config *config_load(struct arena *a, const struct places *places, struct diags *diags, struct error *err)
{
    struct config *c = arena_alloc(a, sizeof *c);
    const char *own = config_user_file(a, places);
    if (c == NULL || own == NULL) {
        error_memory(err);
        return NULL;
    }
    c->arena = a;
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        c->values[i] =
            (struct config_value){.type = config_specs[i].type, .text = config_specs[i].type == CONFIG_YES_NO ? "no" : "", .where = ""};
    c->values[CONFIG_NAMES].text = name_choices[0];
    c->values[CONFIG_THEME].text = c->values[CONFIG_SYNC].text = "auto";
    c->values[CONFIG_SLOW].text = c->values[CONFIG_ESCAPE_MS].text = "auto";
    c->values[CONFIG_SYNC].seconds = -1;
    c->values[CONFIG_GAPS].text = "no";
    if (!read_file(c, places->system_config, ORIGIN_SYSTEM, diags, &c->unread[0], err))
        return NULL;
    read_chosen(c, places, diags);
    if (!read_file(c, own, ORIGIN_USER, diags, &c->unread[1], err) || !read_environment(c, diags, err))
        return NULL;
    read_site(c, places);
    return c;
}

const struct error *config_unread(const struct config *c, enum config_origin origin)
{
    return origin == ORIGIN_SYSTEM ? c->unread[0] : origin == ORIGIN_USER ? c->unread[1] : NULL;
}

bool config_share(const struct config *c)
{
    return c->values[CONFIG_SHARE].origin == ORIGIN_DEFAULT && c->unread[0] == NULL && c->unread[1] == NULL;
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

long config_seconds(const struct config *c, enum config_key key)
{
    return c->values[key].seconds;
}

bool config_yes(const struct config *c, enum config_key key)
{
    return c->values[key].yes;
}

struct strings config_list(const struct config *c, enum config_key key)
{
    return c->values[key].list;
}
