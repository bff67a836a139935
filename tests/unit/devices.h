/* Several devices of one site: a record each, with the same people on the list. */
#ifndef CRIB_TESTS_DEVICES_H
#define CRIB_TESTS_DEVICES_H

#include "record_fixture.h"

#include "core/base/arena.h"
#include "core/base/file.h"
#include "core/record/chain.h"
#include "core/record/event.h"
#include "core/record/foreign.h"
#include "core/record/learner.h"
#include "core/record/learner_site.h"

enum { DEVICES = 3 };

static struct error err;
static struct arena *a;
static struct record *device[DEVICES];
static const char *device_path[DEVICES];

/* A new record waits for the disk once for each step of its schema: so the others are copies of the first, which has no log yet. */
static inline void devices_copy(const char *from, const char *to)
{
    struct buf bytes = {0};
    OK(file_read(from, 64 << 20, &bytes, &err));
    FILE *out = fopen(to, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(bytes.data, 1, bytes.len, out), bytes.len);
    ck_assert_int_eq(fclose(out), 0);
    buf_free(&bytes);
}

static inline void devices_open(void)
{
    memset(&err, 0, sizeof err);
    fixture_make();
    a = arena_open();
    for (size_t i = 0; i < DEVICES; i++) {
        device_path[i] = arena_printf(a, "%s/device-%zu.db", fixture_dir, i);
        if (i == 0)
            record_close(record_open(device_path[0], &err));
        else
            devices_copy(device_path[0], device_path[i]);
    }
    for (size_t i = 0; i < DEVICES; i++) {
        OK(device[i] = record_open(device_path[i], &err));
        sqlite3_exec(db_handle(device[i]->db), "PRAGMA synchronous=OFF", NULL, NULL, NULL); /* no power is cut here */
    }
}

static inline void devices_close(void)
{
    for (size_t i = 0; i < DEVICES; i++)
        record_close(device[i]);
    arena_close(a);
    fixture_remove();
}

/* The list with the first so many of these people. */
static const struct site_person devices_people[] = {
    {.id = "p-ana", .name = "Ana", .rights = RIGHT_LEARNER, .account = "ana"},
    {.id = "p-ben", .name = "Ben", .rights = RIGHT_LEARNER, .account = "ben"},
    {.id = "p-cleo", .name = "Cleo", .rights = RIGHT_LEARNER | RIGHT_SUPERVISOR, .account = "cleo"},
};

static inline void devices_list(struct record *r, int64_t version, size_t count)
{
    struct site_taken taken;
    struct site_list list = {.version = version, .people = devices_people, .count = count};
    memset(list.site, 7, sizeof list.site);
    memset(list.secret, 9, sizeof list.secret);
    OK(learner_site_take(r, &list, &taken, &err));
}

static inline int64_t devices_person(struct record *r, const char *name)
{
    int64_t number, count;
    OK(learner_by_name(r, name, &number, &count, &err));
    ck_assert_int_eq(count, 1);
    return number;
}

/* The newest log of that record. */
static inline struct own_log devices_log(struct record *r)
{
    struct own_log *logs;
    size_t count;
    OK(record_logs_own(r, a, &logs, &count, &err));
    ck_assert_uint_gt(count, 0);
    return logs[count - 1];
}

static inline struct log_part devices_part(struct record *from, uint64_t after, size_t most)
{
    struct log_part part;
    OK(record_log_part(from, a, devices_log(from).id, after, most, &part, &err));
    return part;
}

/* All that `to` hasn't got of what `from` made, `most` events at a time. */
static inline size_t devices_hand_on(struct record *from, struct record *to, size_t most)
{
    struct own_log *logs;
    size_t count, all = 0;
    OK(record_logs_own(from, a, &logs, &count, &err));
    for (size_t i = 0; i < count; i++)
        for (;;) {
            struct log_part part;
            uint64_t through;
            size_t taken;
            OK(record_foreign_through(to, logs[i].id, &through, &err));
            OK(record_log_part(from, a, logs[i].id, through, most, &part, &err));
            if (part.count == 0)
                break;
            OK(record_foreign_take(to, &part, &taken, &err));
            ck_assert_uint_eq(taken, part.count);
            all += taken;
        }
    return all;
}

#endif
