/* room: the live sessions that somebody of this record leads or takes part in at this moment.
 *
 * A screen writes here what its person wants (to join by a code, to open the assessment); a process of crib-sync, the
 * follower (sync/room/follow.h), talks with whoever holds the session and writes here what it heard. Each notices the other's
 * by record_version. What counts of a session is in the events: attendance (attendance.h), and the attempts that were
 * made within it. */
#ifndef CRIB_RECORD_ROOM_H
#define CRIB_RECORD_ROOM_H

#include "core/record/event.h"
#include "core/record/record.h"

#include <sys/types.h>

enum {
    ROOM_CODE = 6,       /* letters of a code */
    ROOM_NAME_MOST = 100, /* bytes */
    ROOM_PEOPLE_MOST = 500,
    ROOM_QUESTIONS_MOST = 200,
    ROOM_CHOICES_MOST = 26, /* of one question */
    ROOM_REVISION = 16,     /* first digits of a question's revision, as they are told */
    ROOM_SPLIT_LEAST = 3,   /* so many have to have answered before anybody is told how they chose */
};

/* In this order they follow each other; a session may go from closed to open again. */
enum room_phase {
    ROOM_SOUGHT,  /* nobody who holds it has answered yet */
    ROOM_WAITING, /* it is on, the assessment isn't open */
    ROOM_OPEN,    /* the assessment is open: no feedback yet */
    ROOM_CLOSED,  /* the assessment is closed: what was answered is told */
    ROOM_ENDED,
    ROOM_REFUSED, /* there is no such session: trouble says why */
};

/* What a trainer wants next. */
enum room_wish { ROOM_WISH_NOTHING, ROOM_WISH_OPEN, ROOM_WISH_CLOSE, ROOM_WISH_END };

struct room {
    int64_t id, learner;
    bool leads;
    const char *key, *name;
    bool here;
    const char *code, *place, *held_by;
    const char *programme, *element, *session, *iri, *title;
    const char *module, *test; /* `channel/module` of the assessment, and its element; "" where it has none */
    int64_t starts_ms;
    bool names; /* the trainer sees whose answers they are */
    enum room_phase phase;
    enum room_wish wish;
    int64_t people; /* who are there now */
    pid_t at;
    int64_t begun_at, joined_at, left_at, sent;
    bool over; /* nothing is to be done for it any more */
    const char *trouble;
};

extern const char room_letters[]; /* of codes */

/* A code as somebody typed it, tidied: six letters that can't be taken for each other. false for what is none. */
bool room_code(const char *said, char code[ROOM_CODE + 1]);

/* ---- screens ---- */

/* Somebody wants to join; who has joined by this code before goes on. *id is the row to look at. */
bool room_join(struct record *r, int64_t learner, const char *code, const char *name, pid_t at, int64_t *id, struct error *err);

/* What a question lets one choose from. */
struct room_choice {
    const char *question;
    int64_t choice; /* from 1, in the order of the source; true is 1, false 2 */
    const char *text;
    bool right;
    int64_t picks; /* how many chose it; -1: that is not told, since too few have answered */
};

/* A trainer wants to hold a session. */
struct room_plan {
    const char *programme, *element, *iri, *title, *module, *test;
    int64_t starts_ms; /* 0: nobody said when */
    bool names, here;
    const char *const *expected; /* names of who is expected, as far as they are known here */
    size_t expected_count;
    const char *const *questions; /* ids of the assessment's, in order, and their texts */
    const char *const *texts;
    const char *const *revisions;
    size_t question_count;
    const struct room_choice *choices;
    size_t choice_count;
};
bool room_lead(struct record *r, int64_t learner, const struct room_plan *plan, const char *name, pid_t at, int64_t *id,
               struct error *err);

bool room_wish(struct record *r, int64_t id, enum room_wish wish, struct error *err);

/* The process at whose screen the person is; 0: at none, they step out. */
bool room_at(struct record *r, int64_t id, pid_t at, struct error *err);

/* The learner (0: everybody) steps out of whatever sessions this process has open for them. */
bool room_away(struct record *r, int64_t learner, pid_t at, struct error *err);

/* found NULL: there is none. */
bool room_get(struct record *r, struct arena *a, int64_t id, const struct room **found, struct error *err);

/* Those that are not over, newest first; learner 0: everybody's. */
bool room_list(struct record *r, struct arena *a, int64_t learner, const struct room **items, size_t *count, struct error *err);

/* The session that the learner joined last, if since that moment; they may have left it, and it may be over: its phase is the furthest
 * that this record knows, by its trainer or by them. found NULL: none. */
bool room_last(struct record *r, struct arena *a, int64_t learner, int64_t since, const struct room **found, struct error *err);

/* The learner's last attempt at the module that was begun within the session; score -1 until it is finished. */
struct room_attempt {
    bool found, finished;
    double score;
};
bool room_attempt(struct record *r, int64_t learner, const char *session, const char *module, struct room_attempt *found,
                  struct error *err);

enum room_person_state { ROOM_EXPECTED, ROOM_HERE, ROOM_GONE };
struct room_person {
    const char *name;
    enum room_person_state state;
    bool late;
    int64_t done, of; /* of what comes before the session; of -1: nobody knows */
    int64_t answered;
    double score; /* -1: not finished, or not to be known */
    int64_t joined_at, left_at; /* 0: not known, or still here */
};
struct room_question {
    const char *question, *text;
    int64_t answers, right;
    int64_t other;        /* of answers: to another revision than the session was begun with; not among the picks of choices */
    const char *revision; /* "": not known */
};

/* For the trainer: who is there, who was, who is expected and did not come; and how the answers stand. */
bool room_people(struct record *r, struct arena *a, int64_t id, struct room_person **items, size_t *count, struct error *err);
bool room_questions(struct record *r, struct arena *a, int64_t id, struct room_question **items, size_t *count,
                    struct error *err);

/* By question and choice. */
bool room_choices(struct record *r, struct arena *a, int64_t id, struct room_choice **items, size_t *count, struct error *err);

/* ---- the follower ---- */

/* What was heard; texts NULL, and people < 0, leave what is there. Writes nothing where nothing is new. */
struct room_heard {
    enum room_phase phase;
    const char *code, *place, *held_by, *programme, *element, *session, *iri, *title, *module, *test, *trouble;
    int64_t starts_ms; /* -1: leaves it */
    int64_t people;
    int names; /* -1: leaves it */
    enum room_wish fulfilled; /* this wish is over, unless another one was made meanwhile */
};
bool room_heard(struct record *r, const struct room *room, const struct room_heard *heard, struct error *err);
bool room_trouble(struct record *r, const struct room *room, const char *trouble, struct error *err);

/* Replaces those who joined; and who is expected, where the holder knows that (else they stay). */
bool room_people_heard(struct record *r, int64_t id, const struct room_person *people, size_t count, bool expected, struct error *err);
bool room_questions_heard(struct record *r, int64_t id, const struct room_question *questions, size_t count, struct error *err);

/* How many chose what (texts and right are not looked at): a choice of a question that is among them, and is not itself, has none. */
bool room_choices_heard(struct record *r, int64_t id, const struct room_choice *choices, size_t count, struct error *err);

/* What the learner answered within the session since that position, oldest first. */
struct room_answer {
    int64_t position;
    const char *question, *revision, *response; /* as the record keeps it (core/quiz/response.h) */
    double fraction;
};
bool room_answers(struct record *r, struct arena *a, const struct room *room, size_t most, struct room_answer **items,
                  size_t *count, struct error *err);
bool room_sent(struct record *r, int64_t id, int64_t position, struct error *err);

bool room_joined_at(struct record *r, int64_t id, int64_t joined_at, int64_t left_at, struct error *err);
bool room_over(struct record *r, int64_t id, struct error *err);

#endif
