/* Live sessions, both ways: lines of `PATH JSON` as requests to whoever holds them, each of which has an answer that the other side
 * understands; and any bytes as such an answer. `@CODE@` stands for the code of a session that is on. */
#include "core/base/buf.h"
#include "core/base/text.h"
#include "sync/room/said.h"
#include "sync/serve/rooms.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY "00000000000000000000000000000001"

enum { RUNS_A_DATABASE = 2000, LINES_MOST = 8 };

static struct rooms *rooms;
static char dir[100], code[ROOM_CODE + 1];
static int64_t askers; /* each run's is another one: nobody is kept out by how much the run before asked */

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_text(const char *text)
{
    must(text_control(text, strlen(text)) == strlen(text));
}

static bool check_learner(struct arena *a, const char *bytes, size_t n)
{
    struct room_heard heard;
    bool late;
    if (!said_to_learner(a, bytes, n, &heard, &late))
        return false;
    const char *const texts[] = {heard.session, heard.programme, heard.element, heard.iri, heard.title, heard.module, heard.test};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_text(texts[i]);
    must(heard.phase >= ROOM_WAITING && heard.phase <= ROOM_ENDED && heard.people >= 0 && heard.starts_ms >= 0);
    return true;
}

static bool check_trainer(struct arena *a, const char *bytes, size_t n)
{
    struct said_trainer said;
    char tidy[ROOM_CODE + 1];
    if (!said_to_trainer(a, bytes, n, &said))
        return false;
    must(room_code(said.heard.code, tidy) && said.people_count <= (size_t)2 * ROOM_PEOPLE_MOST && said.question_count <= ROOM_QUESTIONS_MOST);
    for (size_t i = 0; i < said.people_count; i++) {
        const struct room_person *p = &said.people[i];
        check_text(p->name);
        must(p->of >= -1 && p->done >= 0 && p->answered >= 0 && p->score >= -1 && p->score <= 100);
        must(said.expected || p->state != ROOM_EXPECTED);
    }
    for (size_t i = 0; i < said.question_count; i++)
        check_text(said.questions[i].text);
    for (size_t i = 0; i < said.choice_count; i++)
        must(said.choices[i].choice >= 1 && said.choices[i].choice <= ROOM_CHOICES_MOST && said.choices[i].picks >= 0);
    return true;
}

/* ---- whoever holds them ---- */

static unsigned ask(int64_t asker, const char *path, const char *body, size_t n, struct buf *out)
{
    const struct asker who = {asker, "device", ""};
    buf_clear(out);
    return rooms_answer(rooms, &who, path, body, n, out);
}

static void begin_session(void)
{
    static const char plan[] = "{\"key\":\"" KEY "\",\"session\":\"on\",\"programme\":\"acme/week\",\"element\":\"workshop\",\"iri\":\"\","
                               "\"title\":\"W\",\"module\":\"acme/check\",\"test\":\"t\",\"names\":true}";
    struct arena *a = arena_open();
    struct buf out = {0};
    struct said_trainer said;
    must(a != NULL && ask(1, "/room/start", plan, sizeof plan - 1, &out) == 200 && said_to_trainer(a, buf_text(&out), out.len, &said));
    snprintf(code, sizeof code, "%s", said.heard.code);
    buf_free(&out);
    arena_close(a);
}

static void open_rooms(void)
{
    const char *base = getenv("TMPDIR");
    char command[160];
    rooms_close(rooms);
    if (dir[0] != '\0') {
        snprintf(command, sizeof command, "rm -rf '%s'", dir);
        must(system(command) == 0);
    }
    snprintf(dir, sizeof dir, "%.60s/crib-fuzz-room-XXXXXX", base != NULL ? base : "/tmp");
    must(mkdtemp(dir) != NULL && (rooms = rooms_open(dir, NULL)) != NULL);
    begin_session();
}

static void leave(void)
{
    char command[160];
    rooms_close(rooms);
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    must(system(command) == 0);
}

static void put_code(struct buf *body, const char *text, size_t n)
{
    static const char stand_in[] = "@CODE@";
    size_t k = sizeof stand_in - 1;
    for (size_t i = 0; i < n;) {
        bool here = n - i >= k && memcmp(text + i, stand_in, k) == 0;
        buf_add(body, here ? code : text + i, here ? ROOM_CODE : 1);
        i += here ? k : 1;
    }
}

static void check_request(struct arena *a, int64_t asker, const char *line, size_t n)
{
    const char *blank = memchr(line, ' ', n);
    struct buf path = {0}, body = {0}, out = {0};
    buf_add(&path, line, blank != NULL ? (size_t)(blank - line) : n);
    put_code(&body, blank != NULL ? blank + 1 : "", blank != NULL ? n - (size_t)(blank + 1 - line) : 0);
    if (buf_ok(&path) && buf_ok(&body)) {
        unsigned status = ask(asker, buf_text(&path), buf_text(&body), body.len, &out);
        bool trainers = strcmp(buf_text(&path), "/room/start") == 0 || strcmp(buf_text(&path), "/room/lead") == 0;
        must(status == 200 || status == 400 || status == 403 || status == 404 || status == 410 || status == 429);
        must(status != 200 || (trainers ? check_trainer : check_learner)(a, buf_text(&out), out.len));
    }
    buf_free(&path);
    buf_free(&body);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static size_t runs;
    struct arena *a = arena_open();
    if (a == NULL)
        return 0;
    if (runs == 0)
        must(atexit(leave) == 0);
    if (runs++ % RUNS_A_DATABASE == 0)
        open_rooms();
    const char *text = (const char *)data;
    (void)check_learner(a, text, size);
    (void)check_trainer(a, text, size);
    askers += 1;
    for (size_t i = 0, lines = 0; i < size && lines < LINES_MOST; lines++) {
        const char *end = memchr(text + i, '\n', size - i);
        size_t n = end != NULL ? (size_t)(end - text) - i : size - i;
        check_request(a, 1 + askers, text + i, n);
        i += n + 1;
    }
    arena_close(a);
    return 0;
}
