/* news: what changed in what the learner began or passed, and what is new. */
#ifndef CRIB_SCREEN_NEWS_H
#define CRIB_SCREEN_NEWS_H

#include "tui/app.h"
#include "tui/screen/screen.h"

void news_open(struct screens *s, struct app *app);

#endif
