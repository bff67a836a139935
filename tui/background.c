#include "tui/background.h"

#include "core/base/clock.h"
#include "core/record/accepted.h"
#include "core/record/outbox.h"
#include "tui/visit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    AUTO_S = 15 * 60,
    FIRST_LEAST_MS = 2000,  /* after the first screen: who opens crib wants something else first */
    FIRST_MOST_MS = 15000,
    LONGEST_MS = 60 * 60 * 1000, /* between two attempts while nobody can be reached */
    LOOK_MS = 5000,         /* at the file, and at what is to be sent */
    LINE_MOST = SYNCING_LINE,
};

struct background {
    struct app *app;
    bool begun; /* the first turn was taken */
    bool may;   /* this account can write here, and it is no preview */
    bool anything; /* something comes from elsewhere */
    long every_s; /* 0: not by itself */
    int64_t next_ms; /* of the monotonic clock; 0: no next time is set */
    unsigned fails; /* one after the other */
    uint32_t dice;

    pid_t child; /* 0: none runs */
    int fd;
    bool stopping, again; /* again: as soon as this one has ended */
    char line[LINE_MOST];
    size_t len;
    bool torn; /* a line is longer than any: what comes up to its LF is left out */
    struct syncing_progress steps[BACKGROUND_STEPS];
    size_t step_count;
    struct arena *steps_arena;
    char trouble[200]; /* why the last one ended without telling */

    const char *path;
    struct stat file; /* as it was read */
    struct arena *known_arena;
    struct syncing known;
    int64_t looked_ms, to_send;
};

struct background *background_open(struct app *app)
{
    struct background *b = calloc(1, sizeof *b);
    if (b == NULL)
        return NULL;
    b->app = app;
    b->fd = -1;
    return b;
}

void background_close(struct background *b)
{
    if (b == NULL)
        return;
    if (b->fd >= 0)
        close(b->fd);
    arena_close(b->steps_arena);
    arena_close(b->known_arena);
    free(b);
}

/* ---- when ---- */

/* A number below most. Nobody guards anything with it: it only parts devices that would come at the same moment. */
static int64_t chance(struct background *b, int64_t most)
{
    if (b->dice == 0)
        b->dice = (uint32_t)clock_monotonic_ms() * 2654435761U ^ (uint32_t)getpid() * 40503U ^ 0x9E3779B9U;
    b->dice ^= b->dice << 13;
    b->dice ^= b->dice >> 17;
    b->dice ^= b->dice << 5;
    return most > 0 ? (int64_t)(b->dice % (uint32_t)most) : 0;
}

static void set_next(struct background *b, int64_t in_ms)
{
    b->next_ms = b->every_s > 0 ? clock_monotonic_ms() + in_ms : 0;
}

/* The next regular time: a fifth sooner or later; rarer after failures. */
static void set_regular(struct background *b)
{
    int64_t wait = (int64_t)b->every_s * 1000, most = wait > LONGEST_MS ? wait : LONGEST_MS;
    wait = wait << (b->fails < 6 ? b->fails : 6);
    if (wait > most)
        wait = most;
    set_next(b, wait - wait / 5 + chance(b, wait / 5 * 2));
}

/* The first time in this run: soon when the last sync is long ago. */
static void set_first(struct background *b)
{
    int64_t every = (int64_t)b->every_s * 1000;
    int64_t first = FIRST_LEAST_MS + chance(b, FIRST_MOST_MS - FIRST_LEAST_MS);
    const struct syncing_end *last = b->known.end_count > 0 ? &b->known.ends[b->known.end_count - 1] : NULL;
    int64_t ago = last != NULL ? clock_wall_ms() - last->ended_ms : every;
    if (first > every)
        first = every;
    set_next(b, ago >= 0 && ago < every && every - ago > first ? every - ago : first);
}

/* ---- what is known ---- */

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* true when the file is another one than was read. */
static bool read_known(struct background *b)
{
    struct stat st = {0};
    if (b->path == NULL || stat(b->path, &st) != 0)
        st = (struct stat){0};
    if (same_file(&st, &b->file))
        return false;
    b->file = st;
    arena_reset(b->known_arena);
    if (!syncing_read(b->known_arena, b->path, &b->known))
        b->known = (struct syncing){0};
    b->anything = b->anything || b->known.channel_count > 0;
    return true;
}

/* Counts what waits, as far as a store is accepted for it; without a store the record isn't looked at. */
static int64_t count_to_send(struct background *b)
{
    struct arena *a = arena_open();
    struct accepted accepted;
    struct outbox_channel_count *items;
    size_t count;
    int64_t sum = 0;
    const struct config *config = b->app->config;
    if (a != NULL && config != NULL && accepted_read(a, config, &accepted, NULL) && accepted.count > 0) {
        struct record *record = app_record_if_any(b->app, NULL);
        bool fresh = config_text(config, CONFIG_HOMEPAGE)[0] != '\0' && !visit_shared(b->app);
        if (record != NULL && outbox_channel_counts(record, a, fresh, &items, &count, NULL))
            for (size_t i = 0; i < count; i++)
                sum += accepted_for(&accepted, items[i].channel) != NULL ? items[i].count : 0;
    }
    arena_close(a);
    return sum;
}

/* Now and then; true when something is another. */
static bool look(struct background *b, bool now)
{
    int64_t at = clock_monotonic_ms();
    if (!now && b->looked_ms != 0 && at - b->looked_ms < LOOK_MS)
        return false;
    b->looked_ms = at;
    int64_t before = b->to_send;
    b->to_send = count_to_send(b);
    return read_known(b) || before != b->to_send;
}

/* What the first screen does not have to wait for. */
static void begin(struct background *b)
{
    const struct config *config = b->app->config;
    const char *trust = file_join(b->app->arena, b->app->places.data, "trust.db");
    b->begun = true;
    b->steps_arena = arena_open();
    b->known_arena = arena_open();
    if (b->steps_arena == NULL || b->known_arena == NULL)
        return; /* then there is none in this run */
    b->path = syncing_path(b->app->arena, &b->app->places);
    b->may = b->app->preview == NULL && access(b->app->places.data, W_OK | X_OK) == 0;
    b->anything = (trust != NULL && access(trust, F_OK) == 0) ||
                  (config != NULL && config_get(config, CONFIG_SITE)->mapping != NULL);
    long wanted = config != NULL ? config_seconds(config, CONFIG_SYNC) : 0;
    b->every_s = !b->may ? 0 : wanted >= 0 ? wanted : b->anything ? AUTO_S : 0;
    b->anything = b->anything || b->every_s > 0;
    (void)look(b, true);
    if (b->every_s > 0)
        set_first(b);
}

/* ---- the process ---- */

static bool start(struct background *b, struct error *err)
{
    if (!app_start_sync(b->app, (const char *[]){"sync", "--quiet", NULL}, &b->child, &b->fd, err))
        return false;
    arena_reset(b->steps_arena);
    b->step_count = b->len = 0;
    b->torn = b->stopping = false;
    b->trouble[0] = '\0';
    b->next_ms = 0;
    return true;
}

static void take_line(struct background *b)
{
    struct arena *scratch = arena_open();
    struct syncing_progress p;
    if (scratch != NULL && syncing_progress_read(scratch, b->line, b->len, &p)) {
        size_t i = 0;
        while (i < b->step_count && strcmp(b->steps[i].channel, p.channel) != 0)
            i++;
        if (i < b->step_count)
            p.channel = b->steps[i].channel;
        else if (i < BACKGROUND_STEPS && (p.channel = arena_strdup(b->steps_arena, p.channel)) != NULL)
            b->step_count++;
        if (i < BACKGROUND_STEPS && p.channel != NULL)
            b->steps[i] = p;
    }
    arena_close(scratch);
}

static void take_bytes(struct background *b, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n') {
            if (!b->torn)
                take_line(b);
            b->len = 0;
            b->torn = false;
        } else if (b->len < LINE_MOST) {
            b->line[b->len++] = bytes[i];
        } else {
            b->torn = true;
        }
    }
}

/* Takes what is there, and at most so much of it that a key never waits for somebody who doesn't stop talking. */
static bool read_pipe(struct background *b)
{
    enum { AT_ONCE = 16 };
    char bytes[1024];
    bool any = false;
    for (int i = 0; b->fd >= 0 && i < AT_ONCE; i++) {
        ssize_t n = read(b->fd, bytes, sizeof bytes);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            break;
        any = true;
        if (n > 0) {
            take_bytes(b, bytes, (size_t)n);
            continue;
        }
        close(b->fd); /* its end, and with it soon the process's */
        b->fd = -1;
    }
    return any;
}

/* It has ended: what became of it stands in the file. */
static void ended(struct background *b, int status)
{
    bool told = look(b, true), well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const struct syncing_end *last = b->known.end_count > 0 ? &b->known.ends[b->known.end_count - 1] : NULL;
    bool offline = told && last != NULL && last->result == RESULT_OFFLINE;
    if (b->stopping)
        snprintf(b->trouble, sizeof b->trouble, "stopped");
    else if (!well && WIFEXITED(status) && WEXITSTATUS(status) == APP_NOT_STARTED)
        snprintf(b->trouble, sizeof b->trouble, "crib-sync is not installed");
    else if (!well && !told && WIFEXITED(status) && WEXITSTATUS(status) != EX_TEMPFAIL)
        snprintf(b->trouble, sizeof b->trouble, "crib-sync ended with status %d", WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        snprintf(b->trouble, sizeof b->trouble, "crib-sync was ended by signal %d", WTERMSIG(status));
    b->fails = offline || (b->trouble[0] != '\0' && !b->stopping) ? b->fails + 1 : 0;
    b->child = 0;
    b->step_count = 0;
    set_regular(b);
    if (b->again && !b->stopping)
        b->next_ms = clock_monotonic_ms();
    b->again = false;
}

static bool reap(struct background *b)
{
    int status = 0;
    pid_t got = waitpid(b->child, &status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR))
        return false;
    if (b->fd >= 0)
        close(b->fd);
    b->fd = -1;
    ended(b, got < 0 ? 0 : status);
    return true;
}

bool background_turn(struct background *b)
{
    bool another = false;
    if (!b->begun) {
        begin(b);
        another = b->anything || b->to_send > 0; /* else the screen says it already */
    }
    if (b->child != 0) {
        another = read_pipe(b) || another;
        return reap(b) || another;
    }
    if (look(b, false)) {
        another = true;
        if (b->next_ms != 0 && b->known.end_count > 0 && b->known.ends[b->known.end_count - 1].result != RESULT_OFFLINE)
            set_regular(b); /* another one was quicker */
    }
    if (b->next_ms == 0 || clock_monotonic_ms() < b->next_ms)
        return another;
    struct error err = {0};
    if (!start(b, &err)) {
        snprintf(b->trouble, sizeof b->trouble, "%.90s: %.90s", err.what, err.why);
        b->fails++;
        set_regular(b);
    }
    return true;
}

void background_recount(struct background *b)
{
    if (b != NULL)
        b->looked_ms = 0;
}

bool background_now(struct background *b, struct error *err)
{
    if (!b->begun)
        begin(b);
    if (b->child != 0) {
        b->again = true;
        return true;
    }
    if (!b->may)
        return error_set(err, EX_NOPERM, "cannot sync", b->app->preview != NULL ? NULL : b->app->places.data,
                         b->app->preview != NULL ? "this is a preview" : "this account can't write there",
                         b->app->preview != NULL ? "outside of it `crib sync` does" : "whose it is, can: `crib sync`");
    return start(b, err);
}

void background_stop(struct background *b)
{
    if (b->child == 0)
        return;
    b->stopping = true;
    (void)kill(b->child, SIGTERM);
}

/* ---- what there is to say ---- */

int background_fd(const struct background *b)
{
    return b->fd;
}

bool background_running(const struct background *b)
{
    return b->child != 0;
}

long background_every(const struct background *b)
{
    return b->every_s;
}

long background_next(const struct background *b)
{
    int64_t left = b->next_ms - clock_monotonic_ms();
    return b->next_ms == 0 ? -1 : left > 0 ? (long)(left / 1000) : 0;
}

const struct syncing_progress *background_steps(const struct background *b, size_t *count)
{
    *count = b->step_count;
    return b->steps;
}

const struct syncing *background_known(const struct background *b)
{
    return &b->known;
}

const char *background_trouble(const struct background *b)
{
    return b->trouble;
}

void background_moment(int64_t at_ms, char *out, size_t size)
{
    char today[16], day[16], whole[32];
    clock_format_day(clock_wall_ms(), today, sizeof today);
    clock_format_day(at_ms, day, sizeof day);
    clock_format(at_ms, clock_offset_minutes(at_ms), whole, sizeof whole);
    if (strcmp(today, day) == 0)
        snprintf(out, size, "%.5s", whole + 11);
    else
        snprintf(out, size, "%s", day);
}

void background_status(const struct background *b, struct buf *out)
{
    char moment[16];
    const struct syncing_end *last = b->known.end_count > 0 ? &b->known.ends[b->known.end_count - 1] : NULL;
    if (b->child != 0) {
        buf_adds(out, b->stopping ? "stopping" : "syncing");
    } else if (b->trouble[0] != '\0') {
        buf_addf(out, "sync %s", b->stopping ? "stopped" : "failed");
    } else if (b->anything && last != NULL) {
        background_moment(last->result == RESULT_OK ? last->ended_ms : last->since_ms, moment, sizeof moment);
        buf_addf(out, "%s %s",
                 last->result == RESULT_OK        ? "synced"
                 : last->result == RESULT_OFFLINE ? "offline since"
                                                  : "sync failed since",
                 moment);
    } else if (b->anything) {
        buf_adds(out, "not synced yet");
    }
}

void background_sending(const struct background *b, struct buf *out)
{
    if (b->to_send > 0)
        buf_addf(out, "%lld to send", (long long)b->to_send);
}
