/* said: what whoever holds a session answered (sync/serve/rooms.h), read: data of somebody else's, each part of it bounded. */
#ifndef CRIB_SYNC_ROOM_SAID_H
#define CRIB_SYNC_ROOM_SAID_H

#include "core/base/arena.h"
#include "core/record/room.h"

/* To a learner. Texts live in the arena. *late: they came late. false for what is no such answer. */
bool said_to_learner(struct arena *a, const char *bytes, size_t n, struct room_heard *heard, bool *late);

/* To a trainer: code and phase, people, questions. */
struct said_trainer {
    struct room_heard heard;
    struct room_person *people;
    struct room_question *questions;
    struct room_choice *choices; /* without texts */
    size_t people_count, question_count, choice_count;
    bool expected; /* those who are still expected are among the people */
};
bool said_to_trainer(struct arena *a, const char *bytes, size_t n, struct said_trainer *said);

#endif
