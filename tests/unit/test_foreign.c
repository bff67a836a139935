/* foreign: what one device hands on of its log, and what another one takes: whole, unchanged, proved; and nothing else. */
#include "devices.h"

#include "core/record/copy.h"
#include "core/record/erase.h"
#include "core/record/held.h"
#include "core/record/learner_events.h"
#include "core/record/recall.h"
#include "core/record/verify.h"
#include "tests/unit/database.h"
#include "tests/unit/suite.h"

#include <sodium.h>
#include <sqlite3.h>
#include <sysexits.h>
#include <unistd.h>

static int64_t ana;

static void set_up(void)
{
    devices_open();
    for (size_t i = 0; i < DEVICES; i++)
        devices_list(device[i], 1, 2);
    ana = devices_person(device[0], "Ana");
}

static void tear_down(void)
{
    devices_close();
}

static const char *kinds_shared(const struct log_part *part)
{
    struct buf out = {0};
    for (size_t i = 0; i < part->count; i++)
        if (part->events[i].payload != NULL)
            buf_addf(&out, "%s%s", out.len > 0 ? " " : "", part->events[i].kind);
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

/* ---- what is handed on ---- */

START_TEST(only_what_is_shared_travels)
{
    int64_t self;
    OK(record_learner(device[0], "somebody", &self, &err));
    struct log_part before = devices_part(device[0], 0, 1000);
    ck_assert_str_eq(kinds_shared(&before), "log.begun learner.site learner.site");
    fixture_live(device[0], ana, "what Ana wrote", "what Ana was asked");
    fixture_live(device[0], self, "somebody's", "somebody's");
    struct log_part part = devices_part(device[0], before.count, 1000);
    ck_assert_str_eq(kinds_shared(&part), "module.opened section.done attempt.started attempt.answered attempt.finished"
                                          " module.completed recall.answered session.joined session.left");
    ck_assert_uint_eq(part.content_count, 0);
    for (size_t i = 0; i < part.count; i++)
        ck_assert(part.events[i].payload == NULL || strstr(part.events[i].payload, "somebody") == NULL);
}
END_TEST

START_TEST(parts_end_at_checkpoints)
{
    for (int i = 0; i < 600; i++)
        OK(record_opened(device[0], ana, &pump, NULL, &err));
    uint64_t through = 0;
    static const size_t expected[] = {256, 256};
    for (size_t i = 0; i < 2; i++) {
        struct log_part part = devices_part(device[0], through, 300);
        ck_assert_uint_eq(part.count, expected[i]);
        through += part.count;
    }
    ck_assert_uint_eq(devices_part(device[0], 0, 10).count, 256); /* none lies among so many */
    struct log_part last = devices_part(device[0], through, 300);
    ck_assert_uint_eq(through + last.count, devices_log(device[0]).last);
    ck_assert_uint_eq(devices_part(device[0], through + last.count, 300).count, 0);
    ck_assert_uint_eq(devices_part(device[0], UINT64_MAX, 300).count, 0);
}
END_TEST

START_TEST(another_devices_log_is_not_handed_on)
{
    struct log_part part;
    devices_hand_on(device[0], device[1], 1000);
    ck_assert(!record_log_part(device[1], a, devices_log(device[0]).id, 0, 100, &part, &err));
}
END_TEST

/* Whoever ends a log that others go on from, signs its end: what stands behind its last checkpoint would stay here for good. */
static void ck_former_goes_whole(const char *file)
{
    struct own_log *logs;
    size_t count;
    uint64_t through;
    uint64_t end = devices_log(device[0]).last;
    record_close(device[0]);
    ck_assert_int_eq(rename(file, device_path[0]), 0);
    OK(device[0] = record_open(device_path[0], &err));
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    OK(record_logs_own(device[0], a, &logs, &count, &err));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(logs[0].last, end);
    devices_hand_on(device[0], device[1], 1000);
    OK(record_foreign_through(device[1], logs[0].id, &through, &err));
    ck_assert_uint_eq(through, end);
    OK(record_verify(device[0], NULL, NULL, &err));
    OK(record_verify(device[1], NULL, NULL, &err));
}

START_TEST(a_log_ends_signed_where_its_copy_goes_on)
{
    const char *copy = arena_printf(a, "%s/copy.db", fixture_dir);
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    OK(copy_make(device_path[0], copy, NULL, &err));
    ck_former_goes_whole(copy);
}
END_TEST

START_TEST(a_log_ends_signed_where_its_file_was_moved)
{
    const char *moved = arena_printf(a, "%s/moved.db", fixture_dir);
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    record_close(device[0]);
    devices_copy(device_path[0], moved);
    OK(device[0] = record_open(device_path[0], &err));
    ck_former_goes_whole(moved);
}
END_TEST

/* ---- set back ---- */

static struct own_log former(void)
{
    struct own_log *logs;
    size_t count;
    OK(record_logs_own(device[0], a, &logs, &count, &err));
    ck_assert_uint_eq(count, 2);
    return logs[0];
}

static void put_back(const char *older)
{
    record_close(device[0]);
    unlink(arena_printf(a, "%s-wal", device_path[0]));
    struct buf bytes = {0};
    OK(file_read(older, 64 << 20, &bytes, &err));
    FILE *f = fopen(device_path[0], "r+b"); /* the same file, as a disk or a machine that is put back has it */
    ck_assert(f != NULL && fwrite(bytes.data, 1, bytes.len, f) == bytes.len);
    ck_assert(fclose(f) == 0 && truncate(device_path[0], (off_t)bytes.len) == 0);
    buf_free(&bytes);
    OK(device[0] = record_open(device_path[0], &err));
}

static const char *older_state(void)
{
    const char *older = arena_printf(a, "%s/older.db", fixture_dir);
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    record_close(device[0]);
    devices_copy(device_path[0], older);
    OK(device[0] = record_open(device_path[0], &err));
    OK(record_opened(device[0], ana, &pump, "bleed", &err));
    return older;
}

START_TEST(a_record_that_was_set_back_learns_of_it)
{
    enum set_back found;
    size_t taken;
    const char *older = older_state();
    struct log_part site = devices_part(device[0], 0, 1000);
    OK(record_set_back(device[0], &site, &found, &err));
    ck_assert_int_eq(found, SET_BACK_NOT);
    put_back(older);
    OK(record_set_back(device[0], &site, &found, &err));
    ck_assert_int_eq(found, SET_BACK_BEHIND);
    ck_assert(!former().forked);
    OK(record_foreign_take(device[0], &site, &taken, &err));
    ck_assert_uint_eq(taken, 1);
    OK(record_set_back(device[0], &site, &found, &err)); /* it is no log that is appended to any more */
    ck_assert_int_eq(found, SET_BACK_NOT);
    OK(record_verify(device[0], NULL, NULL, &err));
}
END_TEST

START_TEST(a_record_that_was_set_back_and_went_on)
{
    enum set_back found;
    const char *older = older_state();
    for (int i = 0; i < _i; i++) /* the site has less than is here, as much, or more */
        OK(record_opened(device[0], ana, &pump, NULL, &err));
    struct log_part site = devices_part(device[0], 0, 1000);
    put_back(older);
    for (int i = 0; i < 2; i++)
        OK(record_opened(device[0], ana, &pump, NULL, &err));
    struct log_part end = site;
    if (_i < 2) { /* the last event alone, as it is asked for */
        end.events += end.count - 1;
        memcpy(end.before, end.events[-1].link, sizeof end.before);
        end.count = 1;
    }
    struct log_part forged = end;
    forged.signature[0] ^= 1;
    OK(record_set_back(device[0], &forged, &found, &err));
    ck_assert_int_eq(found, SET_BACK_NOT);
    OK(record_set_back(device[0], &end, &found, &err));
    ck_assert_int_eq(found, SET_BACK_FORKED);
    ck_assert(former().forked);
    OK(record_verify(device[0], NULL, NULL, &err));
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    ck_assert_uint_gt(devices_part(device[0], 0, 1000).count, 1); /* the new log goes */
}
END_TEST

/* ---- what is taken ---- */

START_TEST(a_log_arrives_whole_in_pieces)
{
    for (int i = 0; i < 600; i++)
        OK(record_opened(device[0], ana, &pump, NULL, &err));
    size_t all = devices_hand_on(device[0], device[1], 256);
    uint64_t through;
    OK(record_foreign_through(device[1], devices_log(device[0]).id, &through, &err));
    ck_assert_uint_eq(through, all);
    ck_assert_uint_eq(through, devices_log(device[0]).last);
    ck_assert_uint_eq(devices_hand_on(device[0], device[1], 256), 0);
}
END_TEST

START_TEST(repeating_is_harmless)
{
    size_t taken;
    struct log_part part = devices_part(device[0], 0, 1000);
    OK(record_foreign_take(device[1], &part, &taken, &err));
    ck_assert_uint_eq(taken, part.count);
    OK(record_foreign_take(device[1], &part, &taken, &err));
    ck_assert_uint_eq(taken, 0);
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    struct log_part more = devices_part(device[0], 0, 1000); /* reaches over what is there */
    OK(record_foreign_take(device[1], &more, &taken, &err));
    ck_assert_uint_eq(taken, 1);
}
END_TEST

/* Each member of a part, changed. seq 0: the place is not named by a seq of its own. */
enum tamper { SEQ, ID, ID_FORM, KIND, KIND_FORM, COMMITMENT, LINK, SALT, PAYLOAD, PAYLOAD_GONE, SWAPPED, CUT_MIDDLE, CUT_END, BEFORE, KEY, LOG, SIGNATURE, CONTENT, OTHERS };
static const struct {
    enum tamper what;
    uint64_t seq; /* named */
    const char *why;
} tampered[] = {
    {SEQ, 3, "missing"},         {ID, 3, "link"},
    {ID_FORM, 3, "its id"},      {KIND, 3, "link"},
    {KIND_FORM, 3, "its kind"},  {COMMITMENT, 3, "link"},
    {LINK, 3, "link"},           {SALT, 3, "commitment"},
    {PAYLOAD, 3, "commitment"},  {PAYLOAD_GONE, 3, "commitment"},
    {SWAPPED, 3, "missing"},     {CUT_MIDDLE, 3, "missing"},
    {CUT_END, 0, "signature"},   {BEFORE, 1, "link"},
    {KEY, 1, "key"},             {LOG, 1, "link"},
    {SIGNATURE, 0, "signature"}, {CONTENT, 1, "a text that came with it"},
    {OTHERS, 1, "made here"},
};

static void tamper(struct log_part *part, struct log_event *events, struct log_content *content, enum tamper what)
{
    static unsigned char salt[EVENT_SALT];
    struct log_event *e = &events[2];
    char *payload = arena_copy(a, e->payload, e->payload_len);
    switch (what) {
    case SEQ: e->seq++; break;
    case ID: e->id.bytes[15] ^= 1; break;
    case ID_FORM: e->id.bytes[6] ^= 0x10; break;
    case KIND: e->kind = "module.closed"; break;
    case KIND_FORM: e->kind = "Module\x1b[2J"; break;
    case COMMITMENT: e->commitment[0] ^= 1; break;
    case LINK: e->link[31] ^= 1; break;
    case SALT: e->salt = salt; break;
    case PAYLOAD: payload[20] ^= 1, e->payload = payload; break;
    case PAYLOAD_GONE: e->payload = NULL; break;
    case SWAPPED: { struct log_event other = events[3]; events[3] = *e; *e = other; break; }
    case CUT_MIDDLE: memmove(e, e + 1, (part->count - 3) * sizeof *e), part->count--; break;
    case CUT_END: part->count--; break;
    case BEFORE: part->before[0] = 1; break;
    case KEY: part->key[0] ^= 1; break;
    case LOG: part->log[0] ^= 1; break;
    case SIGNATURE: part->signature[0] ^= 1; break;
    case CONTENT: *content = (struct log_content){H_A, "text", 4}, part->contents = content, part->content_count = 1; break;
    case OTHERS: break;
    }
}

static struct log_event *events_of(struct log_part *part)
{
    struct log_event *events = arena_array(a, part->count, sizeof *events);
    memcpy(events, part->events, part->count * sizeof *events);
    part->events = events;
    return events;
}

START_TEST(what_was_tampered_with_is_refused_and_named)
{
    char named[40];
    uint64_t through;
    size_t taken;
    struct log_content content;
    struct log_part part = devices_part(device[0], 0, 1000);
    /* The third event is one that is shared. */
    struct log_event *events = events_of(&part);
    ck_assert_uint_gt(part.count, 4);
    ck_assert_ptr_nonnull(events[2].payload);
    tamper(&part, events, &content, tampered[_i].what);
    struct record *to = tampered[_i].what == OTHERS ? device[0] : device[1];
    ck_assert(!record_foreign_take(to, &part, &taken, &err));
    ck_assert_msg(strstr(err.why, tampered[_i].why) != NULL, "%s", err.why);
    snprintf(named, sizeof named, "event %d", (int)(tampered[_i].seq != 0 ? tampered[_i].seq : part.events[part.count - 1].seq));
    ck_assert_msg(strncmp(err.where, "log ", 4) == 0 && strstr(err.where, named) != NULL, "%s", err.where);
    OK(record_foreign_through(device[1], devices_log(device[0]).id, &through, &err));
    ck_assert_uint_eq(through, 0);
}
END_TEST

START_TEST(a_part_begins_behind_what_is_here)
{
    size_t taken;
    for (int i = 0; i < 600; i++)
        OK(record_opened(device[0], ana, &pump, NULL, &err));
    struct log_part first = devices_part(device[0], 0, 256), third = devices_part(device[0], 512, 256);
    OK(record_foreign_take(device[1], &first, &taken, &err));
    ck_assert(!record_foreign_take(device[1], &third, &taken, &err));
    ck_assert_ptr_nonnull(strstr(err.where, "event 257"));
}
END_TEST

/* The same device, restored behind everybody's back: two events of one seq. */
START_TEST(a_forked_log_is_refused)
{
    size_t taken;
    sqlite3 *db = database_open(device_path[0]);
    struct log_part part = devices_part(device[0], 0, 1000);
    OK(record_foreign_take(device[1], &part, &taken, &err));
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    struct log_part one = devices_part(device[0], part.count, 1000);
    ck_assert_int_eq(sqlite3_exec(db, "DELETE FROM event WHERE position = (SELECT max(position) FROM event); DELETE FROM checkpoint"
                                      " WHERE position > (SELECT max(position) FROM event)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    OK(record_opened(device[0], ana, &pump, "bleed", &err));
    struct log_part other = devices_part(device[0], part.count, 1000), whole = devices_part(device[0], 0, 1000);
    OK(record_foreign_take(device[1], &one, &taken, &err));
    ck_assert(!record_foreign_take(device[1], &other, &taken, &err));
    ck_assert_ptr_nonnull(strstr(err.why, "forked"));
    ck_assert(!record_foreign_take(device[1], &whole, &taken, &err));
}
END_TEST

/* ---- who is forgotten ---- */

static int64_t number_in(size_t i, const char *sql)
{
    sqlite3_stmt *s;
    sqlite3 *db = database_open(device_path[i]);
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return n;
}

#define THEIRS "SELECT count(*) FROM foreign_event WHERE payload IS NOT NULL AND whose = %d"

static bool count_held(void *context, const struct held_row *row, struct error *unused)
{
    (void)unused;
    *(int *)context += row->count > 0 && strcmp(row->part, "foreign_events") == 0;
    return true;
}

START_TEST(who_is_forgotten_here_is_forgotten_in_the_logs_of_others)
{
    struct erase_result result;
    struct erase_plan plan;
    size_t taken;
    int64_t ben = devices_person(device[0], "Ben"), here = devices_person(device[1], "Ana");
    fixture_live(device[0], ana, "what Ana wrote", "what Ana was asked");
    fixture_live(device[0], ben, "what Ben wrote", "what Ben was asked");
    devices_hand_on(device[0], device[1], 1000);
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ana)), 10);
    int held = 0; /* whoever asks what is known of them is told of it */
    OK(record_held(device[1], here, count_held, &held, &err));
    ck_assert_int_eq(held, 10);
    OK(record_erase_plan(device[1], a, here, clock_wall_ms(), &plan, &err));
    ck_assert_int_eq(plan.foreign, 10);
    OK(record_erase(device[1], here, clock_wall_ms(), &result, &err));
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ana)), 0);
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ben)), 10);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM foreign_person"), 1);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM module"), 1); /* Ben's */
    struct log_part whole = devices_part(device[0], 0, 1000);
    OK(record_foreign_take(device[1], &whole, &taken, &err)); /* brings nothing of it back */
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ana)), 0);
    OK(record_verify(device[1], NULL, NULL, &err));
    OK(record_rebuild(device[1], &err));
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM module"), 1);
}
END_TEST

START_TEST(what_its_own_device_erased_goes_here_too)
{
    struct erase_result result;
    int64_t ben = devices_person(device[0], "Ben");
    fixture_live(device[0], ana, "what Ana wrote", "what Ana was asked");
    fixture_live(device[0], ben, "what Ben wrote", "what Ben was asked");
    devices_hand_on(device[0], device[1], 1000);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM answer"), 2);
    ck_assert_int_eq(number_in(1, "SELECT sum(reviews) FROM recall"), 4);
    OK(record_erase(device[0], ana, clock_wall_ms(), &result, &err));
    devices_hand_on(device[0], device[1], 1000);
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS " AND kind <> 'erased'", (int)ana)), 0);
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ben)), 10);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM answer"), 1);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM attempt"), 1);
    ck_assert_int_eq(number_in(1, "SELECT sum(reviews) FROM recall"), 2);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM module WHERE passed_at > 0"), 2); /* what it added to progress stays */
    OK(record_verify(device[1], NULL, NULL, &err));
}
END_TEST

/* ---- letting one go ---- */

START_TEST(a_log_that_was_dropped_comes_back)
{
    struct foreign_held held;
    struct own_log *logs;
    size_t count, all;
    struct erase_result result;
    int64_t ben = devices_person(device[0], "Ben");
    fixture_live(device[0], ana, "what Ana wrote", "what Ana was asked");
    fixture_live(device[0], ben, "what Ben wrote", "what Ben was asked");
    all = devices_hand_on(device[0], device[1], 1000);
    OK(record_erase(device[1], devices_person(device[1], "Ben"), clock_wall_ms(), &result, &err));
    struct own_log log = devices_log(device[0]);
    OK(record_foreign_held(device[1], log.id, &held, &err));
    ck_assert(held.events == (int64_t)all && held.people == 1 && held.signoffs == 0 && held.bytes > 150 * held.events);
    int64_t modules = number_in(1, "SELECT count(*) FROM module"), events = number_in(1, "SELECT count(*) FROM event");
    ck_assert_int_gt(modules, 0);
    OK(record_foreign_drop(device[1], log.id, &err));
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM module"), 0);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM foreign_event"), 0);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM event"), events + 1);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM event WHERE kind = 'log.dropped'"), 1);
    OK(record_verify(device[1], NULL, NULL, &err));
    OK(record_foreign_dropped(device[1], a, &logs, &count, &err));
    ck_assert(count == 1 && memcmp(logs[0].id, log.id, EVENT_LOG) == 0);
    ck_assert_uint_eq(devices_hand_on(device[0], device[1], 1000), all);
    OK(record_foreign_asked(device[1], log.id, &err));
    OK(record_foreign_dropped(device[1], a, &logs, &count, &err));
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM module"), modules);
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ana)), 10);
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ben)), 0); /* who was forgotten stays so */
    OK(record_verify(device[1], NULL, NULL, &err));
    OK(record_rebuild(device[1], &err));
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM module"), modules);
}
END_TEST

/* Whoever is forgotten between two drops makes what is to stay erased one longer stretch, around the one before. */
START_TEST(what_was_erased_stays_so_however_often_a_log_is_dropped)
{
    struct erase_result result;
    struct own_log log;
    static const char *const whom[] = {"Ben", "Ana"};
    int64_t ben = devices_person(device[0], "Ben");
    for (size_t i = 0; i < 3; i++)
        OK(record_opened(device[0], i == 1 ? ben : ana, &pump, NULL, &err));
    devices_hand_on(device[0], device[1], 1000);
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS " AND kind = 'module.opened'", (int)ana)), 2);
    for (size_t i = 0; i < sizeof whom / sizeof *whom; i++) {
        OK(record_erase(device[1], devices_person(device[1], whom[i]), clock_wall_ms(), &result, &err));
        log = devices_log(device[0]);
        OK(record_foreign_drop(device[1], log.id, &err));
        devices_hand_on(device[0], device[1], 1000);
    }
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ben)), 0);
    ck_assert_int_eq(number_in(1, arena_printf(a, THEIRS, (int)ana)), 0);
    OK(record_verify(device[1], NULL, NULL, &err));
}
END_TEST

/* That is what it is for. */
START_TEST(a_damaged_log_is_dropped)
{
    struct own_log *logs;
    size_t count, all = devices_hand_on(device[0], device[1], 1000);
    OK(db_run(device[1]->db, &err, "UPDATE foreign_event SET link = zeroblob(32), payload = replace(payload, 'p-ana', 'p-ann')"
                                   " WHERE kind = 'learner.site'", ""));
    ck_assert(!record_verify(device[1], NULL, NULL, &err));
    OK(record_logs_foreign(device[1], a, &logs, &count, &err));
    ck_assert(count == 1 && logs[0].last == all);
    OK(record_foreign_drop(device[1], logs[0].id, &err));
    ck_assert_uint_eq(devices_hand_on(device[0], device[1], 1000), all);
    OK(record_verify(device[1], NULL, NULL, &err));
}
END_TEST

START_TEST(nobody_drops_what_was_made_here)
{
    int64_t events = number_in(0, "SELECT count(*) FROM event");
    ck_assert(!record_foreign_drop(device[0], devices_log(device[0]).id, &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
    ck_assert_int_eq(number_in(0, "SELECT count(*) FROM event"), events);
}
END_TEST

/* Another device says that ours, or a third one's, erased something. */
START_TEST(nobody_erases_in_the_log_of_another)
{
    struct erase_result result;
    char log[2 * EVENT_LOG + 1];
    int64_t third = devices_person(device[2], "Ana");
    OK(record_opened(device[2], third, &pump, NULL, &err));
    devices_hand_on(device[2], device[1], 1000);
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    sodium_bin2hex(log, sizeof log, devices_log(device[2]).id, EVENT_LOG);
    struct record *r = device[0];
    OK(chain_begin(r, &err));
    struct json *j = chain_event(r, "erased", ana, NULL, NULL);
    json_string(j, "log", log);
    json_open_array(j, "ranges");
    json_open_array(j, NULL);
    json_int(j, NULL, 1);
    json_int(j, NULL, INT64_MAX);
    json_close_array(j);
    json_close_array(j);
    OK(chain_append(r, NULL, &err) && chain_commit(r, &err));
    int64_t before = number_in(1, "SELECT count(*) FROM foreign_event WHERE payload IS NOT NULL");
    devices_hand_on(device[0], device[1], 1000);
    ck_assert_int_gt(number_in(1, "SELECT count(*) FROM foreign_event WHERE payload IS NOT NULL"), before);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM foreign_event WHERE whose = 0"), 0);
    OK(record_erase(device[0], ana, clock_wall_ms(), &result, &err));
}
END_TEST

static int count_work(void *context)
{
    ++*(size_t *)context;
    return 0;
}

/* Each of many events names all events many times: they are looked at once. */
START_TEST(what_is_erased_again_and_again_costs_once)
{
    size_t thousands = 0;
    struct record *r = device[0];
    char log[2 * EVENT_LOG + 1];
    for (int i = 0; i < 40; i++)
        fixture_live(r, ana, "what Ana wrote", "what Ana was asked");
    sodium_bin2hex(log, sizeof log, devices_log(r).id, EVENT_LOG);
    OK(chain_begin(r, &err));
    for (int i = 0; i < 40; i++) {
        struct json *j = chain_event(r, "erased", ana, NULL, NULL);
        json_string(j, "log", log);
        json_open_array(j, "ranges");
        for (int k = 0; k < 250; k++) {
            json_open_array(j, NULL);
            json_int(j, NULL, -k);
            json_int(j, NULL, k == 0 ? 100000 : 5 + k);
            json_close_array(j);
        }
        json_close_array(j);
        OK(chain_append(r, NULL, &err));
    }
    OK(chain_commit(r, &err));
    sqlite3_progress_handler(db_handle(device[1]->db), 1000, count_work, &thousands);
    devices_hand_on(r, device[1], 10000);
    ck_assert_uint_lt(thousands, 5000);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM foreign_event WHERE payload IS NOT NULL AND kind NOT IN ('erased', 'log.begun')"), 0);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM attempt"), 0);
    OK(record_verify(device[1], NULL, NULL, &err));
}
END_TEST

/* Somebody answers the same question again and again. */
START_TEST(reviews_without_end)
{
    enum { MANY = 600, COUNTED = 500 };
    static const char content[] = "# Prime a pump";
    const struct given g = given_of("q1", 1, 2000);
    for (int i = 0; i < MANY; i++)
        OK(record_recall_answer(device[0], ana, &pump, &g, content, sizeof content - 1, pump_start.content_hash, &err));
    ck_assert_int_eq(number_in(0, "SELECT reviews FROM recall"), MANY);
    devices_hand_on(device[0], device[1], 256);
    ck_assert_int_eq(number_in(1, "SELECT reviews FROM recall"), COUNTED);
    OK(record_rebuild(device[1], &err));
    ck_assert_int_eq(number_in(1, "SELECT reviews FROM recall"), COUNTED);
}
END_TEST

/* ---- who is known late ---- */

static void refuse_in(struct record *r, const char *what)
{
    OK(sqlite3_exec(db_handle(r->db), arena_printf(a, "CREATE TEMP TRIGGER refused BEFORE %s ON foreign_waiting BEGIN SELECT RAISE(ABORT, 'no'); END", what),
                    NULL, NULL, NULL) == SQLITE_OK);
}

static void allow_in(struct record *r)
{
    OK(sqlite3_exec(db_handle(r->db), "DROP TRIGGER refused", NULL, NULL, NULL) == SQLITE_OK);
}

/* What Cleo did elsewhere is here before the list that names her is: it counts in steps, and what is interrupted is gone on with. */
START_TEST(who_is_known_late_counts_in_steps)
{
    size_t taken;
    devices_list(device[0], 2, 3);
    int64_t cleo = devices_person(device[0], "Cleo");
    for (int i = 0; i < 30; i++)
        fixture_live(device[0], cleo, "what Cleo wrote", "what Cleo was asked");
    devices_hand_on(device[0], device[1], 1000);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM attempt"), 0);
    struct site_taken listed;
    struct site_list list = {.version = 2, .people = devices_people, .count = 3};
    memset(list.site, 7, sizeof list.site);
    memset(list.secret, 9, sizeof list.secret);
    refuse_in(device[1], "UPDATE"); /* after the first step */
    ck_assert(!learner_site_take(device[1], &list, &listed, &(struct error){0}));
    ck_assert_int_eq(devices_person(device[1], "Cleo"), 3); /* the list itself is taken */
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM attempt"), 0);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM foreign_waiting"), 1);
    allow_in(device[1]);
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    struct log_part part = devices_part(device[0], devices_log(device[0]).last - 1, 1000);
    OK(record_foreign_take(device[1], &part, &taken, &err));
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM attempt"), 30);
    ck_assert_int_eq(number_in(1, "SELECT count(*) FROM foreign_waiting"), 0);
    /* Whoever says once more who somebody is has nobody wait. */
    refuse_in(device[1], "INSERT");
    OK(chain_begin(device[1], &err) && say_person(device[1], 3, "p-cleo", &err) && chain_commit(device[1], &err));
    OK(record_verify(device[1], NULL, NULL, &err));
}
END_TEST

/* ---- what stands here ---- */

static bool count_log(void *context, const struct log_report *report, bool done)
{
    struct log_report *seen = context;
    if (done && report->foreign)
        *seen = *report;
    return true;
}

START_TEST(verifying_walks_the_logs_of_others)
{
    struct log_report seen = {0};
    int64_t self;
    OK(record_learner(device[0], "somebody", &self, &err));
    OK(record_opened(device[0], self, &pump, NULL, &err));
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    devices_hand_on(device[0], device[1], 256);
    OK(record_verify(device[1], count_log, &seen, &err));
    ck_assert(!seen.own);
    ck_assert_mem_eq(seen.log, devices_log(device[0]).id, EVENT_LOG);
    ck_assert_uint_eq(seen.events, devices_log(device[0]).last);
    ck_assert_uint_eq(seen.complete, seen.events);
    ck_assert_uint_eq(seen.signed_seq, seen.events);
    ck_assert_uint_eq(seen.events - seen.erased, 4); /* log.begun, learner.site twice, module.opened */
}
END_TEST

/* Of the log's events (1 to n) the third is changed in the file. */
static const struct {
    const char *sql;
    int seq; /* named; -1: the last */
} changed[] = {
    {"UPDATE foreign_event SET payload = replace(payload, 'p-ana', 'p-ben') WHERE position & 0xFFFF = 3", 3},
    {"UPDATE foreign_event SET salt = zeroblob(32) WHERE position & 0xFFFF = 3", 3},
    {"UPDATE foreign_event SET commitment = zeroblob(32) WHERE position & 0xFFFF = 3", 3},
    {"UPDATE foreign_event SET link = zeroblob(32) WHERE position & 0xFFFF = 3", 3},
    {"UPDATE foreign_event SET kind = 'learner.sight' WHERE position & 0xFFFF = 3", 3},
    {"UPDATE foreign_event SET id = zeroblob(16) WHERE position & 0xFFFF = 3", 3},
    {"UPDATE foreign_event SET salt = NULL, payload = NULL WHERE position & 0xFFFF = 1", 1},
    {"UPDATE foreign_event SET salt = NULL, payload = NULL WHERE position & 0xFFFF = 3", 3},
    {"UPDATE foreign_log SET public_key = zeroblob(32)", 1},
    {"DELETE FROM foreign_event WHERE position & 0xFFFF = 3", 4},
    {"DELETE FROM foreign_event WHERE position = (SELECT max(position) FROM foreign_event)", -2},
    {"DELETE FROM foreign_checkpoint", 1},
    {"UPDATE foreign_checkpoint SET signature = zeroblob(64)", -1},
    {"UPDATE foreign_checkpoint SET head = zeroblob(32)", -1},
    {"DELETE FROM foreign_log", 0},
};

START_TEST(what_was_changed_in_the_file_is_named)
{
    char where[20];
    OK(record_opened(device[0], ana, &pump, NULL, &err));
    devices_hand_on(device[0], device[1], 256);
    int last = (int)devices_log(device[0]).last, seq = changed[_i].seq < 0 ? last + 1 + changed[_i].seq : changed[_i].seq;
    sqlite3 *db = database_open(device_path[1]);
    ck_assert_int_eq(sqlite3_exec(db, changed[_i].sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    ck_assert(!record_verify(device[1], NULL, NULL, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    snprintf(where, sizeof where, "event %d", seq);
    ck_assert_msg(seq == 0 || strstr(err.where, where) != NULL, "%s: %s", err.where, err.why);
    ck_assert_msg(seq != 0 || strstr(err.why, "doesn't know") != NULL, "%s", err.why);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("foreign");
    TCase *t = tcase_create("parts");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, only_what_is_shared_travels);
    tcase_add_test(t, parts_end_at_checkpoints);
    tcase_add_test(t, another_devices_log_is_not_handed_on);
    tcase_add_test(t, a_record_that_was_set_back_learns_of_it);
    tcase_add_loop_test(t, a_record_that_was_set_back_and_went_on, 0, 4);
    tcase_add_test(t, a_log_ends_signed_where_its_copy_goes_on);
    tcase_add_test(t, a_log_ends_signed_where_its_file_was_moved);
    tcase_add_test(t, a_log_arrives_whole_in_pieces);
    tcase_add_test(t, repeating_is_harmless);
    tcase_add_loop_test(t, what_was_tampered_with_is_refused_and_named, 0, sizeof tampered / sizeof *tampered);
    tcase_add_test(t, a_part_begins_behind_what_is_here);
    tcase_add_test(t, a_forked_log_is_refused);
    tcase_add_test(t, who_is_forgotten_here_is_forgotten_in_the_logs_of_others);
    tcase_add_test(t, what_its_own_device_erased_goes_here_too);
    tcase_add_test(t, nobody_erases_in_the_log_of_another);
    tcase_add_test(t, a_log_that_was_dropped_comes_back);
    tcase_add_test(t, what_was_erased_stays_so_however_often_a_log_is_dropped);
    tcase_add_test(t, a_damaged_log_is_dropped);
    tcase_add_test(t, nobody_drops_what_was_made_here);
    tcase_add_test(t, what_is_erased_again_and_again_costs_once);
    tcase_add_test(t, reviews_without_end);
    tcase_add_test(t, who_is_known_late_counts_in_steps);
    tcase_add_test(t, verifying_walks_the_logs_of_others);
    tcase_add_loop_test(t, what_was_changed_in_the_file_is_named, 0, sizeof changed / sizeof *changed);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return suite_run(suite());
}
