/* bench_watch: how fast a log is scanned, and how long a line takes through a program. See usage() below. */
#define _DEFAULT_SOURCE 1
#include "core/library/stream.h"

#include "core/base/file.h"
#include "tests/bench/measure.h"

#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { PIECE = 64 << 10, ROUNDS = 5, LINES = 5000, LOG_MOST = 600 << 20 };

static int usage(void)
{
    fputs("usage: bench_watch scan INDEX LOG    prints MB/s of the scan alone, best of 5, and how many lines it found\n"
          "       bench_watch line PROGRAM ...  prints the median time in us of a line written to it until it is read back\n",
          stderr);
    return 2;
}

static bool all_may(void *context, const char *channel)
{
    (void)context;
    return channel != NULL;
}

static void count(void *context, const struct stream_hit *hit)
{
    size_t *n = context;
    *n += hit->end >= hit->line;
}

static int scan(const char *index, const char *path)
{
    struct error err;
    struct buf log = {0};
    struct triggers *t = triggers_open(index, NULL, "", NULL, &err);
    struct stream *s = t != NULL ? stream_open(t, all_may, NULL, &err) : NULL;
    size_t found = 0;
    double best = 0;
    if (s == NULL || !file_read(path, LOG_MOST, &log, &err)) {
        error_print(&err, "bench_watch", stderr);
        return 1;
    }
    for (int round = 0; round < ROUNDS; round++) {
        double start = seconds() * 1e6;
        found = 0;
        for (size_t at = 0, n; at < log.len; at += n) {
            n = log.len - at < PIECE ? log.len - at : PIECE;
            while (n > 1 && at + n < log.len && log.data[at + n - 1] != '\n') /* whole lines */
                n--;
            (void)stream_text(s, log.data + at, n, NULL, count, &found);
        }
        double speed = (double)log.len / (seconds() * 1e6 - start);
        best = speed > best ? speed : best;
    }
    printf("%.0f %zu\n", best, found);
    stream_close(s);
    triggers_close(t);
    buf_free(&log);
    return 0;
}

static int line(char **argv)
{
    static const char text[] = "2026-11-28T02:00:52.132 plc-3 pumpd[812]: station 12 pressure 3.5 bar, state ok\n";
    static double times[LINES];
    int in[2], out[2], status;
    char back[4096];
    pid_t child;
    posix_spawn_file_actions_t actions;
    if (pipe(in) != 0 || pipe(out) != 0 || posix_spawn_file_actions_init(&actions) != 0)
        return 1;
    if (posix_spawn_file_actions_adddup2(&actions, in[0], 0) != 0 || posix_spawn_file_actions_adddup2(&actions, out[1], 1) != 0 ||
        posix_spawn_file_actions_addclose(&actions, in[1]) != 0 || posix_spawn_file_actions_addclose(&actions, out[0]) != 0 ||
        posix_spawnp(&child, argv[0], &actions, NULL, argv, environ) != 0)
        return 1;
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    for (int i = 0; i < LINES; i++) {
        double start = seconds() * 1e6;
        size_t came = 0;
        if (write(in[1], text, sizeof text - 1) != (ssize_t)sizeof text - 1)
            return 1;
        while (came < sizeof text - 1) {
            ssize_t n = read(out[0], back, sizeof back);
            if (n <= 0)
                return 1;
            came += (size_t)n;
        }
        times[i] = seconds() * 1e6 - start;
    }
    close(in[1]);
    close(out[0]);
    (void)waitpid(child, &status, 0);
    printf("%.1f\n", quantile(times, LINES, 0.5));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "scan") == 0)
        return scan(argv[2], argv[3]);
    if (argc >= 3 && strcmp(argv[1], "line") == 0)
        return line(argv + 2);
    return usage();
}
