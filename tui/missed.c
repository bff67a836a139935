#include "tui/missed.h"

void missed(struct app *app, enum gap_kind kind, const char *text)
{
    struct error ignored;
    int64_t learner;
    struct record *record = text[0] != '\0' && app->preview == NULL ? app_record_of_account(app, &learner, &ignored) : NULL;
    if (record != NULL)
        record_gap(record, learner, kind, text, &ignored);
}
