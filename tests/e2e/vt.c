/* vt: runs a program on a pseudo terminal and is the terminal: it knows what TERM's terminfo entry says, and nothing
 * more. Each byte that the program sends has to be text in the encoding, or one of the entry's sequences; what comes of it
 * stands on a screen that can be asked about. See usage() below. */
#include "tests/e2e/terminal.h"
#include "tests/e2e/vt.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { WAIT_MS = 10000, QUIET_MS = 150 };

struct run {
    struct vt *vt;
    int master;
    pid_t child;
    bool ended; /* the program let go of the terminal */
    size_t sent; /* bytes since the last report */
};

static int usage(void)
{
    fputs("usage: vt size:80x24 encoding:utf8|latin1|ascii [speed:9600] ACTION... -- PROGRAM ARGUMENT...\n"
          "  wait:TEXT gone:TEXT   until it is on the screen, or is not (10 s)\n"
          "  key:BYTES             sends them (\\e \\r \\t \\\\ \\xHH)\n"
          "  pause:MS              waits\n"
          "  size:40x12            another size\n"
          "  same:FILE             until the screen is that of FILE; where there is none, writes what stands still\n"
          "  bytes:NAME            prints how many bytes came since the last time, once nothing more comes\n"
          "  plain                 no colour anywhere on the screen\n"
          "  exact, palette        some text in colours of 24 bits, or none\n"
          "  flow:on, flow:off     whether the terminal driver stops output at Ctrl-S\n"
          "  show                  prints the screen\n"
          "  hangup                asks the program to end (SIGTERM)\n"
          "  end:STATUS            waits for the end of the program; the terminal must then be as it was: every mode off, and\n"
          "                        the screen as before it where the terminal has two, else empty\n"
          "Exit status 0; 1 with a line on what went wrong, and the screen.\n",
          stderr);
    return 2;
}

/* What comes within so many ms; false when nothing did. */
static bool take(struct run *r, int ms)
{
    struct pollfd p = {.fd = r->master, .events = POLLIN};
    char bytes[4096];
    if (r->ended || poll(&p, 1, ms) <= 0)
        return false;
    ssize_t n = read(r->master, bytes, sizeof bytes);
    if (n <= 0) {
        r->ended = true;
        return false;
    }
    r->sent += (size_t)n;
    vt_feed(r->vt, bytes, (size_t)n);
    return true;
}

static bool wait_for(struct run *r, const char *text, bool there)
{
    long start = now_ms();
    while (vt_fault(r->vt) == NULL && vt_shows(r->vt, text) != there) {
        if (now_ms() - start > WAIT_MS || r->ended)
            return false;
        take(r, 20);
    }
    return vt_fault(r->vt) == NULL;
}

static void settle(struct run *r)
{
    while (take(r, QUIET_MS))
        ;
}

static bool same(struct run *r, const char *path)
{
    static char wanted[1 << 18], got[1 << 18];
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        settle(r);
        f = fopen(path, "w");
        if (f == NULL)
            return false;
        vt_text(r->vt, got, sizeof got);
        fputs(got, f);
        return fclose(f) == 0;
    }
    size_t n = fread(wanted, 1, sizeof wanted - 1, f);
    wanted[n] = '\0';
    fclose(f);
    long start = now_ms();
    for (;;) {
        vt_text(r->vt, got, sizeof got);
        if (strcmp(got, wanted) == 0 || vt_fault(r->vt) != NULL)
            return vt_fault(r->vt) == NULL;
        if (now_ms() - start > WAIT_MS || r->ended) {
            printf("wanted:\n%s", wanted);
            return false;
        }
        take(r, 20);
    }
}

static bool send_key(struct run *r, const char *text)
{
    char out[1024];
    size_t n = 0;
    unsigned value;
    for (const char *p = text; *p != '\0' && n < sizeof out; p++) {
        if (*p != '\\' || p[1] == '\0') {
            out[n++] = *p;
            continue;
        }
        p++;
        if (*p == 'x' && p[1] != '\0' && p[2] != '\0' && sscanf(p + 1, "%2x", &value) == 1) {
            out[n++] = (char)value;
            p += 2;
        } else {
            out[n++] = *p == 'e' ? '\x1B' : *p == 'r' ? '\r' : *p == 't' ? '\t' : *p;
        }
    }
    return write(r->master, out, n) == (ssize_t)n;
}

static bool set_size(struct run *r, const char *text)
{
    unsigned columns, rows;
    return terminal_size_of(text, &columns, &rows) && vt_resize(r->vt, (int)columns, (int)rows) &&
           terminal_size(r->master, columns, rows);
}

static bool flows(const struct run *r)
{
    struct termios tty;
    return tcgetattr(r->master, &tty) == 0 && (tty.c_iflag & IXON) != 0;
}

static bool end(struct run *r, int status)
{
    int got;
    long start = now_ms();
    while (waitpid(r->child, &got, WNOHANG) == 0) {
        if (now_ms() - start > WAIT_MS || vt_fault(r->vt) != NULL)
            return false;
        if (!take(r, 5) && r->ended)
            poll(NULL, 0, 5);
    }
    r->child = -1;
    while (take(r, 20)) /* what was on its way */
        ;
    if (!WIFEXITED(got) || WEXITSTATUS(got) != status) {
        printf("status: %x\n", (unsigned)got);
        return false;
    }
    return vt_left(r->vt);
}

static bool act(struct run *r, const char *a)
{
    if (strncmp(a, "wait:", 5) == 0)
        return wait_for(r, a + 5, true);
    if (strncmp(a, "gone:", 5) == 0)
        return wait_for(r, a + 5, false);
    if (strncmp(a, "key:", 4) == 0)
        return send_key(r, a + 4);
    if (strncmp(a, "size:", 5) == 0)
        return set_size(r, a + 5);
    if (strncmp(a, "same:", 5) == 0)
        return same(r, a + 5);
    if (strncmp(a, "end:", 4) == 0)
        return end(r, atoi(a + 4));
    if (strncmp(a, "flow:", 5) == 0)
        return flows(r) == (strcmp(a + 5, "on") == 0);
    if (strncmp(a, "pause:", 6) == 0) {
        for (long from = now_ms(), ms = atol(a + 6); now_ms() - from < ms;)
            take(r, (int)(ms - (now_ms() - from)));
        return true;
    }
    if (strncmp(a, "bytes:", 6) == 0) {
        settle(r);
        printf("%s %zu\n", a + 6, r->sent);
        r->sent = 0;
        return true;
    }
    if (strcmp(a, "hangup") == 0)
        return kill(r->child, SIGTERM) == 0;
    if (strcmp(a, "plain") == 0) {
        settle(r);
        return !vt_coloured(r->vt);
    }
    if (strcmp(a, "exact") == 0 || strcmp(a, "palette") == 0) {
        settle(r);
        return vt_coloured(r->vt) && (vt_exact_colours(r->vt) > 0) == (a[0] == 'e');
    }
    if (strcmp(a, "show") == 0) {
        static char text[1 << 18];
        settle(r);
        vt_text(r->vt, text, sizeof text);
        fputs(text, stdout);
        return true;
    }
    return false;
}

static void report(struct run *r, const char *action)
{
    static char text[1 << 18];
    const char *fault = vt_fault(r->vt);
    vt_text(r->vt, text, sizeof text);
    printf("vt: TERM=%s: at %s%s%s%s\n%s", getenv("TERM"), action, fault != NULL ? ": " : "", fault != NULL ? fault : "",
           r->ended ? " (the program has ended)" : "", text);
}

static bool set_speed(int fd, const char *text)
{
    static const struct {
        const char *name;
        speed_t speed;
    } known[] = {{"1200", B1200}, {"2400", B2400}, {"9600", B9600}, {"19200", B19200}, {"38400", B38400}};
    struct termios tty;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, text) == 0)
            return tcgetattr(fd, &tty) == 0 && cfsetospeed(&tty, known[i].speed) == 0 && tcsetattr(fd, TCSANOW, &tty) == 0;
    return false;
}

/* The terminal and the program on it; the actions' index, or 0 where something is wrong. */
static int start(struct run *r, int argc, char **argv, int program)
{
    int at = 3;
    if (strncmp(argv[1], "size:", 5) != 0 || strncmp(argv[2], "encoding:", 9) != 0 || getenv("TERM") == NULL)
        return 0;
    r->master = terminal_open();
    if (r->master < 0)
        return 0;
    r->vt = vt_open(getenv("TERM"), argv[2] + 9);
    if (r->vt == NULL || !set_size(r, argv[1] + 5))
        return 0;
    if (at < argc && strncmp(argv[at], "speed:", 6) == 0) {
        int fd = open(ptsname(r->master), O_RDWR | O_NOCTTY); /* held, or the setting is gone with the last one that has it open */
        if (fd < 0 || !set_speed(fd, argv[at++] + 6))
            return 0;
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    vt_feed(r->vt, "before\r\n", 8);
    r->child = terminal_start(r->master, argv + program + 1);
    return r->child > 0 ? at : 0;
}

int main(int argc, char **argv)
{
    int program = 1;
    while (program < argc && strcmp(argv[program], "--") != 0)
        program++;
    if (program < 3 || program + 1 >= argc)
        return usage();
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL && setlocale(LC_CTYPE, "en_US.UTF-8") == NULL)
        setlocale(LC_CTYPE, "");
    struct run r = {.master = -1};
    int at = start(&r, argc, argv, program), status = 0;
    if (at == 0)
        return usage();
    for (; at < program && status == 0; at++)
        if (!act(&r, argv[at]) || vt_fault(r.vt) != NULL) {
            report(&r, argv[at]);
            status = 1;
        }
    if (r.child > 0) {
        kill(r.child, SIGKILL);
        waitpid(r.child, NULL, 0);
    }
    vt_close(r.vt);
    return status;
}
