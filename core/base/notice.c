#include "core/base/notice.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

enum { LINE_MOST = 900 };

void notice(enum notice_level level, const char *format, ...)
{
    static const int priorities[] = {LOG_ERR, LOG_WARNING, LOG_INFO};
    char text[LINE_MOST];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct buf line = {0};
    if (n >= 0)
        text_safe(&line, text, strlen(text), 0);
    if (line.len > 0 && buf_ok(&line)) {
        openlog("crib", LOG_PID, LOG_DAEMON);
        syslog(priorities[level], "%s", buf_text(&line));
        closelog();
    }
    buf_free(&line);
}
