/* Two thousand devices' morning: each asks for its roles, takes a change of its channel (pointer, signature, difference),
 * asks what the learning record store speaks and pushes ten statements, to a real `crib serve` on loopback.
 *
 *     bench_site CRIB-SYNC [DEVICES] [SECONDS]    SECONDS: over which they arrive; 0: all at once
 *
 * Afterwards every statement has to be in the store exactly once. Rows: `what|value|goal|met`. */
#include <jansson.h>

#include "core/base/clock.h"
#include "sync/serve/store.h"
#include "tests/unit/publisher.h"
#include "tests/bench/measure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STATEMENTS = 10, MODULES = 200, STEPS = 7, BOUND_S = 180, RESPONSE_MOST = 1 << 20, DEVICES_MOST = 20000 };

extern char **environ;

static char dir[64];
static struct error err;

static void die(const char *what)
{
    fprintf(stderr, "bench_site: %s: %s\n", what, err.why[0] != '\0' ? err.why : strerror(errno));
    exit(EXIT_FAILURE);
}

/* ---- what is served ---- */

struct published_paths {
    char signature[200], deltas[2][200], etag[64];
    size_t count; /* of deltas */
};

static void add_module(struct arena *a, struct pack_file *file, int number, const char *words)
{
    struct buf text = {0};
    buf_addf(&text, "---\ntitle: Module %d\nproblem: The pump %d runs but delivers no flow.\noutcome: Prime it.\nminutes: 5\n---\n\n"
                    "## First {#first}\n\n%s\n\n",
             number, number, words);
    for (int i = 0; i < 60; i++)
        buf_addf(&text, "Step %d of %d: turn valve %u a quarter turn and read gauge %u.\n", i, number, randombytes_uniform(1000),
                 randombytes_uniform(1000));
    const char *path = arena_printf(a, "modules/m%04d.md", number);
    *file = (struct pack_file){path, {arena_copy(a, buf_text(&text), text.len), text.len}};
    buf_free(&text);
}

static struct published_paths publish_both(struct arena *a, const char *out)
{
    struct public_key public_key;
    struct secret_key secret;
    struct pack_file files[MODULES + 1];
    struct pointer first, second;
    struct buf bytes = {0};
    struct published_paths paths = {.count = 0};
    key_make(&public_key, &secret);
    static const char head[] = "id: plant\nname: Plant\niri: https://example.com/plant\n";
    files[0] = (struct pack_file){"channel.yaml", {head, sizeof head - 1}};
    for (int i = 0; i < MODULES; i++)
        add_module(a, &files[i + 1], i, "The text before the change.");
    struct publishing p = {.out = out, .key = &secret, .version = 1, .published_ms = clock_wall_ms(), .expires_ms = clock_wall_ms() + 86400000};
    const struct pack_files source = {files, MODULES + 1};
    publish_files(a, "plant", &source, &p);
    const char *pointer = arena_printf(a, "%s/channel.json", out);
    if (!file_read(pointer, POINTER_MOST, &bytes, &err) || !pointer_read(a, buf_text(&bytes), bytes.len, "first", &first, &err))
        die("the channel");
    buf_clear(&bytes);
    add_module(a, &files[7], 6, "The text after the change.");
    p.version = 2;
    publish_files(a, "plant", &source, &p);
    if (!file_read(pointer, POINTER_MOST, &bytes, &err) || !pointer_read(a, buf_text(&bytes), bytes.len, "second", &second, &err))
        die("the channel");
    snprintf(paths.signature, sizeof paths.signature, "/plant/%s", signature_path(a, buf_text(&bytes), bytes.len));
    for (size_t i = 0; i < second.count && paths.count < 2; i++) {
        const struct pointer_group *before = pointer_group(&first, second.groups[i].name);
        if (memcmp(before->hash, second.groups[i].hash, POINTER_HASH) != 0)
            snprintf(paths.deltas[paths.count++], sizeof paths.deltas[0], "/plant/%s",
                     delta_path(a, before->name, before->hash, second.groups[i].hash));
    }
    buf_free(&bytes);
    return paths;
}

/* ---- the server ---- */

static pid_t start_server(const char *program, const char *out, const char *data, unsigned *port)
{
    int ends[2];
    pid_t pid;
    posix_spawn_file_actions_t actions;
    const char *argv[] = {"crib-sync", "serve", "--listen", "127.0.0.1:0", "--channel", out, "--data", data, NULL};
    if (pipe(ends) != 0 || posix_spawn_file_actions_init(&actions) != 0 || posix_spawn_file_actions_adddup2(&actions, ends[1], 1) != 0 ||
        posix_spawn_file_actions_addclose(&actions, ends[0]) != 0 ||
        posix_spawn(&pid, program, &actions, NULL, (char *const *)argv, environ) != 0)
        die(program);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    FILE *said = fdopen(ends[0], "r");
    char line[300];
    *port = 0;
    while (*port == 0 && said != NULL && fgets(line, sizeof line, said) != NULL)
        (void)sscanf(line, "plant: http://127.0.0.1:%u/", port);
    if (*port == 0)
        die("the server does not start");
    return pid; /* the pipe stays open: what it says further fits in */
}

/* A number of /proc/PID/status, in KiB. */
static long of_status(pid_t pid, const char *name)
{
    char path[40], line[200];
    long value = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtol(line + strlen(name) + 1, NULL, 10);
    if (f != NULL)
        fclose(f);
    return value;
}

/* ---- devices ---- */

enum { ROLES, POINTER, SIGNATURE, DELTA, SECOND_DELTA, ABOUT, PUSH };
static const char *const step_names[STEPS] = {"roles", "channel.json", "signature", "difference", "catalogue", "about", "10 statements"};

struct device {
    int fd, step;
    size_t number;
    char authorization[160];
    char *out;
    size_t length, sent;
    char in[8192]; /* the head and a small body; what is more is counted alone */
    size_t got, whole; /* whole: bytes of the answer, 0 while its head is on the way */
    double due, began;
};

struct load {
    struct device *devices;
    size_t count, started, open, open_most, done, errors;
    double *times[STEPS];
    size_t counts[STEPS];
    int epoll;
    unsigned port;
    struct published_paths paths;
    size_t received;
};

static void add_statements(struct buf *out, size_t device)
{
    char at[40];
    int64_t ms = clock_wall_ms() - (int64_t)randombytes_uniform(8 * 3600000);
    buf_addc(out, '[');
    for (unsigned i = 0; i < STATEMENTS; i++) {
        ms += 1000 + randombytes_uniform(20000);
        clock_format(ms, 0, at, sizeof at);
        buf_addf(out,
                 "%s{\"id\":\"%08x-%04x-7%03x-8%03x-%06x%06zx\",\"actor\":{\"account\":{\"homePage\":\"https://example.com\",\"name\":"
                 "\"device-%zu\"}},\"verb\":{\"id\":\"http://adlnet.gov/expapi/verbs/answered\",\"display\":{\"en\":\"answered\"}},"
                 "\"object\":{\"id\":\"https://example.com/plant/m/m%04u/q/valve-%u\",\"definition\":{\"type\":"
                 "\"http://adlnet.gov/expapi/activities/cmi.interaction\",\"interactionType\":\"true-false\",\"correctResponsesPattern\":"
                 "[\"true\"]}},\"result\":{\"success\":true,\"response\":\"true\",\"duration\":\"PT%uS\"},\"context\":{\"registration\":"
                 "\"%08x-0000-4000-8000-%012zx\",\"contextActivities\":{\"parent\":[{\"id\":\"https://example.com/plant/m/m%04u\"}],"
                 "\"grouping\":[{\"id\":\"https://example.com/plant\"}]},\"platform\":\"crib\",\"language\":\"en\"},\"timestamp\":\"%s\"}",
                 i > 0 ? "," : "", (unsigned)(ms >> 16), (unsigned)(ms & 0xffff), randombytes_uniform(0x1000), randombytes_uniform(0x1000),
                 i, device, device, i % MODULES, i, 3 + randombytes_uniform(60), (unsigned)device, device, i % MODULES, at);
    }
    buf_addc(out, ']');
}

static void compose(struct load *l, struct device *d)
{
    struct buf out = {0}, body = {0};
    const char *path = d->step == ROLES       ? "/roles"
                       : d->step == POINTER   ? "/plant/channel.json"
                       : d->step == SIGNATURE ? l->paths.signature
                       : d->step == ABOUT     ? "/xapi/about"
                       : d->step == PUSH      ? "/xapi/statements"
                                              : l->paths.deltas[d->step - DELTA];
    buf_addf(&out, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: crib/0.1.0\r\n", d->step == PUSH ? "POST" : "GET", path, l->port);
    if (d->step == POINTER)
        buf_adds(&out, "If-None-Match: \"0-0-0\"\r\n");
    if (d->step == ROLES || d->step == ABOUT || d->step == PUSH)
        buf_addf(&out, "Authorization: Basic %s\r\nX-Experience-API-Version: 2.0.0\r\n", d->authorization);
    if (d->step == PUSH) {
        add_statements(&body, d->number);
        buf_addf(&out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body.len);
    }
    buf_adds(&out, "\r\n");
    buf_add(&out, buf_text(&body), body.len);
    buf_free(&body);
    if (!buf_ok(&out))
        die("memory");
    free(d->out);
    d->length = out.len;
    d->out = out.data;
    d->sent = d->got = d->whole = 0;
    d->began = seconds();
}

static void watch(struct load *l, struct device *d, int how, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.ptr = d};
    if (epoll_ctl(l->epoll, how, d->fd, &e) != 0)
        die("epoll");
}

static void leave(struct load *l, struct device *d)
{
    close(d->fd);
    d->fd = -1;
    l->open--;
}

static void finished(struct load *l, struct device *d, bool well)
{
    leave(l, d);
    free(d->out);
    d->out = NULL;
    l->done++;
    if (!well)
        l->errors++;
}

static void join(struct load *l, struct device *d)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    d->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (d->fd < 0)
        die("socket");
    compose(l, d);
    if (++l->open > l->open_most)
        l->open_most = l->open;
    if (connect(d->fd, (const struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) {
        finished(l, d, false);
        return;
    }
    watch(l, d, EPOLL_CTL_ADD, EPOLLOUT);
}

/* The next request: what is for the learning record store goes over a connection of its own. */
static void go_on(struct load *l, struct device *d)
{
    l->times[d->step][l->counts[d->step]++] = (seconds() - d->began) * 1000;
    l->received += d->whole;
    d->step++;
    if (d->step == SECOND_DELTA && l->paths.count < 2)
        d->step++;
    if (d->step == STEPS) {
        finished(l, d, true);
    } else if (d->step == ABOUT) {
        leave(l, d);
        join(l, d);
    } else {
        compose(l, d);
        watch(l, d, EPOLL_CTL_MOD, EPOLLOUT);
    }
}

static bool head_is_here(struct device *d)
{
    int status = 0;
    size_t kept = d->got < sizeof d->in - 1 ? d->got : sizeof d->in - 1;
    d->in[kept] = '\0';
    const char *end = strstr(d->in, "\r\n\r\n"), *length = strstr(d->in, "Content-Length:");
    if (end == NULL)
        return kept < sizeof d->in - 1;
    d->whole = (size_t)(end - d->in) + 4 + (length != NULL && length < end ? strtoull(length + 15, NULL, 10) : 0);
    if (sscanf(d->in, "HTTP/1.1 %d", &status) == 1 && status == 200 && d->whole < RESPONSE_MOST)
        return true;
    fprintf(stderr, "device %zu, %s: %.80s\n", d->number, step_names[d->step], d->in);
    return false;
}

static void receive(struct load *l, struct device *d)
{
    char rest[65536];
    for (;;) {
        bool small = d->got < sizeof d->in - 1;
        ssize_t n = recv(d->fd, small ? d->in + d->got : rest, small ? sizeof d->in - 1 - d->got : sizeof rest, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            finished(l, d, false);
            return;
        }
        d->got += (size_t)n;
        if (d->whole == 0 && !head_is_here(d)) {
            finished(l, d, false);
            return;
        }
        if (d->whole > 0 && d->got >= d->whole) {
            go_on(l, d);
            return;
        }
    }
}

static void transmit(struct load *l, struct device *d)
{
    ssize_t n = send(d->fd, d->out + d->sent, d->length - d->sent, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0) {
        finished(l, d, false);
        return;
    }
    d->sent += (size_t)n;
    if (d->sent == d->length)
        watch(l, d, EPOLL_CTL_MOD, EPOLLIN);
}

static double run(struct load *l)
{
    struct epoll_event events[256];
    double began = seconds();
    while (l->done < l->count && seconds() - began < BOUND_S) {
        while (l->started < l->count && l->devices[l->started].due <= seconds() - began)
            join(l, &l->devices[l->started++]);
        int n = epoll_wait(l->epoll, events, 256, 1);
        for (int i = 0; i < n; i++) {
            struct device *d = events[i].data.ptr;
            if (d->sent < d->length)
                transmit(l, d);
            else
                receive(l, d);
        }
    }
    return seconds() - began;
}

/* ---- afterwards ---- */

/* Every statement is there once, and each later than the one before. */
static bool all_there(const char *data, size_t devices)
{
    bool *seen = calloc(devices * STATEMENTS, sizeof *seen), ok = seen != NULL;
    size_t count = 0;
    struct store *s = store_open(data, true, &err);
    struct query q = {.until = INT64_MAX, .limit = QUERY_LIMIT, .ascending = true};
    for (int64_t more = 1; ok && s != NULL && more > 0; q.after = more) {
        struct buf text = {0};
        buf_addc(&text, '[');
        ok = store_many(s, &q, &text, &more, &err);
        buf_addc(&text, ']');
        json_t *list = json_loadb(buf_text(&text), text.len, 0, NULL);
        for (size_t i = 0; i < json_array_size(list); i++, count++) {
            unsigned which = 0, device = 0;
            const char *id = json_string_value(json_object_get(json_array_get(list, i), "id"));
            bool fits = id != NULL && sscanf(id + 24, "%6x%6x", &which, &device) == 2 && which < STATEMENTS && device < devices;
            ok = ok && fits && !seen[device * STATEMENTS + which];
            if (fits)
                seen[device * STATEMENTS + which] = true;
        }
        json_decref(list);
        buf_free(&text);
    }
    if (!ok || s == NULL || count != devices * STATEMENTS)
        fprintf(stderr, "%zu of %zu statements: %s\n", count, devices * STATEMENTS, err.why);
    store_close(s);
    free(seen);
    return ok && s != NULL && count == devices * STATEMENTS;
}

static double report(struct load *l, int step)
{
    size_t n = l->counts[step];
    double *t = l->times[step];
    if (n == 0)
        return 0;
    double p50 = quantile(t, n, 0.5), p99 = quantile(t, n, 0.99);
    printf("%s, p50 / p99 / max|%.1f / %.1f / %.1f ms|%s|%s\n", step_names[step], p50, p99, t[n - 1],
           step == PUSH ? "p99 < 50 ms" : "-", step != PUSH ? "-" : p99 < 50 ? "met" : "MISSED");
    return p99;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void make_devices(struct load *l, const char *data, double spread)
{
    struct store *s = store_open(data, false, &err);
    if (s == NULL || !store_begin(s, &err))
        die("the store");
    for (size_t i = 0; i < l->count; i++) {
        struct device *d = &l->devices[i];
        char name[40], plain[120], token[TOKEN_SIZE];
        *d = (struct device){.fd = -1, .number = i, .due = spread * (double)i / (double)l->count};
        snprintf(name, sizeof name, "device-%zu", i);
        if (!store_add_client(s, name, false, token, &err))
            die("a device");
        snprintf(plain, sizeof plain, "%s:%s", name, token);
        sodium_bin2base64(d->authorization, sizeof d->authorization, (const unsigned char *)plain, strlen(plain), sodium_base64_VARIANT_ORIGINAL);
    }
    if (!store_commit(s, &err))
        die("the store");
    store_close(s);
}

int main(int argc, char **argv)
{
    const char *base = getenv("TMPDIR");
    struct load l = {.count = argc > 2 ? strtoul(argv[2], NULL, 10) : 2000};
    double spread = argc > 3 ? strtod(argv[3], NULL) : 20;
    struct rlimit files;
    snprintf(dir, sizeof dir, "%.40s/crib-site-XXXXXX", base != NULL ? base : "/tmp");
    if (argc < 2 || l.count == 0 || l.count > DEVICES_MOST || sodium_init() < 0 || mkdtemp(dir) == NULL)
        return 64;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    struct arena *a = arena_open();
    const char *out = arena_printf(a, "%s/out", dir), *data = arena_printf(a, "%s/data", dir);
    l.paths = publish_both(a, out);
    l.devices = calloc(l.count, sizeof *l.devices);
    for (int i = 0; i < STEPS; i++)
        l.times[i] = calloc(l.count, sizeof(double));
    make_devices(&l, data, spread);
    pid_t server = start_server(argv[1], out, data, &l.port);
    l.epoll = epoll_create1(EPOLL_CLOEXEC);
    double took = run(&l);
    long peak = of_status(server, "VmHWM");
    struct rusage used;
    int status = 0;
    kill(server, SIGTERM);
    if (waitpid(server, &status, 0) != server || getrusage(RUSAGE_CHILDREN, &used) != 0)
        die("the server");
    bool whole = all_there(data, l.count), well = l.errors == 0 && l.done == l.count && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    double cpu = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("%zu devices in %.1f s, at most %zu at once: errors|%zu|0|%s\n", l.count, took, l.open_most, l.errors + (l.count - l.done), well ? "met" : "MISSED");
    for (int i = 0; i < STEPS; i++)
        (void)report(&l, i);
    size_t requests = 0;
    for (int i = 0; i < STEPS; i++)
        requests += l.counts[i];
    printf("requests, statements a second; KiB received a device|%.0f, %.0f; %.1f|-|-\n", (double)requests / took,
           (double)(l.counts[PUSH] * STATEMENTS) / took, (double)l.received / 1024 / (double)l.count);
    printf("the server's CPU time a device, peak memory|%.2f ms, %ld MiB|<= 256 MiB|%s\n", cpu * 1000 / (double)l.count, peak / 1024,
           peak / 1024 <= 256 ? "met" : "MISSED");
    printf("statements in the store, each once|%s|all|%s\n", whole ? "all" : "NOT ALL", whole ? "met" : "MISSED");
    (void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_close(a);
    return EXIT_SUCCESS;
}
