#include "tui/screen/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/select.h>
#include <time.h>

/* Handlers can reach nothing but such flags (C17 7.14.1.1). */
static volatile sig_atomic_t end_came, resize_came, stop_came;

static const int watched[] = {SIGHUP, SIGTERM, SIGINT, SIGWINCH, SIGTSTP};
enum { WATCHED = sizeof watched / sizeof *watched };

static struct sigaction before[WATCHED];
static struct sigaction before_pipe;
static sigset_t mask_before;
static bool started;

static void note(int number)
{
    if (number == SIGWINCH)
        resize_came = 1;
    else if (number == SIGTSTP)
        stop_came = 1;
    else
        end_came = 1;
}

bool signals_start(void)
{
    struct sigaction act = {.sa_handler = note};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t set;
    sigemptyset(&act.sa_mask);
    sigemptyset(&ignore.sa_mask);
    sigemptyset(&set);
    for (size_t i = 0; i < WATCHED; i++)
        sigaddset(&set, watched[i]);
    if (sigprocmask(SIG_BLOCK, &set, &mask_before) != 0)
        return false;
    for (size_t i = 0; i < WATCHED; i++)
        if (sigaction(watched[i], &act, &before[i]) != 0)
            return false;
    started = sigaction(SIGPIPE, &ignore, &before_pipe) == 0;
    return started;
}

void signals_shut(void)
{
    static const int shut[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    for (size_t i = 0; i < sizeof shut / sizeof *shut; i++)
        (void)sigaction(shut[i], &ignore, NULL);
}

void signals_end(void)
{
    /* What came meanwhile is answered by the end itself; ignoring a signal forgets the pending one. */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    for (size_t i = 0; end_came && i < WATCHED; i++)
        sigaction(watched[i], &ignore, NULL);
    started = false;
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
    for (size_t i = 0; i < WATCHED; i++)
        sigaction(watched[i], &before[i], NULL);
    sigaction(SIGPIPE, &before_pipe, NULL);
}

void signals_forked(void)
{
    if (!started)
        return;
    (void)sigaction(SIGPIPE, &before_pipe, NULL);
    for (size_t i = 0; i < WATCHED; i++)
        (void)sigaction(watched[i], &before[i], NULL);
    (void)sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

bool signals_wait(int fd, int beside, int timeout_ms, struct signals *s)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(fd, &readable);
    if (beside >= 0 && beside < FD_SETSIZE)
        FD_SET(beside, &readable);
    struct timespec t = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000L};
    int n = pselect((beside > fd ? beside : fd) + 1, &readable, NULL, NULL, timeout_ms < 0 ? NULL : &t, &mask_before);
    *s = (struct signals){end_came != 0, resize_came != 0, stop_came != 0};
    resize_came = 0;
    stop_came = 0;
    return n > 0 && FD_ISSET(fd, &readable);
}

void signals_keep(const struct signals *s)
{
    resize_came = s->resize ? 1 : resize_came;
    stop_came = s->stop ? 1 : stop_came;
}

void signals_stop_self(void)
{
    struct sigaction act = {.sa_handler = SIG_DFL}, ours;
    sigset_t set, held;
    sigemptyset(&act.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    sigaction(SIGTSTP, &act, &ours);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &set, &held); /* it stops here */
    sigprocmask(SIG_SETMASK, &held, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}
