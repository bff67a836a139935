/* quiz_kill: SIGKILL at random moments of `crib quiz WHAT --plain`: an answer whose feedback was printed is never asked
 * again. See usage() below. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_MODULES = 16, ANSWERS = 6, STARTING_US = 20000, BETWEEN_US = 6000, LONGEST_S = 60, MOST_OUTPUT = 1 << 16 };

#define FEEDBACK "Right.\n"

struct output {
    char text[MOST_OUTPUT];
    size_t len;
    size_t first;  /* the first question that was asked, from 1; 0: none */
    size_t marked; /* feedback lines */
};

static int usage(void)
{
    fputs("usage: quiz_kill SEED KILLS CRIB MODULE...\n"
          "Resumes the modules' quizzes in turn, answers `1` at most 6 times, and kills crib: each fourth time within\n"
          "20 ms of its start, else within 6 ms of a feedback line. 60 s at most.\n"
          "Each quiz must have more questions than are answered here, in a fixed order, with feedback `answer`.\n"
          "Prints the sums; exit status 1 when an answer with feedback was lost, 2 for misuse.\n",
          stderr);
    return 2;
}

static _Noreturn void be_crib(const char *crib, const char *module, int in, int out)
{
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
        execl(crib, crib, "quiz", module, "--plain", (char *)NULL);
    _exit(127);
}

/* Reads until `wanted` feedback lines or the end of the output. */
static void read_until(struct output *o, int fd, size_t wanted)
{
    ssize_t n;
    while ((wanted == 0 || o->marked < wanted) && o->len + 1 < sizeof o->text &&
           (n = read(fd, o->text + o->len, sizeof o->text - 1 - o->len)) > 0) {
        o->len += (size_t)n;
        o->text[o->len] = '\0';
        o->marked = 0;
        for (const char *at = o->text; (at = strstr(at, FEEDBACK)) != NULL; at++)
            o->marked++;
    }
    const char *question = strstr(o->text, "\nQuestion ");
    o->first = question != NULL ? strtoul(question + strlen("\nQuestion "), NULL, 10) : 0;
}

/* false: it could not be started, or ended by itself. */
static bool run_and_kill(const char *crib, const char *module, bool starting, struct output *o)
{
    int in[2], out[2], status;
    if (pipe(in) != 0 || pipe(out) != 0)
        return false;
    pid_t child = fork();
    if (child < 0)
        return false;
    if (child == 0) {
        close(in[1]);
        close(out[0]);
        be_crib(crib, module, in[0], out[1]);
    }
    close(in[0]);
    close(out[1]);
    bool ok = true;
    for (int i = 0; i < ANSWERS; i++)
        ok = write(in[1], "1\n", 2) == 2 && ok;
    size_t wanted = (size_t)(rand() % ANSWERS) + 1;
    if (!starting)
        read_until(o, out[0], wanted);
    nanosleep(&(struct timespec){.tv_nsec = 1000L * (rand() % (starting ? STARTING_US : BETWEEN_US))}, NULL);
    kill(child, SIGKILL);
    read_until(o, out[0], 0);
    close(in[1]);
    close(out[0]);
    return waitpid(child, &status, 0) == child && WIFSIGNALED(status) && ok;
}

int main(int argc, char **argv)
{
    if (argc < 5 || argc - 4 > MOST_MODULES)
        return usage();
    size_t known[MOST_MODULES] = {0}, marked = 0, silent = 0, modules = (size_t)argc - 4;
    unsigned long kills = strtoul(argv[2], NULL, 10);
    signal(SIGPIPE, SIG_IGN);
    alarm(LONGEST_S);
    srand((unsigned)strtoul(argv[1], NULL, 10));
    for (unsigned long i = 0; i < kills; i++) {
        size_t m = i % modules;
        static struct output o;
        o = (struct output){.len = 0};
        if (!run_and_kill(argv[3], argv[4 + m], i / modules % 4 == 0, &o)) {
            printf("kill %lu: crib did not run until it was killed\n", i);
            return 1;
        }
        silent += o.first == 0;
        if (o.first == 0)
            continue;
        /* One more than was said may have been kept: the one that was on its way. */
        if (o.first <= known[m] || o.first > known[m] + 2) {
            printf("kill %lu: %s goes on at question %zu, answered were %zu\n", i, argv[4 + m], o.first, known[m]);
            return 1;
        }
        known[m] = o.first - 1 + o.marked;
        marked += o.marked;
    }
    printf("%lu kills, %zu before the first question, %zu answers with feedback, none lost\n", kills, silent, marked);
    return marked > 0 ? 0 : 1;
}
