/* notify: tells the service manager that crib runs, and goes on running: systemd's protocol (sd_notify(3)), which is a
 * datagram of `KEY=VALUE` lines to the socket that NOTIFY_SOCKET names. Not the network: it has a socket of its own kind
 * (AF_UNIX), opened before the sandbox closes all of them. */
#ifndef CRIB_TUI_NOTIFY_H
#define CRIB_TUI_NOTIFY_H

#include <stdint.h>

struct notify {
    int fd;           /* -1: nobody to tell */
    int64_t every_ms; /* how often the watchdog wants to hear; 0: there is none */
    int64_t next_ms;  /* of the monotonic clock */
};

void notify_open(struct notify *n);
void notify_close(struct notify *n);

/* "READY=1", "STOPPING=1", "STATUS=...". Never waits; nobody listening is no failure. */
void notify_tell(struct notify *n, const char *words);

/* Call at every turn of the loop: the watchdog hears when it is time. What hangs no longer calls it. */
void notify_alive(struct notify *n);

#endif
