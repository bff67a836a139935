/* Years of a kiosk in minutes: a record whose chain is whole and whose derived rows are what its events say, written by
 * direct inserts. `bench_record check` proves the latter by a rebuild.
 *
 * Each learner has a badge (`badge-1`...) and comes again and again to one of the modules: opens it, the first time reads
 * it, then takes its quiz, one in five from a programme (`acme/programme-0`..., element `assessment`). At the end, now, each
 * attends the programmes' sessions and signs off some modules, through the record's own functions. */
#ifndef CRIB_TESTS_YEARS_H
#define CRIB_TESTS_YEARS_H

#include "core/base/clock.h"
#include "core/record/attempt.h"
#include "core/record/attendance.h"
#include "core/record/chain.h"
#include "core/record/fsrs.h"
#include "core/record/learner.h"
#include "core/record/signoff.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
    YEARS_MODULES = 300,
    YEARS_SECTIONS = 6,
    YEARS_QUESTIONS = 5,
    YEARS_PROGRAMMES = 20,
    YEARS_SIGNED = 4,
    YEARS_SECTION_MS = 8000,
    YEARS_OPENS_DAYS = 90, /* as record_opened keeps them */
    YEARS_PACE = 101       /* as recall.c keeps it */
};

/* What becomes a row at the end: of a learner at a module. */
struct years_pair {
    int64_t opened, begun, completed, passed, revised, last_visit; /* last_visit: index + 1 of years.visits */
    double score;
    struct {
        struct fsrs_memory memory;
        int64_t reviewed, reviews;
        struct buf history; /* as recall.c writes it */
    } recall[YEARS_QUESTIONS];
};

struct years_visit {
    int64_t position, at, before;
};

struct years_pace {
    int64_t position[YEARS_PACE], ms[YEARS_PACE], count;
};

struct years {
    struct record *r;
    struct error *err;
    long events, wanted;
    int learners;
    int64_t *numbers; /* of the learners in the record */
    int64_t begins, at;
    struct years_pair *pairs;
    struct years_visit *visits;
    size_t visit_count, visit_cap;
    struct years_pace *paces;
    char payload[4000];
    char boot[65];
    sqlite3_stmt *event, *attempt, *answer;
    int who, module, programme; /* of this visit; programme -1: from none */
};

static inline sqlite3_stmt *years_prepare(struct years *y, const char *sql)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v3(db_handle(y->r->db), sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
        error_set(y->err, EX_SOFTWARE, "cannot prepare", NULL, sqlite3_errmsg(db_handle(y->r->db)), NULL);
    return s;
}

static inline bool years_step(struct years *y, sqlite3_stmt *s)
{
    bool done = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_reset(s);
    return done || error_set(y->err, EX_IOERR, "cannot insert", NULL, sqlite3_errmsg(db_handle(y->r->db)), NULL);
}

/* Binds in order: i int64_t, d double, s text, u an id. */
static inline bool years_put(struct years *y, sqlite3_stmt *s, const char *letters, ...)
{
    va_list list;
    va_start(list, letters);
    for (int i = 0; letters[i] != '\0'; i++) {
        if (letters[i] == 'i')
            sqlite3_bind_int64(s, i + 1, va_arg(list, int64_t));
        else if (letters[i] == 'd')
            sqlite3_bind_double(s, i + 1, va_arg(list, double));
        else if (letters[i] == 'u')
            sqlite3_bind_blob(s, i + 1, va_arg(list, const struct uuid *)->bytes, 16, SQLITE_STATIC);
        else
            sqlite3_bind_text(s, i + 1, va_arg(list, const char *), -1, SQLITE_STATIC);
    }
    va_end(list);
    return years_step(y, s);
}

/* An event at y->at of y->who at y->module; more: what its payload says behind what each says. */
static inline bool years_event(struct years *y, const char *kind, const char *anchor, const char *format, ...)
{
    struct record *r = y->r;
    char at[40];
    unsigned char random[10 + EVENT_SALT], commitment[EVENT_HASH], link[EVENT_HASH];
    char programme[90] = "";
    clock_format(y->at, 0, at, sizeof at);
    if (y->programme >= 0)
        snprintf(programme, sizeof programme, ",\"programme\":\"acme/programme-%d\",\"element\":\"assessment\"", y->programme);
    int n = snprintf(y->payload, sizeof y->payload,
                     "{\"learner\":%lld,\"at\":\"%s\",\"boot\":\"%s\",\"mono\":%lld,\"module\":\"acme/module-%d\",%s"
                     "\"iri\":\"https://acme.example/learn\",\"title\":\"A module's title of usual length, %d\","
                     "\"language\":\"en\",\"revision\":\"%064d\"%s",
                     (long long)y->numbers[y->who], at, y->boot, (long long)(y->at - y->begins), y->module, anchor, y->module,
                     y->module, programme);
    va_list list;
    va_start(list, format);
    n += vsnprintf(y->payload + n, sizeof y->payload - (size_t)n, format, list);
    va_end(list);
    y->payload[n++] = '}';
    randombytes_buf(random, sizeof random);
    uuid_next(&r->last, y->at, random);
    event_commit(random + 10, y->payload, (size_t)n, commitment);
    event_link(r->log, ++r->seq, &r->last, kind, strlen(kind), commitment, r->head, link);
    memcpy(r->head, link, sizeof r->head);
    sqlite3_stmt *s = y->event;
    sqlite3_bind_int64(s, 1, position_of(r->log_number, r->seq));
    sqlite3_bind_blob(s, 2, r->last.bytes, 16, SQLITE_STATIC);
    sqlite3_bind_text(s, 3, kind, -1, SQLITE_STATIC);
    sqlite3_bind_blob(s, 4, commitment, EVENT_HASH, SQLITE_STATIC);
    sqlite3_bind_blob(s, 5, link, EVENT_HASH, SQLITE_STATIC);
    sqlite3_bind_blob(s, 6, random + 10, EVENT_SALT, SQLITE_STATIC);
    sqlite3_bind_text(s, 7, y->payload, n, SQLITE_STATIC);
    y->events++;
    return years_step(y, s) && (r->seq % EVENT_SIGN_EVERY != 0 || chain_sign(r, y->err));
}

static inline bool years_open(struct years *y, struct years_pair *p)
{
    char sections[YEARS_SECTIONS * 90] = "";
    int n = 0;
    for (int i = 0; p->last_visit == 0 && i < YEARS_SECTIONS; i++)
        n += snprintf(sections + n, sizeof sections - (size_t)n, "%s[\"part-%d\",\"%032d%032d\"]",
                      i == 0 ? ",\"sections\":[" : ",", i, y->module, i);
    if (!years_event(y, "module.opened", "", "%s%s", sections, n > 0 ? "]" : ""))
        return false;
    if (y->visit_count == y->visit_cap) {
        y->visit_cap = y->visit_cap * 2 + 1000;
        y->visits = realloc(y->visits, y->visit_cap * sizeof *y->visits);
        if (y->visits == NULL)
            return error_memory(y->err);
    }
    y->visits[y->visit_count++] =
        (struct years_visit){position_of(y->r->log_number, y->r->seq), y->at, p->last_visit};
    if (p->last_visit == 0)
        p->revised = y->at;
    p->last_visit = (int64_t)y->visit_count;
    p->opened = y->at;
    return true;
}

static inline bool years_read(struct years *y, struct years_pair *p)
{
    p->begun = y->at + YEARS_SECTION_MS;
    for (int i = 0; i < YEARS_SECTIONS; i++) {
        char anchor[40];
        snprintf(anchor, sizeof anchor, "\"anchor\":\"part-%d\",", i);
        y->at += YEARS_SECTION_MS;
        if (!years_event(y, "section.done", anchor, ",\"hash\":\"%032d%032d\",\"words\":150,\"ms\":7000", y->module, i))
            return false;
    }
    p->completed = y->at;
    return years_event(y, "module.completed", "", ",\"by\":\"sections\",\"quiz\":true");
}

/* One answer's event and row, and what its question is known by when the attempt ends. */
struct years_answer {
    bool right;
    int64_t ms, at, position;
};

static inline bool years_answer(struct years *y, const struct uuid *id, int i, struct years_answer *a)
{
    char question[4] = {'q', (char)('0' + i), '\0'}, quiz[70], attempt[UUID_TEXT];
    uuid_text(id, attempt);
    snprintf(quiz, sizeof quiz, "%064d", y->module + 1);
    *a = (struct years_answer){.right = rand() % 100 < 88, .ms = 3000 + rand() % 6000};
    const char *response = a->right ? "2" : "1";
    int64_t rating = a->right ? RATING_GOOD : RATING_AGAIN;
    a->at = y->at += a->ms;
    if (!years_event(y, "attempt.answered", "",
                     ",\"attempt\":\"%s\",\"question\":\"%s\",\"question_revision\":\"%s\",\"type\":\"choice\","
                     "\"response\":\"%s\",\"fraction\":%d,\"ms\":%lld,\"rating\":%lld,\"algorithm\":\"" FSRS_VERSION "\"",
                     attempt, question, quiz, response, a->right, (long long)a->ms, (long long)rating))
        return false;
    a->position = position_of(y->r->log_number, y->r->seq);
    return years_put(y, y->answer, "ussssdiiii", id, question, quiz, "choice", response, (double)a->right, a->ms, rating,
                     a->position, a->at);
}

static inline void years_learnt(struct years *y, struct years_pair *p, int question, const struct years_answer *a)
{
    struct years_pace *pace = &y->paces[y->who];
    enum rating rating = a->right ? RATING_GOOD : RATING_AGAIN;
    if (a->right) {
        pace->position[pace->count % YEARS_PACE] = a->position;
        pace->ms[pace->count++ % YEARS_PACE] = a->ms;
    }
    if (p->passed == 0)
        return;
    struct fsrs_memory *m = &p->recall[question].memory;
    *m = p->recall[question].reviews++ == 0
             ? fsrs_first(fsrs_defaults, rating)
             : fsrs_next(fsrs_defaults, *m, rating, (double)(a->at - p->recall[question].reviewed) / 86400000.0);
    p->recall[question].reviewed = a->at;
    buf_addf(&p->recall[question].history, "%lld,%lld,%d;", (long long)a->position, (long long)a->at, (int)rating);
}

static inline bool years_quiz(struct years *y, struct years_pair *p)
{
    static const char questions[] = "[\"q0\",\"q1\",\"q2\",\"q3\",\"q4\"]";
    char revision[70], module[40], quiz[70], attempt[UUID_TEXT], programme[40] = "";
    snprintf(revision, sizeof revision, "%064d", y->module);
    snprintf(module, sizeof module, "acme/module-%d", y->module);
    snprintf(quiz, sizeof quiz, "%064d", y->module + 1);
    if (y->programme >= 0)
        snprintf(programme, sizeof programme, "acme/programme-%d", y->programme);
    struct years_answer answers[YEARS_QUESTIONS];
    int64_t started = y->at, seed = rand(), score = 0;
    if (!years_event(y, "attempt.started", "",
                     ",\"purpose\":\"quiz\",\"content\":\"%s\",\"quiz_revision\":\"%s\",\"feedback\":\"answer\",\"seed\":%lld,"
                     "\"pass_mark\":80,\"questions\":%s",
                     revision, quiz, (long long)seed, questions))
        return false;
    struct uuid id = y->r->last;
    int64_t position = position_of(y->r->log_number, y->r->seq);
    uuid_text(&id, attempt);
    for (int i = 0; i < YEARS_QUESTIONS; i++) {
        if (!years_answer(y, &id, i, &answers[i]))
            return false;
        score += answers[i].right * 100 / YEARS_QUESTIONS;
    }
    bool passed = score >= 80;
    y->at += 900;
    if (passed && p->passed == 0)
        p->passed = y->at;
    if (passed)
        p->revised = y->at;
    if (passed && (double)score > p->score)
        p->score = (double)score;
    for (int i = 0; i < YEARS_QUESTIONS; i++)
        years_learnt(y, p, i, &answers[i]);
    return years_event(y, "attempt.finished", "", ",\"attempt\":\"%s\",\"purpose\":\"quiz\",\"score\":%lld,\"passed\":%s",
                       attempt, (long long)score, passed ? "true" : "false") &&
           years_put(y, y->attempt, "uissssiisiidissi", &id, y->numbers[y->who], module, revision, revision, quiz, seed,
                     (int64_t)80, questions, started, y->at, (double)score, (int64_t)passed, programme,
                     programme[0] != '\0' ? "assessment" : "", position);
}

/* ---- the rows that are written once, at the end ---- */

static inline bool years_pair_rows(struct years *y, sqlite3_stmt *const to[4], int64_t learner, int m, const struct years_pair *p)
{
    char module[40], title[60], revision[70];
    snprintf(module, sizeof module, "acme/module-%d", m);
    snprintf(title, sizeof title, "A module's title of usual length, %d", m);
    snprintf(revision, sizeof revision, "%064d", m);
    if (!years_put(y, to[0], "issiiiidsi", learner, module, title, p->opened, p->begun, p->completed, p->passed, p->score, revision,
                   p->revised))
        return false;
    for (int64_t v = p->last_visit; v != 0; v = y->visits[v - 1].before)
        if (y->visits[v - 1].at >= p->opened - YEARS_OPENS_DAYS * 86400000LL &&
            !years_put(y, to[1], "isii", learner, module, y->visits[v - 1].position, y->visits[v - 1].at))
            return false;
    for (int i = 0; i < YEARS_SECTIONS; i++) {
        char hash[70], anchor[24];
        snprintf(hash, sizeof hash, "%032d%032d", m, i);
        snprintf(anchor, sizeof anchor, "part-%d", i);
        if (!years_put(y, to[2], "isssi", learner, module, hash, anchor, p->begun + i * YEARS_SECTION_MS))
            return false;
    }
    for (int i = 0; i < YEARS_QUESTIONS; i++) {
        const char question[4] = {'q', (char)('0' + i), '\0'};
        const struct fsrs_memory k = p->recall[i].memory;
        if (p->recall[i].reviews > 0 &&
            !years_put(y, to[3], "issddsiiis", learner, module, question, k.stability, k.difficulty, FSRS_VERSION,
                       p->recall[i].reviewed,
                       p->recall[i].reviewed + fsrs_days(fsrs_defaults, k.stability, FSRS_RETENTION) * 86400000LL,
                       p->recall[i].reviews, buf_text(&p->recall[i].history)))
            return false;
    }
    return true;
}

static inline bool years_rows(struct years *y)
{
    sqlite3_stmt *const to[] = {
        years_prepare(y, "INSERT INTO module (learner, module, title, opened_at, begun_at, completed_at, passed_at, score, revision,"
                         " revised_at, has_quiz) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"),
        years_prepare(y, "INSERT INTO opening (learner, module, position, at) VALUES (?, ?, ?, ?)"),
        years_prepare(y, "INSERT INTO section (learner, module, hash, anchor, state, at) VALUES (?, ?, ?, ?, 2, ?)"),
        years_prepare(y, "INSERT INTO recall (learner, module, question, stability, difficulty, algorithm, reviewed_at, due_at,"
                         " reviews, history) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        years_prepare(y, "INSERT INTO pace (learner, type, position, ms) VALUES (?, 'choice', ?, ?)"),
    };
    bool ok = to[0] != NULL && to[1] != NULL && to[2] != NULL && to[3] != NULL && to[4] != NULL;
    for (int l = 0; ok && l < y->learners; l++) {
        const struct years_pace *pace = &y->paces[l];
        for (int64_t i = 0; ok && i < pace->count && i < YEARS_PACE; i++)
            ok = years_put(y, to[4], "iii", y->numbers[l], pace->position[i], pace->ms[i]);
        for (int m = 0; ok && m < YEARS_MODULES; m++)
            if (y->pairs[l * YEARS_MODULES + m].last_visit != 0)
                ok = years_pair_rows(y, to, y->numbers[l], m, &y->pairs[l * YEARS_MODULES + m]);
    }
    for (size_t i = 0; i < sizeof to / sizeof *to; i++)
        sqlite3_finalize(to[i]);
    return ok;
}

/* ---- all of it ---- */

/* badge-1 ...: of names that a list could have. */
static inline bool years_learners(struct years *y)
{
    struct arena *a = arena_open();
    struct learner_row *rows = a != NULL ? arena_array(a, (size_t)y->learners, sizeof *rows) : NULL;
    struct learner_taken taken;
    size_t bad;
    for (int i = 0; rows != NULL && i < y->learners; i++)
        rows[i] = (struct learner_row){.name = arena_printf(a, "Learner Number %d", i + 1), .badge = arena_printf(a, "badge-%d", i + 1)};
    bool ok = rows != NULL ? learner_take(y->r, rows, (size_t)y->learners, 0, false, &taken, &bad, y->err) : error_memory(y->err);
    for (int i = 0; ok && i < y->learners; i++)
        ok = learner_by_badge(y->r, rows[i].badge, &y->numbers[i], y->err);
    arena_close(a);
    return ok;
}

static inline bool years_visits(struct years *y)
{
    int64_t now = clock_wall_ms();
    y->begins = now - 5 * 365 * 86400000LL;
    long visits = y->wanted / (3 + YEARS_QUESTIONS) + 1; /* of those that read nothing anew */
    clock_boot_id(y->boot, sizeof y->boot);
    y->event = years_prepare(y, "INSERT INTO event (position, id, kind, commitment, link, salt, payload) VALUES (?, ?, ?, ?, ?, ?, ?)");
    y->attempt = years_prepare(y, "INSERT INTO attempt (id, learner, module, revision, content, quiz_revision, seed, pass_mark,"
                                  " questions, started_at, ended_at, score, passed, programme, element, position, purpose, state,"
                                  " feedback) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, 'answer')");
    y->answer = years_prepare(y, "INSERT INTO answer (attempt, question, question_revision, type, response, fraction, ms, rating,"
                                 " position, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bool ok = y->event != NULL && y->attempt != NULL && y->answer != NULL && chain_begin(y->r, y->err);
    memset(&y->r->last, 0, sizeof y->r->last); /* the learners came in today, the visits were before */
    for (long v = 0; ok && y->events < y->wanted; v++) {
        int64_t at = y->begins + (now - y->begins) / visits * v;
        y->at = at > y->at ? at : y->at + 1;
        y->who = rand() % y->learners;
        y->module = rand() % YEARS_MODULES;
        y->programme = -1;
        struct years_pair *p = &y->pairs[y->who * YEARS_MODULES + y->module];
        bool first = p->last_visit == 0;
        if (first)
            p->score = -1;
        ok = years_open(y, p) && (!first || years_read(y, p));
        y->programme = rand() % 5 == 0 ? y->module % YEARS_PROGRAMMES : -1;
        ok = ok && years_quiz(y, p);
    }
    ok = ok && years_rows(y) && chain_commit(y->r, y->err);
    sqlite3_finalize(y->event);
    sqlite3_finalize(y->attempt);
    sqlite3_finalize(y->answer);
    return ok;
}

/* Now, and by the record's own functions: sessions attended, modules signed off. */
static inline bool years_sign(struct years *y, int64_t learner, int m)
{
    static const char source[] = "---\ntitle: Lock out the drive\n---\nText.\n";
    static const char *const questions[] = {"q0"};
    char module[40];
    snprintf(module, sizeof module, "acme/signed-%d", m);
    const struct section_ref section = {"top", "5c00000000000000000000000000000000000000000000000000000000000000"};
    const struct subject s = {.module = module, .iri = "https://acme.example/learn", .title = "Lock out the drive",
                              .revision = "r1", .has_quiz = true, .sections = &section, .section_count = 1};
    const struct attempt_start start = {.content = source, .content_len = sizeof source - 1, .content_hash = "c1",
                                        .quiz_revision = "z1", .feedback = "none", .pass_mark = 80, .questions = questions,
                                        .question_count = 1};
    const struct given g = {"q0", "qr", "choice", "2", 1, 4000};
    int64_t now = clock_wall_ms(), year = 365 * 86400000LL;
    const struct signoff_signature signature = {
        .signer = "Learner", .method = SIGNOFF_PIN, .attestation = "I have read and understood it.", .source = source,
        .source_len = sizeof source - 1, .valid_until = now + (rand() % 24) * (year / 12), .retain_until = now + 10 * year, .mark = ""};
    struct uuid id;
    return record_shown(y->r, learner, &s, &section, 10, 9000, y->err) && record_attempt_start(y->r, learner, &s, &start, &id, y->err) &&
           record_answer(y->r, &id, &g, y->err) && record_attempt_finish(y->r, &id, &s, 100, true, y->err) &&
           record_signoff(y->r, learner, &s, &signature, &id, y->err);
}

static inline bool years_today(struct years *y)
{
    bool ok = true;
    for (int l = 0; ok && l < y->learners; l++) {
        for (int i = 0; ok && i < YEARS_PROGRAMMES; i++) {
            char programme[40], session[40];
            snprintf(programme, sizeof programme, "acme/programme-%d", i);
            snprintf(session, sizeof session, "0193a000-0000-7000-8000-%012d", i);
            const struct attending s = {programme, "workshop", session, "https://acme.example/learn", "At the pump"};
            ok = record_session_joined(y->r, y->numbers[l], &s, rand() % 8 == 0, y->err) &&
                 (rand() % 10 == 0 || record_session_left(y->r, y->numbers[l], &s, y->err));
        }
        for (int m = 0; ok && m < YEARS_SIGNED; m++)
            ok = years_sign(y, y->numbers[l], m);
    }
    return ok;
}

static inline bool years_fill(struct years *y)
{
    y->numbers = calloc((size_t)y->learners, sizeof *y->numbers);
    y->pairs = calloc((size_t)y->learners * YEARS_MODULES, sizeof *y->pairs);
    y->paces = calloc((size_t)y->learners, sizeof *y->paces);
    bool ok = (y->numbers != NULL && y->pairs != NULL && y->paces != NULL) || error_memory(y->err);
    ok = ok && years_learners(y) && years_visits(y) && years_today(y);
    for (size_t i = 0; y->pairs != NULL && i < (size_t)y->learners * YEARS_MODULES * YEARS_QUESTIONS; i++)
        buf_free(&y->pairs[i / YEARS_QUESTIONS].recall[i % YEARS_QUESTIONS].history);
    free(y->numbers);
    free(y->pairs);
    free(y->paces);
    free(y->visits);
    return ok;
}

/* Makes the record at path (there is none yet): about so many events by so many learners. Nothing in it waits for the disk,
 * nor could it be rolled back. */
static inline bool years_make(const char *path, long events, int learners, struct error *err)
{
    struct record *r = record_open(path, err);
    if (r == NULL)
        return false;
    srand(1);
    sqlite3_db_config(db_handle(r->db), SQLITE_DBCONFIG_DEFENSIVE, 0, NULL); /* it knows no record without a journal */
    bool ok = sqlite3_exec(db_handle(r->db), "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA cache_size=-400000", NULL, NULL,
                           NULL) == SQLITE_OK;
    struct years y = {.r = r, .err = err, .wanted = events, .learners = learners};
    ok = ok && years_fill(&y);
    sqlite3_exec(db_handle(r->db), "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    record_close(r);
    return ok;
}

#endif
