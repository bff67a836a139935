/* proxy: stands between a device and a server on this machine, and does what a bad line does, when told. See usage().
 *
 * What is told holds until the next line: then all connections end, the counts begin at 0, and the line is whole again.
 * N counts the bytes of one direction over all connections since then. Everything is bounded: connections, what waits
 * in between, and its own life. */
#define _DEFAULT_SOURCE 1 /* MSG_NOSIGNAL and struct linger under -std=c17 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    LINKS = 16,        /* connections at a time */
    PIECES = 64,       /* that wait in one direction */
    SPARE = 4,         /* of them: what comes at once may be parted */
    PIECE = 4096,      /* bytes of one */
    HEAD_MOST = 16384, /* of a request's head */
    QUIET_MS = 150,    /* after a byte was changed, both sides may wait for ever: then the line ends */
    LIFE_S = 900,
};

enum kind { PASS, CUT, RESET, CORRUPT, DELAY, ANSWER, PORTAL };
enum { UP, DOWN };

static struct plan {
    enum kind kind;
    bool dead;      /* nobody gets through afterwards */
    int direction;
    uint64_t at;    /* CUT, RESET, CORRUPT, DELAY: the byte before which it happens; ANSWER, PORTAL: the request, from 1 */
    long value;     /* the mask, the milliseconds, the status */
    long later_s;   /* Retry-After; -1: none */
    bool fired;
    long rate;      /* bytes a second in each direction; 0: as fast as it goes */
    long way_ms;    /* a byte's way from one end to the other */
} plan;

static struct counts {
    uint64_t bytes[2];
    unsigned requests, connections;
    int64_t first_ms, last_ms; /* the first connection came, the last byte went */
} counts;

struct piece {
    unsigned char bytes[PIECE];
    size_t n, sent;
    int64_t due_ms;
};

struct half {
    struct piece *pieces; /* a ring */
    size_t first, count;
    bool ended; /* the sender has said all */
    bool told;  /* and the receiver knows */
};

/* One connection from the device, and the one that goes on to the server. */
struct link {
    int fd[2];           /* the device's, the server's; -1: free */
    struct half half[2]; /* to the server, to the device */
    char head[HEAD_MOST];
    size_t head_n;
    uint64_t body_left; /* of the request under way */
    bool answered;      /* its bytes go nowhere: it was answered here */
    int64_t open_ms, seen_ms;
};

static struct link links[LINKS];
static int listener, upstream;
static int64_t line_free_ms[2]; /* when the line has carried what was put on it */

static int usage(void)
{
    fputs("usage: proxy PORT      forwards to that port of this machine; prints its own port, then obeys lines of:\n"
          "  pass                       everything gets through\n"
          "  [dead] cut up|down N       before byte N both connections end; dead: and nobody gets through afterwards\n"
          "  [dead] reset up|down N     the same, with a reset\n"
          "  corrupt up|down N MASK     byte N is changed: exclusive or\n"
          "  delay up|down N MS         byte N waits\n"
          "  answer K STATUS [SECONDS]  the K-th request is answered here, with Retry-After if given\n"
          "  portal K                   and so are all from the K-th on: 200 with HTML\n"
          "  shape RATE MS              bytes a second and milliseconds of a way, as on a thin line\n"
          "  count                      changes nothing, and tells: bytes up, bytes down, requests, connections, fired,\n"
          "                             milliseconds from the first connection to the last byte\n"
          "Each line is answered by one.\n",
          stderr);
    return 64;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void die(const char *what)
{
    perror(what);
    exit(71);
}

/* ---- connections ---- */

static void link_close(struct link *l, bool reset)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    for (int i = 0; i < 2 && l->fd[0] >= 0; i++) {
        if (reset)
            (void)setsockopt(l->fd[i], SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(l->fd[i]);
        free(l->half[i].pieces);
    }
    *l = (struct link){.fd = {-1, -1}};
}

static void close_all(bool reset)
{
    for (size_t i = 0; i < LINKS; i++)
        link_close(&links[i], reset);
}

static struct sockaddr_in loopback(int number)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    at.sin_port = htons((uint16_t)number);
    return at;
}

static void prepare(int fd)
{
    const int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
}

static void take_connection(void)
{
    int fd = accept(listener, NULL, NULL);
    struct link *l = NULL;
    for (size_t i = 0; i < LINKS && l == NULL; i++)
        if (links[i].fd[0] < 0)
            l = &links[i];
    if (fd < 0)
        return;
    const struct sockaddr_in at = loopback(upstream);
    int out = l != NULL ? socket(AF_INET, SOCK_STREAM, 0) : -1;
    if (out < 0 || connect(out, (const struct sockaddr *)&at, sizeof at) != 0) {
        close(out);
        close(fd);
        return;
    }
    prepare(fd);
    prepare(out);
    *l = (struct link){.fd = {fd, out}, .seen_ms = now_ms()};
    for (int i = 0; i < 2; i++)
        if ((l->half[i].pieces = calloc(PIECES, sizeof *l->half[i].pieces)) == NULL)
            die("proxy");
    if (counts.connections++ == 0)
        counts.first_ms = counts.last_ms = now_ms();
    l->open_ms = now_ms() + 2 * plan.way_ms; /* the handshake of a real line: a way there and one back */
}

/* A socket that listens no more keeps its port, and can listen again. It is shut before anybody is told: who comes back
 * at once must find nobody. */
static void go_dead(bool reset)
{
    (void)shutdown(listener, SHUT_RD);
    close_all(reset);
}

/* ---- what happens to the bytes ---- */

static void enqueue(struct link *l, int direction, const unsigned char *bytes, size_t n)
{
    struct half *h = &l->half[direction];
    for (size_t take; n > 0; bytes += take, n -= take) {
        if (h->count == PIECES)
            die("proxy: too many small pieces");
        struct piece *p = &h->pieces[(h->first + h->count++) % PIECES];
        int64_t now = now_ms() > l->open_ms ? now_ms() : l->open_ms;
        int64_t begins = line_free_ms[direction] > now ? line_free_ms[direction] : now;
        take = n < PIECE ? n : PIECE;
        memcpy(p->bytes, bytes, take);
        p->n = take;
        p->sent = 0;
        line_free_ms[direction] = plan.rate > 0 ? begins + (int64_t)take * 1000 / plan.rate : now;
        p->due_ms = (plan.rate > 0 ? line_free_ms[direction] : now) + plan.way_ms;
    }
}

/* Sends what is due. false when the connection is to be closed. */
static bool flush_half(struct link *l, int direction, bool all)
{
    struct half *h = &l->half[direction];
    int fd = l->fd[direction == UP ? 1 : 0];
    while (h->count > 0) {
        struct piece *p = &h->pieces[h->first];
        if (!all && p->due_ms > now_ms())
            return true;
        ssize_t n = send(fd, p->bytes + p->sent, p->n - p->sent, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        counts.last_ms = now_ms();
        if ((p->sent += (size_t)n) < p->n)
            continue;
        h->first = (h->first + 1) % PIECES;
        h->count--;
    }
    if (h->ended && !h->told) {
        h->told = true;
        (void)shutdown(fd, SHUT_WR);
    }
    return true;
}

/* Bytes of one direction, with the fault in them where it is its turn. false: the connection is gone. */
static bool carry(struct link *l, int direction, unsigned char *bytes, size_t n)
{
    uint64_t from = counts.bytes[direction];
    counts.bytes[direction] += n;
    bool here = !plan.fired && (plan.kind == CUT || plan.kind == RESET || plan.kind == CORRUPT || plan.kind == DELAY) &&
                plan.direction == direction && plan.at >= from && plan.at < from + n;
    if (!here) {
        enqueue(l, direction, bytes, n);
        return true;
    }
    size_t before = (size_t)(plan.at - from);
    plan.fired = true;
    if (plan.kind == CORRUPT)
        bytes[before] ^= (unsigned char)plan.value;
    if (plan.kind == CORRUPT || plan.kind == DELAY) {
        enqueue(l, direction, bytes, before);
        enqueue(l, direction, bytes + before, n - before);
        if (plan.kind == DELAY)
            l->half[direction].pieces[(l->half[direction].first + l->half[direction].count - 1) % PIECES].due_ms += plan.value;
        return true;
    }
    enqueue(l, direction, bytes, before);
    (void)flush_half(l, direction, true);
    if (plan.dead)
        go_dead(plan.kind == RESET);
    else
        link_close(l, plan.kind == RESET);
    return false;
}

static void answer_here(struct link *l)
{
    static const char page[] = "<html><h1>Welcome to the hotel</h1><p>Please sign on.</html>";
    char text[600], later[60] = "";
    if (plan.later_s >= 0)
        snprintf(later, sizeof later, "Retry-After: %ld\r\n", plan.later_s);
    bool portal = plan.kind == PORTAL;
    int n = snprintf(text, sizeof text, "HTTP/1.1 %ld It is so\r\nContent-Type: text/%s\r\n%sContent-Length: %zu\r\n\r\n%s",
                     portal ? 200 : plan.value, portal ? "html" : "plain", later, portal ? sizeof page - 1 : 3,
                     portal ? page : "no\n");
    plan.fired = true;
    counts.bytes[DOWN] += (uint64_t)n;
    enqueue(l, DOWN, (unsigned char *)text, (size_t)n);
}

static bool whole_head(const struct link *l)
{
    return l->head_n >= 4 && memcmp(l->head + l->head_n - 4, "\r\n\r\n", 4) == 0;
}

/* A whole head stands in l->head: a request begins. */
static void begin_request(struct link *l)
{
    const char *at = l->head;
    l->head[l->head_n] = '\0';
    while ((at = strstr(at, "\r\n")) != NULL && at[2] != '\r') {
        at += 2;
        if (strncasecmp(at, "Content-Length:", 15) == 0)
            l->body_left = strtoull(at + 15, NULL, 10);
    }
    counts.requests++;
    l->answered = (plan.kind == ANSWER && counts.requests == plan.at) || (plan.kind == PORTAL && counts.requests >= plan.at);
}

/* How many of these bytes belong to the request's part that is under way, its head or its body. */
static size_t read_request(struct link *l, const unsigned char *bytes, size_t n)
{
    size_t take = 0;
    if (l->body_left > 0) {
        take = l->body_left < n ? (size_t)l->body_left : n;
        l->body_left -= take;
        return take;
    }
    if (whole_head(l) || l->head_n + 1 == HEAD_MOST)
        l->head_n = 0;
    while (take < n && l->head_n + 1 < HEAD_MOST && !whole_head(l))
        l->head[l->head_n++] = (char)bytes[take++];
    if (whole_head(l))
        begin_request(l);
    return take;
}

/* Requests are read as they pass, to count them and to answer some. A head waits where it shows only at its end whose
 * answer it is. false: the connection is gone. */
static bool carry_up(struct link *l, unsigned char *bytes, size_t n)
{
    const bool held = plan.kind == ANSWER || plan.kind == PORTAL;
    while (n > 0) {
        bool in_body = l->body_left > 0;
        size_t take = read_request(l, bytes, n);
        if (!held) {
            if (!carry(l, UP, bytes, take))
                return false;
        } else {
            counts.bytes[UP] += take;
            if (!l->answered && in_body)
                enqueue(l, UP, bytes, take);
            else if (!l->answered && whole_head(l))
                enqueue(l, UP, (unsigned char *)l->head, l->head_n);
            else if (l->answered && l->body_left == 0)
                answer_here(l);
        }
        bytes += take;
        n -= take;
    }
    return true;
}

/* What came at one end. false: the connection is gone. */
static bool take_bytes(struct link *l, int direction)
{
    static unsigned char bytes[PIECE];
    ssize_t n = recv(l->fd[direction == UP ? 0 : 1], bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (n < 0) {
        link_close(l, true);
        return false;
    }
    l->seen_ms = now_ms();
    if (n == 0) {
        l->half[direction].ended = true;
        return true;
    }
    return direction == UP ? carry_up(l, bytes, (size_t)n) : carry(l, DOWN, bytes, (size_t)n);
}

/* ---- what is told ---- */

static bool read_plan(const char *line, struct plan *p)
{
    static const struct {
        const char *word;
        enum kind kind;
    } words[] = {{"cut", CUT}, {"reset", RESET}, {"corrupt", CORRUPT}, {"delay", DELAY}};
    char word[20], way[20];
    unsigned long long at;
    *p = (struct plan){.later_s = -1};
    if (strcmp(line, "pass") == 0)
        return true;
    if (sscanf(line, "shape %ld %ld", &p->rate, &p->way_ms) == 2)
        return p->rate > 0 && p->way_ms >= 0;
    int n = sscanf(line, "answer %llu %ld %ld", &at, &p->value, &p->later_s);
    if (n >= 2 || sscanf(line, "portal %llu", &at) == 1) {
        p->kind = n >= 2 ? ANSWER : PORTAL;
        p->at = at;
        return true;
    }
    p->dead = strncmp(line, "dead ", 5) == 0;
    n = sscanf(p->dead ? line + 5 : line, "%19s %19s %llu %ld", word, way, &at, &p->value);
    p->at = at;
    p->direction = n >= 3 && strcmp(way, "down") == 0 ? DOWN : UP;
    for (size_t i = 0; n >= 3 && i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i].word) == 0) {
            p->kind = words[i].kind;
            return p->kind <= RESET || n == 4;
        }
    return false;
}

static void obey(const char *line)
{
    struct plan next;
    if (strcmp(line, "count") == 0) {
        printf("%llu %llu %u %u %d %lld\n", (unsigned long long)counts.bytes[UP], (unsigned long long)counts.bytes[DOWN],
               counts.requests, counts.connections, plan.fired, (long long)(counts.last_ms - counts.first_ms));
    } else if (read_plan(line, &next)) {
        close_all(true);
        plan = next;
        counts = (struct counts){0};
        line_free_ms[UP] = line_free_ms[DOWN] = 0;
        if (listen(listener, LINKS) != 0)
            die("proxy: listen");
        puts("done");
    } else {
        puts("what?");
    }
    fflush(stdout);
}

/* false at the end of what is told. */
static bool take_lines(void)
{
    static char text[200];
    static size_t held;
    ssize_t n = read(0, text + held, sizeof text - 1 - held);
    if (n <= 0)
        return n < 0 && errno == EINTR;
    held += (size_t)n;
    for (char *end; (end = memchr(text, '\n', held)) != NULL;) {
        *end = '\0';
        obey(text);
        held -= (size_t)(end + 1 - text);
        memmove(text, end + 1, held);
    }
    return held < sizeof text - 1;
}

/* ---- the loop ---- */

/* Until something is due, at most a second. */
static int wait_ms(void)
{
    int64_t now = now_ms(), least = 1000;
    for (size_t i = 0; i < LINKS; i++)
        for (int k = 0; links[i].fd[0] >= 0 && k < 2; k++) {
            const struct half *h = &links[i].half[k];
            int64_t left = h->count > 0 ? h->pieces[h->first].due_ms - now : 1000;
            least = left < least ? left : least;
        }
    if (plan.kind == CORRUPT && plan.fired && least > QUIET_MS)
        least = QUIET_MS;
    return least < 0 ? 0 : (int)least;
}

static void serve_link(struct link *l, const struct pollfd *ends)
{
    for (int direction = 0; direction < 2; direction++)
        if (ends[direction].revents != 0 && !l->half[direction].ended && !take_bytes(l, direction))
            return;
    bool ok = flush_half(l, UP, false) && flush_half(l, DOWN, false);
    bool quiet = plan.kind == CORRUPT && plan.fired && now_ms() - l->seen_ms > QUIET_MS;
    if (!ok || quiet || (l->half[UP].told && l->half[DOWN].told))
        link_close(l, !ok);
}

static bool turn(void)
{
    struct pollfd fds[2 + 2 * LINKS] = {{.fd = 0, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
    if (plan.dead && plan.fired)
        fds[1].fd = -1;
    for (size_t i = 0; i < LINKS; i++)
        for (int k = 0; k < 2; k++) {
            const struct link *l = &links[i];
            struct pollfd *at = &fds[2 + 2 * i + (size_t)k];
            *at = (struct pollfd){.fd = l->fd[0] < 0 ? -1 : l->fd[k]};
            if (!l->half[k].ended && l->half[k].count + SPARE < PIECES)
                at->events = POLLIN;
            const struct half *back = &l->half[1 - k];
            if (l->fd[0] >= 0 && back->count > 0 && back->pieces[back->first].due_ms <= now_ms())
                at->events |= POLLOUT;
            if (at->events == 0)
                at->fd = -1;
        }
    if (poll(fds, 2 + 2 * LINKS, wait_ms()) < 0 && errno != EINTR)
        die("proxy: poll");
    if (fds[0].revents != 0 && !take_lines())
        return false;
    if (fds[0].revents != 0)
        return true; /* what was looked at may be gone */
    for (size_t i = 0; i < LINKS; i++)
        if (links[i].fd[0] >= 0)
            serve_link(&links[i], &fds[2 + 2 * i]);
    if ((fds[1].revents & POLLIN) != 0)
        take_connection();
    return true;
}

/* A port that is free, named: only such a one is still its socket's after it was shut. Returns it. */
static int open_listener(void)
{
    const int on = 1;
    struct sockaddr_in at = loopback(0);
    socklen_t size = sizeof at;
    int finder = socket(AF_INET, SOCK_STREAM, 0);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (finder < 0 || listener < 0 || setsockopt(finder, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(finder, (struct sockaddr *)&at, size) != 0 || getsockname(finder, (struct sockaddr *)&at, &size) != 0 ||
        bind(listener, (struct sockaddr *)&at, size) != 0 || listen(listener, LINKS) != 0)
        die("proxy");
    close(finder);
    return ntohs(at.sin_port);
}

int main(int argc, char **argv)
{
    upstream = argc == 2 ? atoi(argv[1]) : 0;
    if (upstream <= 0 || upstream > 65535)
        return usage();
    int port = open_listener();
    prepare(listener);
    for (size_t i = 0; i < LINKS; i++)
        links[i].fd[0] = links[i].fd[1] = -1;
    alarm(LIFE_S);
    printf("%d\n", port);
    fflush(stdout);
    while (turn())
        continue;
    close_all(true);
    return 0;
}
