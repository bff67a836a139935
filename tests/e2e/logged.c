/* logged: plays the system's log (syslog(3)): binds the socket, and prints what comes, a line each, as long as its parent lives. */
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: logged SOCKET\n", stderr);
        return 2;
    }
    pid_t parent = getppid();
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", argv[1]);
    struct pollfd heard = {.fd = socket(AF_UNIX, SOCK_DGRAM, 0), .events = POLLIN};
    if (heard.fd < 0 || bind(heard.fd, (const struct sockaddr *)&at, sizeof at) != 0) {
        perror(argv[1]);
        return 2;
    }
    while (getppid() == parent) {
        char line[2000];
        ssize_t n = poll(&heard, 1, 200) > 0 ? recv(heard.fd, line, sizeof line - 1, 0) : 0;
        if (n <= 0)
            continue;
        line[n] = '\0';
        puts(line);
        fflush(stdout);
    }
    return 0;
}
