#include "core/base/account.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; /* POSIX leaves its declaration to the program */

/* name:password:uid:...: is it this user's line? Cuts it behind the name. */
static bool is_of(char *line, unsigned long uid)
{
    char *password = strchr(line, ':'), *number = password != NULL ? strchr(password + 1, ':') : NULL;
    if (number == NULL || password == line || number[1] < '0' || number[1] > '9')
        return false;
    char *end;
    if (strtoul(number + 1, &end, 10) != uid || *end != ':')
        return false;
    *password = '\0';
    return true;
}

const char *account_in(struct arena *a, const char *path, unsigned long uid)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    const char *name = NULL;
    char *line = NULL;
    size_t room = 0;
    while (name == NULL && getline(&line, &room, file) > 0)
        if (is_of(line, uid))
            name = arena_strdup(a, line);
    free(line);
    (void)fclose(file); /* it was only read */
    return name;
}

static bool spawn_id(int out, pid_t *child)
{
    char id[] = "id", name[] = "-un";
    char *argv[] = {id, name, NULL};
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    bool ok = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
              posix_spawn_file_actions_adddup2(&actions, out, 1) == 0 &&
              posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0 &&
              posix_spawnp(child, argv[0], &actions, NULL, argv, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return ok;
}

static const char *first_line(struct arena *a, int fd)
{
    FILE *answer = fdopen(fd, "r");
    if (answer == NULL) {
        close(fd);
        return NULL;
    }
    char *line = NULL;
    size_t room = 0;
    const char *name = NULL;
    if (getline(&line, &room, answer) > 1) {
        line[strcspn(line, "\n")] = '\0';
        name = arena_strdup(a, line);
    }
    free(line);
    (void)fclose(answer); /* it was only read */
    return name;
}

static const char *asked(struct arena *a)
{
    int ends[2];
    pid_t child;
    if (pipe(ends) != 0)
        return NULL;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    bool started = spawn_id(ends[1], &child);
    close(ends[1]);
    const char *name = first_line(a, ends[0]);
    int status = -1;
    while (started && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status == 0 ? name : NULL;
}

const char *account_name(struct arena *a)
{
    unsigned long uid = (unsigned long)geteuid();
    const char *name = account_in(a, "/etc/passwd", uid);
    if (name == NULL)
        name = asked(a);
    return name != NULL ? name : arena_printf(a, "uid-%lu", uid);
}
