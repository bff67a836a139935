/* held: all that the record holds of one learner, nothing of another, in the same order each time. */
#include "record_fixture.h"

#include "core/base/buf.h"
#include "core/record/chain.h"
#include "core/record/held.h"
#include "core/record/outbox.h"
#include "tests/unit/suite.h"

static struct error err;
static struct record *r;
static struct arena *a;
static int64_t kim, alex;

static void set_up(void)
{
    r = fixture_open(&a, &err);
    OK(record_learner(r, "kim", &kim, &err));
    OK(record_learner(r, "alex", &alex, &err));
    fixture_live(r, kim, "what kim wrote", "content of kim");
    fixture_live(r, alex, "what alex wrote", "content of alex");
    struct outbox_event *events;
    size_t count;
    OK(outbox_fresh(r, a, 0, 6, &events, &count, &err));
    struct outbox_made made = {&events[5], "acme", "{\"a\": \"\\u001b\"}", NULL};
    OK(outbox_store(r, &made, 1, &err));
}

static void tear_down(void)
{
    fixture_close(r, a);
}

static bool add_row(void *context, const struct held_row *row, struct error *why)
{
    struct buf *out = context;
    (void)why;
    buf_addf(out, "%s:", row->part);
    for (size_t i = 0; i < row->count; i++) {
        const struct held_value *v = &row->values[i];
        buf_addf(out, " %s=", v->name);
        if (v->type == HELD_TEXT || v->type == HELD_ID || v->type == HELD_JSON)
            buf_add(out, v->text.p != NULL ? v->text.p : "", v->text.n);
        else
            buf_addf(out, "%lld", (long long)(v->type == HELD_REAL ? v->real * 1000 : (double)v->number));
    }
    buf_addc(out, '\n');
    return true;
}

static char *held_of(int64_t learner)
{
    struct buf out = {0};
    OK(record_held(r, learner, add_row, &out, &err));
    ck_assert(buf_ok(&out));
    return out.data;
}

static size_t lines_with(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        n += at == text || at[-1] == '\n';
    return n;
}

START_TEST(all_of_one)
{
    static const struct {
        const char *part;
        size_t rows; /* and one that begins the part */
    } parts[] = {{"accounts:", 1}, {"people:", 0}, {"bindings:", 1}, {"modules:", 1}, {"sections:", 3}, {"openings:", 1}, {"positions:", 1},
                 {"news:", 1}, {"attempts:", 1}, {"answers:", 1}, {"pace:", 2}, {"recall:", 1}, {"notes:", 1},
                 {"fetches:", 1}, {"searches:", 1}, {"codes:", 1}, {"asked:", 1}, {"hints:", 1}, {"sharing:", 1}, {"sessions:", 1},
                 {"solved:", 1}, {"shown:", 0}, {"signoffs:", 0}, {"rooms:", 0}, {"statements:", 1},
                 {"events:", 19}};
    char *mine = held_of(kim), *again = held_of(kim), *other = held_of(alex), *nobody = held_of(77);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        ck_assert_msg(lines_with(mine, parts[i].part) == parts[i].rows + 1, "%s %zu", parts[i].part,
                      lines_with(mine, parts[i].part) - 1);
    ck_assert_str_eq(mine, again);
    ck_assert_ptr_null(strstr(mine, "alex"));
    ck_assert_ptr_null(strstr(other, "kim"));
    ck_assert_ptr_nonnull(strstr(mine, "account=kim"));
    ck_assert_ptr_nonnull(strstr(mine, "statement={\"a\": \"\\u001b\"}"));
    ck_assert_ptr_nonnull(strstr(mine, "state=waiting"));
    ck_assert_ptr_null(strchr(nobody, '='));
    free(mine);
    free(again);
    free(other);
    free(nobody);
}
END_TEST

/* ---- tables that say something of somebody ---- */

static struct buf tables_read;

static int note_read(void *context, int action, const char *table, const char *column, const char *database, const char *trigger)
{
    (void)context;
    (void)column;
    (void)database;
    (void)trigger;
    if (action == SQLITE_READ && table != NULL)
        buf_addf(&tables_read, " %s ", table);
    return SQLITE_OK;
}

START_TEST(no_table_is_left_out)
{
    sqlite3_stmt *s;
    size_t tables = 0;
    sqlite3_set_authorizer(db_handle(r->db), note_read, NULL);
    free(held_of(kim));
    sqlite3_set_authorizer(db_handle(r->db), NULL, NULL);
    ck_assert(buf_ok(&tables_read));
    ck_assert_int_eq(sqlite3_prepare_v2(db_handle(r->db),
                                        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
                                        " WHERE m.type = 'table' AND c.name = 'learner'",
                                        -1, &s, NULL), SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        char name[80];
        snprintf(name, sizeof name, " %.60s ", (const char *)sqlite3_column_text(s, 0));
        ck_assert_msg(strstr(buf_text(&tables_read), name) != NULL, "what%sholds of somebody is not said", name);
        tables++;
    }
    sqlite3_finalize(s);
    ck_assert_uint_gt(tables, 15);
    buf_free(&tables_read);
}
END_TEST

static bool stop_at_third(void *context, const struct held_row *row, struct error *why)
{
    int *seen = context;
    (void)row;
    return ++*seen < 3 || error_set(why, 1, "enough", NULL, NULL, NULL);
}

START_TEST(stops_when_told)
{
    int seen = 0;
    ck_assert(!record_held(r, kim, stop_at_third, &seen, &err));
    ck_assert_int_eq(seen, 3);
    OK(record_opened(r, kim, &pump, NULL, &err)); /* nothing is left open */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("held");
    TCase *t = tcase_create("held");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, all_of_one);
    tcase_add_test(t, no_table_is_left_out);
    tcase_add_test(t, stops_when_told);
    suite_add_tcase(s, t);
    return suite_run(s);
}
