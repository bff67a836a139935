/* notice: lines to the system's log, in the place of which a socket of this test's stands. */
#include "core/base/notice.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

static char dir[] = "/tmp/crib-notice-XXXXXX", path[64], line[4096];
static int log_fd = -1;

static void listen_there(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    log_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    ck_assert(log_fd >= 0 && bind(log_fd, (const struct sockaddr *)&at, sizeof at) == 0);
}

static void hang_up(void)
{
    close(log_fd);
    log_fd = -1;
    unlink(path);
}

/* The next line; "" where there is none. */
static const char *heard(void)
{
    struct pollfd wait = {.fd = log_fd, .events = POLLIN};
    ssize_t n = poll(&wait, 1, 0) > 0 ? recv(log_fd, line, sizeof line - 1, 0) : 0;
    line[n > 0 ? n : 0] = '\0';
    return line;
}

/* Behind the time and the process. */
static const char *words(void)
{
    const char *from = strstr(heard(), "]: ");
    return from != NULL ? from + 3 : line;
}

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/log", dir);
    setenv("CRIB_SYSTEM", dir, 1);
    setenv("TZ", "UTC", 1);
    unsetenv("JOURNAL_STREAM");
}

static void tear_down(void)
{
    if (log_fd >= 0)
        hang_up();
    rmdir(dir);
    memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
}

START_TEST(a_line_is_what_syslog_takes)
{
    char own[32];
    listen_there();
    notice(NOTICE_WARNING, "%s is full", "the disk");
    snprintf(own, sizeof own, " crib[%ld]: ", (long)getpid());
    heard();
    ck_assert_msg(strncmp(line, "<28>", 4) == 0 && strstr(line, own) != NULL, "%s", line); /* daemon, warning */
    ck_assert_str_eq(strstr(line, "]: ") + 3, "the disk is full");
    notice(NOTICE_ERROR, "x\n\x1b[2Jy");
    ck_assert_ptr_null(strpbrk(words(), "\n\x1b"));
    ck_assert_str_eq(heard(), "");
}
END_TEST

START_TEST(nobody_waits_for_the_log)
{
    notice(NOTICE_INFO, "nobody hears it");
    listen_there();
    for (int i = 0; i < 20000; i++)
        notice(NOTICE_INFO, "nobody reads it");
    ck_assert_str_eq(words(), "nobody reads it");
    hang_up(); /* it is started anew */
    notice(NOTICE_INFO, "nobody hears it");
    listen_there();
    notice(NOTICE_INFO, "again");
    ck_assert_str_eq(words(), "again");
}
END_TEST

START_TEST(what_the_journal_has_is_not_told_again)
{
    char stream[64];
    struct stat st;
    const struct error err = {.code = EX_NOINPUT, .what = "cannot open", .where = "/home/kim/x", .why = "it is gone"};
    listen_there();
    notice_failure("it did not start", &err);
    ck_assert_str_eq(words(), "it did not start: cannot open: it is gone"); /* a path may name somebody */
    ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    notice_failure("it did not start", &err);
    ck_assert_str_eq(heard(), "");
    notice(NOTICE_INFO, "this is said nowhere else");
    ck_assert_str_eq(words(), "this is said nowhere else");
    setenv("JOURNAL_STREAM", "0:0", 1); /* standard error was sent elsewhere since */
    notice_failure("it did not start", &err);
    ck_assert_str_ne(heard(), "");
}
END_TEST

START_TEST(a_crowd_does_not_fill_the_log)
{
    struct notice_gate gate = {0};
    unsigned long kept;
    ck_assert(notice_due(&gate, 60000, &kept) && kept == 0);
    ck_assert(!notice_due(&gate, 60000, &kept) && !notice_due(&gate, 60000, &kept));
    gate.next_ms = 1; /* long ago */
    ck_assert(notice_due(&gate, 60000, &kept) && kept == 2);
    ck_assert(!notice_due(&gate, 60000, &kept));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("notice");
    TCase *t = tcase_create("notice");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_line_is_what_syslog_takes);
    tcase_add_test(t, nobody_waits_for_the_log);
    tcase_add_test(t, what_the_journal_has_is_not_told_again);
    tcase_add_test(t, a_crowd_does_not_fill_the_log);
    suite_add_tcase(s, t);
    return suite_run(s);
}
