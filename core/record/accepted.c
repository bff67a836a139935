#include "core/record/accepted.h"

#include "core/base/buf.h"
#include "core/base/iri.h"
#include "core/base/text.h"
#include "core/base/yaml.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { CREDENTIALS_MOST = 4096 };

/* One of the two mappings as it is read. */
struct reading {
    struct arena *arena;
    const struct config_value *value;
    const char *name;    /* of the key: lrs, site */
    const char *address; /* what the address is called there: endpoint, url */
    struct error *err;
};

static bool mistake(const struct reading *r, const struct yaml *node, const char *why, const char *todo)
{
    struct buf where = {0};
    buf_addf(&where, "%s:%zu", r->value->where, node->line);
    error_set(r->err, EX_CONFIG, r->name[0] == 'l' ? "cannot read lrs" : "cannot read site", buf_text(&where), why, todo);
    buf_free(&where);
    return false;
}

static bool take_address(const struct reading *r, const struct yaml *node, struct lrs *lrs)
{
    size_t n = strlen(node->text);
    const char *authority = strncasecmp(node->text, "https://", 8) == 0  ? node->text + 8
                            : strncasecmp(node->text, "http://", 7) == 0 ? node->text + 7
                                                                         : NULL;
    if (node->kind != YAML_SCALAR || authority == NULL || authority[0] == '/' || authority[0] == '\0' ||
        !iri_valid(node->text) || strpbrk(node->text, "?#") != NULL)
        return mistake(r, node, "the endpoint is no http or https address", "write it as in https://lrs.example.com/xapi");
    if (memchr(authority, '@', strcspn(authority, "/")) != NULL)
        return mistake(r, node, "the endpoint holds a name or a password", "put them into a file: credentials: PATH");
    while (n > 0 && node->text[n - 1] == '/')
        n--;
    lrs->endpoint = arena_copy(r->arena, node->text, n);
    return lrs->endpoint != NULL || error_memory(r->err);
}

/* A relative path starts where the configuration lies. */
static bool take_path(const struct reading *r, const struct yaml *node, const char **path)
{
    if (node->kind != YAML_SCALAR || node->text[0] == '\0')
        return mistake(r, node, "that is no path", "name a file: for credentials, one that holds `key:secret`");
    const char *slash = strrchr(r->value->where, '/');
    const char *dir = slash != NULL ? arena_copy(r->arena, r->value->where, (size_t)(slash - r->value->where)) : ".";
    *path = dir != NULL ? file_join(r->arena, dir, node->text) : NULL;
    return *path != NULL || error_memory(r->err);
}

static bool is_no(const struct yaml *node)
{
    return node->kind == YAML_SCALAR && (strcasecmp(node->text, "no") == 0 || strcasecmp(node->text, "none") == 0 ||
                                         strcasecmp(node->text, "false") == 0);
}

/* Is the member one that read_one takes? */
static bool is_own(const struct reading *r, const struct yaml *node)
{
    return strcmp(node->key, r->address) == 0 || strcmp(node->key, "credentials") == 0 || strcmp(node->key, "ca") == 0;
}

/* alone: nothing else may stand there. */
static bool read_one(const struct reading *r, const struct yaml *mapping, struct lrs *lrs, bool alone)
{
    for (const struct yaml *node = mapping->first; node != NULL; node = node->next) {
        bool ok = true;
        if (strcmp(node->key, r->address) == 0)
            ok = (!alone && is_no(node)) || take_address(r, node, lrs);
        else if (strcmp(node->key, "credentials") == 0)
            ok = take_path(r, node, &lrs->credentials);
        else if (strcmp(node->key, "ca") == 0)
            ok = take_path(r, node, &lrs->ca);
        else if (alone)
            ok = mistake(r, node, "it takes its address, credentials and ca", NULL);
        if (!ok)
            return false;
    }
    return !alone || lrs->endpoint[0] != '\0' || mistake(r, mapping, "its address is missing", "write `endpoint: URL` (for site, `url: URL`)");
}

static bool read_named(const struct reading *r, const struct yaml *node, struct lrs *lrs)
{
    *lrs = (struct lrs){node->key, "", "", ""};
    if (is_no(node))
        return true;
    if (node->kind != YAML_MAPPING)
        return mistake(r, node, "it takes endpoint, credentials, ca, and channels by their ids",
                       "write `CHANNEL: {endpoint: URL}` or `CHANNEL: no`");
    return read_one(r, node, lrs, true);
}

bool accepted_site(struct arena *a, const struct config *c, struct lrs *site, struct error *err)
{
    const struct reading r = {a, config_get(c, CONFIG_SITE), "site", "url", err};
    *site = (struct lrs){"", "", "", ""};
    return r.value->mapping == NULL || read_one(&r, r.value->mapping, site, true);
}

/* What goes to the site where the configuration names no endpoint for all. */
static bool take_site(struct arena *a, const struct config *c, const struct yaml *mapping, struct lrs *lrs, struct error *err)
{
    struct lrs site;
    if (mapping != NULL && yaml_get(mapping, "endpoint") != NULL)
        return true;
    if (!accepted_site(a, c, &site, err))
        return false;
    if (site.endpoint[0] == '\0')
        return true;
    *lrs = (struct lrs){"", arena_printf(a, "%s/xapi", site.endpoint), site.credentials, site.ca};
    return lrs->endpoint != NULL || error_memory(err);
}

bool accepted_read(struct arena *a, const struct config *c, struct accepted *accepted, struct error *err)
{
    const struct reading r = {a, config_get(c, CONFIG_LRS), "lrs", "endpoint", err};
    const struct yaml *mapping = r.value->mapping;
    *accepted = (struct accepted){0};
    struct lrs *items = arena_array(a, mapping != NULL ? mapping->count + 1 : 1, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    items[0] = (struct lrs){"", "", "", ""};
    if ((mapping != NULL && !read_one(&r, mapping, &items[0], false)) || !take_site(a, c, mapping, &items[0], err))
        return false;
    size_t count = 1;
    for (const struct yaml *node = mapping != NULL ? mapping->first : NULL; node != NULL; node = node->next)
        if (!is_own(&r, node) && !read_named(&r, node, &items[count++]))
            return false;
    *accepted = (struct accepted){items, mapping == NULL && items[0].endpoint[0] == '\0' ? 0 : count};
    return true;
}

const struct lrs *accepted_for(const struct accepted *accepted, const char *channel)
{
    const struct lrs *found = NULL;
    for (size_t i = 0; i < accepted->count; i++)
        if (accepted->items[i].channel[0] == '\0' ? found == NULL : strcmp(accepted->items[i].channel, channel) == 0)
            found = &accepted->items[i];
    return found != NULL && found->endpoint[0] != '\0' ? found : NULL;
}

static const char *basic(struct arena *a, const char *line, size_t n)
{
    size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(a, size);
    if (text == NULL)
        return NULL;
    sodium_bin2base64(text, size, (const unsigned char *)line, n, sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(a, "Basic %s", text);
}

static bool take_line(struct arena *a, const struct lrs *lrs, const struct buf *bytes, const char **value,
                      struct error *err)
{
    struct str line = str_trim((struct str){buf_text(bytes), bytes->len});
    bool bearer = line.n > 7 && strncasecmp(line.p, "Bearer ", 7) == 0;
    if (line.n == 0 || text_control(line.p, line.n) != line.n || (!bearer && memchr(line.p, ':', line.n) == NULL))
        return error_set(err, EX_CONFIG, "cannot use the LRS's credentials", lrs->credentials,
                         "they are not one line `key:secret` or `Bearer TOKEN`", "write one of these into it");
    *value = bearer ? arena_copy(a, line.p, line.n) : basic(a, line.p, line.n);
    return *value != NULL || error_memory(err);
}

bool accepted_authorization(struct arena *a, const struct lrs *lrs, const char **value, struct error *err)
{
    struct stat st;
    *value = NULL;
    if (lrs->credentials[0] == '\0')
        return true;
    if (stat(lrs->credentials, &st) == 0 && (st.st_mode & S_IROTH) != 0)
        return error_set(err, EX_NOPERM, "will not use the LRS's credentials", lrs->credentials,
                         "every account of this machine can read them", "chmod o-r the file, and change the secret");
    struct buf bytes = {0};
    bool ok = file_read(lrs->credentials, CREDENTIALS_MOST, &bytes, err);
    ok = ok && take_line(a, lrs, &bytes, value, err);
    if (bytes.data != NULL)
        sodium_memzero(bytes.data, bytes.cap);
    buf_free(&bytes);
    return ok;
}
