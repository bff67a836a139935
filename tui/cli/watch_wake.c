#include "tui/cli/watch_wake.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#ifdef __linux__
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

int wake_open(void)
{
    return inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

/* The directory tells of a name that is given anew; what can't be watched is slept for. */
void wake_about(int wake, const char *path)
{
    char dir[4096];
    const char *slash = strrchr(path, '/');
    int n = slash == NULL ? snprintf(dir, sizeof dir, ".") : snprintf(dir, sizeof dir, "%.*s", (int)(slash - path) + 1, path);
    if (wake < 0 || n < 0 || (size_t)n >= sizeof dir)
        return;
    (void)inotify_add_watch(wake, path, IN_MODIFY | IN_MOVE_SELF);
    (void)inotify_add_watch(wake, dir, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
}

static void forget_told(int wake)
{
    char told[4096];
    while (wake >= 0 && (read(wake, told, sizeof told) > 0 || errno == EINTR))
        ;
}
#else
int wake_open(void)
{
    return -1;
}

void wake_about(int wake, const char *path)
{
    (void)wake;
    (void)path;
}

static void forget_told(int wake)
{
    (void)wake;
}
#endif

void wake_wait(int wake, int most_ms)
{
    struct pollfd told = {.fd = wake, .events = POLLIN}; /* poll passes over what is below zero */
    if (poll(&told, 1, most_ms) > 0)
        forget_told(wake);
}
