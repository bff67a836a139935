#include "core/library/channel.h"

#include "core/base/file.h"
#include "core/base/yaml.h"
#include "core/library/channel_walk.h"
#include "core/library/module.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char channel_yaml[] = "channel.yaml";

/* "Plant Notes (old)" becomes "plant-notes-old". */
static const char *id_of_directory(struct arena *a, const char *dir)
{
    const char *slash = strrchr(dir, '/');
    const char *name = slash != NULL ? slash + 1 : dir;
    char id[MODULE_ID_MOST + 1];
    size_t n = 0;
    for (; *name != '\0' && n < MODULE_ID_MOST; name++) {
        unsigned char c = (unsigned char)*name;
        if (c < 0x80 && isalnum(c))
            id[n++] = (char)tolower(c);
        else if (n > 0 && id[n - 1] != '-')
            id[n++] = '-';
    }
    while (n > 0 && id[n - 1] == '-')
        n--;
    return n > 0 ? arena_copy(a, id, n) : "channel";
}

static bool inside(const char *path)
{
    if (path[0] == '/' || path[0] == '\0')
        return false;
    for (const char *at = path; *at != '\0';) {
        size_t n = strcspn(at, "/");
        if (n == 2 && at[0] == '.' && at[1] == '.')
            return false;
        at += n + (at[n] == '/');
    }
    return true;
}

/* A directory as listed: without `./` before it and `/` behind it; "" is the channel's own. */
static const char *tidy(struct arena *a, const char *path)
{
    while (path[0] == '.' && (path[1] == '/' || path[1] == '\0'))
        path += path[1] == '/' ? 2 : 1;
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] == '/')
        n--;
    return arena_copy(a, path, n);
}

static void read_pages(struct arena *a, const struct yaml *node, const char *file, struct diags *diags,
                       struct strings *pages)
{
    struct strings given;
    if (!yaml_strings(node, a, file, diags, &given))
        return;
    const char **kept = arena_array(a, given.count, sizeof *kept);
    size_t count = 0;
    for (size_t i = 0; kept != NULL && i < given.count; i++) {
        const char *path = inside(given.items[i]) ? tidy(a, given.items[i]) : NULL;
        if (path != NULL)
            kept[count++] = path;
        else
            diags_add(diags, SEVERITY_ERROR, file, node->line, node->column, "name directories below this one",
                      "`pages` can't be `%.60s`", given.items[i]);
    }
    *pages = (struct strings){kept, count};
}

/* A list of names, or a mapping from names to what people call them. */
static void read_names(struct arena *a, const struct yaml *node, const char *file, struct diags *diags,
                       struct strings *names)
{
    if (node == NULL)
        return;
    if (node->kind != YAML_MAPPING) {
        (void)yaml_strings(node, a, file, diags, names);
        return;
    }
    const char **items = arena_array(a, node->count, sizeof *items);
    size_t count = 0;
    for (const struct yaml *n = node->first; items != NULL && n != NULL; n = n->next)
        items[count++] = n->key;
    *names = (struct strings){items, count};
}

static void read_id(const struct yaml *root, const char *file, struct diags *diags, const char **id)
{
    const struct yaml *node = yaml_get(root, "id");
    const char *text;
    if (node == NULL) {
        diags_add(diags, SEVERITY_ERROR, file, 1, 1, "add a line `id: my-channel`; it never changes afterwards",
                  "the channel has no id");
    } else if (yaml_text(node, file, diags, &text)) {
        if (module_id_valid(text))
            *id = text;
        else
            diags_add(diags, SEVERITY_ERROR, file, node->line, node->column,
                      "use small letters, digits and dashes, 64 at most", "`%.80s` is no id", text);
    }
}

static void read_lrs(const struct yaml *node, const char *file, struct diags *diags, const char **lrs)
{
    if (node != NULL && node->kind == YAML_MAPPING)
        node = yaml_get(node, "endpoint");
    if (node != NULL)
        (void)yaml_text(node, file, diags, lrs);
}

static void read_facts(struct arena *a, struct channel *c, const struct yaml *root, const char *file,
                       struct diags *diags)
{
    static const char *const known[] = {"id", "iri", "name", "roles", "stages", "languages", "pages", "lrs"};
    yaml_unknown(root, (struct strings){known, sizeof known / sizeof *known}, file, diags);
    read_id(root, file, diags, &c->id);
    const struct yaml *node;
    if ((node = yaml_get(root, "iri")) != NULL)
        (void)yaml_text(node, file, diags, &c->iri);
    if ((node = yaml_get(root, "name")) != NULL)
        (void)yaml_text(node, file, diags, &c->name);
    if ((node = yaml_get(root, "pages")) != NULL)
        read_pages(a, node, file, diags, &c->pages);
    read_names(a, yaml_get(root, "roles"), file, diags, &c->roles);
    read_names(a, yaml_get(root, "stages"), file, diags, &c->stages);
    read_names(a, yaml_get(root, "languages"), file, diags, &c->languages);
    read_lrs(yaml_get(root, "lrs"), file, diags, &c->lrs);
}

/* Is there anything of that name, be it a link that leads nowhere? */
static bool stands(struct arena *a, const struct channel *c, const char *name)
{
    struct stat st;
    const char *path = file_join(a, c->dir, name);
    return path != NULL && lstat(path, &st) == 0;
}

static bool read_yaml(struct arena *a, struct channel *c, struct diags *diags, struct error *err)
{
    const struct channel_file file = {.path = channel_yaml, .real = channel_yaml};
    struct channel_reader *reader = channel_reader_open(c, err);
    if (reader == NULL)
        return false;
    struct buf bytes = {0};
    struct error why = {0};
    const char *label = channel_label(a, c, channel_yaml);
    bool ok = true;
    if (channel_reader_read(reader, &file, &bytes, &why)) {
        const struct yaml *root = yaml_parse(a, buf_text(&bytes), bytes.len, label, 1, diags);
        if (root != NULL && root->kind == YAML_MAPPING)
            read_facts(a, c, root, label, diags);
        else if (root != NULL)
            diags_add(diags, SEVERITY_ERROR, label, 1, 1, "write one a line",
                      "it must be `key: value` lines");
    } else if (why.code == EX_NOINPUT && !stands(a, c, channel_yaml)) {
        c->implied = true;
    } else if (why.code == EX_NOINPUT) { /* an id made from the directory's name would be another channel's */
        ok = error_set(err, EX_DATAERR, "cannot read", label, "it is a link, or no regular file",
                       "put the file itself here");
    } else {
        if (err != NULL)
            *err = why;
        ok = false;
    }
    buf_free(&bytes);
    channel_reader_close(reader);
    return ok;
}

/* "docs/" for docs, docs/ and docs//; "" for ".". */
static const char *label_of(struct arena *a, const char *dir)
{
    const char *path = dir[0] == '/' ? dir : tidy(a, dir);
    if (path == NULL || path[0] == '\0')
        return path;
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    return n == 1 && path[0] == '/' ? "/" : arena_printf(a, "%.*s/", (int)n, path);
}

const char *channel_label(struct arena *a, const struct channel *channel, const char *path)
{
    const char *label = arena_printf(a, "%s%s", channel->label, path);
    return label != NULL ? label : path;
}

bool channel_read(struct arena *a, const char *dir, struct channel *channel, struct diags *diags, struct error *err)
{
    static const char *const pages[] = {"pages"};
    char *real = realpath(dir, NULL);
    struct stat st;
    if (real == NULL || stat(real, &st) != 0) {
        int cause = errno;
        free(real);
        return error_errno(err, cause, "cannot read the directory", dir, NULL);
    }
    *channel = (struct channel){
        .dir = arena_strdup(a, real), .url = "", .label = label_of(a, dir), .iri = "", .name = "", .lrs = "", .pages = {pages, 1}};
    free(real);
    if (!S_ISDIR(st.st_mode))
        return error_set(err, EX_NOINPUT, "cannot read the directory", dir, "it is no directory", "name the directory with modules/ or pages/ in it");
    if (channel->dir == NULL || channel->label == NULL || (channel->id = id_of_directory(a, channel->dir)) == NULL)
        return error_memory(err);
    if (!read_yaml(a, channel, diags, err))
        return false;
    if (channel->name[0] == '\0')
        channel->name = channel->id;
    if (channel->implied && !channel_walk_any(channel))
        return error_set(err, EX_NOINPUT, "no channel here", dir, "it holds neither channel.yaml nor Markdown files",
                         "name the directory with modules/ or pages/ in it");
    return true;
}

/* ---- archives ---- */

static int compare_entry(const void *key, const void *item)
{
    return strcmp(key, ((const struct channel_entry *)item)->path);
}

static const struct channel_entry *find_entry(const struct channel_archive *archive, const char *path)
{
    return archive->count == 0
               ? NULL
               : bsearch(path, archive->items, archive->count, sizeof *archive->items, compare_entry);
}

bool channel_of_archive(struct arena *a, const struct channel_archive *archive, const char *url,
                        struct channel *channel, struct diags *diags, struct error *err)
{
    static const char *const pages[] = {"pages"};
    *channel = (struct channel){.dir = "", .url = url, .archive = archive, .label = "", .id = "", .iri = "", .name = "",
                                .lrs = "", .pages = {pages, 1}};
    const struct channel_entry *entry = find_entry(archive, channel_yaml);
    const struct yaml *root =
        entry != NULL ? yaml_parse(a, entry->bytes.p, entry->bytes.n, channel_yaml, 1, diags) : NULL;
    if (root != NULL && root->kind == YAML_MAPPING)
        read_facts(a, channel, root, channel_yaml, diags);
    if (channel->id == NULL || channel->id[0] == '\0')
        return error_set(err, EX_DATAERR, "refused the channel", url, "it has no channel.yaml with an id",
                         "tell its publisher");
    if (channel->name[0] == '\0')
        channel->name = channel->id;
    channel->label = arena_printf(a, "%s/", channel->id);
    return channel->label != NULL || error_memory(err);
}

/* ---- reading files ---- */

struct channel_reader {
    int root;      /* -1 of an archive */
    int dir;       /* the directory of the last file, or -1 */
    struct buf at; /* its path */
};

struct channel_reader *channel_reader_open(const struct channel *channel, struct error *err)
{
    struct channel_reader *r = calloc(1, sizeof *r);
    if (r == NULL) {
        error_memory(err);
        return NULL;
    }
    r->dir = r->root = -1;
    if (channel->archive != NULL)
        return r;
    r->root = open(channel->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->root < 0) {
        error_errno(err, errno, "cannot read the directory", channel->dir, NULL);
        free(r);
        return NULL;
    }
    return r;
}

void channel_reader_close(struct channel_reader *r)
{
    if (r == NULL)
        return;
    if (r->dir >= 0)
        close(r->dir);
    if (r->root >= 0)
        close(r->root);
    buf_free(&r->at);
    free(r);
}

/* Opens the directory path[0..n) below the root, one step at a time. */
static int open_below(int root, const char *path, size_t n)
{
    int dir = dup(root);
    for (size_t at = 0; dir >= 0 && at < n;) {
        char name[256];
        size_t k = 0;
        while (at + k < n && path[at + k] != '/')
            k++;
        int next = -1;
        if (k < sizeof name) {
            memcpy(name, path + at, k);
            name[k] = '\0';
            errno = ENOENT;
            if (strcmp(name, "..") != 0)
                next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        } else {
            errno = ENAMETOOLONG;
        }
        int cause = errno;
        close(dir);
        errno = cause;
        dir = next;
        at += k + 1;
    }
    return dir;
}

/* The open directory that holds the file, kept from the last one where it is the same; -1 on failure. */
static int directory_of(struct channel_reader *r, const char *path, size_t n)
{
    if (r->dir >= 0 && r->at.len == n && memcmp(buf_text(&r->at), path, n) == 0)
        return r->dir;
    if (r->dir >= 0)
        close(r->dir);
    buf_clear(&r->at);
    buf_add(&r->at, path, n);
    r->dir = open_below(r->root, path, n);
    return buf_ok(&r->at) ? r->dir : -1;
}

static bool read_bytes(int fd, const char *path, struct buf *out, struct error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return error_errno(err, errno, "cannot read", path, NULL);
    if (!S_ISREG(st.st_mode))
        return error_set(err, EX_NOINPUT, "cannot read", path, "not a regular file", "name a file");
    size_t room = st.st_size > 0 ? (size_t)st.st_size + 1 : 4096;
    for (size_t start = out->len;;) {
        if (out->len - start > MODULE_MOST_BYTES || room > (size_t)MODULE_MOST_BYTES + 1)
            return error_set(err, EX_DATAERR, "cannot take", path, "larger than 16 MiB", "split it");
        if (!buf_reserve(out, room))
            return error_memory(err);
        ssize_t n = read(fd, out->data + out->len, room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(err, errno, "cannot read", path, NULL);
        out->len += (size_t)n;
        out->data[out->len] = '\0';
        if (n == 0)
            return true;
        room = out->len - start == (size_t)st.st_size ? 1 : 65536;
    }
}

static bool take_entry(const struct channel_entry *entry, struct buf *out, struct error *err)
{
    if (entry->bytes.n > MODULE_MOST_BYTES)
        return error_set(err, EX_DATAERR, "cannot take", entry->path, "larger than 16 MiB", "split it");
    buf_add(out, entry->bytes.p, entry->bytes.n);
    return buf_ok(out) || error_memory(err);
}

bool channel_reader_read(struct channel_reader *r, const struct channel_file *file, struct buf *out, struct error *err)
{
    if (file->entry != NULL)
        return take_entry(file->entry, out, err);
    const char *slash = strrchr(file->real, '/');
    size_t n = slash != NULL ? (size_t)(slash - file->real) : 0;
    int dir = n == 0 ? r->root : directory_of(r, file->real, n);
    const char *name = slash != NULL ? slash + 1 : file->real;
    int fd = dir < 0 ? -1 : openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    if (fd < 0) {
        int cause = errno;
        bool gone = cause == ENOENT || cause == ENOTDIR || cause == ELOOP;
        error_errno(err, cause, "cannot open", file->path, NULL);
        if (gone && err != NULL)
            err->code = EX_NOINPUT;
        return false;
    }
    bool ok = read_bytes(fd, file->path, out, err);
    close(fd);
    return ok;
}
