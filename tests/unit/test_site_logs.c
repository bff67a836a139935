/* The logs that a site keeps for its devices, over real connections: handed in whole and once, given sealed to those that told
 * a key, erased where their own log says so. */
#include "sync/serve/people.h"
#include "sync/site/log_list.h"
#include "sync/site/log_wire.h"
#include "tests/unit/log_fixture.h"
#include "tests/unit/lrs_fixture.h"
#include "tests/unit/suite.h"

#include <stdlib.h>

static struct log_fixture a_log;
static struct people_keys keys[2]; /* of `device` and `other` */
static struct arena *arena;

static void begin(void)
{
    struct error err = {0};
    const char *site, *badges, *const names[] = {"device", "other"};
    ck_assert_int_ge(sodium_init(), 0);
    make_dir();
    arena = arena_open();
    struct store *s = store_open(dir, false, &err);
    ck_assert(s != NULL && people_ready(arena, s, &err));
    for (size_t i = 0; i < 2; i++) {
        crypto_box_keypair(keys[i].box, keys[i].box_secret);
        ck_assert(store_box_set(s, names[i], keys[i].box, &err) && people_told(arena, s, names[i], &site, &badges, &err));
        ck_assert(sodium_hex2bin(keys[i].site, sizeof keys[i].site, site, strlen(site), NULL, NULL, NULL) == 0);
    }
    store_close(s);
    log_make(&a_log, 3);
    start();
}

static void end(void)
{
    arena_close(arena);
    tear_down();
}

static struct answer post(const char *name, const char *token, const struct buf *body, const char *type)
{
    char coded[600], headers[700];
    headers_of(coded, sizeof coded, name, token);
    *strstr(coded, "Content-Type") = '\0';
    snprintf(headers, sizeof headers, "%sContent-Type: %s\r\n", coded, type);
    return client_request(port, "POST", "/logs", headers, buf_text(body), body->len);
}

/* Hands in so many events behind `after`; the status, and in *last what the answer says. */
static int hand_in(const char *name, const char *token, size_t after, size_t count, int *last)
{
    const struct log_part part = log_part_of(&a_log, after, count);
    struct buf body = {0};
    buf_add(&body, LOG_TAG, sizeof LOG_TAG);
    ck_assert(log_write(&part, &body, NULL));
    struct answer a = post(name, token, &body, "application/octet-stream");
    int status = a.status;
    *last = -1;
    (void)sscanf(buf_text(&a.body), "{\"last\":%d}", last);
    buf_free(&body);
    answer_free(&a);
    return status;
}

static void takes(size_t after, size_t count, int status, int last)
{
    int said;
    ck_assert_int_eq(hand_in("device", device, after, count, &said), status);
    ck_assert_int_eq(said, last);
}

/* What `other` is given of the log behind `after`. */
static bool given(int after, struct log_part *part)
{
    char path[100], hex[2 * EVENT_LOG + 1];
    struct str message;
    struct error err = {0};
    snprintf(path, sizeof path, "/logs/%s/%d", sodium_bin2hex(hex, sizeof hex, a_log.id, EVENT_LOG), after);
    struct answer a = ask_as("other", other, "GET", path, NULL);
    ck_assert(a.status == 200 || a.status == 204);
    bool some = a.status == 200;
    if (some) {
        ck_assert_msg(sealed_open(arena, buf_text(&a.body), a.body.len, &keys[1], LOG_TAG, &message, &err), "%s", err.why);
        ck_assert_msg(log_read(arena, message.p, message.n, part, &err), "%s", err.why);
        ck_assert_msg(log_part_check(part, NULL, &err), "%s: %s", err.where, err.why);
    }
    answer_free(&a);
    return some;
}

/* What the site says of the logs to one of them. */
static struct people_passes results_for(const char *name, const char *token, size_t which)
{
    struct people_passes passes;
    struct answer a = ask_as(name, token, "GET", "/results/0", NULL);
    ck_assert_int_eq(a.status, 200);
    ck_assert(people_open_passes(arena, buf_text(&a.body), a.body.len, &keys[which], &passes, NULL) && passes.logs_told);
    answer_free(&a);
    return passes;
}

START_TEST(whole_and_once)
{
    struct log_part part;
    takes(4, 3, 409, 0); /* it begins at its beginning */
    takes(0, 4, 200, 4);
    takes(0, 4, 200, 4); /* the answer was lost */
    takes(4, 3, 200, 7);
    takes(0, 4, 200, 7);
    takes(4, 5, 409, 7); /* half of it is here: from there, please */
    takes(9, 2, 409, 7);
    takes(7, 5, 200, 12);
    ck_assert(given(0, &part));
    ck_assert_uint_eq(part.count, 12);
    for (size_t i = 0; i < 12; i++)
        ck_assert_str_eq(part.events[i].payload, a_log.payloads[i]);
    ck_assert(given(7, &part));
    ck_assert_uint_eq(part.events[0].seq, 8);
    ck_assert(given(5, &part)); /* whoever was set back to a copy */
    ck_assert_uint_eq(part.count, 7);
    ck_assert(!given(12, &part));
    stop();
    start();
    takes(7, 5, 200, 12);
}
END_TEST

START_TEST(whose_it_is)
{
    int last;
    struct store *s;
    takes(0, 4, 200, 4);
    ck_assert_int_eq(hand_in("other", other, 4, 3, &last), 403);
    ck_assert_int_eq(hand_in("admin", admin, 4, 3, &last), 404); /* no device */
    ck_assert_int_eq(hand_in("device", other, 4, 3, &last), 401);
    ck_assert_ptr_nonnull(s = store_open(dir, false, NULL));
    ck_assert(store_revoke(s, "device", NULL));
    store_close(s);
    ck_assert_int_eq(hand_in("device", device, 4, 3, &last), 401);
    ck_assert_int_eq(hand_in("other", other, 0, 4, &last), 200); /* anybody has this */
    ck_assert_uint_eq(results_for("other", other, 1).own_count, 0);
    ck_assert_int_eq(hand_in("other", other, 4, 3, &last), 200); /* the device, which enrolled anew by another name */
    ck_assert_int_eq(last, 7);
    ck_assert_uint_eq(results_for("other", other, 1).own_count, 1);
}
END_TEST

START_TEST(whose_it_is_by_the_key)
{
    int last;
    struct store *s;
    takes(0, 4, 200, 4);
    ck_assert_ptr_nonnull(s = store_open(dir, false, NULL));
    ck_assert(store_revoke(s, "device", NULL) && store_box_set(s, "other", keys[0].box, NULL));
    store_close(s);
    keys[1] = keys[0];
    ck_assert_int_eq(hand_in("other", other, 0, 4, &last), 200);
    ck_assert_uint_eq(results_for("other", other, 1).own_count, 1);
}
END_TEST

START_TEST(logs_without_end)
{
    struct error err = {0};
    struct client who;
    enum log_result result = LOG_TAKEN;
    uint64_t last;
    bool erases = false;
    size_t n = 0;
    struct store *s = store_open(dir, false, &err);
    ck_assert(s != NULL && store_client(s, "device", device, &who, &err) && store_begin(s, &err));
    for (; result == LOG_TAKEN && n <= LOGS_MOST; n++) {
        struct log_part part = log_part_of(&a_log, 0, 1);
        memcpy(part.log, &n, sizeof n);
        ck_assert(store_log_put(s, &part, who.id, &result, &last, &erases, &err));
    }
    ck_assert_int_eq(result, LOG_TOO_MANY);
    ck_assert_uint_eq(n, LOGS_MOST + 1);
    ck_assert(store_commit(s, &err));
    store_close(s);
    takes(0, 4, 403, -1);
}
END_TEST

START_TEST(another_past)
{
    int last;
    takes(0, 4, 200, 4);
    strcpy(a_log.payloads[3], "{\"learner\":2}");
    for (size_t i = 3; i < LOG_EVENTS; i++)
        log_link(&a_log, i);
    takes(4, 3, 400, -1);
    takes(0, 4, 409, 4);
    struct log_fixture of_another = a_log;
    log_make(&a_log, 5);
    memcpy(a_log.id, of_another.id, EVENT_LOG); /* the same log, another key */
    ck_assert_int_eq(hand_in("device", device, 0, 4, &last), 400);
}
END_TEST

/* Bytes that are no part, or one that doesn't hold; other types, methods and paths. */
START_TEST(refused)
{
    struct log_part part = log_part_of(&a_log, 0, 4);
    struct buf body = {0};
    part.signature[3]++;
    buf_add(&body, LOG_TAG, sizeof LOG_TAG);
    ck_assert(log_write(&part, &body, NULL));
    struct answer a = post("device", device, &body, "application/octet-stream");
    ck_assert_int_eq(a.status, 400);
    ck_assert_ptr_nonnull(strstr(buf_text(&a.body), "event 4: the checkpoint's signature is not the log's"));
    answer_free(&a);
    a = post("device", device, &body, "application/json");
    ck_assert_int_eq(a.status, 415);
    answer_free(&a);
    body.len = 60;
    a = post("device", device, &body, "application/octet-stream");
    ck_assert_int_eq(a.status, 400);
    answer_free(&a);
    buf_free(&body);
    static const char *const none[] = {"/logs/", "/logs/x", "/logs/1/2", "/logs/-1", "/logs/0123456789abcdef0123456789abcdef/", "/logsx",
                                       "/logs/0123456789abcdef0123456789abcdeg/0", "/logs/9999999999999999"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        a = ask_as("device", device, "GET", none[i], NULL);
        ck_assert_msg(a.status == 404, "%s: %d", none[i], a.status);
        answer_free(&a);
    }
    expect(405, "GET", "/logs", NULL);
    expect(405, "POST", "/logs/0", "{}");
    expect(404, "GET", "/logs/0", NULL); /* it told no key */
    a = client_request(port, "GET", "/logs/0", "", NULL, 0);
    ck_assert_int_eq(a.status, 401);
    answer_free(&a);
}
END_TEST

static struct site_log_list list_for_other(int64_t after)
{
    char path[40];
    struct site_log_list list;
    snprintf(path, sizeof path, "/logs/%lld", (long long)after);
    struct answer a = ask_as("other", other, "GET", path, NULL);
    ck_assert(log_list_open(arena, buf_text(&a.body), a.body.len, &keys[1], &list, NULL));
    answer_free(&a);
    return list;
}

START_TEST(what_is_new)
{
    ck_assert_int_eq(results_for("other", other, 1).logs, 0);
    takes(0, 4, 200, 4);
    takes(4, 4, 200, 8);
    struct people_passes mine = results_for("device", device, 0), others = results_for("other", other, 1);
    ck_assert_int_eq(mine.logs, 0); /* nothing that it hasn't got */
    ck_assert_uint_eq(mine.own_count, 1);
    ck_assert_mem_eq(mine.own[0].id, a_log.id, EVENT_LOG);
    ck_assert_uint_eq(mine.own[0].last, 8);
    ck_assert(others.logs > 0 && others.own_count == 0);
    struct site_log_list list = list_for_other(0);
    ck_assert_uint_eq(list.count, 1);
    ck_assert_int_eq(list.changed, others.logs);
    ck_assert_uint_eq(list.items[0].last, 8);
    ck_assert_str_eq(list.items[0].device, "device");
    list = list_for_other(others.logs);
    ck_assert_uint_eq(list.count, 0);
    takes(8, 1, 200, 9);
    list = list_for_other(others.logs); /* with what is new in it */
    struct log_part part;
    ck_assert_uint_eq(list.count, 1);
    ck_assert(log_read(arena, list.items[0].part.p, list.items[0].part.n, &part, NULL) && log_part_check(&part, NULL, NULL));
    ck_assert(part.count == 1 && part.events[0].seq == 9);
    ck_assert_uint_eq(list_for_other(0).items[0].part.n, 0); /* who has nothing yet asks for it, part by part */
}
END_TEST

/* Who came to the list later: the same events, with what is shared since; others take them again from there, once. */
START_TEST(shared_later)
{
    struct log_part part;
    const struct log_event shared = a_log.events[4];
    log_withhold(&a_log.events[4]);
    takes(0, 8, 200, 8);
    int64_t seen = results_for("other", other, 1).logs;
    ck_assert_uint_eq(list_for_other(0).items[0].again, 0);
    a_log.events[4] = shared;
    takes(2, 4, 200, 8);
    struct site_log_list list = list_for_other(seen);
    ck_assert_uint_eq(list.count, 1);
    ck_assert_uint_eq(list.items[0].again, 5);
    ck_assert(given(4, &part));
    ck_assert_str_eq(part.events[0].payload, a_log.payloads[4]);
    seen = list.changed;
    takes(2, 4, 200, 8); /* nothing new in it */
    ck_assert_int_eq(results_for("other", other, 1).logs, seen);
    takes(8, 1, 200, 9);
    ck_assert_uint_eq(list_for_other(seen).items[0].again, 0);
}
END_TEST

/* What somebody did who was forgotten on the device is gone from the site's copy, in each of its files. */
START_TEST(erased)
{
    struct log_part part;
    char hex[2 * EVENT_LOG + 1], command[200];
    strcpy(a_log.payloads[4], "{\"learner\":1,\"what\":\"PLAIN-WORDS\"}");
    strcpy(a_log.payloads[5], "{\"learner\":1,\"what\":\"PLAIN-WORDS-2\"}");
    a_log.events[9].kind = a_log.events[10].kind = "erased";
    sodium_bin2hex(hex, sizeof hex, a_log.id, EVENT_LOG);
    snprintf(a_log.payloads[9], sizeof a_log.payloads[9], "{\"learner\":1,\"log\":\"%s\",\"ranges\":[[5,6],[9,99]]}", hex);
    hex[0] ^= 1; /* of another log: nobody's to erase here */
    snprintf(a_log.payloads[10], sizeof a_log.payloads[10], "{\"learner\":1,\"log\":\"%s\",\"ranges\":[[2,3]]}", hex);
    for (size_t i = 0; i < LOG_EVENTS; i++)
        log_link(&a_log, i);
    takes(0, 8, 200, 8);
    snprintf(command, sizeof command, "cat %s/serve.db* | grep -a -q PLAIN-WORDS", dir);
    ck_assert_int_eq(system(command), 0);
    takes(8, 4, 200, 12);
    ck_assert(given(0, &part));
    for (size_t i = 0; i < 12; i++)
        ck_assert_msg((part.events[i].payload == NULL) == (i == 4 || i == 5), "event %zu", i + 1);
    int64_t seen = results_for("other", other, 1).logs;
    takes(0, 8, 200, 12); /* what comes again brings nothing back, and is nothing new to anybody */
    ck_assert(given(0, &part));
    ck_assert_ptr_null(part.events[4].payload);
    ck_assert_int_eq(results_for("other", other, 1).logs, seen);
    stop();
    ck_assert_int_ne(system(command), 0);
    start();
}
END_TEST

/* What a device's next log erases in its former one goes there; not what another device's log says. */
START_TEST(erased_in_a_former_log)
{
    static const struct {
        const char *name, *token;
    } by[] = {{"other", other}, {"device", device}};
    struct log_part part;
    char hex[2 * EVENT_LOG + 1];
    int last;
    takes(0, 12, 200, 12);
    const struct log_fixture former = a_log;
    sodium_bin2hex(hex, sizeof hex, former.id, EVENT_LOG);
    for (size_t i = 0; i < 2; i++) {
        log_make(&a_log, (unsigned char)(10 + i));
        a_log.events[2].kind = "erased";
        snprintf(a_log.payloads[2], sizeof a_log.payloads[2], "{\"learner\":1,\"log\":\"%s\",\"ranges\":[[1,3],[2,4],[7,1099511627775]]}", hex);
        for (size_t k = 0; k < LOG_EVENTS; k++)
            log_link(&a_log, k);
        ck_assert_int_eq(hand_in(by[i].name, by[i].token, 0, 12, &last), 200);
        a_log = former;
        ck_assert(given(0, &part));
        for (size_t k = 0; k < 12; k++)
            ck_assert_msg((part.events[k].payload == NULL) == (i == 1 && (k > 0 && k != 4 && k != 5)), "event %zu", k + 1);
    }
}
END_TEST

/* Each part brought a content of 3 MiB: what goes along with many parts at once is no more than a message holds. */
START_TEST(contents_within_bounds)
{
    struct error err = {0};
    struct log_part got;
    enum log_result result;
    uint64_t last;
    int64_t client = 0;
    bool erases = false;
    size_t sum = 0, n = 3 << 20;
    char *bytes = calloc(1, n), hash[16];
    struct store *s = store_open(dir, false, &err);
    struct client who;
    ck_assert(s != NULL && bytes != NULL && store_client(s, "device", device, &who, &err));
    client = who.id;
    ck_assert(store_begin(s, &err));
    for (size_t i = 0; i < 5; i++) {
        struct log_part part = log_part_of(&a_log, i, 1);
        snprintf(hash, sizeof hash, "hash-%zu", i);
        const struct log_content content = {.hash = hash, .bytes = bytes, .len = n};
        part.contents = &content;
        part.content_count = 1;
        ck_assert(store_log_put(s, &part, client, &result, &last, &erases, &err) && result == LOG_TAKEN);
    }
    ck_assert(store_commit(s, &err));
    ck_assert(store_log_part(s, arena, a_log.id, 0, LOG_EVENTS_MOST, LOG_EVENTS_BYTES, &got, &err));
    ck_assert_uint_eq(got.count, 5);
    for (size_t i = 0; i < got.content_count; i++)
        sum += got.contents[i].len;
    ck_assert_uint_eq(got.content_count, 2);
    ck_assert_uint_le(sum, LOG_PLAIN_MOST);
    store_close(s);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("site_logs");
    TCase *t = tcase_create("logs");
    tcase_add_checked_fixture(t, begin, end);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, whole_and_once);
    tcase_add_test(t, whose_it_is);
    tcase_add_test(t, whose_it_is_by_the_key);
    tcase_add_test(t, logs_without_end);
    tcase_add_test(t, another_past);
    tcase_add_test(t, refused);
    tcase_add_test(t, what_is_new);
    tcase_add_test(t, shared_later);
    tcase_add_test(t, erased);
    tcase_add_test(t, erased_in_a_former_log);
    tcase_add_test(t, contents_within_bounds);
    suite_add_tcase(s, t);
    return suite_run(s);
}
