#include "core/base/datagram.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int datagram_open(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = strlen(path);
    int fd = n < sizeof to.sun_path ? socket(AF_UNIX, SOCK_DGRAM, 0) : -1;
    if (fd < 0)
        return -1;
    memcpy(to.sun_path, path, n);
    if (path[0] == '@') /* its name begins with NUL */
        to.sun_path[0] = '\0';
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    if (connect(fd, (const struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) == 0)
        return fd;
    close(fd);
    return -1;
}
