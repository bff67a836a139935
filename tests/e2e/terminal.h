/* terminal: a pseudo terminal with a program on it, for the tests that play one. */
#ifndef CRIB_TESTS_TERMINAL_H
#define CRIB_TESTS_TERMINAL_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static inline long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* Its master's side, which no program inherits; -1 where there is none. */
static inline int terminal_open(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0)
        return -1;
    if (grantpt(master) == 0 && unlockpt(master) == 0 && fcntl(master, F_SETFD, FD_CLOEXEC) == 0)
        return master;
    close(master);
    return -1;
}

/* As in 80x24. */
static inline bool terminal_size_of(const char *text, unsigned *columns, unsigned *rows)
{
    return sscanf(text, "%ux%u", columns, rows) == 2 && *columns > 0 && *columns <= 1000 && *rows > 0 && *rows <= 1000;
}

static inline bool terminal_size(int master, unsigned columns, unsigned rows)
{
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    return ioctl(master, TIOCSWINSZ, &size) == 0;
}

/* Starts a program whose controlling terminal it is; its process, or -1. */
static inline pid_t terminal_start(int master, char **argv)
{
    char name[128];
    snprintf(name, sizeof name, "%s", ptsname(master));
    pid_t child = fork();
    if (child != 0)
        return child;
    setsid();
    int fd = open(name, O_RDWR);
    if (fd < 0)
        _exit(126);
#ifdef TIOCSCTTY
    ioctl(fd, TIOCSCTTY, 0);
#endif
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

#endif
