#include "core/base/notice.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/datagram.h"
#include "core/base/text.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MOST = 900 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;

static void find_log(void)
{
    char path[200];
    const char *system = getenv("CRIB_SYSTEM");
    int n = snprintf(path, sizeof path, "%s/log", system != NULL ? system : "/dev");
    if (log_fd < 0 && n > 0 && (size_t)n < sizeof path)
        log_fd = datagram_open(path);
}

/* write, not send: the kiosk's sandbox leaves no call of the network's. A log that was started anew is looked for once. */
static void send_line(const struct buf *line)
{
    for (int tries = 0; tries < 2; tries++) {
        find_log();
        if (log_fd < 0 || write(log_fd, buf_text(line), line->len) >= 0 || errno == EAGAIN || errno == EMSGSIZE)
            return;
        close(log_fd);
        log_fd = -1;
    }
}

/* `<30>Nov 28 09:12:03 crib[123]: ` (RFC 3164, 4.1). */
static void add_header(struct buf *line, int priority)
{
    char at[32] = "";
    struct tm parts;
    time_t now = time(NULL);
    if (localtime_r(&now, &parts) != NULL)
        (void)strftime(at, sizeof at, "%b %e %H:%M:%S", &parts);
    buf_addf(line, "<%d>%s crib[%ld]: ", LOG_DAEMON | priority, at, (long)getpid());
}

void notice_open(void)
{
    pthread_mutex_lock(&lock);
    find_log();
    pthread_mutex_unlock(&lock);
}

void notice(enum notice_level level, const char *format, ...)
{
    static const int priorities[] = {LOG_ERR, LOG_WARNING, LOG_INFO};
    char text[LINE_MOST];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct buf line = {0};
    add_header(&line, priorities[level]);
    if (n > 0)
        text_safe(&line, text, strlen(text), 0);
    pthread_mutex_lock(&lock);
    if (n > 0 && buf_ok(&line))
        send_line(&line);
    pthread_mutex_unlock(&lock);
    buf_free(&line);
}

/* systemd names the stream to the journal as "device:inode" (systemd.exec(5)). */
bool notice_on_stderr(void)
{
    char own[64];
    struct stat st;
    const char *stream = getenv("JOURNAL_STREAM");
    if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
        return false;
    snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
    return strcmp(stream, own) == 0;
}

void notice_failure(const char *doing, const struct error *err)
{
    if (!notice_on_stderr())
        notice(NOTICE_ERROR, "%s: %s%s%s", doing, err->what, err->why[0] != '\0' ? ": " : "", err->why);
}

bool notice_due(struct notice_gate *gate, int64_t every_ms, unsigned long *kept)
{
    int64_t now = clock_monotonic_ms();
    pthread_mutex_lock(&lock);
    bool due = gate->next_ms == 0 || now >= gate->next_ms;
    *kept = due ? gate->kept : 0;
    gate->kept = due ? 0 : gate->kept + 1;
    if (due)
        gate->next_ms = now + every_ms;
    pthread_mutex_unlock(&lock);
    return due;
}
