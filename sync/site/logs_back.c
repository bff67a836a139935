/* logs_parts.h: the record was set back to an older state of itself. */
#include "sync/site/logs_parts.h"

#include "core/base/hex.h"
#include "core/base/notice.h"
#include "sync/site/log_wire.h"

#include <stdio.h>
#include <string.h>

/* What the site has of it behind `after`. *came false: nothing that can be read. */
static bool ask(struct exchanging *x, struct arena *a, const char *id, uint64_t after, struct log_part *part, bool *came, struct error *err)
{
    struct str message;
    struct error why = {0};
    const char *path = arena_printf(a, "/logs/%s/%llu", id, (unsigned long long)after);
    const struct buf *body = &x->answer.body;
    *came = false;
    if (path == NULL)
        return error_memory(err);
    if (!logs_ask_site(x, path, NULL, err))
        return false;
    *came = !x->away && x->answer.status == 200 && sealed_open(a, buf_text(body), body->len, x->keys, LOG_TAG, &message, &why) &&
            log_read(a, message.p, message.n, part, &why);
    return true;
}

static void say(const char *id, enum set_back found)
{
    const char *what = found == SET_BACK_BEHIND ? "the site has more of its log %.8s: a new log goes on, and what is missing comes back"
                                                : "and went on otherwise than the site's: what was done here since log %.8s forked stays here,"
                                                  " and a new log goes on";
    char words[200];
    snprintf(words, sizeof words, what, id);
    fprintf(stderr, "crib: this record was set back to an older state, %s\n", words);
    notice(NOTICE_WARNING, "the record was set back to an older state: log %.8s ended, and a new one goes on", id);
}

/* Of what the site has, where it has more than is here, else what it has last: once something was refused. */
static bool suspect(const struct exchanging *x, const struct own_log *newest, uint64_t *after)
{
    uint64_t told = logs_told_last(x, newest->id);
    *after = told > x->own_end ? x->own_end : told - 1;
    if (told > x->own_end)
        return true;
    for (size_t i = 0; i < x->refused_count && told > 0; i++)
        if (memcmp(x->refused[i].id, newest->id, EVENT_LOG) == 0)
            return true;
    return false;
}

/* It is refused no more. */
static void drop_refused(struct exchanging *x, const unsigned char id[EVENT_LOG])
{
    size_t n = 0;
    for (size_t i = 0; i < x->refused_count; i++)
        if (memcmp(x->refused[i].id, id, EVENT_LOG) != 0)
            x->refused[n++] = x->refused[i];
    x->refused_count = n;
}

bool logs_set_back(struct exchanging *x, bool *back, struct error *err)
{
    uint64_t after;
    enum set_back found = SET_BACK_NOT;
    const struct own_log *newest = x->own_count > 0 ? &x->own[x->own_count - 1] : NULL;
    *back = false;
    if (newest == NULL || x->away || !suspect(x, newest, &after))
        return true;
    struct arena *a = arena_open();
    struct log_part part;
    bool came = false;
    const char *id = a != NULL ? hex_text(a, newest->id, EVENT_LOG) : NULL;
    bool ok = id != NULL ? ask(x, a, id, after, &part, &came, err) && (!came || record_set_back(x->record, &part, &found, err))
                         : error_memory(err);
    *back = ok && found != SET_BACK_NOT;
    if (*back) {
        say(id, found);
        drop_refused(x, newest->id);
    }
    arena_close(a);
    return ok;
}
