/* lead_bars: how a live session's questions are answered, as bars: of all of them, or of what can be chosen in one. */
#ifndef CRIB_SCREEN_LEAD_BARS_H
#define CRIB_SCREEN_LEAD_BARS_H

#include "core/record/room.h"
#include "tui/screen/terminal.h"

struct lead_bars {
    const struct room *room;
    const struct room_question *questions;
    size_t question_count;
    const struct room_choice *choices;
    size_t choice_count;
    size_t people; /* who are or were there */
};

/* one: the question whose choices are shown, from 1; 0: all questions. Returns the row below. */
int lead_bars_draw(const struct lead_bars *b, size_t one, struct terminal *t, int y);

/* The next question (step 1) or the one before (-1) that lets one choose; 0, all of them, stands between the last and the first. */
size_t lead_bars_next(const struct lead_bars *b, size_t one, int step);

#endif
