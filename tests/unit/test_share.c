/* share: what was offered leaves by the learner's own yes alone, and only what came after it; what was looked for in vain by
 * the configuration's leave, under nobody's name. Each statement that leaves keeps xapi_rules.h. */
#include "tests/unit/outgoing_fixture.h"
#include "tests/unit/suite.h"

#include "core/base/file.h"
#include "core/record/erase.h"
#include "core/record/recall.h"
#include "core/record/verify.h"
#include "sync/xapi/parcel.h"

static int64_t moment;

static void setup(void)
{
    outgoing_begin();
    outgoing.share = outgoing.gaps = true;
    moment = 0;
}

static void teardown(void)
{
    ck_assert_str_eq(fake->broken, "");
    outgoing_end();
}

/* A line of the spool comes into the record; at 0 is now. */
static void hint_of(int64_t who, const char *act, int64_t at, bool share)
{
    struct buf lines = {0};
    buf_addf(&lines, "%lld %s 7 acme/prime-pump line secret-word\n", (long long)(at != 0 ? at : clock_wall_ms() + ++moment), act);
    OK(record_hints(record, who, &lines, share, &err));
    buf_free(&lines);
}

static void hint(const char *act)
{
    hint_of(learner, act, 0, true);
}

static size_t sent(void)
{
    OK(upload_all(&outgoing, &quick, &result, &err));
    return result.sent;
}

/* What the hub says is still to be sent. */
static int64_t to_send(void)
{
    struct outbox_channel_count *items;
    size_t count;
    int64_t sum = 0;
    OK(outbox_channel_counts(record, arena, true, &items, &count, &err));
    for (size_t i = 0; i < count; i++)
        sum += items[i].count;
    return sum;
}

static const char *last(void)
{
    ck_assert_uint_gt(fake->count, 0);
    return fake->held[fake->count - 1].text;
}

START_TEST(without_a_yes_nothing_leaves)
{
    hint("offered");
    hint("opened");
    ck_assert_int_eq(to_send(), 0);
    ck_assert_uint_eq(sent(), 0);
    ck_assert_uint_eq(fake->requests, 0); /* nobody is even called */
    ck_assert_int_eq(outgoing_counts().waiting, 0);
}
END_TEST

START_TEST(after_it_only_what_came_after)
{
    static const struct {
        const char *act, *verb, *word;
    } acts[] = {{"offered", "receive", "was offered"}, {"opened", "open", "opened"}, {"later", "ignore", "put off"},
                {"never", "reject", "refused"}};
    int64_t before = clock_wall_ms() - 1000;
    hint_of(learner, "offered", before, true);
    OK(record_circumstances(record, &(struct circumstances){.stage = "operate", .asset = "P-101", .order = "WO-7"}, &err));
    OK(record_share(record, learner, true, &err));
    OK(record_share(record, learner, true, &err)); /* said already */
    hint_of(learner, "opened", before + 1, true);  /* in the spool until now */
    ck_assert_uint_eq(sent(), 0);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        char verb[120], shown[60];
        hint(acts[i].act);
        ck_assert_int_eq(to_send(), 1);
        ck_assert_uint_eq(sent(), 1);
        snprintf(verb, sizeof verb, "\"id\":\"http://activitystrea.ms/schema/1.0/%s\"", acts[i].verb);
        snprintf(shown, sizeof shown, "{\"en\":\"%s\"}", acts[i].word);
        ck_assert_msg(strstr(last(), verb) != NULL && strstr(last(), shown) != NULL, "%s", last());
        ck_assert_ptr_nonnull(strstr(last(), "\"id\":\"https://acme.example/learn/m/prime-pump\""));
        ck_assert_ptr_nonnull(strstr(last(), "\"name\":\"kim\""));
        /* neither the line that it was offered for nor where the work is */
        ck_assert(strstr(last(), "secret-word") == NULL && strstr(last(), "P-101") == NULL && strstr(last(), "WO-7") == NULL &&
                  strstr(last(), "operate") == NULL);
    }
    ck_assert_uint_eq(fake->count, 4);
    ck_assert_int_eq(to_send(), 0);
}
END_TEST

START_TEST(a_no_stops_also_what_waits)
{
    OK(record_share(record, learner, true, &err));
    hint("offered");
    OK(outgoing_prepare(&outgoing, &err)); /* its bytes are stored */
    ck_assert_int_eq(outgoing_counts().waiting, 1);
    hint("opened"); /* no bytes yet */
    OK(record_share(record, learner, false, &err));
    ck_assert_int_eq(outgoing_counts().waiting, 0);
    ck_assert_int_eq(to_send(), 0);
    ck_assert_uint_eq(sent(), 0);
    hint("later");
    ck_assert_uint_eq(sent(), 0);
    /* A new yes is for what comes after it, whatever the one before was for. */
    OK(record_share(record, learner, true, &err));
    ck_assert_uint_eq(sent(), 0);
    moment += 10;
    hint("never");
    ck_assert_int_eq(to_send(), 1);
    ck_assert_uint_eq(sent(), 1);
    ck_assert_ptr_nonnull(strstr(last(), "refused"));
    ck_assert_uint_eq(fake->count, 1);
    /* Nobody sent in between: that yes is no longer this one's. */
    hint("offered");
    OK(record_share(record, learner, false, &err));
    OK(record_share(record, learner, true, &err));
    ck_assert_int_eq(to_send(), 0);
    ck_assert_uint_eq(sent(), 0);
}
END_TEST

START_TEST(the_configuration_can_forbid_it)
{
    OK(record_share(record, learner, true, &err));
    hint("offered");
    OK(outgoing_prepare(&outgoing, &err));
    hint("opened");
    outgoing.share = false; /* since today */
    ck_assert_uint_eq(sent(), 0);
    ck_assert_int_eq(outgoing_counts().waiting, 0);
    hint_of(learner, "later", 0, false);
    outgoing.share = true; /* no more: what came meanwhile stays all the same */
    ck_assert_uint_eq(sent(), 0);
    ck_assert_uint_eq(fake->count, 0);
    hint("never");
    ck_assert_uint_eq(sent(), 1);
}
END_TEST

START_TEST(one_persons_yes_is_no_others)
{
    int64_t alex;
    OK(record_learner(record, "name:alex", &alex, &err));
    OK(record_bind(record, alex, &(struct binding){"https://acme.example", "alex"}, &err));
    OK(record_share(record, alex, true, &err));
    hint("offered");
    ck_assert_uint_eq(sent(), 0);
    hint_of(alex, "offered", 0, true);
    ck_assert_uint_eq(sent(), 1);
    ck_assert_ptr_nonnull(strstr(last(), "\"name\":\"alex\""));
    OK(record_share(record, learner, false, &err));
    hint_of(alex, "opened", 0, true);
    ck_assert_uint_eq(sent(), 1);
}
END_TEST

START_TEST(the_yes_is_in_the_chain)
{
    struct share one, two;
    struct erase_result erased;
    OK(record_share(record, learner, true, &err));
    OK(record_shared(record, learner, &one, &err));
    ck_assert(one.since > 0 && one.at > 0);
    OK(record_rebuild(record, &err));
    OK(record_shared(record, learner, &two, &err));
    ck_assert(one.since == two.since && one.at == two.at);
    OK(record_share(record, learner, false, &err));
    OK(record_rebuild(record, &err));
    OK(record_shared(record, learner, &two, &err));
    ck_assert_int_eq(two.since, 0);
    /* Who is forgotten begins anew, without a yes; what waited does not go. */
    OK(record_share(record, learner, true, &err));
    hint("offered");
    OK(record_erase(record, learner, clock_wall_ms(), &erased, &err));
    ck_assert_uint_eq(sent(), 0);
    OK(record_learner(record, "kim", &learner, &err));
    OK(record_shared(record, learner, &two, &err));
    ck_assert_int_eq(two.since, 0);
    OK(record_rebuild(record, &err));
    OK(record_verify(record, NULL, NULL, &err));
}
END_TEST

START_TEST(what_was_missed_goes_under_nobodys_name)
{
    struct outbox_event *events;
    size_t count;
    char own[UUID_TEXT], log[2 * EVENT_LOG + 1];
    OK(record_circumstances(record, &(struct circumstances){.asset = "P-101"}, &err));
    OK(record_gap(record, learner, GAP_SEARCH, "Gearbox, \"noise\"", false, &err));
    ck_assert_int_eq(to_send(), 0);
    ck_assert_uint_eq(sent(), 0);
    ck_assert_uint_eq(fake->requests, 0);
    OK(record_gap(record, learner, GAP_SEARCH, "Pump of Kim", true, &err));
    OK(record_gap(record, learner, GAP_CODE, "E-999", true, &err));
    OK(outbox_fresh(record, arena, 0, 10, &events, &count, &err));
    ck_assert_uint_eq(count, 2);
    uuid_text(&events[0].id, own);
    for (size_t i = 0; i < EVENT_LOG; i++)
        snprintf(log + 2 * i, 3, "%02x", events[0].log[i]);
    ck_assert_int_eq(to_send(), 2);
    ck_assert_uint_eq(sent(), 2);
    ck_assert_ptr_nonnull(strstr(fake->held[0].text, "\"id\":\"urn:crib:xapi:search:pump%20of%20kim\""));
    ck_assert_ptr_nonnull(strstr(fake->held[0].text, "{\"und\":\"Pump of Kim\"}"));
    ck_assert_ptr_nonnull(strstr(last(), "\"id\":\"urn:crib:xapi:code:"));
    for (size_t i = 0; i < 2; i++) {
        const char *text = fake->held[i].text;
        ck_assert_msg(strstr(text, "\"account\":{\"homePage\":\"https://acme.example\",\"name\":\"anonymous\"}") != NULL, "%s", text);
        ck_assert_msg(strstr(text, "T00:00:00.000+00:00\"") != NULL, "%s", text);
        /* Nothing that leads to who it was: no name, no place in the chain beside their own, no place of the work. */
        ck_assert(strstr(text, "\"kim\"") == NULL && strstr(text, own) == NULL && strstr(text, log) == NULL &&
                  strstr(text, "P-101") == NULL && strstr(text, "registration") == NULL && strstr(text, "checkpoint") == NULL);
    }
    ck_assert_int_eq(to_send(), 0);
    ck_assert_uint_eq(sent(), 0);
}
END_TEST

/* The signature over the chain travels with what has a name, also where the last of a run has none. */
START_TEST(the_checkpoint_stays_out_of_it)
{
    struct given given = given_of("q", 1, 1500);
    OK(record_recall_answer(record, learner, &pump, &given, NULL, 0, NULL, &err));
    OK(record_gap(record, learner, GAP_CODE, "E-999", true, &err));
    ck_assert_uint_eq(sent(), 2);
    for (size_t i = 0; i < 2; i++) {
        bool nobody = strstr(fake->held[i].text, "anonymous") != NULL;
        ck_assert_int_eq(strstr(fake->held[i].text, "urn:crib:xapi:checkpoint") != NULL, !nobody);
    }
}
END_TEST

START_TEST(gaps_stop_where_they_are_sent_no_more)
{
    struct outbox_handed *items;
    size_t count;
    OK(record_gap(record, learner, GAP_CODE, "E-999", true, &err));
    OK(outgoing_prepare(&outgoing, &err));
    ck_assert_int_eq(outgoing_counts().waiting, 1);
    /* a file that is handed over says of each in which log it stands */
    OK(outbox_to_hand(record, arena, 0, 10, &items, &count, &err));
    ck_assert_uint_eq(count, 0);
    outgoing.gaps = false;
    ck_assert_uint_eq(sent(), 0);
    ck_assert_int_eq(outgoing_counts().waiting, 0);
    OK(record_gap(record, learner, GAP_CODE, "E-998", true, &err));
    ck_assert_uint_eq(sent(), 0);
    ck_assert_uint_eq(fake->count, 0);
}
END_TEST

/* What the files say reaches what is sent: the system's no wins. */
START_TEST(the_sites_no_is_taken_from_its_file)
{
    static const struct {
        const char *system, *user;
        bool share, gaps;
    } cases[] = {
        {"", "", true, false},
        {"gaps: send\n", "", true, true},
        {"share: no\ngaps: send\n", "share: yes\ngaps: no\n", false, false},
    };
    char site[300], user[300];
    snprintf(site, sizeof site, "%s/copy.db", fixture_dir);
    snprintf(user, sizeof user, "%s/config.yaml", fixture_dir);
    const struct places places = {fixture_dir, fixture_dir, fixture_dir, "/nonexistent", site};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outgoing o;
        OK(file_write(site, cases[i].system, strlen(cases[i].system), 0600, &err));
        OK(file_write(user, cases[i].user, strlen(cases[i].user), 0600, &err));
        OK(outgoing_open(&o, arena, &places, record, &err));
        ck_assert_int_eq(o.share, cases[i].share);
        ck_assert_int_eq(o.gaps, cases[i].gaps);
        outgoing_close(&o);
    }
    unlink(user);
}
END_TEST

/* An LRS for one channel alone is none for what belongs to no channel. */
START_TEST(gaps_go_to_the_store_of_all_channels)
{
    lrs.channel = "acme";
    OK(record_gap(record, learner, GAP_CODE, "E-999", true, &err));
    ck_assert_uint_eq(sent(), 0);
    ck_assert_uint_eq(fake->count, 0);
    lrs.channel = "";
    ck_assert_uint_eq(sent(), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("share");
    TCase *t = tcase_create("share");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, without_a_yes_nothing_leaves);
    tcase_add_test(t, after_it_only_what_came_after);
    tcase_add_test(t, a_no_stops_also_what_waits);
    tcase_add_test(t, the_configuration_can_forbid_it);
    tcase_add_test(t, one_persons_yes_is_no_others);
    tcase_add_test(t, the_yes_is_in_the_chain);
    tcase_add_test(t, what_was_missed_goes_under_nobodys_name);
    tcase_add_test(t, the_checkpoint_stays_out_of_it);
    tcase_add_test(t, gaps_stop_where_they_are_sent_no_more);
    tcase_add_test(t, the_sites_no_is_taken_from_its_file);
    tcase_add_test(t, gaps_go_to_the_store_of_all_channels);
    suite_add_tcase(suite, t);
    return suite_run(suite);
}
