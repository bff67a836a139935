#include "sync/xapi/accepted.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/base/yaml.h"
#include "sync/xapi/value.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { CREDENTIALS_MOST = 4096 };

static bool mistake(const struct config_value *v, const struct yaml *node, const char *why, const char *todo,
                    struct error *err)
{
    struct buf where = {0};
    buf_addf(&where, "%s:%zu", v->where, node->line);
    error_set(err, EX_CONFIG, "cannot read lrs", buf_text(&where), why, todo);
    buf_free(&where);
    return false;
}

static bool take_endpoint(struct arena *a, const struct config_value *v, const struct yaml *node, struct lrs *lrs,
                          struct error *err)
{
    size_t n = strlen(node->text);
    const char *authority = strncasecmp(node->text, "https://", 8) == 0  ? node->text + 8
                            : strncasecmp(node->text, "http://", 7) == 0 ? node->text + 7
                                                                         : NULL;
    if (node->kind != YAML_SCALAR || authority == NULL || authority[0] == '/' || authority[0] == '\0' ||
        !xapi_iri(node->text) || strpbrk(node->text, "?#") != NULL)
        return mistake(v, node, "the endpoint is no http or https address", "write it as in https://lrs.example.com/xapi",
                       err);
    if (memchr(authority, '@', strcspn(authority, "/")) != NULL)
        return mistake(v, node, "the endpoint holds a name or a password", "put them into a file: credentials: PATH", err);
    while (n > 0 && node->text[n - 1] == '/')
        n--;
    lrs->endpoint = arena_copy(a, node->text, n);
    return lrs->endpoint != NULL || error_memory(err);
}

/* A relative path starts where the configuration lies. */
static bool take_credentials(struct arena *a, const struct config_value *v, const struct yaml *node, struct lrs *lrs,
                             struct error *err)
{
    if (node->kind != YAML_SCALAR || node->text[0] == '\0')
        return mistake(v, node, "credentials is no path", "name a file that holds `key:secret`", err);
    const char *slash = strrchr(v->where, '/');
    const char *dir = slash != NULL ? arena_copy(a, v->where, (size_t)(slash - v->where)) : ".";
    lrs->credentials = dir != NULL ? file_join(a, dir, node->text) : NULL;
    return lrs->credentials != NULL || error_memory(err);
}

static bool is_no(const struct yaml *node)
{
    return node->kind == YAML_SCALAR && (strcasecmp(node->text, "no") == 0 || strcasecmp(node->text, "none") == 0 ||
                                         strcasecmp(node->text, "false") == 0);
}

static bool read_one(struct arena *a, const struct config_value *v, const struct yaml *mapping, struct lrs *lrs,
                     bool named, struct error *err)
{
    for (const struct yaml *node = mapping->first; node != NULL; node = node->next) {
        bool ok = true;
        if (strcmp(node->key, "endpoint") == 0)
            ok = take_endpoint(a, v, node, lrs, err);
        else if (strcmp(node->key, "credentials") == 0)
            ok = take_credentials(a, v, node, lrs, err);
        else if (named)
            ok = mistake(v, node, "it takes endpoint and credentials", NULL, err);
        if (!ok)
            return false;
    }
    return !named || lrs->endpoint[0] != '\0' || mistake(v, mapping, "its endpoint is missing", "write `endpoint: URL`", err);
}

static bool read_named(struct arena *a, const struct config_value *v, const struct yaml *node, struct lrs *lrs,
                       struct error *err)
{
    *lrs = (struct lrs){.channel = node->key, .endpoint = "", .credentials = ""};
    if (is_no(node))
        return true;
    if (node->kind != YAML_MAPPING)
        return mistake(v, node, "it takes endpoint, credentials, and channels by their ids",
                       "write `CHANNEL: {endpoint: URL}` or `CHANNEL: no`", err);
    return read_one(a, v, node, lrs, true, err);
}

bool accepted_read(struct arena *a, const struct config *c, struct accepted *accepted, struct error *err)
{
    const struct config_value *v = config_get(c, CONFIG_LRS);
    *accepted = (struct accepted){0};
    if (v->mapping == NULL)
        return true;
    struct lrs *items = arena_array(a, v->mapping->count + 1, sizeof *items);
    if (items == NULL)
        return error_memory(err);
    items[0] = (struct lrs){"", "", ""};
    if (!read_one(a, v, v->mapping, &items[0], false, err))
        return false;
    size_t count = 1;
    for (const struct yaml *node = v->mapping->first; node != NULL; node = node->next)
        if (strcmp(node->key, "endpoint") != 0 && strcmp(node->key, "credentials") != 0 &&
            !read_named(a, v, node, &items[count++], err))
            return false;
    *accepted = (struct accepted){items, count};
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
                         "they are not one line `key:secret` or `Bearer TOKEN`", NULL);
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
