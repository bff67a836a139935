/* pty_first: two full-screen programs in turn, each in a pseudo terminal of its own: how long until the first screen
 * stands, and until each key's effect does. See usage() below.
 *
 * "Stands" is the arrival of the last byte before the program has been quiet for a while. When all steps are done the
 * program is ended by SIGTERM, then its terminal goes away, then SIGKILL; its memory comes from wait4. */
#define _DEFAULT_SOURCE 1 /* wait4, which tells the memory of one child */
#include "tests/bench/measure.h"
#include "tests/e2e/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_MS = 300, FIRST_MS = 3000, STEPS_MOST = 16, RUNS_MOST = 200, ENDING_MS = 300 };

static int usage(void)
{
    fputs("usage: pty_first RUNS [STEP...] -- PROGRAM ARGUMENT... [-- PEER ARGUMENT...]\n"
          "  key:BYTES   to both (\\r \\n \\e \\\\); key:BYTES|BYTES: to the program and to its peer\n"
          "  size:80x24  a resize\n"
          "A line for the first screen and one for each step: program's ms, peer's ms, ratio, bytes of both, KiB of\n"
          "both. RUNS counts pairs; medians, the ratio being the median of the pairs' ratios.\n",
          stderr);
    return 2;
}

struct sample {
    double ms[STEPS_MOST + 1], bytes[STEPS_MOST + 1], kib;
};

static bool set_size(int fd, const char *text)
{
    unsigned columns, rows;
    return terminal_size_of(text, &columns, &rows) && terminal_size(fd, columns, rows);
}

/* Reads until the program is quiet; the time of the last byte since start, and how many there were. */
static void settle(int fd, double start, double *ms, double *bytes)
{
    static char part[65536];
    double last = start, total = 0;
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, total > 0 ? QUIET_MS : FIRST_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t n = ready > 0 ? read(fd, part, sizeof part) : 0;
        if (n <= 0)
            break;
        last = seconds() * 1e3;
        total += (double)n;
    }
    *ms = last - start;
    *bytes = total;
}

/* The first or the second half of `a|b`, escapes decoded; the whole where there is no bar. */
static size_t decode(const char *keys, int which, char *out, size_t size)
{
    const char *bar = strchr(keys, '|'), *end = keys + strlen(keys);
    if (bar != NULL && which == 0)
        end = bar;
    else if (bar != NULL)
        keys = bar + 1;
    size_t n = 0;
    for (; keys < end && n < size; keys++) {
        char c = *keys;
        if (c == '\\' && keys + 1 < end) {
            keys++;
            c = *keys == 'r' ? '\r' : *keys == 'n' ? '\n' : *keys == 'e' ? '\033' : *keys;
        }
        out[n++] = c;
    }
    return n;
}

static void step(int fd, const char *what, int which, double *ms, double *bytes)
{
    double start = seconds() * 1e3;
    if (strncmp(what, "size:", 5) == 0) {
        (void)set_size(fd, what + 5); /* the kernel sends SIGWINCH */
    } else {
        char keys[256];
        size_t n = decode(what + 4, which, keys, sizeof keys);
        if (write(fd, keys, n) != (ssize_t)n)
            return;
    }
    settle(fd, start, ms, bytes);
}

static bool start_in(int *master, pid_t *child, char **argv)
{
    *master = terminal_open();
    return *master >= 0 && terminal_size(*master, 80, 24) && (*child = terminal_start(*master, argv)) > 0;
}

/* Waits for the child so long; true when it is gone. */
static bool gone(pid_t child, double ms, struct rusage *used)
{
    int status;
    for (double start = seconds() * 1e3; seconds() * 1e3 - start < ms;) {
        if (wait4(child, &status, WNOHANG, used) == child)
            return true;
        struct timespec pause = {.tv_nsec = 2000000};
        nanosleep(&pause, NULL);
    }
    return false;
}

static bool run(char **argv, int which, char **steps, size_t count, struct sample *out)
{
    int master = -1, status;
    pid_t child;
    struct rusage used = {0};
    double start = seconds() * 1e3;
    if (!start_in(&master, &child, argv))
        return false;
    settle(master, start, &out->ms[0], &out->bytes[0]);
    for (size_t i = 0; i < count; i++)
        step(master, steps[i], which, &out->ms[i + 1], &out->bytes[i + 1]);
    kill(child, SIGTERM);
    bool ended = gone(child, ENDING_MS, &used);
    close(master);
    if (!ended && !gone(child, ENDING_MS, &used)) {
        kill(child, SIGKILL);
        if (wait4(child, &status, 0, &used) != child)
            return false;
    }
    out->kib = (double)used.ru_maxrss;
    return out->bytes[0] > 0;
}

static struct sample samples[2][RUNS_MOST];

static void report(size_t at, size_t runs, bool peer)
{
    double value[7][RUNS_MOST];
    for (size_t i = 0; i < runs; i++) {
        const struct sample *a = &samples[0][i], *b = &samples[1][i];
        const double row[] = {a->ms[at], b->ms[at], peer && b->ms[at] > 0 ? a->ms[at] / b->ms[at] : 0,
                              a->bytes[at], b->bytes[at], a->kib, b->kib};
        for (size_t k = 0; k < 7; k++)
            value[k][i] = row[k];
    }
    printf("%.3f %.3f %.3f", quantile(value[0], runs, 0.5), quantile(value[1], runs, 0.5), quantile(value[2], runs, 0.5));
    for (size_t k = 3; k < 7; k++)
        printf(" %.0f", quantile(value[k], runs, 0.5));
    putchar('\n');
}

int main(int argc, char **argv)
{
    size_t runs = argc > 3 ? strtoul(argv[1], NULL, 10) : 0, count = 0;
    int at = 2;
    while (at < argc && strcmp(argv[at], "--") != 0 && count < STEPS_MOST) {
        count++;
        at++;
    }
    if (runs == 0 || runs > RUNS_MOST || at + 1 >= argc || strcmp(argv[at], "--") != 0)
        return usage();
    char **first = argv + at + 1, **second = NULL;
    for (int i = at + 2; i + 1 < argc && second == NULL; i++)
        if (strcmp(argv[i], "--") == 0) {
            argv[i] = NULL;
            second = argv + i + 1;
        }
    for (size_t i = 0; i <= runs; i++) {
        size_t to = i > 0 ? i - 1 : 0; /* the first pair fills the caches */
        if (!run(first, 0, argv + 2, count, &samples[0][to]) ||
            (second != NULL && !run(second, 1, argv + 2, count, &samples[1][to])))
            return 1;
    }
    for (size_t i = 0; i <= count; i++)
        report(i, runs, second != NULL);
    return 0;
}
