/* outgoing_fixture: a record whose events leave for a small LRS that misbehaves on demand, for the tests of what leaves. */
#ifndef CRIB_TESTS_OUTGOING_FIXTURE_H
#define CRIB_TESTS_OUTGOING_FIXTURE_H

#include "sync/xapi/upload.h"
#include "tests/unit/fake_lrs.h"
#include "tests/unit/record_fixture.h"

static struct arena *arena;
static struct record *record;
static struct outgoing outgoing;
static struct lrs lrs;
static struct library_channel channel = {.id = "acme", .iri = "https://acme.example/learn"};
static struct error err;
static struct upload_result result;
static int64_t learner;

static const struct upload_limits quick = {.batch = 50, .bytes = 1 << 20, .stall_s = 1, .backoff_ms = 2, .patience_ms = 60};

static inline void outgoing_begin(void)
{
    fake_start("2.0.0");
    record = fixture_open(&arena, &err);
    OK(record_learner(record, "kim", &learner, &err));
    char *endpoint = arena_printf(arena, "http://127.0.0.1:%d/x", fake->port);
    ck_assert_ptr_nonnull(endpoint);
    lrs = (struct lrs){"", endpoint, "", ""};
    outgoing = (struct outgoing){.arena = arena,
                                 .record = record,
                                 .accepted = {&lrs, 1},
                                 .channels = &channel,
                                 .channel_count = 1,
                                 .learner = learner,
                                 .account = {"https://acme.example", "kim"},
                                 .home_page = "https://acme.example",
                                 .pinned = {.record = record}};
}

static inline void outgoing_end(void)
{
    outgoing_close(&outgoing);
    fixture_close(record, arena);
    fake_stop();
}

static inline struct outbox_counts outgoing_counts(void)
{
    struct outbox_counts c;
    OK(outbox_counts(record, &c, &err));
    return c;
}

#endif
