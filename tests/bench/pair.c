/* pair: two programs in turn (A B A B ...), so that a busy machine slows both alike. See usage() below.
 *
 * Whole processes: from posix_spawn until wait4, standard output into a pipe that is read to its end (some programs stop
 * early when they see /dev/null). The ratio is the median of the pairs' ratios; times and memory are medians. */
#define _DEFAULT_SOURCE 1 /* wait4, which tells the memory of one child */
#include "tests/bench/measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; /* POSIX leaves its declaration to the program */

enum { RUNS_MOST = 1000 };

static int usage(void)
{
    fputs("usage: pair RUNS -- PROGRAM ARGUMENT... [-- PEER ARGUMENT...]\n"
          "Prints: program's ms, peer's ms, ratio, program's KiB at most, peer's KiB, program's and peer's exit status.\n",
          stderr);
    return 2;
}

struct sample {
    double ms, kib;
    int status;
};

static bool drain(int fd)
{
    static char bytes[65536];
    ssize_t n;
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        ;
    return n == 0;
}

static bool run(char **argv, struct sample *out)
{
    int ends[2], status;
    pid_t child;
    struct rusage used;
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0 || posix_spawn_file_actions_init(&actions) != 0)
        return false;
    bool ok = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
              posix_spawn_file_actions_adddup2(&actions, ends[1], 1) == 0 &&
              posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0 &&
              posix_spawn_file_actions_addclose(&actions, ends[0]) == 0 &&
              posix_spawn_file_actions_addclose(&actions, ends[1]) == 0;
    double start = seconds() * 1e3;
    ok = ok && posix_spawnp(&child, argv[0], &actions, NULL, argv, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    ok = ok && drain(ends[0]) && wait4(child, &status, 0, &used) == child;
    if (ok)
        *out = (struct sample){seconds() * 1e3 - start, (double)used.ru_maxrss,
                               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
    close(ends[0]);
    return ok;
}

static int compare(char **first, char **second, size_t runs)
{
    static double ms[2][RUNS_MOST], kib[2][RUNS_MOST], ratio[RUNS_MOST];
    struct sample a = {0}, b = {0};
    for (size_t i = 0; i <= runs; i++) {
        if (!run(first, &a) || (second != NULL && !run(second, &b)))
            return 1;
        if (i == 0)
            continue; /* the first pair fills the caches */
        ms[0][i - 1] = a.ms;
        ms[1][i - 1] = b.ms;
        kib[0][i - 1] = a.kib;
        kib[1][i - 1] = b.kib;
        ratio[i - 1] = second != NULL ? a.ms / b.ms : 0;
    }
    printf("%.3f %.3f %.3f %.0f %.0f %d %d\n", quantile(ms[0], runs, 0.5), quantile(ms[1], runs, 0.5), quantile(ratio, runs, 0.5),
           quantile(kib[0], runs, 0.5), quantile(kib[1], runs, 0.5), a.status, b.status);
    return 0;
}

int main(int argc, char **argv)
{
    size_t runs = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
    if (runs == 0 || runs > RUNS_MOST || strcmp(argv[2], "--") != 0)
        return usage();
    char **second = NULL;
    for (int i = 4; i + 1 < argc && second == NULL; i++)
        if (strcmp(argv[i], "--") == 0) {
            argv[i] = NULL;
            second = argv + i + 1;
        }
    return compare(argv + 3, second, runs);
}
