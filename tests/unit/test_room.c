/* Live sessions: what whoever holds one answers, and what the record keeps of it. */
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/record/room.h"
#include "sync/room/said.h"
#include "sync/room/line.h"
#include "sync/serve/rooms.h"
#include "sync/serve/server.h"
#include "tests/unit/database.h"
#include "tests/unit/record_fixture.h"
#include "tests/unit/suite.h"

#include <sqlite3.h>
#include <time.h>

#define K1 "00000000000000000000000000000001"
#define K2 "00000000000000000000000000000002"
#define K3 "00000000000000000000000000000003"
#define PLAN "\"session\":\"s1\",\"programme\":\"acme/week\",\"element\":\"workshop\",\"iri\":\"https://acme.example\",\"title\":\"Workshop\"," \
             "\"module\":\"acme/check\",\"test\":\"test\""

static struct rooms *rooms;
static struct arena *a;
static struct error err;
static struct buf out;
static const struct asker trainer = {7, "trainer", ""}, ann = {8, "ann", ""}, ben = {9, "ben", ""};
static char code[ROOM_CODE + 1];

static unsigned ask(const struct asker *who, const char *path, const char *body)
{
    buf_clear(&out);
    return rooms_answer(rooms, who, path, body, strlen(body), &out);
}

/* Where a machine is so slow that an asker has to wait. */
static unsigned ask_again(const struct asker *who, const char *path, const char *body)
{
    unsigned status = ask(who, path, body);
    for (int i = 0; i < 600 && status == 429; i++, status = ask(who, path, body))
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    return status;
}

static unsigned here(const struct asker *who, const char *key, const char *rest)
{
    char body[2000];
    snprintf(body, sizeof body, "{\"key\":\"%s\",\"code\":\"%s\",\"session\":\"\",\"name\":\"%s\",\"here\":true%s}", key, code, who->name, rest);
    return ask(who, "/room/here", body);
}

static unsigned lead(const char *wish)
{
    char body[300];
    snprintf(body, sizeof body, "{\"key\":\"" K1 "\",\"session\":\"s1\",\"wish\":\"%s\"}", wish);
    return ask(&trainer, "/room/lead", body);
}

static bool has(const char *text)
{
    return strstr(buf_text(&out), text) != NULL;
}

static void set_up(void)
{
    setenv("TZ", "UTC", 1);
    setenv("CRIB_CLOCK", "2027-03-04T09:00:00Z", 1);
    fixture_make();
    a = arena_open();
    err = (struct error){0};
    rooms = rooms_open(fixture_dir, &err);
    ck_assert_msg(rooms != NULL, "%s: %s", err.what, err.why);
}

static void begin(const char *rest)
{
    char body[700];
    snprintf(body, sizeof body, "{\"key\":\"" K1 "\"," PLAN "%s}", rest);
    ck_assert_uint_eq(ask(&trainer, "/room/start", body), 200);
    struct said_trainer said;
    ck_assert(said_to_trainer(a, buf_text(&out), out.len, &said));
    snprintf(code, sizeof code, "%s", said.heard.code);
}

static void tear_down(void)
{
    static const char *const names[] = {"room.db", "room.db-wal", "room.db-shm"};
    char path[300];
    rooms_close(rooms);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", fixture_dir, names[i]);
        unlink(path);
    }
    arena_close(a);
    buf_free(&out);
    fixture_remove();
}

START_TEST(a_session_from_its_start_to_its_end)
{
    begin("");
    ck_assert(rooms_busy(rooms));
    ck_assert_uint_eq(here(&ann, K2, ",\"done\":1,\"of\":2"), 200);
    ck_assert(has("\"phase\":\"waiting\"") && has("\"people\":1") && has("\"late\":false") && has("acme/week"));
    ck_assert_uint_eq(lead("open"), 200);
    ck_assert(has("\"name\":\"ann\",\"via\":\"ann\",\"here\":true,\"late\":false,\"done\":1,\"of\":2,\"answered\":0"));
    ck_assert_uint_eq(here(&ann, K2, ",\"answers\":[[\"q1\",1],[\"q2\",0.5]],\"score\":75"), 200);
    ck_assert(has("\"phase\":\"open\""));
    ck_assert_msg(!has("q1"), "a learner was told of answers");
    ck_assert_uint_eq(here(&ben, K3, ",\"answers\":[[\"q1\",0]]"), 200);
    ck_assert_uint_eq(here(&ann, K2, ",\"answers\":[[\"q1\",1]]"), 200); /* sent again: it counts once */
    ck_assert_uint_eq(lead("close"), 200);
    ck_assert(has("{\"id\":\"q1\",\"answers\":2,\"right\":1,\"other\":0}") && has("{\"id\":\"q2\",\"answers\":1,\"right\":0,\"other\":0}"));
    ck_assert_msg(!has("score"), "a score stands under a name, and nobody said so");
    ck_assert_uint_eq(lead("end"), 200);
    ck_assert(has("\"phase\":\"ended\"") && rooms_busy(rooms)); /* until they know */
    ck_assert_uint_eq(here(&ann, K2, ",\"answers\":[[\"q2\",1]]"), 404); /* a code lives as long as its session */
    char body[300];
    snprintf(body, sizeof body, "{\"key\":\"" K2 "\",\"code\":\"%s\",\"session\":\"s1\",\"name\":\"ann\",\"here\":false,\"answers\":[[\"q2\",1]]}", code);
    ck_assert_uint_eq(ask(&ann, "/room/here", body), 200); /* what was answered before arrives after it */
    ck_assert(has("\"phase\":\"ended\""));
}
END_TEST

/* What three chose is told; of two it would say who chose what, but where the session was begun with names. */
START_TEST(how_questions_are_split)
{
    static const char *const askers[] = {"ann", "ben", "cat"}, *const keys[] = {K2, K3, "00000000000000000000000000000004"};
    static const char *const answers[] = {"[\"q1\",1,[1]],[\"q2\",1,[1,3]]", "[\"q1\",0,[2]],[\"q2\",0,[]]",
                                          "[\"q1\",1,[1,1,0,27,-1,\"x\",2e9]],[\"q2\",0.5,[3]],[\"text\",1]"};
    struct said_trainer said;
    begin(_i == 0 ? "" : ",\"names\":true");
    for (size_t i = 0; i < 3; i++) {
        char rest[200];
        snprintf(rest, sizeof rest, ",\"answers\":[%s]", answers[i]);
        ck_assert_uint_eq(here(&(struct asker){10 + (int64_t)i, askers[i], ""}, keys[i], rest), 200);
        ck_assert_msg(!has("picks"), "a learner was told of choices");
        ck_assert_uint_eq(lead(""), 200);
        ck_assert_msg(has("picks") == (i == 2 || _i == 1), "%zu answered: %s", i + 1, buf_text(&out));
    }
    ck_assert(has("\"choices\":[{\"id\":\"q1\",\"choice\":1,\"picks\":2},{\"id\":\"q1\",\"choice\":2,\"picks\":1},"
                  "{\"id\":\"q2\",\"choice\":1,\"picks\":1},{\"id\":\"q2\",\"choice\":3,\"picks\":2}]"));
    ck_assert_uint_eq(here(&(struct asker){11, "ben", ""}, K3, ",\"answers\":[[\"q1\",1,[1]]]"), 200); /* another answer takes the first one's place */
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(has("\"id\":\"q1\",\"choice\":1,\"picks\":3") && !has("\"id\":\"q1\",\"choice\":2"));
    ck_assert(said_to_trainer(a, buf_text(&out), out.len, &said));
    ck_assert(said.choice_count == 3 && said.choices[0].choice == 1 && said.choices[0].picks == 3);
}
END_TEST

/* Options may stand in another order in another revision: who answered that is told beside the split. */
START_TEST(another_revision_is_not_in_the_split)
{
    static const char *const askers[] = {"ann", "ben", "cat", "dan", "eve"}, *const answers[] = {"1,[1],\"aa\"", "1,[1],\"aa\"", "1,[2],\"bb\"", "0,[2],\"aa\"", "1,[1]"};
    static const size_t told[] = {0, 0, 0, 1, 1};
    struct said_trainer said;
    begin(",\"questions\":[[\"q1\",\"aa\"],[\"q2\",\"\"],[\"q3\",7],[],8]");
    for (size_t i = 0; i < 5; i++) {
        char rest[200], key[] = "0000000000000000000000000000001x";
        key[31] = (char)('0' + i);
        snprintf(rest, sizeof rest, ",\"answers\":[[\"q1\",%s],[\"q2\",1,[%zu],\"r%zu\"]]", answers[i], i + 1, i);
        ck_assert_uint_eq(here(&(struct asker){10 + (int64_t)i, askers[i], ""}, key, rest), 200);
        ck_assert_uint_eq(lead(""), 200);
        ck_assert_msg(has("{\"id\":\"q1\",\"choice\"") == (told[i] != 0), "%zu: %s", i, buf_text(&out));
    }
    ck_assert(has("{\"id\":\"q1\",\"answers\":5,\"right\":4,\"other\":1}"));
    ck_assert(has("{\"id\":\"q2\",\"answers\":5,\"right\":5,\"other\":0}") && has("\"id\":\"q2\",\"choice\":5"));
    ck_assert(has("{\"id\":\"q1\",\"choice\":1,\"picks\":3},{\"id\":\"q1\",\"choice\":2,\"picks\":1}")); /* eve's device says no revision */
    ck_assert(said_to_trainer(a, buf_text(&out), out.len, &said));
    ck_assert(said.question_count == 2 && said.questions[0].other == 1);
}
END_TEST

/* A database of before is brought up to date; its session goes on. */
START_TEST(sessions_of_an_older_crib)
{
    char path[300];
    begin("");
    ck_assert_uint_eq(here(&ben, K3, ",\"answers\":[[\"q1\",0]]"), 200);
    rooms_close(rooms);
    snprintf(path, sizeof path, "%s/room.db", fixture_dir);
    sqlite3 *db = database_open(path);
    ck_assert_int_eq(sqlite3_exec(db, "ALTER TABLE person DROP COLUMN joined_at; ALTER TABLE person DROP COLUMN seen_at; DROP VIEW counted; DROP TABLE asked; ALTER TABLE answer DROP COLUMN revision; DROP INDEX person_who; ALTER TABLE person DROP COLUMN who; ALTER TABLE person DROP COLUMN newest;"
                                      "DROP TABLE pick; DROP TABLE expected; ALTER TABLE room DROP COLUMN leader; ALTER TABLE room DROP COLUMN roles;"
                                      "ALTER TABLE room DROP COLUMN before; ALTER TABLE room DROP COLUMN counted; PRAGMA user_version = 1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    rooms = rooms_open(fixture_dir, &err);
    ck_assert_msg(rooms != NULL, "%s: %s", err.what, err.why);
    ck_assert_uint_eq(here(&ann, K2, ",\"answers\":[[\"q1\",1,[1]]]"), 200);
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(has("\"id\":\"q1\",\"answers\":2,\"right\":1"));
}
END_TEST

START_TEST(what_is_refused)
{
    static const struct {
        const char *path, *body;
        unsigned status;
    } rows[] = {
        {"/room/else", "{}", 404},
        {"/room/start", "[]", 400},
        {"/room/start", "{\"key\":\"" K2 "\"}", 400},
        {"/room/start", "{\"key\":\"" K2 "\"," PLAN "}", 403}, /* somebody else's session */
        {"/room/lead", "{\"key\":\"" K2 "\",\"session\":\"s1\"}", 403},
        {"/room/lead", "{\"key\":\"" K1 "\",\"session\":\"s2\"}", 404},
        {"/room/look", "{\"code\":\"ABC\"}", 400},
        {"/room/look", "{\"code\":\"AAAAAO\"}", 400},
        {"/room/here", "{\"key\":\"" K2 "\",\"code\":\"AAAAAA\",\"name\":\"a\\u001b[2J\"}", 400},
        {"/room/here", "{\"key\":\"" K2 "\",\"code\":\"AAAAAA\",\"name\":\"\"}", 400},
        {"/room/here", "{\"key\":\"XY\",\"code\":\"AAAAAA\",\"name\":\"ann\"}", 400},
        {"/room/here", "{\"key\":\"" K2 "\",\"key\":\"" K2 "\",\"code\":\"AAAAAA\",\"name\":\"ann\"}", 400},
    };
    begin("");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(ask(&ann, rows[i].path, rows[i].body) == rows[i].status, "row %zu: %s", i, buf_text(&out));
    ck_assert_uint_eq(here(&ann, K2, ""), 200);
    ck_assert_uint_eq(here(&ben, K2, ""), 403); /* ann's key */
    ck_assert_uint_eq(here(&ann, K2, ",\"answers\":[[\"q\",7],[1,1],[\"e\\u001b\",1],\"x\",[\"ok\",0.25]],\"score\":1e9,\"of\":-3"), 200);
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(has("\"questions\":[{\"id\":\"ok\"") && has("\"answered\":1") && has("\"of\":-1"));
}
END_TEST

START_TEST(codes_can_not_be_guessed_at_leisure)
{
    begin("");
    unsigned status = 0;
    for (int i = 0; i < 40 && status != 429; i++)
        status = ask(&ben, "/room/look", "{\"code\":\"AAAAAA\"}");
    ck_assert_uint_eq(status, 429);
    ck_assert_uint_eq(here(&ben, K3, ""), 429); /* the right one, too: or else the answer would tell */
    ck_assert_uint_eq(here(&ann, K2, ""), 200); /* others are not kept out by it */
}
END_TEST

/* A room full of people on one account, each by the code that they are shown. */
START_TEST(the_right_code_is_no_guess)
{
    static const char *const forms[] = {"/room/look", "/room/here"};
    char body[300];
    begin("");
    for (int i = 0; i < 80; i++) {
        snprintf(body, sizeof body, "{\"key\":\"%032x\",\"code\":\"%s\",\"session\":\"\",\"name\":\"One of them\",\"here\":true}", 0x1000 + i / 2, code);
        unsigned status = ask(&ann, forms[i % 2], body);
        ck_assert_msg(status == 200 || has("so many requests"), "%d: %u %s", i, status, buf_text(&out)); /* those: a slow machine's */
    }
}
END_TEST

/* One device asks as often as it likes: the others are served. */
START_TEST(who_asks_without_end_waits)
{
    unsigned status = 200;
    begin("");
    ck_assert_uint_eq(here(&ann, K2, ""), 200);
    char body[300];
    snprintf(body, sizeof body, "{\"key\":\"" K2 "\",\"code\":\"%s\",\"session\":\"s1\",\"name\":\"ann\",\"here\":true}", code);
    int64_t since = clock_monotonic_ms();
    for (int i = 0; i < 2000 && status == 200; i++)
        status = ask(&ann, "/room/here", body);
    ck_assert(status == 429 || clock_monotonic_ms() - since > 5000); /* a machine so slow that it is not often */
    ck_assert_uint_eq(here(&ben, K3, ""), 200);
    ck_assert_uint_eq(lead("open"), 200);
}
END_TEST

/* A follower that was told to wait does, and asks nothing meanwhile. */
START_TEST(a_line_waits_as_it_was_told)
{
    char path[300];
    struct door door = {.rooms = rooms};
    struct line_answer answer = {0};
    struct buf json = {0};
    snprintf(path, sizeof path, "%s/room.sock", fixture_dir);
    struct server *server = server_open(&(struct server_options){.listen = path, .door = &door}, &err);
    ck_assert_msg(server != NULL, "%s: %s", err.what, err.why);
    const struct places places = {.config = "/nonexistent", .data = fixture_dir, .state = "/nonexistent", .system_data = "/nonexistent", .system_config = "/nonexistent/config.yaml"};
    struct config *config = config_load(a, &places, NULL, &err);
    struct lines *lines = room_lines_open(config, &err);
    OK(config != NULL && lines != NULL);
    buf_adds(&json, "{\"code\":\"x\"}");
    int64_t since = clock_monotonic_ms();
    for (int i = 0; i < 3000 && answer.status != 429; i++)
        OK(room_lines_post(lines, path, "/room/look", &json, &answer, &err));
    int64_t took = clock_monotonic_ms() - since;
    ck_assert(answer.status == 429 || took > 5000); /* a machine so slow that it is not often */
    if (answer.status == 429) {
        since = clock_monotonic_ms();
        ck_assert(strstr(buf_text(&answer.body), "too many") != NULL);
        OK(room_lines_post(lines, path, "/room/look", &json, &answer, &err));
        ck_assert(clock_monotonic_ms() - since > 900 || (answer.status == 429 && answer.body.len == 0));
        while (answer.status == 429 && clock_monotonic_ms() - since < 30000)
            OK(room_lines_post(lines, path, "/room/look", &json, &answer, &err));
        ck_assert_int_eq(answer.status, 400); /* it is asked again */
    }
    buf_free(&answer.body);
    buf_free(&json);
    room_lines_close(lines);
    server_close(server, 1000);
    unlink(path);
}
END_TEST

/* What takes long counts for more: one who asks for much keeps the others from nothing. */
START_TEST(long_answers_count_for_more)
{
    static char body[60000];
    unsigned status = 200;
    int asked = 0;
    begin("");
    size_t n = (size_t)snprintf(body, sizeof body, "{\"key\":\"" K2 "\",\"code\":\"%s\",\"session\":\"s1\",\"name\":\"ann\",\"here\":true,\"answers\":[", code);
    for (int k = 0; k < 200; k++)
        n += (size_t)snprintf(body + n, sizeof body - n, "%s[\"a%d\",1,[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]]", k > 0 ? "," : "", k);
    snprintf(body + n, sizeof body - n, "]}");
    int64_t since = clock_monotonic_ms();
    for (; asked < 2000 && status == 200; asked++)
        status = ask(&ann, "/room/here", body);
    int64_t took = clock_monotonic_ms() - since;
    ck_assert_uint_eq(status, 429);
    ck_assert_msg(took < 5000 || asked < 10, "%lld ms", (long long)took);
    ck_assert_uint_eq(here(&ben, K3, ""), 200);
}
END_TEST

/* One device joins as whoever it invents: the session is not full for the others, and what its people answer that was not asked
 * crowds out nothing. */
START_TEST(one_device_fills_no_session)
{
    char body[9000], key[33];
    size_t joined = 0;
    begin(",\"questions\":[[\"q1\",\"r1\"]]");
    for (int i = 0; i < 150; i++) {
        size_t n;
        snprintf(key, sizeof key, "%032x", 0x1000 + i);
        n = (size_t)snprintf(body, sizeof body, "{\"key\":\"%s\",\"code\":\"%s\",\"session\":\"s1\",\"name\":\"Nobody\",\"here\":true,\"answers\":[", key,
                             code);
        for (int k = 0; i < 3 && k < 200; k++)
            n += (size_t)snprintf(body + n, sizeof body - n, "%s[\"a%d-%d\",1]", k > 0 ? "," : "", i, k);
        snprintf(body + n, sizeof body - n, "]}");
        unsigned status = ask_again(&ann, "/room/here", body);
        ck_assert_msg(status == 200 || status == 403, "%u", status);
        joined += status == 200;
    }
    ck_assert_uint_eq(joined, 100);
    ck_assert_uint_eq(here(&ben, K3, ",\"answers\":[[\"q1\",1,[1],\"r1\"]]"), 200);
    ck_assert_uint_eq(lead("open"), 200);
    ck_assert_msg(has("{\"id\":\"q1\",\"answers\":1"), "what was asked is crowded out");
}
END_TEST

/* Sessions begun and ended, over and over: the newest of those that are over stay. */
START_TEST(sessions_do_not_pile_up)
{
    char body[700], path[300];
    sqlite3_stmt *s;
    for (int i = 0; i < 230; i++) {
        struct asker other = {7 + i, "trainer", ""}; /* not too often for anybody */
        snprintf(body, sizeof body, "{\"key\":\"" K1 "\",\"session\":\"x%d\",\"programme\":\"p\",\"element\":\"e\"}", i);
        ck_assert_uint_eq(ask_again(&trainer, "/room/start", body), 200);
        snprintf(body, sizeof body, "{\"key\":\"" K1 "\",\"session\":\"x%d\",\"wish\":\"end\"}", i);
        ck_assert_uint_eq(ask_again(&other, "/room/lead", body), 200);
    }
    snprintf(path, sizeof path, "%s/room.db", fixture_dir);
    sqlite3 *db = database_open(path);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT count(*), sum(session = 'x229') FROM room", -1, &s, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    ck_assert_int_eq(sqlite3_column_int(s, 0), 201); /* they go when one begins */
    ck_assert_int_eq(sqlite3_column_int(s, 1), 1);
    sqlite3_finalize(s);
    sqlite3_close(db);
}
END_TEST

START_TEST(names_and_who_is_late)
{
    begin(",\"names\":true,\"starts\":1804150200000"); /* ten minutes before: the trainer is late */
    ck_assert_uint_eq(here(&ben, K3, ""), 200);
    ck_assert(has("\"late\":false"));
    setenv("CRIB_CLOCK", "2027-03-04T09:06:00Z", 1);
    ck_assert_uint_eq(here(&ann, K2, ",\"score\":75"), 200);
    ck_assert(has("\"late\":true") && has("\"names\":true"));
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(has("\"score\":75"));
}
END_TEST

/* First and last, of whoever holds the session: a device's clock may be wrong. */
START_TEST(when_people_come_and_go)
{
    char gone[300];
    struct said_trainer said;
    begin("");
    ck_assert_uint_eq(here(&ann, K2, ""), 200);
    setenv("CRIB_CLOCK", "2027-03-04T09:20:00Z", 1);
    snprintf(gone, sizeof gone, "{\"key\":\"" K2 "\",\"code\":\"%s\",\"session\":\"\",\"name\":\"ann\",\"here\":false}", code);
    ck_assert_uint_eq(ask(&ann, "/room/here", gone), 200);
    setenv("CRIB_CLOCK", "2027-03-04T09:30:00Z", 1);
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(has("\"joined\":1804150800000,\"left\":1804152000000"));
    ck_assert(said_to_trainer(a, buf_text(&out), out.len, &said) && said.people_count == 1);
    ck_assert(said.people[0].joined_at == INT64_C(1804150800000) && said.people[0].left_at == INT64_C(1804152000000));
    ck_assert_uint_eq(here(&ann, K2, ""), 200);
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(has("\"joined\":1804150800000,\"left\":0"));
}
END_TEST

START_TEST(a_session_outlives_its_holder)
{
    begin("");
    ck_assert_uint_eq(here(&ann, K2, ",\"answers\":[[\"q1\",1]]"), 200);
    rooms_close(rooms);
    rooms = rooms_open(fixture_dir, &err);
    ck_assert(rooms != NULL && rooms_busy(rooms));
    ck_assert_uint_eq(here(&ann, K2, ""), 200);
    ck_assert_uint_eq(lead("close"), 200);
    ck_assert(has("\"phase\":\"waiting\"")); /* it was never open */
    ck_assert(has("{\"id\":\"q1\",\"answers\":1,\"right\":1,\"other\":0}"));
}
END_TEST

START_TEST(hostile_answers_are_data)
{
    static const char *const rows[] = {
        "", "[]", "{}", "{\"session\":1}", "\xFF\xFE",
        "{\"session\":\"s\",\"programme\":\"p\",\"element\":\"e\",\"iri\":\"\",\"title\":\"a\\u001b]0;x\\u0007\",\"module\":\"\",\"test\":\"\",\"phase\":\"open\"}",
        "{\"session\":\"s\",\"programme\":\"p\",\"element\":\"e\",\"iri\":\"\",\"title\":\"\",\"module\":\"\",\"test\":\"\",\"phase\":\"else\"}",
    };
    struct room_heard heard;
    struct said_trainer said;
    bool late;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(!said_to_learner(a, rows[i], strlen(rows[i]), &heard, &late), "row %zu", i);
        ck_assert_msg(!said_to_trainer(a, rows[i], strlen(rows[i]), &said), "row %zu", i);
    }
    static const char people[] = "{\"code\":\"ABCDEF\",\"phase\":\"open\",\"people\":[{\"name\":\"a\\u001b[2J\"},{\"name\":\"ann\",\"here\":true,"
                                 "\"done\":-4,\"of\":99999999,\"score\":1e300}],\"questions\":[{\"id\":\"q\",\"answers\":\"x\"}],"
                                 "\"choices\":[7,{\"id\":\"q\"},{\"id\":\"q\",\"choice\":27},{\"choice\":1},{\"id\":\"q\",\"choice\":1,\"picks\":-9}]}";
    ck_assert(said_to_trainer(a, people, sizeof people - 1, &said));
    ck_assert_uint_eq(said.people_count, 1);
    ck_assert_int_eq(said.people[0].of, -1);
    ck_assert(said.people[0].score < 0);
    ck_assert_int_eq(said.questions[0].answers, 0);
    ck_assert(said.choice_count == 1 && said.choices[0].picks == 0);
}
END_TEST

static size_t asked_for, before_count;
static bool no_list;
static bool find_listed(void *context, struct arena *arena, struct strings roles, struct strings before, size_t most,
                        struct expected **list, size_t *count, struct error *e)
{
    static struct expected listed[] = {{"Ann Lee", "ann", 1, 2}, {"Ben Ito", "bito", 0, 2}, {"Cat", "", 0, -1}, {"The trainer", "t", 2, 2}};
    (void)context;
    (void)arena;
    (void)e;
    ck_assert(most == ROOM_PEOPLE_MOST && roles.count == 1 && strcmp(roles.items[0], "fitter") == 0);
    before_count = before.count;
    asked_for++;
    *list = no_list ? NULL : listed;
    *count = no_list ? 0 : 4;
    return true;
}

START_TEST(whom_a_site_expects)
{
    static const struct expecting site = {find_listed, NULL};
    static const char plan[] = ",\"name\":\"The trainer\",\"roles\":[\"fitter\",7,\"e\\u001b\"],\"before\":[\"https://acme.example/m/a\",\"https://acme.example/m/b\"]";
    struct said_trainer said;
    rooms_expecting(rooms, &site);
    asked_for = 0;
    no_list = false;
    begin(_i == 0 ? plan : "");
    if (_i == 1) { /* its device knew nothing of roles */
        ck_assert(!has("expected"));
        return;
    }
    ck_assert_uint_eq(before_count, 2);
    ck_assert_msg(has("\"expected\":[{\"name\":\"Ann Lee\",\"done\":1,\"of\":2},{\"name\":\"Ben Ito\",\"done\":0,\"of\":2},{\"name\":\"Cat\",\"done\":0,\"of\":-1}]"),
                  "%s", buf_text(&out));
    ck_assert_uint_eq(here(&ann, K2, ""), 200); /* by her account */
    ck_assert_msg(!has("Ben"), "a learner was told who is expected");
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(!has("Ann Lee") && has("Ben Ito"));
    ck_assert_uint_eq(asked_for, 1); /* it is counted now and then alone */
    ck_assert(said_to_trainer(a, buf_text(&out), out.len, &said));
    ck_assert(said.expected && said.people_count == 3 && said.people[1].state == ROOM_EXPECTED && said.heard.people == 1);
    ck_assert_int_eq(said.people[1].of, 2);
    static const char *const mine[] = {"cook", "fitter"};
    static const struct {
        size_t from, count;
        bool told;
    } roles[] = {{0, 0, true}, {0, 1, false}, {0, 2, true}, {1, 1, true}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) { /* devices hear of it, by their roles, until it is over */
        struct json j = {.out = &out};
        buf_clear(&out);
        json_open_object(&j, NULL);
        rooms_on(rooms, (struct strings){mine + roles[i].from, roles[i].count}, &j);
        json_close_object(&j);
        ck_assert_str_eq(buf_text(&out), roles[i].told ? "{\"sessions\":[\"Workshop\"]}" : "{}");
    }
    no_list = true;
    rooms_close(rooms);
    rooms = rooms_open(fixture_dir, &err);
    rooms_expecting(rooms, &site);
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(has("Ben Ito"));
}
END_TEST

static bool account_listed(void *context, const char *person, char *account, size_t size, struct error *e)
{
    (void)context;
    (void)e;
    snprintf(account, size, "%s", strcmp(person, "p1") == 0 ? "alee" : "");
    return true;
}

/* Who joins by two devices is one person, where their account or the site's list tells. */
static const struct {
    const char *first, *second;
    bool list, one;
} devices[] = {
    {",\"account\":\"alee\"", ",\"account\":\"alee\"", false, true},
    {",\"person\":\"p1\",\"account\":\"\"", ",\"person\":\"\",\"account\":\"alee\"", true, true},
    {",\"person\":\"p1\"", ",\"account\":\"alee\"", false, false}, /* nobody knows that */
    {",\"person\":\"p2\"", ",\"person\":\"p2\"", true, true},
    {",\"person\":\"p2\"", ",\"person\":\"p1\"", true, false},
    {",\"person\":\"\",\"account\":\"\"", ",\"person\":\"\",\"account\":\"\"", true, false},
    {"", "", false, false},
};

START_TEST(one_person_by_two_devices)
{
    static const struct leading site = {.account = account_listed};
    static const struct asker phone = {12, "phone", ""};
    char rest[400];
    begin(",\"names\":true");
    if (devices[_i].list)
        rooms_leading(rooms, &site);
    snprintf(rest, sizeof rest, ",\"done\":3,\"of\":4,\"answers\":[[\"q1\",1,[1]],[\"q2\",1,[1]]],\"score\":90%s", devices[_i].first);
    ck_assert_uint_eq(here(&ann, K2, rest), 200);
    ck_assert_uint_eq(here(&ben, "00000000000000000000000000000004", ",\"answers\":[[\"q1\",1,[1]]]"), 200);
    snprintf(rest, sizeof rest, ",\"done\":0,\"of\":4,\"answers\":[[\"q1\",0,[2]],[\"q3\",1,[1]]]%s", devices[_i].second);
    ck_assert_uint_eq(here(&phone, K3, rest), 200);
    ck_assert(has(devices[_i].one ? "\"people\":2" : "\"people\":3"));
    ck_assert_uint_eq(here(&ann, K2, ",\"done\":3,\"of\":4"), 200); /* she need not say it again */
    ck_assert_uint_eq(lead(""), 200);
    if (!devices[_i].one) {
        ck_assert(has("\"name\":\"ann\"") && has("\"name\":\"phone\"") && has("\"id\":\"q1\",\"answers\":3"));
        return;
    }
    ck_assert_msg(has("\"people\":[{\"name\":\"phone\",\"via\":\"phone\",\"here\":true,\"late\":false,\"done\":3,\"of\":4,\"answered\":3,\"score\":90,\"joined\":1804150800000,\"left\":0}"
                      ",{\"name\":\"ben\""), "%s", buf_text(&out));
    ck_assert(has("{\"id\":\"q1\",\"answers\":2,\"right\":1,\"other\":0},{\"id\":\"q2\",\"answers\":1,\"right\":1,\"other\":0},{\"id\":\"q3\",\"answers\":1,\"right\":1,\"other\":0}"));
    ck_assert(has("{\"id\":\"q1\",\"choice\":1,\"picks\":1},{\"id\":\"q1\",\"choice\":2,\"picks\":1}"));
    char gone[300];
    snprintf(gone, sizeof gone, "{\"key\":\"" K3 "\",\"code\":\"%s\",\"session\":\"s1\",\"name\":\"phone\",\"here\":false}", code);
    ck_assert_uint_eq(ask(&phone, "/room/here", gone), 200);
    ck_assert_uint_eq(lead(""), 200);
    ck_assert(has("\"name\":\"phone\",\"via\":\"phone\",\"here\":true")); /* she is there by the other one */
}
END_TEST

/* Who was there in time is not late by another device. */
START_TEST(late_by_one_device_alone)
{
    begin(",\"starts\":1804150800000"); /* now */
    ck_assert_uint_eq(here(&ann, K2, ",\"account\":\"alee\""), 200);
    setenv("CRIB_CLOCK", "2027-03-04T09:20:00Z", 1);
    ck_assert_uint_eq(here(&ben, K3, ",\"account\":\"alee\""), 200);
    ck_assert(has("\"late\":false"));
    ck_assert_uint_eq(here(&(struct asker){12, "cat", ""}, "00000000000000000000000000000004", ",\"account\":\"cat\""), 200);
    ck_assert(has("\"late\":true"));
}
END_TEST

static enum may_lead may;
static bool find_leader(void *context, const char *person, const char *account, enum may_lead *found, struct error *e)
{
    (void)context;
    (void)e;
    ck_assert_str_eq(person, "p1");
    ck_assert_str_eq(account, "kim");
    *found = may;
    return true;
}

static const struct {
    enum may_lead may;
    unsigned status;
    const char *why;
} leaders[] = {{LEAD_ANYBODY, 200, NULL},
               {LEAD_YES, 200, NULL},
               {LEAD_NO, 403, "kim is no trainer on the site's list: ask who runs it\n"},
               {LEAD_UNKNOWN, 403, "kim is not on the site's list: ask who runs it\n"}};

START_TEST(a_site_holds_sessions_for_trainers_alone)
{
    static const struct leading site = {.find = find_leader};
    static const char start[] = "{\"key\":\"" K1 "\"," PLAN ",\"name\":\"Kim Lee\",\"person\":\"p1\",\"account\":\"kim\"}";
    rooms_leading(rooms, &site);
    may = leaders[_i].may;
    ck_assert_uint_eq(ask(&trainer, "/room/start", start), leaders[_i].status);
    if (leaders[_i].why != NULL)
        ck_assert_str_eq(buf_text(&out), leaders[_i].why);
    ck_assert_uint_eq(lead(""), leaders[_i].why != NULL ? 404 : 200);
    may = LEAD_NO; /* whoever began it ends it */
    ck_assert_uint_eq(ask(&trainer, "/room/start", start), leaders[_i].status == 200 ? 200 : 403);
}
END_TEST

START_TEST(what_the_record_keeps)
{
    struct record *r = record_open(fixture_path, &err);
    ck_assert(r != NULL);
    int64_t kim, id, again, mine;
    const struct room *room;
    size_t count;
    OK(record_learner(r, "kim", &kim, &err));
    OK(room_join(r, kim, "ABCDEF", "Kim", 42, &id, &err));
    OK(room_join(r, kim, "ABCDEF", "Kim", 43, &again, &err));
    ck_assert_int_eq(id, again); /* comes back */
    const char *const ids[] = {"q1"}, *const expected[] = {"Ann", "Ben"};
    const struct room_choice choices[] = {{"q1", 1, "Yes", true, -1}, {"q1", 2, "No", false, -1}}, chosen[] = {{"q1", 1, "", false, 4}, {"q9", 1, "", false, 1}};
    struct room_choice *split;
    OK(room_lead(r, kim, &(struct room_plan){.programme = "acme/week", .element = "w", .iri = "", .title = "W", .module = "acme/check",
                                             .test = "t", .expected = expected, .expected_count = 2, .questions = ids, .texts = ids, .revisions = ids,
                                             .question_count = 1, .choices = choices, .choice_count = 2}, "Kim", 42, &mine, &err));
    OK(room_list(r, a, kim, &room, &count, &err));
    ck_assert_uint_eq(count, 2);
    const struct room_person people[] = {{"ann", ROOM_HERE, false, 1, 2, 0, -1, 1000, 0}};
    const struct room_question questions[] = {{"q1", "q1", 2, 1, 1, ""}, {"else", "else", 1, 0, 0, ""}};
    OK(room_people_heard(r, mine, people, 1, false, &err));
    OK(room_questions_heard(r, mine, questions, 2, &err));
    struct room_person *got;
    struct room_question *asked;
    OK(room_people(r, a, mine, &got, &count, &err));
    ck_assert_uint_eq(count, 2); /* ann, and Ben who did not come */
    ck_assert(got[0].state == ROOM_HERE && got[1].state == ROOM_EXPECTED && strcmp(got[1].name, "Ben") == 0);
    const struct room_person of_site[] = {{"ann", ROOM_HERE, false, 1, 2, 0, -1, 1000, 0}, {"Cat", ROOM_EXPECTED, false, 1, 2, 0, -1, 0, 0}};
    for (int twice = 0; twice < 2; twice++) { /* a site that knows better than this record */
        OK(room_people_heard(r, mine, of_site, 2, true, &err));
        OK(room_people(r, a, mine, &got, &count, &err));
        ck_assert(count == 2 && got[1].state == ROOM_EXPECTED && strcmp(got[1].name, "Cat") == 0 && got[1].done == 1);
    }
    OK(room_questions(r, a, mine, &asked, &count, &err));
    ck_assert(count == 2 && asked[0].answers == 2 && asked[1].answers == 1 && asked[0].other == 1 && strcmp(asked[0].revision, "q1") == 0);
    OK(room_choices(r, a, mine, &split, &count, &err));
    ck_assert(count == 2 && split[0].picks == -1 && split[0].right && strcmp(split[1].text, "No") == 0);
    for (int twice = 0; twice < 2; twice++) {
        OK(room_choices_heard(r, mine, chosen, 2, &err));
        OK(room_choices(r, a, mine, &split, &count, &err));
        ck_assert(count == 2 && split[0].picks == 4 && split[1].picks == 0 && strcmp(split[0].text, "Yes") == 0);
    }
    const struct room_heard h = {.phase = ROOM_OPEN, .session = "s9", .module = "acme/prime-pump", .starts_ms = -1, .people = 3, .names = 1};
    OK(room_get(r, a, id, &room, &err));
    OK(room_heard(r, room, &h, &err));
    const struct circumstances within = {.programme = "acme/week", .element = "t", .session = "s9"};
    struct uuid attempt;
    struct room_attempt found;
    struct room_answer *answers;
    OK(record_circumstances(r, &within, &err));
    OK(record_attempt_start(r, kim, &pump, &pump_start, &attempt, &err));
    OK(record_answer(r, &attempt, &(struct given){.question = "q1", .response = "x", .type = "choice", .fraction = 1}, &err));
    OK(room_get(r, a, id, &room, &err));
    ck_assert(room->phase == ROOM_OPEN && room->people == 3 && room->names);
    OK(room_answers(r, a, room, 10, &answers, &count, &err));
    ck_assert(count == 1 && strcmp(answers[0].question, "q1") == 0);
    OK(room_sent(r, id, answers[0].position, &err));
    OK(room_get(r, a, id, &room, &err));
    OK(room_answers(r, a, room, 10, &answers, &count, &err));
    ck_assert_uint_eq(count, 0);
    OK(record_attempt_finish(r, &attempt, &pump, 90, true, &err));
    OK(room_attempt(r, kim, "s9", "acme/prime-pump", &found, &err));
    ck_assert(found.found && found.finished && found.score == 90);
    OK(record_rebuild(r, &err));
    OK(room_attempt(r, kim, "s9", "acme/prime-pump", &found, &err));
    ck_assert(found.finished);
    OK(room_away(r, kim, 43, &err));
    OK(room_get(r, a, id, &room, &err));
    ck_assert_int_eq(room->at, 0);
    OK(room_over(r, id, &err));
    OK(room_list(r, a, kim, &room, &count, &err));
    ck_assert_uint_eq(count, 1);
    record_close(r);
}
END_TEST

/* By it somebody gets back in who left, and nobody goes on beside it. */
START_TEST(the_session_that_somebody_joined_last)
{
    struct record *r = record_open(fixture_path, &err);
    int64_t kim, lea, first, second, led, now = clock_wall_ms();
    const struct room *room;
    const struct attempt *attempt;
    struct uuid id;
    OK(r != NULL && record_learner(r, "kim", &kim, &err) && record_learner(r, "lea", &lea, &err));
    OK(room_join(r, kim, "ABCDEF", "Kim", 42, &first, &err) && room_join(r, kim, "BCDEFG", "Kim", 42, &second, &err));
    OK(room_last(r, a, kim, 0, &room, &err));
    ck_assert_msg(room == NULL, "nobody is in a session that was only looked for");
    OK(room_joined_at(r, first, now - 1000, now - 500, &err) && room_joined_at(r, second, now - 3000, 0, &err) && room_over(r, first, &err));
    OK(room_last(r, a, kim, now - 2000, &room, &err));
    ck_assert(room != NULL && room->id == first && room->phase == ROOM_SOUGHT);
    OK(room_heard(r, room, &(struct room_heard){.phase = ROOM_OPEN, .session = "s9", .starts_ms = -1, .people = -1, .names = -1}, &err));
    OK(room_last(r, a, kim, now, &room, &err) && room == NULL && room_last(r, a, lea, 0, &room, &err) && room == NULL);
    OK(room_lead(r, lea, &(struct room_plan){.programme = "acme/week", .element = "w", .iri = "", .title = "W", .module = "", .test = ""}, "Lea", 43, &led, &err));
    OK(room_get(r, a, led, &room, &err));
    OK(room_heard(r, room, &(struct room_heard){.phase = ROOM_ENDED, .session = "s9", .starts_ms = -1, .people = -1, .names = -1}, &err));
    OK(room_last(r, a, kim, now - 2000, &room, &err));
    ck_assert_msg(room != NULL && room->phase == ROOM_ENDED, "its trainer, of this record, knows that it is over");
    OK(record_circumstances(r, &(struct circumstances){.programme = "acme/week", .element = "t", .session = "s9"}, &err));
    OK(record_attempt_start(r, kim, &pump, &pump_start, &id, &err) && record_attempt(r, a, kim, &id, &attempt, &err));
    ck_assert_str_eq(attempt->session, "s9");
    record_close(r);
}
END_TEST

START_TEST(codes_as_people_type_them)
{
    char tidy[ROOM_CODE + 1];
    ck_assert(room_code(" kmx-wpq", tidy) && strcmp(tidy, "KMXWPQ") == 0);
    ck_assert(!room_code("KMXWP", tidy) && !room_code("KMXWPQR", tidy) && !room_code("KMXWP1", tidy) && !room_code("", tidy));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("room");
    TCase *t = tcase_create("sessions");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_session_from_its_start_to_its_end);
    tcase_add_loop_test(t, how_questions_are_split, 0, 2);
    tcase_add_test(t, sessions_of_an_older_crib);
    tcase_add_test(t, what_is_refused);
    tcase_add_test(t, codes_can_not_be_guessed_at_leisure);
    tcase_add_test(t, the_right_code_is_no_guess);
    tcase_add_test(t, who_asks_without_end_waits);
    tcase_add_test(t, a_line_waits_as_it_was_told);
    tcase_add_test(t, long_answers_count_for_more);
    tcase_add_test(t, one_device_fills_no_session);
    tcase_add_test(t, sessions_do_not_pile_up);
    tcase_add_test(t, names_and_who_is_late);
    tcase_add_test(t, when_people_come_and_go);
    tcase_add_test(t, a_session_outlives_its_holder);
    tcase_add_loop_test(t, whom_a_site_expects, 0, 2);
    tcase_add_loop_test(t, one_person_by_two_devices, 0, (int)(sizeof devices / sizeof *devices));
    tcase_add_test(t, another_revision_is_not_in_the_split);
    tcase_add_test(t, late_by_one_device_alone);
    tcase_add_loop_test(t, a_site_holds_sessions_for_trainers_alone, 0, sizeof leaders / sizeof *leaders);
    tcase_add_test(t, hostile_answers_are_data);
    tcase_add_test(t, what_the_record_keeps);
    tcase_add_test(t, the_session_that_somebody_joined_last);
    tcase_add_test(t, codes_as_people_type_them);
    suite_add_tcase(s, t);
    return suite_run(s);
}
