#include "sync/room/follow.h"

#include "core/base/clock.h"
#include "core/base/config.h"
#include "core/base/json.h"
#include "core/record/attendance.h"
#include "core/record/roll.h"
#include "sync/room/asking.h"
#include "sync/room/who.h"
#include "sync/room/line.h"
#include "sync/room/place.h"
#include "sync/room/prework.h"
#include "sync/room/said.h"
#include "sync/serve/server.h"
#include "sync/xapi/http.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
    TURN_MS = 500,
    IDLE_MS = 1000,    /* of one that stays, while there is no session */
    GONE_MS = 15000,   /* whose terminal is gone for so long, has left */
    BUSY_MS = 5000,    /* who is told to come later for so long, is told why */
    LOST_MS = 60000,   /* a session of this host that can't be reached for so long is over */
    ANSWERS_MOST = 50, /* a request */
    WHY_MOST = 200,    /* bytes of others' words */
    FIRST_LOOKS = 4,   /* at one's own record, before a follower that nothing needs ends */
};

static const char UNKNOWN_HERE[] = "The site does not know this device: `crib enrol` makes it known.";

/* What is known of a row between two turns, and not worth writing down. */
struct since {
    int64_t room;
    int64_t gone_ms; /* since when nobody is at it, of the monotonic clock; 0: somebody is */
    int64_t lost_ms; /* since when it can't be reached; 0: it can */
    int64_t busy_ms; /* since when it says that it is asked too much; 0: it doesn't */
};

enum { SINCE_MOST = 256 };

struct follow {
    struct arena *arena; /* of one turn */
    const struct places *places;
    int lock;
    const char *mutex; /* its path */
    struct record *record;
    struct lines *lines;
    struct line_answer answer;
    struct prework *prework;
    struct since since[SINCE_MOST];
    /* sessions that are held here: */
    struct arena *own;
    const char *socket;
    struct rooms *rooms;
    struct door door;
    struct server *server;
};

static volatile sig_atomic_t ends;

static void end(int number)
{
    (void)number;
    ends = 1;
}

static struct since *since_of(struct follow *f, int64_t room)
{
    struct since *s = &f->since[(uint64_t)room % SINCE_MOST];
    if (s->room != room)
        *s = (struct since){.room = room};
    return s;
}

static bool alive(pid_t at)
{
    return at > 0 && (kill(at, 0) == 0 || errno == EPERM);
}

static bool post(struct follow *f, const char *place, const char *path, struct buf *body, struct error *err)
{
    bool ok = room_lines_post(f->lines, place, path, body, &f->answer, err);
    buf_free(body);
    return ok;
}

/* What a trainer was told stays in their record. */
static bool end_of(struct follow *f, const struct room *room, struct error *err)
{
    return (!room->leads || roll_keep(f->record, room, err)) && room_over(f->record, room->id, err);
}

static bool unreached(struct follow *f, const struct room *room, struct since *since, struct error *err)
{
    char why[300];
    int64_t now = clock_monotonic_ms();
    since->lost_ms = since->lost_ms != 0 ? since->lost_ms : now;
    snprintf(why, sizeof why, "The session can't be reached: %s. What you answer is kept, and arrives later.", f->answer.why);
    if (room->place[0] == '/' && now - since->lost_ms > LOST_MS) {
        const struct room_heard over = {.phase = ROOM_ENDED, .trouble = "", .starts_ms = -1, .people = -1, .names = -1};
        return room_heard(f->record, room, &over, err) && end_of(f, room, err);
    }
    return room_trouble(f->record, room, why, err);
}

static bool busy(struct follow *f, const struct room *room, struct since *since, struct error *err)
{
    int64_t now = clock_monotonic_ms();
    since->busy_ms = since->busy_ms != 0 ? since->busy_ms : now;
    return now - since->busy_ms < BUSY_MS ||
           room_trouble(f->record, room, "Who holds the session is busy. What you answer is kept, and arrives later.", err);
}

static bool refused(struct follow *f, const struct room *room, const char *why, struct error *err)
{
    const struct room_heard h = {.phase = ROOM_REFUSED, .trouble = why, .starts_ms = -1, .people = -1, .names = -1};
    return room_heard(f->record, room, &h, err) && end_of(f, room, err);
}

/* ---- held here ---- */

static bool hold(struct follow *f, struct error *err)
{
    if (f->server != NULL)
        return true;
    f->own = f->own != NULL ? f->own : arena_open();
    f->socket = f->own != NULL ? place_own(f->own, f->places->data, err) : NULL;
    f->rooms = f->socket != NULL ? rooms_open(f->places->data, err) : NULL;
    if (f->rooms == NULL)
        return false;
    f->door = (struct door){.rooms = f->rooms};
    f->server = server_open(&(struct server_options){.listen = f->socket, .door = &f->door, .connections = 1024}, err);
    if (f->server == NULL) {
        rooms_close(f->rooms);
        f->rooms = NULL;
    }
    return f->server != NULL;
}

static void let_go(struct follow *f)
{
    if (f->server != NULL) {
        server_close(f->server, 1000);
        rooms_close(f->rooms);
        (void)unlink(f->socket);
        f->server = NULL;
    }
    arena_close(f->own);
    f->own = NULL;
}

/* ---- a trainer's ---- */

/* Of which revision the questions are; as many as a request has room for. */
static void add_asked(struct follow *f, const struct room *room, struct json *j)
{
    struct room_question *questions;
    struct error ignored;
    size_t count = 0;
    if (!room_questions(f->record, f->arena, room->id, &questions, &count, &ignored))
        return;
    json_open_array(j, "questions");
    for (size_t i = 0; i < count && j->out->len < ROOMS_BODY_MOST / 2; i++) {
        char revision[ROOM_REVISION + 1];
        snprintf(revision, sizeof revision, "%s", questions[i].revision);
        json_open_array(j, NULL);
        json_string(j, NULL, questions[i].question);
        json_string(j, NULL, revision);
        json_close_array(j);
    }
    json_close_array(j);
}

static void add_plan(struct follow *f, const struct room *room, struct json *j)
{
    json_string(j, "programme", room->programme);
    json_string(j, "element", room->element);
    json_string(j, "iri", room->iri);
    json_string(j, "title", room->title);
    json_string(j, "module", room->module);
    json_string(j, "test", room->test);
    json_int(j, "starts", room->starts_ms);
    json_bool(j, "names", room->names);
    json_string(j, "name", room->name);
    const struct who who = who_is(f->arena, f->places, f->record, room->learner);
    json_string(j, "person", who.person);
    json_string(j, "account", who.account);
    prework_plan(f->prework, f->arena, room, j);
    add_asked(f, room, j);
}

static bool take_trainer(struct follow *f, const struct room *room, const char *place, struct error *err)
{
    struct said_trainer said;
    if (!said_to_trainer(f->arena, buf_text(&f->answer.body), f->answer.body.len, &said))
        return room_trouble(f->record, room, "What answers there is no crib: it can't be understood.", err);
    said.heard.place = place;
    said.heard.fulfilled = room->code[0] != '\0' ? room->wish : ROOM_WISH_NOTHING;
    return room_people_heard(f->record, room->id, said.people, said.people_count, said.expected, err) &&
           room_questions_heard(f->record, room->id, said.questions, said.question_count, err) &&
           room_choices_heard(f->record, room->id, said.choices, said.choice_count, err) &&
           room_heard(f->record, room, &said.heard, err) &&
           (said.heard.phase != ROOM_ENDED || end_of(f, room, err));
}

/* Whoever would hold it says why not, in a line. */
static bool not_led(struct follow *f, const struct room *room, bool start, struct error *err)
{
    struct buf line = {0};
    if (http_busy(f->answer.status) && (!start || f->answer.body.len == 0))
        return busy(f, room, since_of(f, room->id), err);
    size_t n = strcspn(buf_text(&f->answer.body), "\r\n");
    buf_adds(&line, "The session is refused: ");
    text_safe(&line, buf_text(&f->answer.body), text_cut(buf_text(&f->answer.body), n, WHY_MOST), 0);
    bool ok = !buf_ok(&line)                            ? error_memory(err)
              : f->answer.status == 403 && start        ? refused(f, room, buf_text(&line), err)
                                                        : room_trouble(f->record, room, buf_text(&line), err);
    buf_free(&line);
    return ok;
}

static bool lead(struct follow *f, const struct room *room, struct error *err)
{
    static const char *const wishes[] = {"", "open", "close", "end"};
    const char *site = room_lines_site(f->lines);
    bool local = room->place[0] == '/' || (room->place[0] == '\0' && (room->here || site[0] == '\0')), start = room->code[0] == '\0';
    struct error why = {0};
    if (local && !hold(f, &why)) {
        struct buf line = {0};
        error_words(&why, &line);
        bool ok = room_trouble(f->record, room, buf_text(&line), err);
        buf_free(&line);
        return ok;
    }
    const char *place = local ? f->socket : room->place[0] != '\0' ? room->place : site;
    struct buf body = {0};
    struct json j = {.out = &body};
    json_open_object(&j, NULL);
    json_string(&j, "key", room->key);
    json_string(&j, "session", room->session);
    if (start)
        add_plan(f, room, &j);
    else
        json_string(&j, "wish", wishes[room->wish]);
    json_close_object(&j);
    struct since *since = since_of(f, room->id);
    if (!post(f, place, start ? "/room/start" : "/room/lead", &body, err))
        return false;
    if (f->answer.status == 0)
        return unreached(f, room, since, err);
    since->lost_ms = 0;
    since->busy_ms = f->answer.status == 200 ? 0 : since->busy_ms;
    if (f->answer.status == 200)
        return take_trainer(f, room, place, err);
    if (f->answer.status == 404 && !start)
        return refused(f, room, "Whoever held this session knows nothing of it any more.", err);
    if (f->answer.status != 401 && f->answer.status != 404)
        return not_led(f, room, start, err);
    return room_trouble(f->record, room,
                        f->answer.status == 401 ? UNKNOWN_HERE
                                                : "The site holds no sessions: its `crib serve` is of an earlier version, or has no --data.",
                        err);
}

/* ---- a learner's: finding it ---- */

/* Asks one place; false for what isn't a hit. *asked: it answered. */
static bool look(struct follow *f, const struct room *room, const char *place, bool *slow, bool *asked, struct error *err)
{
    struct buf body = {0};
    struct room_heard heard;
    bool late;
    asking_look(room, &body);
    if (!post(f, place, "/room/look", &body, err))
        return false;
    *slow = *slow || f->answer.status == 429 || f->answer.status >= 500; /* of the code that says nothing */
    *asked = f->answer.status != 0;
    return f->answer.status == 200 && said_to_learner(f->arena, buf_text(&f->answer.body), f->answer.body.len, &heard, &late);
}

static bool seek(struct follow *f, const struct room *room, struct error *err)
{
    struct place places[PLACES_MOST];
    size_t count, hits = 0;
    const char *site = room_lines_site(f->lines);
    const struct place *hit = NULL;
    bool slow = false, asked = false;
    struct place at_site = {site, site};
    if (!place_all(f->arena, places, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (look(f, room, places[i].path, &slow, &asked, NULL)) {
            hit = &places[i];
            hits++;
        }
    asked = true;
    if (hits == 0 && site[0] != '\0' && look(f, room, site, &slow, &asked, NULL)) {
        hit = &at_site;
        hits++;
    }
    if (hits == 1) {
        const struct room_heard h = {.phase = ROOM_SOUGHT, .place = hit->path, .held_by = hit->owner, .starts_ms = -1, .people = -1, .names = -1};
        return room_heard(f->record, room, &h, err);
    }
    if (hits > 1)
        return refused(f, room, "Several sessions of this host answer to that code: ask the trainer for a new one.", err);
    if (slow)
        return room_trouble(f->record, room, "Too much is asked there just now: it is tried again in a moment.", err);
    if (!asked)
        return room_trouble(f->record, room, "The site can't be reached, and no session of this host has that code.", err);
    if (site[0] != '\0' && f->answer.status == 401) /* it was asked last, and did not look */
        return room_trouble(f->record, room, UNKNOWN_HERE, err);
    return refused(f, room, "No session has that code.", err);
}

/* ---- a learner's: taking part ---- */

static struct attending attending(const struct room *room)
{
    return (struct attending){.programme = room->programme, .element = room->element, .session = room->session, .iri = room->iri,
                              .title = room->title};
}

/* They are here: for the first time, or again. */
static bool joined(struct follow *f, const struct room *room, bool late, struct error *err)
{
    if (room->joined_at != 0 && room->left_at == 0)
        return true;
    const struct attending s = attending(room);
    return record_session_joined(f->record, room->learner, &s, late, err) &&
           room_joined_at(f->record, room->id, clock_wall_ms(), 0, err);
}

static bool left(struct follow *f, const struct room *room, struct error *err)
{
    if (room->joined_at == 0 || room->left_at != 0)
        return true;
    const struct attending s = attending(room);
    return record_session_left(f->record, room->learner, &s, err) &&
           room_joined_at(f->record, room->id, room->joined_at, clock_wall_ms(), err);
}

/* Stepped out, or their terminal is gone for long. */
static bool gone(struct follow *f, const struct room *room, bool present)
{
    struct since *since = since_of(f, room->id);
    int64_t now = clock_monotonic_ms();
    if (present)
        since->gone_ms = 0;
    else if (since->gone_ms == 0)
        since->gone_ms = now;
    return !present && (room->at == 0 || now - since->gone_ms > GONE_MS);
}

static bool take_learner(struct follow *f, const struct room *room, bool present, int64_t sent, size_t count, struct error *err)
{
    struct room_heard heard;
    bool late = false;
    if (!said_to_learner(f->arena, buf_text(&f->answer.body), f->answer.body.len, &heard, &late))
        return room_trouble(f->record, room, "What answers there is no crib: it can't be understood.", err);
    const struct room *now;
    if (!room_heard(f->record, room, &heard, err) || (count > 0 && !room_sent(f->record, room->id, sent, err)) ||
        !room_get(f->record, f->arena, room->id, &now, err) || now == NULL)
        return false;
    if (present && heard.phase != ROOM_ENDED && !joined(f, now, late, err))
        return false;
    bool over = heard.phase == ROOM_ENDED || gone(f, now, present);
    return !over || (left(f, now, err) && (count == ANSWERS_MOST || room_over(f->record, room->id, err)));
}

static bool take_part(struct follow *f, const struct room *room, struct error *err)
{
    bool present = alive(room->at);
    struct room_answer *answers = NULL;
    struct room_attempt attempt = {.score = -1};
    size_t count = 0;
    int64_t done = 0, of = -1;
    if (room->session[0] != '\0' && (!room_answers(f->record, f->arena, room, ANSWERS_MOST, &answers, &count, err) ||
                                     !room_attempt(f->record, room->learner, room->session, room->module, &attempt, err)))
        return false;
    if (room->programme[0] != '\0')
        prework_count(f->prework, f->record, room, &done, &of);
    struct buf body = {0};
    struct who who = {"", ""};
    bool known = room->joined_at != 0 && room->left_at == 0;
    if (!known)
        who = who_is(f->arena, f->places, f->record, room->learner);
    asking_here(room, &(struct asking_here){present, known ? NULL : &who, done, of, answers, count, attempt.finished ? attempt.score : -1}, &body);
    struct since *since = since_of(f, room->id);
    if (!post(f, room->place, "/room/here", &body, err))
        return false;
    if (f->answer.status == 200) {
        since->lost_ms = since->busy_ms = 0;
        return take_learner(f, room, present, count > 0 ? answers[count - 1].position : 0, count, err);
    }
    if (gone(f, room, present) && (!left(f, room, err) || (count == 0 && !room_over(f->record, room->id, err))))
        return false;
    if (f->answer.status == 404 || f->answer.status == 410)
        return left(f, room, err) && refused(f, room, "The session is over.", err);
    return f->answer.status == 0 ? unreached(f, room, since, err)
           : http_busy(f->answer.status)
               ? busy(f, room, since, err)
               : room_trouble(f->record, room, "The session takes nobody more, or not this device.", err);
}

static bool turn(struct follow *f, const struct room *room, struct error *err)
{
    if (room->leads)
        return lead(f, room, err);
    return room->place[0] == '\0' && !seek(f, room, err) ? false : room->place[0] == '\0' || take_part(f, room, err);
}

/* A site holds a session also while nobody of this device looks at it. */
static bool wanted(const struct room *room)
{
    return !(room->leads && room->place[0] != '\0' && room->place[0] != '/' && room->wish == ROOM_WISH_NOTHING && !alive(room->at));
}

static void pause_ms(long ms)
{
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

/* One turn of all. Returns whether there is anything to be followed. */
static bool turn_all(struct follow *f, bool leads)
{
    const struct room *rooms;
    size_t count;
    struct error err = {0};
    bool any = f->rooms != NULL && rooms_busy(f->rooms);
    arena_reset(f->arena);
    if (!room_list(f->record, f->arena, 0, &rooms, &count, &err))
        return true; /* a record that is busy is asked again */
    for (size_t i = 0; i < count && ends == 0; i++) {
        bool mine = wanted(&rooms[i]) && (leads || !rooms[i].leads);
        any = any || mine;
        if (mine)
            (void)turn(f, &rooms[i], &err); /* what failed is tried again */
    }
    return any;
}

/* Somebody removed the record's directory, or put another one there: nobody looks at this one any more. */
static bool deserted(const struct follow *f)
{
    struct stat held, there;
    return fstat(f->lock, &held) != 0 || stat(f->mutex, &there) != 0 || held.st_ino != there.st_ino || held.st_dev != there.st_dev;
}

static void follow(struct follow *f, enum room_follow how)
{
    for (int idle = 0, turns = 0; ends == 0 && (how == FOLLOW_STAY || idle < FIRST_LOOKS) && !deserted(f); turns++) {
        bool any = turn_all(f, how != FOLLOW_ONCE);
        idle = any ? 0 : idle + 1;
        if (how == FOLLOW_ONCE && (!any || turns > 0))
            break;
        pause_ms(any || how != FOLLOW_STAY ? TURN_MS : IDLE_MS);
    }
}

static bool open_and_follow(struct follow *f, const char *path, const struct config *config, enum room_follow how,
                            struct error *err)
{
    f->record = record_open(path, err);
    f->arena = arena_open();
    f->lines = f->record != NULL && f->arena != NULL ? room_lines_open(config, err) : NULL;
    f->prework = f->lines != NULL ? prework_open(f->places, config_text(config, CONFIG_LANGUAGE)) : NULL;
    bool ok = f->prework != NULL;
    if (ok)
        follow(f, how);
    let_go(f);
    prework_close(f->prework);
    room_lines_close(f->lines);
    buf_free(&f->answer.body);
    arena_close(f->arena);
    record_close(f->record);
    return ok;
}

bool room_follow(struct arena *a, const struct places *places, enum room_follow how, struct error *err)
{
    const char *path = file_join(a, places->data, "record.db"), *mutex = file_join(a, places->data, "room.lock");
    const struct config *config = config_load(a, places, NULL, err);
    struct error why = {0};
    struct stat st;
    if (path == NULL || mutex == NULL || config == NULL)
        return config != NULL ? error_memory(err) : false;
    if (how != FOLLOW_STAY && (stat(path, &st) != 0 || st.st_size == 0))
        return true;
    if (!file_make_dirs(places->data, err))
        return false;
    int lock = file_lock(mutex, 0, "another process follows the sessions", &why);
    if (lock < 0 && why.code != EX_TEMPFAIL && err != NULL)
        *err = why;
    if (lock < 0)
        return why.code == EX_TEMPFAIL;
    signal(SIGTERM, end);
    signal(SIGINT, end);
    struct follow f = {.places = places, .lock = lock, .mutex = mutex};
    bool ok = open_and_follow(&f, path, config, how, err);
    close(lock);
    return ok;
}
