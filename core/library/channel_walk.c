#include "core/library/channel_walk.h"

#include "core/base/text.h"
#include "core/library/attached.h"
#include "core/library/module.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { MOST_LEVELS = 32, MOST_FILES = 1000000, MOST_LOOKED_AT = 20000 };

struct walk {
    struct arena *arena;
    const struct channel *channel;
    struct diags *diags;
    struct error *err;
    struct channel_file *items;
    size_t count, cap;
    struct buf path; /* of what is looked at, relative to the channel's dir */
    enum channel_file_kind kind;
    const char *ending; /* of files that count: ".md"; "" for all */
    size_t name_at;     /* where in path the name begins that ids are made of */
    bool deep;          /* go into directories */
    bool failed;
};

static bool fail(struct walk *w, int cause, const char *what)
{
    w->failed = true;
    return cause == ENOMEM
               ? error_memory(w->err)
               : error_errno(w->err, cause, what, w->path.len > 0 ? buf_text(&w->path) : w->channel->dir, NULL);
}

/* What is wrong with the file or directory that is looked at. */
static void report(struct walk *w, enum severity severity, const char *todo, const char *text)
{
    diags_add(w->diags, severity, channel_label(w->arena, w->channel, buf_text(&w->path)), 0, 0, todo, "%s", text);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);
    return n > k && strcmp(name + n - k, ending) == 0;
}

static void cut(struct buf *path, size_t n)
{
    path->len = n;
    if (path->data != NULL)
        path->data[n] = '\0';
}

/* Where a linked file really is, relative to the channel's dir; NULL (with a diag) when it isn't inside. */
static const char *follow(struct walk *w, struct stat *st)
{
    const char *path = buf_text(&w->path), *inside = NULL;
    struct buf full = {0};
    buf_addf(&full, "%s/%s", w->channel->dir, path);
    char *real = buf_ok(&full) ? realpath(buf_text(&full), NULL) : NULL;
    buf_free(&full);
    size_t n = strlen(w->channel->dir);
    if (real == NULL || stat(real, st) != 0)
        report(w, SEVERITY_WARNING, "take it away", "a link that leads nowhere");
    else if (strncmp(real, w->channel->dir, n) != 0 || real[n] != '/')
        report(w, SEVERITY_ERROR, "put the file itself here", "a link that leaves the channel's directory");
    else if (!S_ISREG(st->st_mode))
        report(w, SEVERITY_WARNING, "put the files here", "a link to a directory isn't followed");
    else if ((inside = arena_strdup(w->arena, real + n + 1)) == NULL)
        fail(w, ENOMEM, NULL);
    free(real);
    return inside;
}

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool keep(struct walk *w, const struct stat *st, const char *real)
{
    if (w->count == w->cap) {
        if (w->count >= MOST_FILES) {
            w->failed = true;
            return error_set(w->err, EX_DATAERR, "cannot take the directory", w->channel->dir,
                             "more than 1,000,000 files", "split it into several channels");
        }
        size_t cap = w->cap == 0 ? 256 : w->cap * 2;
        struct channel_file *grown = realloc(w->items, cap * sizeof *grown);
        if (grown == NULL)
            return fail(w, ENOMEM, NULL);
        w->items = grown;
        w->cap = cap;
    }
    const char *path = arena_copy(w->arena, buf_text(&w->path), w->path.len);
    if (path == NULL)
        return fail(w, ENOMEM, NULL);
    w->items[w->count++] = (struct channel_file){
        .path = path,
        .real = real != NULL ? real : path,
        .name = path + w->name_at,
        .kind = w->kind,
        .size = (uint64_t)st->st_size,
        .mtime_ns = nanoseconds(st->st_mtim),
        .inode = (uint64_t)st->st_ino,
    };
    return true;
}

static bool printable(const char *name)
{
    size_t n = strlen(name);
    return text_control(name, n) == n;
}

/* Names that begin with a dot are hidden; but `..md` is the page of the command `.`. */
static bool hidden(const char *name)
{
    return name[0] == '.' && strcmp(name, "..md") != 0;
}

/* What its author takes for Markdown, and nobody would read. */
static bool misnamed(const struct walk *w, const char *name)
{
    const char *dot = strrchr(name, '.');
    return w->kind != CHANNEL_PROGRAMME && dot != NULL && dot != name &&
           (strcasecmp(dot, ".md") == 0 || strcasecmp(dot, ".markdown") == 0 || strcasecmp(dot, ".mkd") == 0);
}

/* Is Markdown in files/ a page, since the channel's directories of pages are so? */
static bool pages_in_files(const struct channel *c)
{
    for (size_t i = 0; i < c->pages.count; i++)
        if (c->pages.items[i][0] == '\0' || strncmp(c->pages.items[i], "files", 5) == 0)
            return true;
    return false;
}

/* May the file of files/ that is looked at be handed out? */
static bool attachable(struct walk *w)
{
    const char *path = buf_text(&w->path);
    if (attached_path_valid(path))
        return true;
    if (!ends_with(path, ".md"))
        report(w, SEVERITY_ERROR, "rename it", "a file that is handed out can't be called so");
    else if (!pages_in_files(w->channel))
        report(w, SEVERITY_WARNING, "move it under pages/", "Markdown isn't read here");
    return false;
}

static bool walk_directory(struct walk *w, int fd, size_t level);

static bool visit_directory(struct walk *w, int parent, const char *name, size_t level)
{
    if (!w->deep) {
        if (level == 0 && w->kind == CHANNEL_MODULE)
            report(w, SEVERITY_WARNING, "move them up, or under pages/",
                   "modules lie in modules/ itself; what is in here isn't read");
        return true;
    }
    if (level >= MOST_LEVELS) {
        report(w, SEVERITY_ERROR, "keep it flatter", "more than 32 levels deep");
        return true;
    }
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        report(w, SEVERITY_ERROR, "make it readable", strerror(errno));
        return true;
    }
    return walk_directory(w, fd, level + 1);
}

/* One entry, its path in w->path. */
static bool visit(struct walk *w, int parent, const char *name, size_t level)
{
    bool wanted = ends_with(name, w->ending);
    if (!wanted && misnamed(w, name))
        report(w, SEVERITY_WARNING, "let its name end in .md", "it isn't read");
    if (!wanted && strchr(name, '.') != NULL && !w->deep)
        return true;
    struct stat st;
    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? true : fail(w, errno, "cannot look at");
    if (S_ISDIR(st.st_mode))
        return visit_directory(w, parent, name, level);
    if (!wanted && S_ISLNK(st.st_mode) && fstatat(parent, name, &st, 0) == 0 && S_ISDIR(st.st_mode))
        report(w, SEVERITY_WARNING, "put the files here", "a link to a directory isn't followed");
    if (!wanted)
        return true;
    if (!printable(name)) {
        report(w, SEVERITY_ERROR, "rename it", "the file's name is not printable UTF-8");
        return true;
    }
    if (w->kind == CHANNEL_ATTACHED && !attachable(w))
        return true;
    const char *real = NULL;
    if (S_ISLNK(st.st_mode) && (real = follow(w, &st)) == NULL)
        return !w->failed;
    if (!S_ISREG(st.st_mode)) {
        report(w, SEVERITY_WARNING, "take it away", "not a regular file");
        return true;
    }
    return keep(w, &st, real);
}

/* modules/, pages/ and programmes/ of a directory without channel.yaml are walked on their own. */
static bool walked_apart(const struct walk *w, const char *name, size_t level)
{
    return w->kind == CHANNEL_LOOSE && level == 0 &&
           (strcmp(name, "modules") == 0 || strcmp(name, "pages") == 0 || strcmp(name, "programmes") == 0);
}

/* Takes the descriptor over. */
static bool walk_directory(struct walk *w, int fd, size_t level)
{
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        int cause = errno;
        close(fd);
        return fail(w, cause, "cannot read the directory");
    }
    size_t stem = w->path.len;
    bool ok = true;
    while (ok) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            ok = errno == 0 || fail(w, errno, "cannot read the directory");
            break;
        }
        if (hidden(entry->d_name) || walked_apart(w, entry->d_name, level))
            continue;
        if (stem > 0)
            buf_addc(&w->path, '/');
        buf_adds(&w->path, entry->d_name);
        ok = buf_ok(&w->path) ? visit(w, dirfd(dir), entry->d_name, level) : fail(w, ENOMEM, NULL);
        cut(&w->path, stem);
    }
    closedir(dir);
    return ok;
}

/* Walks one directory below the channel's; one that doesn't exist is empty. */
static bool walk_from(struct walk *w, const char *path, enum channel_file_kind kind, const char *ending, bool deep)
{
    buf_clear(&w->path);
    int fd = open(w->channel->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (const char *at = path; fd >= 0 && *at != '\0';) {
        size_t n = strcspn(at, "/");
        char name[256];
        int next = -1;
        if (n < sizeof name) {
            memcpy(name, at, n);
            name[n] = '\0';
            next = n > 0 ? openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : dup(fd);
        }
        close(fd);
        fd = next;
        at += n + (at[n] == '/');
    }
    buf_adds(&w->path, path);
    if (!buf_ok(&w->path)) {
        if (fd >= 0)
            close(fd);
        return fail(w, ENOMEM, NULL);
    }
    if (fd < 0) {
        struct stat st;
        struct buf full = {0};
        buf_addf(&full, "%s/%s", w->channel->dir, path);
        if (lstat(buf_text(&full), &st) == 0)
            report(w, SEVERITY_ERROR, "put the directory itself here", "not a directory that can be read");
        buf_free(&full);
        return true;
    }
    w->kind = kind;
    w->ending = ending;
    w->deep = deep;
    w->name_at = path[0] == '\0' ? 0 : strlen(path) + 1;
    return walk_directory(w, fd, 0);
}

static int by_path(const void *left, const void *right)
{
    const struct channel_file *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    return order != 0 ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

/* A file that lies in two of the listed directories counts once. */
static size_t without_repeats(struct channel_file *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(items[kept - 1].path, items[i].path) != 0)
            items[kept++] = items[i];
    return kept;
}

static bool walk_all(struct walk *w)
{
    bool ok = walk_from(w, "modules", CHANNEL_MODULE, ".md", false);
    for (size_t i = 0; ok && i < w->channel->pages.count; i++)
        ok = walk_from(w, w->channel->pages.items[i], CHANNEL_PAGE, ".md", true);
    if (ok && w->channel->implied)
        ok = walk_from(w, "", CHANNEL_LOOSE, ".md", true);
    return ok && walk_from(w, "programmes", CHANNEL_PROGRAMME, ".yaml", false) &&
           (w->channel->implied || walk_from(w, "files", CHANNEL_ATTACHED, "", true));
}

/* ---- archives ---- */

/* The length of the directory and slash before the part of path that a name is made of; 0 when it isn't below dir. */
static size_t below(const char *path, const char *dir)
{
    size_t n = strlen(dir);
    if (n == 0)
        return 0;
    return strncmp(path, dir, n) == 0 && path[n] == '/' ? n + 1 : 0;
}

/* What the archive's file is for the library; false when it isn't content that is read here. */
static bool classify(const struct channel *c, const char *path, enum channel_file_kind *kind, size_t *name_at)
{
    *kind = CHANNEL_MODULE;
    if ((*name_at = below(path, "modules")) > 0 && ends_with(path, ".md") && strchr(path + *name_at, '/') == NULL)
        return true;
    *kind = CHANNEL_PROGRAMME;
    if ((*name_at = below(path, "programmes")) > 0 && ends_with(path, ".yaml"))
        return strchr(path + *name_at, '/') == NULL;
    *kind = CHANNEL_ATTACHED;
    if (attached_path_valid(path)) {
        *name_at = below(path, "files");
        return true;
    }
    *kind = CHANNEL_PAGE;
    for (size_t i = 0; ends_with(path, ".md") && i < c->pages.count; i++)
        if ((*name_at = below(path, c->pages.items[i])) > 0 || c->pages.items[i][0] == '\0')
            return true;
    return false;
}

static bool list_archive(struct arena *a, const struct channel *c, struct channel_files *files, struct error *err)
{
    struct channel_file *items = arena_array(a, c->archive->count, sizeof *items);
    size_t count = 0;
    if (items == NULL)
        return error_memory(err);
    for (size_t i = 0; i < c->archive->count; i++) {
        const struct channel_entry *entry = &c->archive->items[i];
        enum channel_file_kind kind;
        size_t name_at;
        if (classify(c, entry->path, &kind, &name_at))
            items[count++] = (struct channel_file){.path = entry->path,
                                                   .real = entry->path,
                                                   .name = entry->path + name_at,
                                                   .kind = kind,
                                                   .size = entry->bytes.n,
                                                   .entry = entry};
    }
    *files = (struct channel_files){items, count};
    return true;
}

bool channel_list(struct arena *a, const struct channel *channel, struct channel_files *files, struct diags *diags,
                  struct error *err)
{
    if (channel->archive != NULL)
        return list_archive(a, channel, files, err);
    struct walk w = {.arena = a, .channel = channel, .diags = diags, .err = err};
    bool ok = walk_all(&w);
    if (ok && w.count > 0) {
        qsort(w.items, w.count, sizeof *w.items, by_path);
        w.count = without_repeats(w.items, w.count);
        struct channel_file *items = arena_array(a, w.count, sizeof *items);
        if (items != NULL)
            memcpy(items, w.items, w.count * sizeof *items);
        else
            ok = error_memory(err);
        *files = (struct channel_files){items, w.count};
    } else {
        *files = (struct channel_files){NULL, 0};
    }
    free(w.items);
    buf_free(&w.path);
    return ok;
}

/* Looks through one directory and, behind it, through those in it. */
static bool any_in(int fd, size_t level, size_t *looked_at)
{
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        close(fd);
        return false;
    }
    bool found = false;
    const struct dirent *entry;
    while (!found && *looked_at < MOST_LOOKED_AT && (entry = readdir(dir)) != NULL) {
        (*looked_at)++;
        if (hidden(entry->d_name))
            continue;
        found = ends_with(entry->d_name, ".md");
        if (found || level == MOST_LEVELS || strchr(entry->d_name, '.') != NULL)
            continue;
        int below = openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
        found = below >= 0 && any_in(below, level + 1, looked_at);
    }
    closedir(dir);
    return found;
}

bool channel_walk_any(const struct channel *channel)
{
    int fd = open(channel->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t looked_at = 0;
    return fd >= 0 && any_in(fd, 0, &looked_at);
}
