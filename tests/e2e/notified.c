/* notified: plays a service manager (sd_notify(3)): runs a program on a pseudo terminal with NOTIFY_SOCKET and a watchdog,
 * and prints what it is told, until it has heard WATCHDOG=1 so often; then SIGTERM. */
#include "tests/e2e/terminal.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST_MS = 30000 };

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: notified SOCKET TIMES PROGRAM...\n", stderr);
        return 2;
    }
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", argv[1]);
    int told = socket(AF_UNIX, SOCK_DGRAM, 0), times = (int)strtol(argv[2], NULL, 10);
    int master = terminal_open();
    if (told < 0 || bind(told, (struct sockaddr *)&at, sizeof at) != 0 || master < 0 || !terminal_size(master, 80, 24))
        return 2;
    setenv("NOTIFY_SOCKET", argv[1], 1);
    setenv("WATCHDOG_USEC", "2000000", 1);
    pid_t child = terminal_start(master, argv + 3);
    for (int heard = 0, waited = 0; heard < times && waited < LONGEST_MS;) {
        struct pollfd p[2] = {{.fd = told, .events = POLLIN}, {.fd = master, .events = POLLIN}};
        char bytes[8192];
        if (poll(p, 2, 500) == 0)
            waited += 500;
        if ((p[1].revents & POLLIN) != 0 && read(master, bytes, sizeof bytes) <= 0)
            break;
        ssize_t n = (p[0].revents & POLLIN) != 0 ? recv(told, bytes, sizeof bytes - 1, 0) : 0;
        bytes[n > 0 ? n : 0] = '\0';
        if (n > 0)
            puts(bytes);
        heard += strstr(bytes, "WATCHDOG=1") != NULL;
    }
    kill(child, SIGTERM);
    int status = 0;
    for (ssize_t n; waitpid(child, &status, WNOHANG) == 0;) {
        char bytes[8192];
        struct pollfd p = {.fd = master, .events = POLLIN};
        if (poll(&p, 1, 50) > 0 && (n = read(master, bytes, sizeof bytes)) <= 0)
            poll(NULL, 0, 10);
    }
    char bytes[512];
    for (ssize_t n; (n = recv(told, bytes, sizeof bytes - 1, MSG_DONTWAIT)) > 0;) {
        bytes[n] = '\0';
        puts(bytes);
    }
    printf("end: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
