#include "tui/notify.h"

#include "core/base/clock.h"
#include "core/base/datagram.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Half of what systemd grants, as sd_watchdog_enabled(3) asks; a watchdog for another process is none of ours. */
static int64_t watchdog_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    if (usec == NULL || (pid != NULL && strtoll(pid, NULL, 10) != (long long)getpid()))
        return 0;
    int64_t ms = strtoll(usec, NULL, 10) / 2000;
    return ms > 0 ? ms : 0;
}

void notify_open(struct notify *n)
{
    const char *path = getenv("NOTIFY_SOCKET");
    *n = (struct notify){.fd = path != NULL && (path[0] == '/' || path[0] == '@') ? datagram_open(path) : -1};
    n->every_ms = n->fd >= 0 ? watchdog_ms() : 0;
}

void notify_close(struct notify *n)
{
    if (n->fd >= 0)
        close(n->fd);
    n->fd = -1;
}

void notify_tell(struct notify *n, const char *words)
{
    /* write, not send: the sandbox leaves no call of the network's */
    if (n->fd >= 0 && write(n->fd, words, strlen(words)) < 0 && errno != EAGAIN)
        notify_close(n);
}

void notify_alive(struct notify *n)
{
    int64_t now = n->every_ms > 0 ? clock_monotonic_ms() : 0;
    if (n->every_ms == 0 || now < n->next_ms)
        return;
    n->next_ms = now + n->every_ms / 2; /* the loop turns once a second; it is in time anyhow */
    notify_tell(n, "WATCHDOG=1");
}
