#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/library/stream_pattern.h"

#include <pcre2.h>
#include <stdlib.h>

/* A line costs a pattern at most some milliseconds, and a pattern that needs more than that a few times is given up. */
enum { STEPS_MOST = 100 * 1000, DEPTH_MOST = 1000, HEAP_MOST_KIB = 1024, TOO_MANY = 8 };

struct stream_pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    unsigned overrun;
};

struct stream_pattern *stream_pattern_open(const char *pattern)
{
    int error;
    size_t at;
    struct stream_pattern *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C,
                            &error, &at, NULL);
    p->context = pcre2_match_context_create(NULL);
    p->data = p->code != NULL ? pcre2_match_data_create(1, NULL) : NULL;
    if (p->code == NULL || p->context == NULL || p->data == NULL) {
        stream_pattern_close(p);
        return NULL;
    }
    (void)pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE); /* without it the same is done slower */
    pcre2_set_match_limit(p->context, STEPS_MOST);
    pcre2_set_depth_limit(p->context, DEPTH_MOST);
    pcre2_set_heap_limit(p->context, HEAP_MOST_KIB);
    return p;
}

void stream_pattern_close(struct stream_pattern *p)
{
    if (p == NULL)
        return;
    pcre2_match_data_free(p->data);
    pcre2_match_context_free(p->context);
    pcre2_code_free(p->code);
    free(p);
}

bool stream_pattern_fits(struct stream_pattern *p, const char *line, size_t n)
{
    if (p->overrun >= TOO_MANY)
        return false;
    int found = pcre2_match(p->code, (PCRE2_SPTR)line, n, 0, 0, p->data, p->context);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
        p->overrun++;
    return found >= 0;
}
