/* page: another site, for web.sh: answers each request with what a file holds, as a page, until it is killed.
 *
 *     page FILE         prints the port (of 127.0.0.1) that it listens at, which is of its own choice */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void answer(int fd, const char *path)
{
    static char request[16384], text[65536];
    size_t held = 0;
    ssize_t n;
    request[0] = '\0';
    while (strstr(request, "\r\n\r\n") == NULL && held + 1 < sizeof request &&
           (n = read(fd, request + held, sizeof request - 1 - held)) > 0)
        request[held += (size_t)n] = '\0';
    FILE *f = held > 0 ? fopen(path, "r") : NULL;
    if (f == NULL)
        return;
    size_t len = fread(text, 1, sizeof text, f);
    fclose(f);
    char head[200];
    int k = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", len);
    if (write(fd, head, (size_t)k) == k && write(fd, text, len) == (ssize_t)len)
        (void)shutdown(fd, SHUT_WR);
}

int main(int argc, char **argv)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = argc == 2 ? socket(AF_INET, SOCK_STREAM, 0) : -1;
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
        fputs("usage: page FILE\n", stderr);
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    printf("%u\n", (unsigned)ntohs(at.sin_port));
    fflush(stdout);
    for (int one; (one = accept(fd, NULL, NULL)) >= 0;) {
        answer(one, argv[1]);
        close(one);
    }
    return 0;
}
