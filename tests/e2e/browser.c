/* browser: drives a real browser (Chromium, headless) by its DevTools protocol over a pipe, for web.sh.
 *
 *     browser PROGRAM PROFILE        an empty directory for the profile; commands are lines of standard input:
 *
 *     open URL          and waits until it is loaded
 *     size W H          of the page, in CSS pixels, as on a telephone
 *     scheme dark       or light: what the page is told by prefers-color-scheme
 *     key Tab           presses and lets go: Tab, Enter, Space, or BackTab
 *     loads KEY         the same, and waits until the page that this leads to is loaded
 *     eval SCRIPT       prints what it gives, as one line of text; a page's policy does not bind it
 *     frames in         prints the address of each frame in the page, and after it `refused` where it is not shown
 *     shot FILE         writes the page's picture (PNG, as base64) into the file
 *
 * Exits 0 at the end of its input, 1 with a line on standard error when anything goes wrong. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 40000, LINE = 8192 };

static int to_browser, from_browser;
static pid_t child;
static unsigned last_id;
static char session[128];
static char *message; /* the last one that was read */
static size_t held, room;
static char *pending; /* bytes behind it */
static size_t pending_len;

static void die(const char *what)
{
    fprintf(stderr, "browser: %s\n", what);
    if (child > 0)
        kill(child, SIGKILL);
    exit(1);
}

/* ---- the pipe: JSON texts, each ended by a NUL ---- */

static void append(const char *bytes, size_t n)
{
    if (held + n + 1 > room) {
        room = (held + n + 1) * 2;
        message = realloc(message, room);
        if (message == NULL)
            die("out of memory");
    }
    memcpy(message + held, bytes, n);
    held += n;
    message[held] = '\0';
}

/* Takes bytes up to a NUL; keeps what stands behind it. */
static bool take(const char *bytes, size_t n)
{
    const char *end = memchr(bytes, '\0', n);
    append(bytes, end != NULL ? (size_t)(end - bytes) : n);
    if (end == NULL)
        return false;
    size_t rest = n - (size_t)(end - bytes) - 1;
    char *copy = malloc(rest + 1);
    if (copy == NULL)
        die("out of memory");
    memcpy(copy, end + 1, rest);
    free(pending);
    pending = copy;
    pending_len = rest;
    return true;
}

static void read_message(void)
{
    held = 0;
    append("", 0);
    char *before = pending;
    size_t n = pending_len;
    pending = NULL;
    pending_len = 0;
    bool whole = n > 0 && take(before, n);
    free(before);
    while (!whole) {
        char bytes[65536];
        struct pollfd p = {.fd = from_browser, .events = POLLIN};
        int ready = poll(&p, 1, PATIENCE_MS);
        ssize_t got = ready > 0 ? read(from_browser, bytes, sizeof bytes) : -1;
        if (got <= 0 && !(got < 0 && errno == EINTR))
            die(ready == 0 ? "it says nothing any more" : "it ended");
        whole = got > 0 && take(bytes, (size_t)got);
    }
}

static void send_bytes(const char *s, size_t n)
{
    while (n > 0) {
        ssize_t sent = write(to_browser, s, n);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            die("it takes nothing any more");
        s += sent;
        n -= (size_t)sent;
    }
}

/* Sends a command and waits for its answer, which is in message then. params: the inside of the object. */
static void command(const char *method, const char *params)
{
    char text[3 * LINE], wanted[40];
    int n = snprintf(text, sizeof text, "{\"id\":%u,\"method\":\"%s\",\"params\":{%s}%s%s%s}", ++last_id, method, params,
                     session[0] != '\0' ? ",\"sessionId\":\"" : "", session, session[0] != '\0' ? "\"" : "");
    if (n < 0 || (size_t)n >= sizeof text)
        die("the command is too long");
    send_bytes(text, (size_t)n + 1);
    snprintf(wanted, sizeof wanted, "{\"id\":%u,", last_id);
    do
        read_message();
    while (strncmp(message, wanted, strlen(wanted)) != 0);
    if (strstr(message, "\"error\":{") != NULL)
        die(message);
}

static void wait_for_event(const char *method)
{
    do
        read_message();
    while (strstr(message, method) == NULL);
}

/* The text under a key of the message, unescaped as far as a test needs it; "" where there is none. */
static void member(const char *name, char *out, size_t size)
{
    char wanted[60];
    size_t n = 0;
    snprintf(wanted, sizeof wanted, "\"%s\":\"", name);
    const char *at = strstr(message, wanted);
    for (at = at != NULL ? at + strlen(wanted) : ""; *at != '\0' && *at != '"' && n + 1 < size; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        out[n++] = *at;
    }
    out[n] = '\0';
}

/* ---- commands ---- */

static void escape(const char *s, char *out, size_t size)
{
    size_t n = 0;
    for (; *s != '\0' && n + 3 < size; s++) {
        if (*s == '"' || *s == '\\')
            out[n++] = '\\';
        out[n++] = *s;
    }
    out[n] = '\0';
}

static void evaluate(const char *script)
{
    char escaped[2 * LINE], params[2 * LINE + 100], value[LINE];
    escape(script, escaped, sizeof escaped);
    snprintf(params, sizeof params, "\"expression\":\"String(%s)\",\"returnByValue\":true", escaped);
    command("Runtime.evaluate", params);
    if (strstr(message, "\"exceptionDetails\"") != NULL)
        die(message);
    member("value", value, sizeof value);
    puts(value);
    fflush(stdout);
}

static void press(const char *name)
{
    static const struct {
        const char *name, *params;
    } keys[] = {
        {"Tab", "\"key\":\"Tab\",\"code\":\"Tab\",\"windowsVirtualKeyCode\":9"},
        {"BackTab", "\"key\":\"Tab\",\"code\":\"Tab\",\"windowsVirtualKeyCode\":9,\"modifiers\":8"},
        {"Enter", "\"key\":\"Enter\",\"code\":\"Enter\",\"windowsVirtualKeyCode\":13,\"text\":\"\\r\""},
        {"Space", "\"key\":\" \",\"code\":\"Space\",\"windowsVirtualKeyCode\":32,\"text\":\" \""},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char params[200];
        if (strcmp(keys[i].name, name) != 0)
            continue;
        snprintf(params, sizeof params, "\"type\":\"keyDown\",%s", keys[i].params);
        command("Input.dispatchKeyEvent", params);
        snprintf(params, sizeof params, "\"type\":\"keyUp\",%s", keys[i].params);
        command("Input.dispatchKeyEvent", params);
        return;
    }
    die("there is no such key");
}

/* A frame that the browser doesn't show holds an error of its own, and says what was asked for. */
static void list_frames(void)
{
    command("Page.getFrameTree", "");
    char *at = strstr(message, "\"childFrames\"");
    while (at != NULL && (at = strstr(at, "\"frame\":{")) != NULL) {
        char *next = strstr(at + 1, "\"frame\":{"), *url = strstr(at, "\"url\":\""), *wanted = strstr(at, "\"unreachableUrl\":\"");
        bool refused = wanted != NULL && (next == NULL || wanted < next);
        char *text = refused ? wanted + strlen("\"unreachableUrl\":\"") : url != NULL ? url + strlen("\"url\":\"") : at;
        printf("%.*s%s\n", (int)strcspn(text, "\""), text, refused ? " refused" : "");
        at = next;
    }
    fflush(stdout);
}

static void shoot(const char *path)
{
    command("Page.captureScreenshot", "\"format\":\"png\"");
    const char *data = strstr(message, "\"data\":\"");
    FILE *f = data != NULL ? fopen(path, "w") : NULL;
    if (f == NULL)
        die("there is no picture");
    data += 8;
    size_t n = strcspn(data, "\"");
    bool ok = fwrite(data, 1, n, f) == n;
    if (fclose(f) != 0 || !ok)
        die("the picture can't be written");
}

static void obey(char *line)
{
    char params[2 * LINE], *rest = strchr(line, ' ');
    if (rest == NULL)
        die("a command without its value");
    *rest++ = '\0';
    unsigned w, h;
    if (strcmp(line, "open") == 0) {
        snprintf(params, sizeof params, "\"url\":\"%s\"", rest);
        command("Page.navigate", params);
        wait_for_event("\"Page.loadEventFired\"");
    } else if (strcmp(line, "size") == 0 && sscanf(rest, "%u %u", &w, &h) == 2) {
        snprintf(params, sizeof params, "\"width\":%u,\"height\":%u,\"deviceScaleFactor\":1,\"mobile\":%s", w, h, w < 600 ? "true" : "false");
        command("Emulation.setDeviceMetricsOverride", params);
    } else if (strcmp(line, "scheme") == 0) {
        snprintf(params, sizeof params, "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]", rest);
        command("Emulation.setEmulatedMedia", params);
    } else if (strcmp(line, "key") == 0) {
        press(rest);
    } else if (strcmp(line, "loads") == 0) {
        press(rest);
        wait_for_event("\"Page.loadEventFired\"");
    } else if (strcmp(line, "eval") == 0) {
        evaluate(rest);
    } else if (strcmp(line, "frames") == 0) {
        list_frames();
    } else if (strcmp(line, "shot") == 0) {
        shoot(rest);
    } else {
        die("there is no such command");
    }
}

static void start(const char *program, const char *profile)
{
    int in[2], out[2];
    char directory[4096];
    snprintf(directory, sizeof directory, "--user-data-dir=%s", profile);
    if (pipe(in) != 0 || pipe(out) != 0 || (child = fork()) < 0)
        die("it can't be started");
    if (child == 0) {
        /* The protocol's descriptors are 3 and 4; none of the four ends may be one of them meanwhile. */
        int reads = fcntl(in[0], F_DUPFD, 10), writes = fcntl(out[1], F_DUPFD, 10);
        dup2(reads, 3);
        dup2(writes, 4);
        for (int fd = 5; fd < 20; fd++)
            close(fd);
        execlp(program, program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
               "--disable-sync", "--disable-site-isolation-trials", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe", directory, "about:blank", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_browser = in[1];
    from_browser = out[0];
}

int main(int argc, char **argv)
{
    char line[LINE], target[100], params[200];
    if (argc != 3)
        die("usage: browser PROGRAM PROFILE <commands");
    signal(SIGPIPE, SIG_IGN);
    start(argv[1], argv[2]);
    command("Target.createTarget", "\"url\":\"about:blank\"");
    member("targetId", target, sizeof target);
    snprintf(params, sizeof params, "\"targetId\":\"%s\",\"flatten\":true", target);
    command("Target.attachToTarget", params);
    char attached[sizeof session];
    member("sessionId", attached, sizeof attached);
    memcpy(session, attached, sizeof session);
    command("Page.enable", "");
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0')
            obey(line);
    }
    session[0] = '\0';
    command("Browser.close", "");
    (void)waitpid(child, NULL, 0);
    return 0;
}
