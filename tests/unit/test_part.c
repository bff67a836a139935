/* Parts of logs: what holds, and what doesn't is named. */
#include "core/record/part.h"

#include "tests/unit/log_fixture.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdlib.h>

static struct log_fixture whole;

static void nothing(struct log_part *p)
{
    (void)p;
}

static void withheld(struct log_part *p)
{
    (void)p;
    log_withhold(&whole.events[5]);
    log_withhold(&whole.events[8]);
}

static void other_payload(struct log_part *p)
{
    (void)p;
    whole.payloads[5][3]++;
}

static void other_kind(struct log_part *p)
{
    (void)p;
    whole.events[6].kind = "module.closed";
}

static void other_link(struct log_part *p)
{
    (void)p;
    whole.events[4].link[31]++;
}

static void missing(struct log_part *p)
{
    p->events++;
    p->count--;
}

static void gap(struct log_part *p)
{
    (void)p;
    whole.events[7].seq++;
}

static void other_before(struct log_part *p)
{
    p->before[0]++;
}

static void other_signature(struct log_part *p)
{
    p->signature[9]++;
}

static void other_key(struct log_part *p)
{
    p->key[0]++;
}

static void other_log(struct log_part *p)
{
    p->log[0]++;
}

static void long_kind(struct log_part *p)
{
    (void)p;
    whole.events[5].kind = "a.kind.that.is.longer.than.any.kind.can.be";
}

static void no_uuid(struct log_part *p)
{
    (void)p;
    whole.events[5].id.bytes[6] = 0x40;
}

static void empty(struct log_part *p)
{
    p->count = 0;
}

static const struct {
    void (*change)(struct log_part *p);
    size_t after, count;
    uint64_t bad; /* 0: it holds */
    const char *why;
} cases[] = {
    {nothing, 0, 12, 0, NULL},
    {nothing, 4, 5, 0, NULL},
    {withheld, 0, 12, 0, NULL},
    {withheld, 5, 4, 0, NULL},
    {other_payload, 0, 12, 6, "the payload differs from its commitment"},
    {other_kind, 0, 12, 7, "its link differs"},
    {other_link, 0, 12, 5, "its link differs"},
    {missing, 3, 6, 5, "its link differs"},
    {gap, 3, 6, 8, "an event is missing"},
    {other_before, 3, 6, 4, "its link differs"},
    {other_before, 0, 6, 1, "its link differs"},
    {other_signature, 0, 12, 12, "the checkpoint's signature"},
    {other_key, 0, 12, 1, "the log's key"},
    {other_key, 2, 3, 5, "the checkpoint's signature"},
    {other_log, 0, 12, 1, "its link differs"},
    {long_kind, 0, 12, 6, "its kind or its id is none"},
    {no_uuid, 0, 12, 6, "its kind or its id is none"},
    {empty, 0, 12, 0, "there is nothing in it"},
};

START_TEST(checked)
{
    struct error err = {0};
    uint64_t bad = 0;
    log_make(&whole, 1);
    struct log_part part = log_part_of(&whole, cases[_i].after, cases[_i].count);
    cases[_i].change(&part);
    ck_assert_int_eq(log_part_check(&part, &bad, &err), cases[_i].why == NULL);
    ck_assert_uint_eq(bad, cases[_i].bad);
    if (cases[_i].why == NULL)
        return;
    char where[40];
    snprintf(where, sizeof where, ", event %d", (int)cases[_i].bad);
    ck_assert_int_eq(err.code, 65);
    ck_assert_msg(strstr(err.where, where) != NULL, "%s", err.where);
    ck_assert_msg(strstr(err.why, cases[_i].why) != NULL, "%s", err.why);
}
END_TEST

/* What a first event says within a text is no key. */
START_TEST(keys)
{
    struct error err;
    log_make(&whole, 1);
    char *at = strstr(whole.payloads[0], "\"key\"");
    ck_assert_ptr_nonnull(at);
    memcpy(at, "\"kex\"", 5);
    log_link(&whole, 0);
    struct log_part part = log_part_of(&whole, 0, 1);
    ck_assert(!log_part_check(&part, NULL, &err));
    log_withhold(&whole.events[0]);
    ck_assert(!log_part_check(&part, NULL, &err));
}
END_TEST

int main(void)
{
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    Suite *s = suite_create("part");
    TCase *t = tcase_create("parts");
    tcase_add_loop_test(t, checked, 0, sizeof cases / sizeof *cases);
    tcase_add_test(t, keys);
    suite_add_tcase(s, t);
    return suite_run(s);
}
