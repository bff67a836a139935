#include "sync/serve/files.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "sync/serve/http.h"
#include "sync/serve/reply.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files up to IN_MEMORY bytes are kept, larger ones are sent from their descriptor by the kernel (sendfile). */
enum { CHANNELS = 32, SLOTS = 256, IN_MEMORY = 32 * 1024, POINTER_BYTES = 1024 * 1024, NAME_BYTES = 200 };

/* One file as it was last seen. Its responses are shared by all connections that ask for it. */
struct entry {
    char *path; /* in the file system; NULL: free */
    struct stat seen;
    int fd;
    char etag[64], modified[HTTP_DATE_SIZE];
    enum files_kind kind;
    const char *type;
    struct MHD_Response *whole, *unchanged;
};

struct files {
    pthread_mutex_t lock; /* of the slots */
    struct entry slots[SLOTS];
    struct {
        char *id, *dir;
    } channels[CHANNELS];
    size_t count;
};

/* ---- names ---- */

static bool plain_name(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n > NAME_BYTES || name[0] == '.')
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == n;
}

enum files_kind files_kind(const char *path)
{
    static const struct {
        const char *directory;
        enum files_kind kind;
    } directories[] = {
        {"keys/", FILES_KEYS}, {"pack/", FILES_IMMUTABLE}, {"delta/", FILES_IMMUTABLE}, {"sig/", FILES_IMMUTABLE}};
    if (strcmp(path, "channel.json") == 0 || strcmp(path, "channel.json.minisig") == 0)
        return FILES_POINTER;
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        size_t n = strlen(directories[i].directory);
        if (strncmp(path, directories[i].directory, n) == 0 && plain_name(path + n))
            return directories[i].kind;
    }
    return FILES_NONE;
}

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {{".json", "application/json"},
                                           {".minisig", "text/plain; charset=utf-8"},
                                           {".zst", "application/zstd"}};
    size_t n = strlen(path);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t k = strlen(types[i][0]);
        if (n > k && strcmp(path + n - k, types[i][0]) == 0)
            return types[i][1];
    }
    return "application/octet-stream";
}

/* ---- responses ---- */

/* A name that holds a hash never stands for other bytes; a set of keys may get a neighbour, the pointer changes. */
static const char *cache_control(enum files_kind kind)
{
    switch (kind) {
    case FILES_IMMUTABLE:
        return "public, max-age=31536000, immutable";
    case FILES_KEYS:
        return "public, max-age=300";
    default:
        return "no-cache";
    }
}

static bool tag(const struct entry *e, struct MHD_Response *r)
{
    return r != NULL && MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, e->etag) == MHD_YES &&
           MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, cache_control(e->kind)) == MHD_YES;
}

static bool describe(const struct entry *e, struct MHD_Response *r)
{
    return tag(e, r) && MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, e->type) == MHD_YES &&
           MHD_add_response_header(r, MHD_HTTP_HEADER_LAST_MODIFIED, e->modified) == MHD_YES &&
           MHD_add_response_header(r, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes") == MHD_YES &&
           MHD_add_response_header(r, "X-Content-Type-Options", "nosniff") == MHD_YES;
}

/* A 304 has no content, yet its Content-Length, where there is one, is the file's (RFC 9110, 8.6). */
static ssize_t no_content(void *cls, uint64_t at, char *to, size_t most)
{
    (void)cls;
    (void)at;
    (void)to;
    (void)most;
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *in_memory(int fd, size_t size)
{
    char *bytes = malloc(size + 1);
    size_t got = 0;
    while (bytes != NULL && got < size) {
        ssize_t n = pread(fd, bytes + got, size - got, (off_t)got);
        if (n > 0) {
            got += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            free(bytes);
            return NULL;
        }
    }
    struct MHD_Response *r = bytes != NULL ? MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_FREE) : NULL;
    if (r == NULL)
        free(bytes);
    return r;
}

/* count bytes at first, through a descriptor of the response's own. */
static struct MHD_Response *from_descriptor(int fd, uint64_t first, uint64_t count)
{
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0)
        return NULL;
    struct MHD_Response *r = MHD_create_response_from_fd_at_offset64(count, own, first);
    if (r == NULL)
        close(own);
    return r;
}

static void forget(struct entry *e)
{
    if (e->path == NULL)
        return;
    if (e->whole != NULL)
        MHD_destroy_response(e->whole); /* connections that are sending it keep it until they are done */
    if (e->unchanged != NULL)
        MHD_destroy_response(e->unchanged);
    if (e->fd >= 0)
        close(e->fd);
    free(e->path);
    *e = (struct entry){.fd = -1};
}

/* ---- finding a file ---- */

/* Opens dir/path without following a link below dir. path is one name, or a directory's and a name. */
static int open_inside(const char *dir, const char *path)
{
    int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const char *slash = strchr(path, '/');
    if (at >= 0 && slash != NULL) {
        char name[16];
        snprintf(name, sizeof name, "%.*s", (int)(slash - path), path);
        int below = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        close(at);
        at = below;
        path = slash + 1;
    }
    if (at < 0)
        return -1;
    int fd = openat(at, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    close(at);
    return fd;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool take(struct entry *e, const char *full, const char *dir, const char *path)
{
    *e = (struct entry){.fd = open_inside(dir, path), .kind = files_kind(path), .type = type_of(path)};
    e->path = e->fd >= 0 ? strdup(full) : NULL;
    if (e->path == NULL || fstat(e->fd, &e->seen) != 0 || !S_ISREG(e->seen.st_mode)) {
        if (e->fd >= 0)
            close(e->fd);
        free(e->path);
        *e = (struct entry){.fd = -1};
        return false;
    }
    snprintf(e->etag, sizeof e->etag, "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "\"", (uint64_t)e->seen.st_ino,
             (uint64_t)e->seen.st_mtim.tv_sec * 1000000000U + (uint64_t)e->seen.st_mtim.tv_nsec,
             (uint64_t)e->seen.st_size);
    http_date(e->seen.st_mtim.tv_sec, e->modified);
    uint64_t size = (uint64_t)e->seen.st_size;
    e->whole = size <= IN_MEMORY ? in_memory(e->fd, (size_t)size) : from_descriptor(e->fd, 0, size);
    e->unchanged = MHD_create_response_from_callback(size, 1, no_content, NULL, NULL);
    if (describe(e, e->whole) && tag(e, e->unchanged))
        return true;
    forget(e);
    return false;
}

/* The entry of dir/path, as it is on disk now; NULL where it is no file. The caller holds the lock. */
static struct entry *find(struct files *f, const char *dir, const char *path)
{
    char full[4096];
    int n = snprintf(full, sizeof full, "%s/%s", dir, path);
    if (n < 0 || (size_t)n >= sizeof full)
        return NULL;
    struct entry *e = &f->slots[text_hash(full, (size_t)n) % SLOTS];
    struct stat now;
    bool there = lstat(full, &now) == 0;
    if (there && e->path != NULL && strcmp(e->path, full) == 0 && same_file(&now, &e->seen))
        return e;
    if (!there) /* what was asked for in vain takes no place from what is there */
        return NULL;
    struct entry fresh;
    if (!take(&fresh, full, dir, path))
        return NULL;
    forget(e);
    *e = fresh;
    return e;
}

/* ---- answering ---- */

static enum MHD_Result answer_part(struct entry *e, struct MHD_Connection *c, uint64_t first, uint64_t count)
{
    char range[80];
    snprintf(range, sizeof range, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first, first + count - 1,
             (uint64_t)e->seen.st_size);
    struct MHD_Response *r = from_descriptor(e->fd, first, count);
    bool ok = describe(e, r) && MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_RANGE, range) == MHD_YES;
    enum MHD_Result done = ok ? MHD_queue_response(c, MHD_HTTP_PARTIAL_CONTENT, r) : MHD_NO;
    if (r != NULL)
        MHD_destroy_response(r);
    return done;
}

static enum MHD_Result answer_outside(const struct entry *e, struct MHD_Connection *c)
{
    char range[40];
    snprintf(range, sizeof range, "bytes */%" PRIu64, (uint64_t)e->seen.st_size);
    return reply_with(c, MHD_HTTP_RANGE_NOT_SATISFIABLE, "the file has no such bytes\n", MHD_HTTP_HEADER_CONTENT_RANGE, range);
}

static const char *header(struct MHD_Connection *c, const char *name)
{
    return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static bool unchanged(const struct entry *e, struct MHD_Connection *c)
{
    const char *tags = header(c, MHD_HTTP_HEADER_IF_NONE_MATCH);
    if (tags != NULL)
        return http_etag_listed(tags, e->etag);
    const char *since = header(c, MHD_HTTP_HEADER_IF_MODIFIED_SINCE);
    return since != NULL && strcmp(since, e->modified) == 0;
}

static enum MHD_Result answer_entry(struct entry *e, struct MHD_Connection *c, bool head)
{
    if (unchanged(e, c))
        return MHD_queue_response(c, MHD_HTTP_NOT_MODIFIED, e->unchanged);
    uint64_t first = 0, count = 0;
    const char *wanted = head ? NULL : header(c, MHD_HTTP_HEADER_RANGE);
    if (wanted != NULL && http_if_range(header(c, MHD_HTTP_HEADER_IF_RANGE), e->etag, e->modified))
        switch (http_range(wanted, (uint64_t)e->seen.st_size, &first, &count)) {
        case HTTP_RANGE_PART:
            return answer_part(e, c, first, count);
        case HTTP_RANGE_OUTSIDE:
            return answer_outside(e, c);
        default:
            break;
        }
    return MHD_queue_response(c, MHD_HTTP_OK, e->whole);
}

enum MHD_Result files_answer(struct files *f, struct MHD_Connection *connection, const char *path, bool head)
{
    const char *id = path[0] == '/' ? path + 1 : path;
    const char *slash = strchr(id, '/');
    for (size_t i = 0; slash != NULL && i < f->count; i++) {
        size_t n = strlen(f->channels[i].id);
        if ((size_t)(slash - id) != n || memcmp(id, f->channels[i].id, n) != 0 || files_kind(slash + 1) == FILES_NONE)
            continue;
        pthread_mutex_lock(&f->lock);
        struct entry *e = find(f, f->channels[i].dir, slash + 1);
        enum MHD_Result done = e != NULL ? answer_entry(e, connection, head) : MHD_NO;
        pthread_mutex_unlock(&f->lock);
        if (e != NULL)
            return done;
        break;
    }
    return reply(connection, MHD_HTTP_NOT_FOUND, "there is no such file\n");
}

/* ---- channels ---- */

struct files *files_open(void)
{
    struct files *f = calloc(1, sizeof *f);
    if (f == NULL || pthread_mutex_init(&f->lock, NULL) != 0) {
        free(f);
        return NULL;
    }
    for (size_t i = 0; i < SLOTS; i++)
        f->slots[i].fd = -1;
    return f;
}

void files_close(struct files *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        forget(&f->slots[i]);
    for (size_t i = 0; i < f->count; i++) {
        free(f->channels[i].id);
        free(f->channels[i].dir);
    }
    pthread_mutex_destroy(&f->lock);
    free(f);
}

/* The server's own addresses begin with these. */
static bool is_own(const char *id)
{
    static const char *const own[] = {"enrol", "learners", "logs", "results", "roles", "room", "xapi"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(id, own[i]) == 0)
            return true;
    return false;
}

/* The `id` of a channel.json as a text of its own; NULL where it has none that is fit for a URL. */
static char *read_id(const char *dir, struct error *err)
{
    struct buf text = {0}, path = {0};
    buf_addf(&path, "%s/channel.json", dir);
    bool ok = buf_ok(&path) ? file_read(buf_text(&path), POINTER_BYTES, &text, err) : error_memory(err);
    buf_free(&path);
    json_t *pointer = ok ? json_loadb(buf_text(&text), text.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    buf_free(&text);
    const char *id = json_string_value(json_object_get(pointer, "id"));
    char *copy = NULL;
    if (id != NULL && is_own(id))
        error_set(err, EX_DATAERR, "cannot serve a channel", dir, "its id is a word that the server needs for itself", "give it another id");
    else if (id != NULL && strlen(id) <= 64 && plain_name(id))
        copy = strdup(id);
    else
        error_set(err, EX_DATAERR, "cannot serve a channel", dir, "it holds no published channel (a channel.json with an id)",
                  "make one with `crib publish SRC OUT`");
    json_decref(pointer);
    return copy;
}

const char *files_add(struct files *f, const char *dir, struct error *err)
{
    if (f->count == CHANNELS) {
        error_set(err, EX_USAGE, "cannot serve a channel", dir, "they are too many", "start a second server");
        return NULL;
    }
    char *id = read_id(dir, err), *copy = strdup(dir); /* unresolved: `current` may come to point elsewhere */
    bool ok = id != NULL && (copy != NULL || error_memory(err));
    for (size_t i = 0; ok && i < f->count; i++)
        if (strcmp(f->channels[i].id, id) == 0)
            ok = error_set(err, EX_USAGE, "cannot serve a channel", dir, "another directory has the same channel", "name it once");
    if (!ok) {
        free(id);
        free(copy);
        return NULL;
    }
    f->channels[f->count].id = id;
    f->channels[f->count].dir = copy;
    f->count++;
    return id;
}

size_t files_count(const struct files *f)
{
    return f->count;
}

const char *files_id(const struct files *f, size_t at)
{
    return f->channels[at].id;
}

const char *files_dir(const struct files *f, size_t at)
{
    return f->channels[at].dir;
}
