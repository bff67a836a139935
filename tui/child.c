#include "tui/child.h"

#include <errno.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

bool child_run(const char *const *argv, void (*forked)(void))
{
    pid_t child = fork();
    if (child < 0)
        return false;
    if (child == 0) {
        if (forked != NULL)
            forked();
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
