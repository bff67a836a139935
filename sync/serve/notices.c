#include "sync/serve/notices.h"

#include "core/base/notice.h"
#include "core/base/text.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { REFUSED_EVERY_MS = 10 * 60000, TROUBLE_EVERY_MS = 60000, GATES = 64 };

/* ", and 12 times more since it was said last" */
static const char *more(unsigned long kept, char out[80])
{
    out[0] = '\0';
    if (kept > 0)
        snprintf(out, 80, ", and %lu time%s more since it was said last", kept, kept == 1 ? "" : "s");
    return out;
}

void notices_began(const char *url, size_t channels, bool records)
{
    notice(NOTICE_INFO, "crib serve began at %s: %zu channel%s%s", url, channels, channels == 1 ? "" : "s",
           records ? ", learning records, live sessions" : "");
}

void notices_ended(bool finished)
{
    notice(NOTICE_INFO, "crib serve ended%s", finished || notice_on_stderr() ? "" : "; requests that took too long were cut off");
}

void notices_refused(const char *name, bool known, bool revoked)
{
    static struct notice_gate nobody, gates[GATES];
    char and_more[80];
    unsigned long kept;
    if (!notice_due(known ? &gates[text_hash(name, strlen(name)) % GATES] : &nobody, REFUSED_EVERY_MS, &kept))
        return;
    if (known)
        notice(NOTICE_WARNING, "%s was refused: %s%s", name, revoked ? "it was revoked" : "its token is another one", more(kept, and_more));
    else
        notice(NOTICE_WARNING, "somebody was refused whose name is not known here%s", more(kept, and_more));
}

void notices_strangers(const char *address)
{
    static struct notice_gate gates[GATES];
    char and_more[80];
    unsigned long kept;
    if (notice_due(&gates[text_hash(address, strlen(address)) % GATES], REFUSED_EVERY_MS, &kept))
        notice(NOTICE_WARNING, "so many requests from %s have a wrong name or token that most of them are told to come later%s", address,
               more(kept, and_more));
}

void notices_enrolled(const char *name)
{
    notice(NOTICE_INFO, "%s enrolled", name);
}

void notices_code_refused(void)
{
    static struct notice_gate gate;
    char and_more[80];
    unsigned long kept;
    if (notice_due(&gate, TROUBLE_EVERY_MS, &kept))
        notice(NOTICE_WARNING, "a device was refused that wanted to enrol: its code is unknown, was used, or is too old%s",
               more(kept, and_more));
}

void notices_stored(const struct error *err)
{
    static struct notice_gate gate;
    static atomic_bool troubled;
    unsigned long kept;
    if (err == NULL) {
        if (atomic_exchange(&troubled, false))
            notice(NOTICE_INFO, "what devices send is stored again");
        return;
    }
    bool first = !atomic_exchange(&troubled, true), due = notice_due(&gate, TROUBLE_EVERY_MS, &kept);
    if (first || due) /* no path */
        notice(NOTICE_ERROR, "what devices send can't be stored, and stays with them: %s%s%s", err->what, err->why[0] != '\0' ? ": " : "",
               err->why);
}
