#include "core/quiz/feedback.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {[FEEDBACK_ANSWER] = "answer", [FEEDBACK_END] = "end", [FEEDBACK_NONE] = "none"};

const char *feedback_policy_name(enum feedback_policy p)
{
    return names[p];
}

bool feedback_policy_parse(const char *name, enum feedback_policy *p)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) {
            *p = (enum feedback_policy)i;
            return true;
        }
    return false;
}
