#include "core/record/graft.h"

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The database's format (sqlite.org/fileformat.html, 1.3): what of the first page is about its own file. */
enum {
    PAGE_SIZE_AT = 16,
    PAGE_MOST = 65536,
    PAGE_LEAST = 512,
    JOURNAL_AT = 18, /* two bytes: 1, or 2 with a write-ahead log */
    PAGES_AT = 28,   /* 0: as many as the file has */
    FREE_AT = 32,    /* eight bytes: pages that are free */
};

static bool copy_bytes(const char *from, const char *to)
{
    char bytes[PAGE_MOST];
    struct file_new f;
    struct error ignored;
    ssize_t n = -1;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    bool made = in >= 0 && file_new_open(&f, to, &ignored), ok = made;
    while (ok && ((n = read(in, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)))
        ok = n < 0 || file_new_add(&f, bytes, (size_t)n, &ignored);
    if (in >= 0)
        close(in);
    if (ok && n == 0)
        return file_new_done(&f, 0600, &ignored);
    if (made)
        file_new_drop(&f);
    return false;
}

static bool put_first_page(const char *path, const char *copy, bool wal)
{
    unsigned char page[PAGE_MOST];
    int in = open(copy, O_RDONLY | O_CLOEXEC), out = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = in >= 0 ? pread(in, page, sizeof page, 0) : -1;
    size_t size = n >= PAGE_LEAST ? (size_t)page[PAGE_SIZE_AT] << 8 | page[PAGE_SIZE_AT + 1] : 0;
    size = size == 1 ? PAGE_MOST : size;
    bool ok = out >= 0 && size >= PAGE_LEAST && (size_t)n >= size;
    page[JOURNAL_AT] = page[JOURNAL_AT + 1] = wal ? 2 : 1;
    memset(page + PAGES_AT, 0, FREE_AT + 8 - PAGES_AT);
    ok = ok && pwrite(out, page, size, 0) == (ssize_t)size;
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0)
        ok = false;
    return ok;
}

bool graft_make(const char *damaged, const char *copy, char path[GRAFT_PATH])
{
    char wal[GRAFT_PATH + 8], from[GRAFT_PATH + 8];
    struct stat st;
    int n = snprintf(path, GRAFT_PATH, "%s.graft", damaged);
    if (n <= 0 || n >= GRAFT_PATH)
        return false;
    snprintf(wal, sizeof wal, "%s-wal", path);
    snprintf(from, sizeof from, "%s-wal", damaged);
    bool has_wal = stat(from, &st) == 0 && st.st_size > 0;
    if (copy_bytes(damaged, path) && (!has_wal || copy_bytes(from, wal)) && put_first_page(path, copy, has_wal))
        return true;
    graft_drop(path);
    return false;
}

void graft_drop(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char name[GRAFT_PATH + 16];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}
