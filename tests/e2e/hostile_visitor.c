/* hostile_visitor: plays whoever wants out of a kiosk, or to see another person's data: random and chosen keys, escape
 * sequences, pastes of a megabyte, resizes and the terminal's signals, in a real pty, the same for the same seed.
 *
 * Two people come in turns. What is theirs holds a word that nobody else ever types; from the moment on at which the one is
 * out, no byte that the kiosk writes may hold that word, and between people it has to clear what the terminal remembers.
 * After each sequence the kiosk still runs, is not stopped, and has no child. Exit status 0, or 1 with what led to it. */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/e2e/terminal.h"
#include "tests/e2e/vt.h"

enum { QUIET_MS = 4, WAIT_MS = 10000, LARGE = 1 << 20, KEPT = 1 << 20, TURN = 80, LAST = 12 };

static const char *const words[2] = {"Zaphira", "Quillon"}; /* each in a name, a note, a search of one person alone */

static struct {
    int master;
    pid_t child;
    bool traced;      /* a tracer stands between: its child is the kiosk */
    bool plain;       /* it is a dialogue of lines */
    uint64_t random;
    char *kept;       /* what the kiosk wrote since the last look */
    size_t kept_n;
    struct vt *screen; /* as a terminal shows it */
    int who;          /* whose turn it is: 0 or 1; -1: nobody's */
    long sent, received, sequences, turns;
    char last[LAST][120]; /* what was done last, in words */
} v;

static void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED after %ld sequences: ", v.sequences);
    vprintf(format, arguments);
    printf("\nthe last ones:\n");
    for (int i = LAST - 1; i >= 0; i--)
        printf("  %s\n", v.last[i]);
    printf("the kiosk wrote (end):\n");
    size_t from = v.kept_n > 3000 ? v.kept_n - 3000 : 0;
    for (size_t i = from; i < v.kept_n; i++)
        printf((unsigned char)v.kept[i] < 0x20 ? "\\x%02x" : "%c", (unsigned char)v.kept[i]);
    puts("");
    va_end(arguments);
    kill(v.child, SIGKILL);
    exit(1);
}

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled". */
static uint64_t next_random(void)
{
    v.random ^= v.random >> 12;
    v.random ^= v.random << 25;
    v.random ^= v.random >> 27;
    return v.random * 2685821657736338717ULL;
}

static size_t below(size_t n)
{
    return (size_t)(next_random() >> 11) % n;
}

static void note(const char *format, ...)
{
    va_list arguments;
    memmove(v.last[1], v.last[0], sizeof v.last - sizeof v.last[0]);
    va_start(arguments, format);
    vsnprintf(v.last[0], sizeof v.last[0], format, arguments);
    va_end(arguments);
}

/* Neither may the other one's word be written now, nor anybody's while nobody is there. */
static void check_words(size_t from)
{
    size_t start = from > 16 ? from - 16 : 0;
    for (int i = 0; i < 2; i++)
        if (i != v.who && memmem(v.kept + start, v.kept_n - start, words[i], strlen(words[i])) != NULL)
            fail("what is %s's was written while %s was there", words[i], v.who < 0 ? "nobody" : words[v.who]);
}

static void keep(const char *bytes, size_t n)
{
    if (v.kept_n + n > KEPT) {
        size_t left = KEPT / 2 < v.kept_n ? KEPT / 2 : v.kept_n;
        memmove(v.kept, v.kept + v.kept_n - left, left);
        v.kept_n = left;
    }
    size_t from = v.kept_n;
    memcpy(v.kept + v.kept_n, bytes, n);
    v.kept_n += n;
    v.received += (long)n;
    vt_feed(v.screen, bytes, n);
    check_words(from);
}

/* Nor may it stand on the screen still. */
static void check_screen(void)
{
    for (int i = 0; i < 2; i++)
        if (i != v.who && vt_shows(v.screen, words[i]))
            fail("what is %s's stands on the screen while %s is there", words[i], v.who < 0 ? "nobody" : words[v.who]);
}

/* Is there a process below this one? */
static void check_children(void)
{
    char path[64], line[256] = "";
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)v.child, (long)v.child);
    FILE *f = v.traced ? NULL : fopen(path, "re");
    if (f == NULL)
        return;
    if (fgets(line, sizeof line, f) != NULL && line[0] >= '0' && line[0] <= '9')
        fail("the kiosk has a child: %s", line);
    fclose(f);
}

static void check_alive(void)
{
    int status;
    pid_t ended = waitpid(v.child, &status, WNOHANG | WUNTRACED);
    if (ended == v.child && WIFSTOPPED(status))
        fail("the kiosk was stopped by signal %d", WSTOPSIG(status));
    if (ended == v.child)
        fail("the kiosk ended: %s %d", WIFEXITED(status) ? "status" : "signal",
             WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    check_children();
}

static bool take_output(int wait_ms)
{
    struct pollfd p = {.fd = v.master, .events = POLLIN};
    char bytes[65536];
    if (poll(&p, 1, wait_ms) <= 0)
        return false;
    ssize_t n = read(v.master, bytes, sizeof bytes);
    if (n <= 0) {
        check_alive();
        fail("the kiosk closed its terminal");
    }
    keep(bytes, (size_t)n);
    return true;
}

static void drain(int quiet_ms)
{
    long start = now_ms();
    while (take_output(quiet_ms) && now_ms() - start < WAIT_MS) {
    }
}

/* Writes all of it, and reads meanwhile: a terminal's buffers are small. */
static void send_bytes(const char *bytes, size_t n)
{
    long start = now_ms();
    for (size_t done = 0; done < n;) {
        struct pollfd p = {.fd = v.master, .events = POLLIN | POLLOUT};
        if (poll(&p, 1, 1000) <= 0 && now_ms() - start > 60000)
            fail("it takes no more input");
        if ((p.revents & POLLIN) != 0)
            take_output(0);
        if ((p.revents & POLLOUT) == 0)
            continue;
        ssize_t wrote = write(v.master, bytes + done, n - done < 2048 ? n - done : 2048);
        if (wrote > 0) {
            done += (size_t)wrote;
            start = now_ms();
        } else if (wrote < 0 && errno != EAGAIN && errno != EINTR) {
            check_alive();
            fail("the terminal is gone: %s", strerror(errno));
        }
    }
    v.sent += (long)n;
}

static void send_text(const char *text)
{
    send_bytes(text, strlen(text));
}

static void resize(unsigned columns, unsigned rows)
{
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    ioctl(v.master, TIOCSWINSZ, &size);
    if (columns > 0 && rows > 0)
        vt_resize(v.screen, (int)columns, (int)rows);
}

/* Until the text was written since the last look. */
static bool wait_for(const char *text, long ms)
{
    long start = now_ms();
    while (memmem(v.kept, v.kept_n, text, strlen(text)) == NULL) {
        if (now_ms() - start > ms)
            return false;
        take_output(20);
        check_alive();
    }
    return true;
}

/* ---- what the visitor does ---- */

static const char *const chosen[] = {
    "\x03", "\x1a", "\x1c", "\x04", "\x13", "\x11", "\x18", "\x0f", "\x1d", "\x1e", "\x1f", "\x19", "\x02", "\x07", "\x05", "\x14",
    "\r", "\n", "\t", "\x1b", "\x7f", " ", "?", "/", ":", "!", "e", "v", "q", "Q", "o", "x", "d", "s", "S", "R", "B", "n", "j", "k",
    "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1bOA", "\x1bOB", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[1;5C", "\x1b[Z",
    "\x1bOP", "\x1bOQ", "\x1b[15~", "\x1b[24~", "\x1b\x03", "\x1b\x1a", "\x1b\x1c", "\x1b!", "\x1b:",
    /* what terminals answer */
    "\x1b[?62;1;6c", "\x1b[>0;276;0c", "\x1b[24;80R", "\x1b[8;24;80t", "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1b]l/bin/sh\x1b\\",
    "\x1bP1$r0m\x1b\\", "\x1bP!|00000000\x1b\\", "\x1b[I", "\x1b[O", "\x1b]52;c;L2Jpbi9zaA==\x07", "\x1b[?2026;2$y",
    /* mice and pastes, whole and cut off */
    "\x1b[<0;10;10M", "\x1b[<0;10;10m", "\x1b[<64;10;10M", "\x1b[<65;40;20M", "\x1b[M !!", "\x1b[M", "\x1b[<0;",
    "\x1b[200~rm -rf /\r\x1b[201~", "\x1b[200~", "\x1b[201~", "\x1b[200~\x1b[200~\x03\x1b[201~", "\x1b[", "\x1bP", "\x1b]",
    /* what gets one out of other programs */
    "!sh\r", ":!sh\r", ":sh\r", "|sh\r", "\x18\x03", "~.", "\r~.\r", ":q!\r", "\x1bx shell\r", "$(sh)\r", "`sh`\r", ";sh\r",
    "--help\r", "-oProxyCommand=sh\r", "file:///etc/passwd\r", "https://example.com\r", "crib://x/../../etc/passwd\r",
    "../../../../etc/passwd\r", "/etc/passwd\r", "root\r", "admin\r", "' OR 1=1 --\r", "%s%s%n\r", "\xff\xfe\xc3\x28", "\xe2\x80\xae",
    /* of the dialogue of lines */
    "list\r", "1\r", "open 2\r", "quiz 1\r", "next\r", "quit\r", "badge out\r", "badge\r", "notes\r", "recall\r", "news\r", "programmes\r",
    "learner list\r", "config\r", "report\r", "sync\r", "backup x\r", "audit show\r", "session start x\r", "quiz /etc/passwd.gift\r", ".\r",
    "note --on=/etc/passwd x\r", "show --raw ../../x\r", "follow 1\r", "sign\r", "watch\r", "run\r", "preview /\r", "y\r",
    /* into the places where there is most */
    "\x18" "sh\r", "\x18" "quit\r", "\x18" "edit\r", "\x18" "suspend\r", "\x18" "sync\r", "\x18" "role\r", "\x18" "note\r", "\x18" "theme\r",
    "pump\r", "modbus\r", "\x1b\x1b\x1b\r\r", "\x11" "1\r", "\x0b" "e", "\x0b" "x", "\x0b" "!n", "\x0b" "m", "\t\r", "\x1b[B\x1b[B\r", "\t\t\r\r",
};

static void play_chosen(void)
{
    const char *bytes = chosen[below(sizeof chosen / sizeof *chosen)];
    note("chosen: %.80s", bytes[0] < ' ' && bytes[0] >= 0 ? bytes + 1 : bytes);
    send_text(bytes);
}

static void play_random(void)
{
    char bytes[24];
    size_t n = 1 + below(sizeof bytes - 1);
    bool control = below(3) == 0;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(control ? below(33) : below(256));
    note("%zu random bytes, %02x...", n, (unsigned char)bytes[0]);
    send_bytes(bytes, n);
}

static void play_flood(void)
{
    char bytes[4096];
    memset(bytes, chosen[below(40)][0], sizeof bytes);
    note("a flood of %02x", (unsigned char)bytes[0]);
    send_bytes(bytes, 200 + below(sizeof bytes - 200));
}

static void play_paste(void)
{
    char *bytes = malloc(LARGE);
    if (bytes == NULL)
        return;
    bool marked = below(4) != 0;
    size_t n = marked ? LARGE : LARGE / 64; /* without marks they are keys, each with its frame */
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(below(40) == 0 ? '\r' : 0x20 + (int)below(0x5f));
    note("a paste of %zu bytes, %s", n, marked ? "marked" : "as keys");
    if (marked)
        send_text("\x1b[200~");
    send_bytes(bytes, n);
    if (marked)
        send_text("\x1b[201~");
    free(bytes);
}

static void play_resize(void)
{
    static const unsigned sizes[][2] = {{80, 24}, {1, 1}, {0, 0}, {2, 1}, {1, 50}, {20, 5}, {300, 100}, {132, 43}, {80, 2}};
    size_t at = below(sizeof sizes / sizeof *sizes);
    note("resize to %ux%u", sizes[at][0], sizes[at][1]);
    resize(sizes[at][0], sizes[at][1]);
}

static void play_signal(void)
{
    static const int numbers[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH, SIGCONT, SIGPIPE};
    int number = numbers[below(sizeof numbers / sizeof *numbers)];
    note("signal %d, as the terminal sends it", number);
    pid_t group = tcgetpgrp(v.master);
    if (v.traced || group <= 0)
        return;
    kill(-group, number);
}

static void play(void)
{
    size_t dice = below(1000);
    v.sequences++;
    if (dice < 2 && !v.traced)
        play_paste();
    else if (dice < 8)
        play_flood();
    else if (dice < 60)
        play_resize();
    else if (dice < 110)
        play_signal();
    else if (dice < 450)
        play_random();
    else
        play_chosen();
    drain(QUIET_MS);
    check_alive();
    check_screen();
}

/* ---- turns ---- */

/* Whatever state it is in: out, to the first screen. */
static void badge_out(void)
{
    resize(80, 24);
    send_text("\x1b[201~");
    drain(600); /* an unfinished paste or sequence is given up by then */
    for (int tries = 0; tries < 20; tries++) {
        v.kept_n = 0;
        send_text("\x03");
        drain(60);
        send_text("\x1b"); /* on the first screen that asks for the administrator */
        drain(60);
        v.kept_n = 0;
        send_text("\x0c"); /* draws all of it */
        if (wait_for("Scan your badge", 500 + 500 * tries)) { /* what was typed before may still be at work */
            drain(60);
            v.who = -1;
            v.kept_n = 0;
            check_screen();
            return;
        }
    }
    fail("it does not come back to its first screen");
}

static void badge_in(int who)
{
    char said[200];
    v.who = who;
    v.kept_n = 0;
    send_text("\x15"); /* what stands in the line */
    snprintf(said, sizeof said, "%s\r", words[who]);
    send_text(said);
    for (int tries = 0; !wait_for(v.plain ? "crib: " : "Find:", 1000); tries++) {
        if (tries == 10)
            fail("%s can't badge in", words[who]);
        if (memmem(v.kept, v.kept_n, "half-way", 8) != NULL)
            send_text(v.plain ? "n\r" : "\x1b"); /* from the quiz that is offered, to the hub */
    }
}

/* Leaves things that the next one must not find: a search, a note, a place in a module. */
static void leave_traces(int who)
{
    char said[200];
    snprintf(said, sizeof said, "%s looked for\r", words[who]);
    send_text(said);
    drain(20);
    send_text("\x1b\x15");
    drain(60);
    snprintf(said, sizeof said, v.plain ? "note %s noted\r" : "\x0b!n%s noted\r", words[who]);
    send_text(said);
    drain(20);
    send_text("\x1bpump\r");
    drain(20);
}

/* The clearing of the terminal's memory has to come with each badge-out. */
static void check_cleared(void)
{
    v.kept_n = 0;
    send_text("\x03");
    if (!wait_for("\x1b[3J", 2000))
        fail("what the terminal remembers is not cleared");
    v.who = -1;
    v.kept_n = 0;
}

static void turn(void)
{
    int who = (int)(v.turns++ % 2);
    badge_out();
    badge_in(who);
    leave_traces(who);
    resize(80, 24);
    for (int i = 0; i < 4; i++) { /* up to the hub, from wherever that led */
        send_text("\x1b");
        drain(60);
    }
    if (v.turns % 4 == 1) {
        check_cleared();
        badge_in(who);
    }
}

static void start(char **argv)
{
    v.master = terminal_open();
    if (v.master < 0 || !terminal_size(v.master, 80, 24))
        exit(2);
    v.child = terminal_start(v.master, argv);
    fcntl(v.master, F_SETFL, O_NONBLOCK);
}

int main(int argc, char **argv)
{
    long count = 1000, seconds = 3600;
    int at = 1;
    v.random = 20261128;
    for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
        if (strncmp(argv[at], "seed:", 5) == 0)
            v.random = strtoull(argv[at] + 5, NULL, 10) * 2 + 1;
        else if (strncmp(argv[at], "count:", 6) == 0)
            count = strtol(argv[at] + 6, NULL, 10);
        else if (strncmp(argv[at], "seconds:", 8) == 0)
            seconds = strtol(argv[at] + 8, NULL, 10);
        else if (strcmp(argv[at], "traced") == 0)
            v.traced = true;
        else if (strcmp(argv[at], "plain") == 0)
            v.plain = true;
    }
    if (at + 1 >= argc) {
        fputs("usage: hostile_visitor [seed:N] [count:N] [seconds:N] [traced] [plain] -- crib kiosk\n", stderr);
        return 2;
    }
    v.kept = malloc(KEPT);
    v.screen = vt_open(getenv("TERM"), "utf8");
    if (v.screen == NULL || !vt_resize(v.screen, 80, 24)) {
        fputs("hostile_visitor: no such terminal\n", stderr);
        return 2;
    }
    v.who = -1;
    start(argv + at + 1);
    if (v.kept == NULL || !wait_for("Scan your badge", WAIT_MS))
        fail("it does not begin");
    long end = now_ms() + seconds * 1000;
    while (v.sequences < count && now_ms() < end) {
        turn();
        for (int i = 0; i < TURN && v.sequences < count && now_ms() < end; i++)
            play();
    }
    badge_out();
    int status;
    if (v.traced)
        close(v.master); /* a tracer keeps SIGTERM to itself */
    else
        kill(v.child, SIGTERM);
    waitpid(v.child, &status, 0);
    if (!v.traced && (!WIFEXITED(status) || WEXITSTATUS(status) != 69))
        fail("SIGTERM doesn't end it as a fault");
    printf("%ld sequences in %ld turns, %ld bytes typed, %ld written: still there, alone, and nobody saw another one's\n",
           v.sequences, v.turns, v.sent, v.received);
    return 0;
}
