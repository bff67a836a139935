#include "core/record/swap.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    WAIT_MS = 5000,
    LOOK_MS = 20,
    LOCKS_AT = 0x40000000, /* SQLite's bytes: pending, reserved, shared: its lock-byte page */
    LOCKS_LEN = 512,
    CARE_MOST = 4096
};

static const char *const beside[] = {"-wal", "-shm"};

static bool named(char out[SWAP_PATH], const char *path, const char *end)
{
    int n = snprintf(out, SWAP_PATH, "%s%s", path, end);
    return n > 0 && n < SWAP_PATH;
}

static bool too_long(const char *path, struct error *err)
{
    return error_set(err, EX_CONFIG, "cannot move the record", path, "the path is too long", "set CRIB_HOME to a shorter one");
}

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

bool swap_wanted(const char *record)
{
    char care[SWAP_PATH];
    return named(care, record, ".care") && access(care, F_OK) == 0;
}

void swap_ask_check(const char *record)
{
    static const char check[] = "check\n";
    char care[SWAP_PATH];
    if (named(care, record, ".care"))
        (void)file_write_new(care, check, sizeof check - 1, 0600, NULL);
}

/* The directory's own entries, on the disk. */
static bool settle(const struct swap *s, struct error *err)
{
    const char *slash = strrchr(s->record, '/');
    char dir[SWAP_PATH];
    snprintf(dir, sizeof dir, "%.*s", slash == NULL ? 1 : slash == s->record ? 1 : (int)(slash - s->record),
             slash == NULL ? "." : s->record);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    int cause = errno;
    if (fd >= 0)
        close(fd);
    return ok || error_errno(err, cause, "cannot make sure of", dir, NULL);
}

/* ---- beginning ---- */

static bool read_care(struct swap *s, struct error *err)
{
    static const char word[] = "aside ";
    struct buf text = {0};
    if (!exists(s->care))
        return true;
    if (!file_read(s->care, CARE_MOST, &text, err)) {
        buf_free(&text);
        return false;
    }
    const char *line = buf_text(&text), *slash = strrchr(s->record, '/');
    const char *name = text.len >= sizeof word ? line + sizeof word - 1 : "";
    const char *own = slash != NULL ? slash + 1 : s->record;
    size_t n = strcspn(line, "\n");
    /* A name beside the record, and no other file's: else it is taken as an order to check. */
    if (n > sizeof word && strncmp(line, word, sizeof word - 1) == 0 && strncmp(name, own, strlen(own)) == 0 &&
        name[strlen(own)] == '.' && memchr(line, '/', n) == NULL) {
        snprintf(s->aside, sizeof s->aside, "%.*s%.*s", (int)(own - s->record), s->record, (int)(n - (sizeof word - 1)), name);
        s->pending = true;
    }
    buf_free(&text);
    return true;
}

/* A name that is free; two swaps in one second get two. */
static bool choose_aside(struct swap *s, const char *word, struct error *err)
{
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm tm;
    char day[32] = "";
    if (gmtime_r(&now, &tm) != NULL)
        strftime(day, sizeof day, "%Y%m%dT%H%M%SZ", &tm);
    for (int i = 1; i < 1000; i++) {
        char end[96];
        snprintf(end, sizeof end, i == 1 ? ".%s-%s" : ".%s-%s.%d", word, day, i);
        if (!named(s->aside, s->record, end))
            return too_long(s->record, err);
        if (!exists(s->aside))
            return true;
    }
    return error_set(err, EX_CANTCREAT, "cannot move the record", s->record, "too many stand beside it already", "move them elsewhere");
}

bool swap_begin(struct swap *s, const char *record, const char *word, struct error *err)
{
    char lock[SWAP_PATH];
    *s = (struct swap){.record = record, .mutex = -1, .held = -1};
    if (!named(s->next, record, ".next") || !named(s->care, record, ".care") || !named(lock, record, ".lock"))
        return too_long(record, err);
    s->mutex = file_lock(lock, WAIT_MS, "another crib is moving the record", err);
    if (s->mutex < 0)
        return false;
    if (read_care(s, err) && (s->pending || choose_aside(s, word, err))) {
        if (!s->pending)
            unlink(s->next); /* of somebody who was ended before it counted */
        return true;
    }
    swap_end(s);
    return false;
}

/* ---- those who have it open ---- */

/* SQLite's own exclusive lock: nobody has the record open by now, and who opens it waits. */
static bool hold(struct swap *s, struct error *err)
{
    struct stat st;
    if (s->held >= 0 || !exists(s->record))
        return true;
    if (stat(s->record, &st) != 0 || !S_ISREG(st.st_mode))
        return error_set(err, EX_CANTCREAT, "cannot move the record", s->record, "not a regular file", "move it away yourself");
    s->held = open(s->record, O_RDWR | O_CLOEXEC);
    if (s->held < 0)
        return error_errno(err, errno, "cannot move the record", s->record, "make it writable");
    struct flock locks = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCKS_AT, .l_len = LOCKS_LEN};
    for (int waited = 0; fcntl(s->held, F_SETLK, &locks) != 0; waited += LOOK_MS) {
        int cause = errno;
        if (cause != EACCES && cause != EAGAIN)
            return error_errno(err, cause, "cannot lock the record", s->record, NULL);
        if (waited >= WAIT_MS)
            return error_set(err, EX_TEMPFAIL, "the record stays as it is", s->record, "another crib has it open",
                             "end that one, and try again");
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
    }
    return true;
}

void swap_let_go(struct swap *s)
{
    if (s->held >= 0)
        close(s->held);
    s->held = -1;
}

/* ---- moving ---- */

static bool cannot(const char *path, struct error *err)
{
    return error_errno(err, errno, "cannot move the record", path, NULL);
}

/* What of it is there and not moved yet. A second piece of the same name (which somebody made who came in between) is of no
 * use to anybody, but moved as well. */
static bool move_beside(struct swap *s, struct error *err)
{
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char from[SWAP_PATH], to[SWAP_PATH];
        if (!named(from, s->record, beside[i]) || !named(to, s->aside, beside[i]))
            return too_long(s->record, err);
        for (size_t n = strlen(to); exists(from) && exists(to) && n + 2 < sizeof to; n++)
            memcpy(to + n, "~", 2);
        if (exists(from) && rename(from, to) != 0)
            return cannot(from, err);
    }
    return true;
}

static bool note_aside(struct swap *s, struct error *err)
{
    const char *slash = strrchr(s->aside, '/');
    struct buf line = {0};
    buf_addf(&line, "aside %s\n", slash != NULL ? slash + 1 : s->aside);
    bool ok = buf_ok(&line) ? file_write(s->care, buf_text(&line), line.len, 0600, err) : error_memory(err);
    buf_free(&line);
    return ok;
}

bool swap_aside(struct swap *s, struct error *err)
{
    if (!hold(s, err) || !note_aside(s, err))
        return false;
    s->pending = true;
    bool gone = exists(s->aside) || !exists(s->record);
    if (!gone && link(s->record, s->aside) != 0 && rename(s->record, s->aside) != 0)
        return cannot(s->record, err);
    return move_beside(s, err) && settle(s, err);
}

bool swap_placed(const struct swap *s)
{
    struct stat record, aside;
    return s->pending && !exists(s->next) && stat(s->record, &record) == 0 && stat(s->aside, &aside) == 0 &&
           (record.st_ino != aside.st_ino || record.st_dev != aside.st_dev);
}

bool swap_place(struct swap *s, struct error *err)
{
    if (!hold(s, err) || !move_beside(s, err))
        return false;
    if (rename(s->next, s->record) != 0)
        return cannot(s->next, err);
    return settle(s, err) && swap_clear(s, err);
}

bool swap_clear(struct swap *s, struct error *err)
{
    if (unlink(s->care) != 0 && errno != ENOENT)
        return error_errno(err, errno, "cannot remove", s->care, NULL);
    s->pending = false;
    return settle(s, err);
}

void swap_end(struct swap *s)
{
    swap_let_go(s);
    if (s->mutex >= 0)
        close(s->mutex);
    s->mutex = -1;
}
