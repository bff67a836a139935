#include "core/quiz/feedback.h"

static const char *const names[] = {[FEEDBACK_ANSWER] = "answer", [FEEDBACK_END] = "end", [FEEDBACK_NONE] = "none"};

const char *feedback_policy_name(enum feedback_policy p)
{
    return names[p];
}
