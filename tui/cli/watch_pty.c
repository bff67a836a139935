#include "tui/cli/watch_pty.h"

#include "tui/cli/watch_tmux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { BYTES_MOST = 64 << 10, PAUSE_MS = 300, LAST_MS = 100, NOT_STARTED = 127, TOLD_MOST = 8 };

/* Flags that handlers set; unblocked in pselect alone. */
static volatile sig_atomic_t resized, child_ended, ended_by;

static void on_signal(int number)
{
    if (number == SIGWINCH)
        resized = 1;
    else if (number == SIGCHLD)
        child_ended = 1;
    else
        ended_by = number;
}

struct started {
    struct watch *w;
    int master;
    pid_t child;
    int status;
    bool ended;
    bool typed_ended; /* standard input has */
    bool terminal;    /* standard input is one: as before */
    bool raw;         /* it is to be put back */
    struct termios before;
    sigset_t waiting; /* the mask while waiting */
    struct buf told;  /* for the end */
    size_t told_count;
    struct buf to_program; /* typed, and not yet taken */
};

/* ---- the two terminals ---- */

static void take_size(const struct started *s)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 || ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
        (void)ioctl(s->master, TIOCSWINSZ, &size);
}

/* Every byte as it comes, none of them a signal of ours. */
static void make_raw(struct started *s)
{
    if (!s->terminal)
        return;
    struct termios t = s->before;
    t.c_iflag &= (tcflag_t) ~(BRKINT | ICRNL | IGNBRK | IGNCR | INLCR | INPCK | ISTRIP | IXON | IXOFF | PARMRK);
    t.c_oflag &= (tcflag_t)~OPOST;
    t.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    t.c_cflag = (t.c_cflag & (tcflag_t) ~(CSIZE | PARENB)) | CS8;
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    s->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &t) == 0;
}

static void put_back(struct started *s)
{
    if (s->raw)
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &s->before);
    s->raw = false;
}

/* The child's half: the slave is its controlling terminal, signals are as they were. */
static void become(struct started *s, const char *slave, const sigset_t *mask, const char *const *argv)
{
    (void)setsid();
    int fd = open(slave, O_RDWR);
    if (fd < 0)
        _exit(NOT_STARTED);
#ifdef TIOCSCTTY
    (void)ioctl(fd, TIOCSCTTY, 0);
#endif
    if (s->terminal)
        (void)tcsetattr(fd, TCSANOW, &s->before);
    int told = isatty(STDERR_FILENO) == 1 ? -1 : fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    (void)dup2(fd, STDIN_FILENO);
    (void)dup2(fd, STDOUT_FILENO);
    (void)dup2(fd, STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
    close(s->master);
    static const int ours[] = {SIGWINCH, SIGCHLD, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        (void)signal(ours[i], SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    struct error err;
    int why = errno;
    if (told >= 0) /* a file or a pipe, which nobody made raw */
        (void)dup2(told, STDERR_FILENO);
    bool log = argv[1] == NULL && access(argv[0], R_OK) == 0; /* a file that is none to start: to be read, then */
    error_errno(&err, why, "cannot start", argv[0],
                log ? "a log is watched with `crib watch --follow FILE`" : why == ENOENT ? "is it installed?" : NULL);
    (void)app_fail(&err);
    _exit(NOT_STARTED);
}

static bool start(struct started *s, const sigset_t *mask, const char *const *argv, struct error *err)
{
    s->master = posix_openpt(O_RDWR | O_NOCTTY);
    const char *slave = s->master >= 0 && grantpt(s->master) == 0 && unlockpt(s->master) == 0 ? ptsname(s->master) : NULL;
    if (slave == NULL)
        return error_errno(err, errno, "no further terminal can be had", NULL, NULL);
    (void)fcntl(s->master, F_SETFD, FD_CLOEXEC);
    take_size(s);
    s->terminal = tcgetattr(STDIN_FILENO, &s->before) == 0; /* before it is made raw: the program's is no raw one */
    s->child = fork();
    if (s->child == 0)
        become(s, slave, mask, argv);
    if (s->child < 0)
        return error_errno(err, errno, "cannot start", argv[0], NULL);
    (void)fcntl(s->master, F_SETFL, fcntl(s->master, F_GETFL) | O_NONBLOCK);
    return true;
}

static void catch_signals(sigset_t *before, sigset_t *waiting)
{
    static const int caught[] = {SIGWINCH, SIGCHLD, SIGTERM, SIGHUP};
    sigset_t block;
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&block);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaddset(&block, caught[i]);
    (void)sigprocmask(SIG_BLOCK, &block, before);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        (void)sigaction(caught[i], &action, NULL);
    *waiting = *before;
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigdelset(waiting, caught[i]);
}

/* ---- hints ---- */

static void tell(void *context, struct watch *w, const struct watch_mark *mark)
{
    struct started *s = context;
    if (!mark->offered || tmux_message(w, mark))
        return;
    if (s->told_count++ >= TOLD_MOST)
        return;
    watch_line(w, mark, &s->told);
    buf_addc(&s->told, '\n');
}

/* ---- bytes ---- */

static bool from_program(struct started *s)
{
    char bytes[BYTES_MOST];
    ssize_t n = read(s->master, bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (n <= 0 || !watch_write(STDOUT_FILENO, bytes, (size_t)n))
        return false;
    watch_take(s->w, bytes, (size_t)n);
    return true;
}

static void from_us(struct started *s)
{
    char bytes[4096];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    struct termios t;
    if (n > 0) {
        buf_add(&s->to_program, bytes, (size_t)n);
    } else if (n == 0 || errno != EINTR) {
        s->typed_ended = true;
        if (tcgetattr(s->master, &t) == 0)
            buf_addc(&s->to_program, (char)t.c_cc[VEOF]); /* a terminal has no end: this is its word for one */
    }
}

static void to_program(struct started *s)
{
    ssize_t n = write(s->master, s->to_program.data, s->to_program.len);
    if (n <= 0)
        return;
    memmove(s->to_program.data, s->to_program.data + n, s->to_program.len - (size_t)n);
    s->to_program.len -= (size_t)n;
}

/* Waits for bytes or a signal, at most so long (ms; -1: for ever). Which of both ends has something. */
static int wait_for(struct started *s, long ms, bool *typed, bool *printed, bool *takes)
{
    enum { TYPED_MOST = 1 << 16 };
    fd_set in, out;
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    bool want = !s->typed_ended && s->to_program.len < TYPED_MOST;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(s->master, &in);
    if (want)
        FD_SET(STDIN_FILENO, &in);
    if (s->to_program.len > 0)
        FD_SET(s->master, &out);
    int n = pselect(s->master + 1, &in, &out, NULL, ms >= 0 ? &t : NULL, &s->waiting);
    *typed = n > 0 && want && FD_ISSET(STDIN_FILENO, &in);
    *printed = n > 0 && FD_ISSET(s->master, &in);
    *takes = n > 0 && FD_ISSET(s->master, &out);
    return n;
}

static void take_signals(struct started *s)
{
    if (resized) {
        resized = 0;
        take_size(s);
    }
    if (ended_by != 0) {
        (void)kill(-s->child, ended_by);
        ended_by = 0;
    }
    if (child_ended) {
        child_ended = 0;
        s->ended = waitpid(s->child, &s->status, WNOHANG) == s->child;
    }
}

static void carry(struct started *s)
{
    bool typed, printed, takes, open = true, paused = true;
    while (open && !s->ended) {
        int n = wait_for(s, paused ? -1 : PAUSE_MS, &typed, &printed, &takes);
        take_signals(s);
        if (n == 0) {
            watch_rest(s->w); /* a prompt, or a screen: no line feed will come */
            paused = true;
        }
        if (typed)
            from_us(s);
        if (takes)
            to_program(s);
        if (printed) {
            open = from_program(s);
            paused = false;
        }
    }
    /* What it said last. Others that it started may hold the terminal for ever: silence is enough. */
    while (open && wait_for(s, LAST_MS, &typed, &printed, &takes) > 0 && printed)
        open = from_program(s);
    watch_rest(s->w);
}

int watch_program(struct watch *w, const char *const *argv)
{
    struct error err;
    struct started s = {.w = w, .master = -1};
    sigset_t before;
    catch_signals(&before, &s.waiting);
    if (!start(&s, &before, argv, &err))
        return app_fail(&err);
    w->marked = tell;
    w->context = &s;
    make_raw(&s);
    carry(&s);
    put_back(&s);
    close(s.master);
    while (!s.ended && waitpid(s.child, &s.status, 0) < 0 && errno == EINTR)
        ;
    if (s.told.len > 0 && buf_ok(&s.told))
        (void)watch_write(isatty(STDOUT_FILENO) ? STDOUT_FILENO : STDERR_FILENO, s.told.data, s.told.len);
    buf_free(&s.told);
    buf_free(&s.to_program);
    return WIFEXITED(s.status) ? WEXITSTATUS(s.status) : 128 + WTERMSIG(s.status);
}
