/* pty: runs a program on a pseudo terminal and measures what tmux can't: the bytes that each key costs, and what
 * becomes of a program whose terminal goes away. See usage() below. */
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

enum { QUIET_MS = 200, LONGEST_MS = 5000, END_MS = 5000 };

struct terminal {
    int master; /* -1 once closed */
    pid_t child;
    bool ended;
    int status;
    FILE *copy; /* what the program wrote, or NULL */
};

static int usage(void)
{
    fputs("usage: pty [size:80x24] [copy:FILE] [nohup] ACTION... -- PROGRAM ARGUMENT...\n"
          "  quiet         wait until the program has written nothing for 200 ms; prints the bytes until then\n"
          "  until:BYTES   wait until the program has written them (5 s at most), then for quiet\n"
          "  key:BYTES     send them (\\e \\r \\n \\t \\\\ \\xHH), wait for quiet; prints the bytes it cost\n"
          "  size:80x24    before --: the size at the start; among the actions: a resize\n"
          "  signal:NAME   HUP, TERM, INT, KILL, STOP, CONT, WINCH\n"
          "  pause:MS      wait\n"
          "  close         close the terminal (SIGHUP, unless nohup made the program ignore it)\n"
          "Then the program has 5 s to end: prints `end: status N`, `end: signal N` or `end: still running`, and\n"
          "`cpu: N ms`. Exit status 0, 1 when the program had to be killed, 2 for misuse.\n",
          stderr);
    return 2;
}

static bool set_size(int fd, const char *text)
{
    unsigned columns, rows;
    return terminal_size_of(text, &columns, &rows) && terminal_size(fd, columns, rows);
}

/* What was written last, as much as a text to wait for may have. */
static char newest[1024];
static size_t newest_count;

static void keep(const char *bytes, size_t n)
{
    if (n > sizeof newest) {
        bytes += n - sizeof newest;
        n = sizeof newest;
    }
    size_t before = newest_count + n > sizeof newest ? sizeof newest - n : newest_count;
    memmove(newest, newest + newest_count - before, before);
    memcpy(newest + before, bytes, n);
    newest_count = before + n;
}

static bool came(const char *text, size_t n)
{
    for (size_t i = 0; i + n <= newest_count; i++)
        if (memcmp(newest + i, text, n) == 0)
            return true;
    return false;
}

/* Reads until nothing came for QUIET_MS; the number of bytes. */
static size_t drain(struct terminal *t)
{
    size_t total = 0;
    long start = now_ms();
    while (t->master >= 0 && now_ms() - start < LONGEST_MS) {
        struct pollfd p = {.fd = t->master, .events = POLLIN};
        int ready = poll(&p, 1, QUIET_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            break;
        char bytes[4096];
        ssize_t n = read(t->master, bytes, sizeof bytes);
        if (n <= 0)
            break;
        total += (size_t)n;
        keep(bytes, (size_t)n);
        if (t->copy != NULL)
            fwrite(bytes, 1, (size_t)n, t->copy);
    }
    return total;
}

static size_t unescape(const char *text, char *out, size_t size)
{
    size_t n = 0;
    for (const char *p = text; *p != '\0' && n < size; p++) {
        if (*p != '\\' || p[1] == '\0') {
            out[n++] = *p;
            continue;
        }
        unsigned value;
        switch (*++p) {
        case 'e': out[n++] = '\x1B'; break;
        case 'r': out[n++] = '\r'; break;
        case 'n': out[n++] = '\n'; break;
        case 't': out[n++] = '\t'; break;
        case 'x':
            if (sscanf(p + 1, "%2x", &value) == 1 && p[1] != '\0' && p[2] != '\0') {
                out[n++] = (char)value;
                p += 2;
            }
            break;
        default: out[n++] = *p; break;
        }
    }
    return n;
}

static int signal_number(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } known[] = {{"HUP", SIGHUP}, {"TERM", SIGTERM}, {"INT", SIGINT}, {"KILL", SIGKILL},
                 {"STOP", SIGSTOP}, {"CONT", SIGCONT}, {"WINCH", SIGWINCH}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].number;
    return 0;
}

static bool act(struct terminal *t, const char *action)
{
    if (strcmp(action, "quiet") == 0) {
        printf("quiet: %zu bytes\n", drain(t));
    } else if (strncmp(action, "until:", 6) == 0) {
        char bytes[256];
        size_t n = unescape(action + 6, bytes, sizeof bytes);
        long start = now_ms();
        do
            drain(t);
        while (!came(bytes, n) && t->master >= 0 && now_ms() - start < LONGEST_MS);
    } else if (strncmp(action, "key:", 4) == 0) {
        char bytes[1024];
        size_t n = unescape(action + 4, bytes, sizeof bytes);
        if (t->master < 0 || write(t->master, bytes, n) != (ssize_t)n)
            return false;
        printf("key %s: %zu bytes\n", action + 4, drain(t));
    } else if (strncmp(action, "size:", 5) == 0) {
        if (!set_size(t->master, action + 5))
            return false;
        printf("size %s: %zu bytes\n", action + 5, drain(t));
    } else if (strncmp(action, "signal:", 7) == 0) {
        int number = signal_number(action + 7);
        if (number == 0 || kill(t->child, number) != 0)
            return false;
        printf("signal %s: %zu bytes\n", action + 7, drain(t));
    } else if (strncmp(action, "pause:", 6) == 0) {
        long ms = strtol(action + 6, NULL, 10);
        struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
        nanosleep(&pause, NULL);
    } else if (strcmp(action, "close") == 0) {
        close(t->master);
        t->master = -1;
    } else {
        return false;
    }
    return true;
}

static int report_end(struct terminal *t)
{
    bool killed = false;
    long start = now_ms();
    while (waitpid(t->child, &t->status, WNOHANG) == 0) {
        if (!killed && now_ms() - start > END_MS) {
            puts("end: still running");
            kill(t->child, SIGKILL);
            killed = true;
        }
        if (t->master >= 0) {
            drain(t);
        } else {
            struct timespec pause = {0, 10000000L};
            nanosleep(&pause, NULL);
        }
    }
    if (!killed && WIFEXITED(t->status))
        printf("end: status %d\n", WEXITSTATUS(t->status));
    else if (!killed)
        printf("end: signal %d\n", WTERMSIG(t->status));
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    printf("cpu: %ld ms\n", (long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000L +
                                (long)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000L);
    return killed ? 1 : 0;
}

int main(int argc, char **argv)
{
    int program = 1;
    while (program < argc && strcmp(argv[program], "--") != 0)
        program++;
    if (program + 1 >= argc)
        return usage();
    struct terminal t = {.master = terminal_open()};
    if (t.master < 0) {
        perror("pty");
        return 2;
    }
    int at = 1;
    bool nohup = false, sized = set_size(t.master, "80x24");
    for (; at < program; at++) {
        if (strncmp(argv[at], "size:", 5) == 0)
            sized = set_size(t.master, argv[at] + 5);
        else if (strncmp(argv[at], "copy:", 5) == 0)
            t.copy = fopen(argv[at] + 5, "wb");
        else if (strcmp(argv[at], "nohup") == 0)
            nohup = true;
        else
            break;
    }
    if (!sized)
        return usage();
    if (nohup)
        signal(SIGHUP, SIG_IGN); /* as the program inherits it */
    t.child = terminal_start(t.master, argv + program + 1);
    if (t.child < 0)
        return 2;
    for (; at < program; at++)
        if (!act(&t, argv[at])) {
            fprintf(stderr, "pty: cannot do %s\n", argv[at]);
            kill(t.child, SIGKILL);
            return 2;
        }
    int result = report_end(&t);
    if (t.copy != NULL && fclose(t.copy) != 0)
        return 2;
    return result;
}
