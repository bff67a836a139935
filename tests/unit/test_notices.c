/* notices: what a server says in the system's log, in the place of which a socket of this test's stands. */
#include "tests/unit/lrs_fixture.h"
#include "tests/unit/suite.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

static int log_fd;
static char line[4096];

static void begin(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    make_dir();
    setenv("CRIB_SYSTEM", dir, 1);
    snprintf(at.sun_path, sizeof at.sun_path, "%s/log", dir);
    log_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    ck_assert(log_fd >= 0 && bind(log_fd, (const struct sockaddr *)&at, sizeof at) == 0);
    start();
}

static void end(void)
{
    stop();
    close(log_fd);
    suite_remove(dir);
}

/* Behind the time and the process; "" where nothing was said. */
static const char *heard(void)
{
    struct pollfd wait = {.fd = log_fd, .events = POLLIN};
    ssize_t n = poll(&wait, 1, 0) > 0 ? recv(log_fd, line, sizeof line - 1, 0) : 0;
    line[n > 0 ? n : 0] = '\0';
    const char *from = strstr(line, "]: ");
    return from != NULL ? from + 3 : line;
}

static int status_as(const char *name, const char *token, const char *method, const char *body)
{
    struct answer a = ask_as(name, token, method, "/xapi/statements", body);
    int status = a.status;
    answer_free(&a);
    return status;
}

START_TEST(who_is_refused_is_said_once)
{
    struct store *s = store_open(dir, false, NULL);
    ck_assert(store_revoke(s, "other", NULL));
    store_close(s);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(status_as("other", other, "GET", NULL), 401);
        ck_assert_int_eq(status_as("device", "wrong", "GET", NULL), 401);
        ck_assert_int_eq(status_as("kim's password", "x", "GET", NULL), 401);
    }
    ck_assert_str_eq(heard(), "other was refused: it was revoked");
    ck_assert_str_eq(heard(), "device was refused: its token is another one");
    ck_assert_str_eq(heard(), "somebody was refused whose name is not known here");
    ck_assert_int_eq(status_as("device", device, "GET", NULL), 200);
    struct answer a = client_request(port, "GET", "/xapi/statements", "X-Experience-API-Version: 1.0.3\r\n", NULL, 0);
    ck_assert_int_eq(a.status, 401); /* who gives no name is asked for one */
    answer_free(&a);
    ck_assert_str_eq(heard(), "");
}
END_TEST

START_TEST(a_crowd_of_strangers_is_said_once)
{
    int said = 0, later = 0;
    for (int i = 0; i < 200; i++)
        later += status_as("device", "wrong", "GET", NULL) == 429;
    for (const char *text = heard(); text[0] != '\0'; text = heard())
        said += strcmp(text, "so many requests from 127.0.0.1 have a wrong name or token that most of them are told to come later") == 0;
    ck_assert_int_eq(said, later > 0 ? 1 : 0);
}
END_TEST

START_TEST(a_full_disk_is_said_and_that_it_is_over)
{
    struct rlimit usual, full = {4096, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(status_as("device", device, "POST", statement(1, "")), 200);
    ck_assert_str_eq(heard(), "");
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &usual), 0);
    full.rlim_max = usual.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0); /* no file may grow */
    int first = status_as("device", device, "POST", statement(2, "")), second = status_as("device", device, "POST", statement(3, ""));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &usual), 0);
    ck_assert(first == 503 && second == 503);
    ck_assert_msg(strncmp(heard(), "what devices send can't be stored, and stays with them: ", 56) == 0, "%s", line);
    ck_assert_ptr_null(strstr(line, dir));
    ck_assert_str_eq(heard(), "");
    ck_assert_int_eq(status_as("device", device, "POST", statement(2, "")), 200);
    ck_assert_str_eq(heard(), "what devices send is stored again");
    ck_assert_int_eq(status_as("device", device, "POST", statement(3, "")), 200);
    ck_assert_str_eq(heard(), "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("notices");
    TCase *c = tcase_create("notices");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, begin, end);
    tcase_add_test(c, who_is_refused_is_said_once);
    tcase_add_test(c, a_crowd_of_strangers_is_said_once);
    tcase_add_test(c, a_full_disk_is_said_and_that_it_is_over);
    suite_add_tcase(s, c);
    return suite_run(s);
}
