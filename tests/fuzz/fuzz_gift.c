/* Any bytes: parsed, listed, run through with what stands on its lines as answers, stored and read back. */
#include "core/quiz/gift.h"
#include "core/quiz/interaction.h"
#include "core/quiz/list.h"
#include "core/quiz/run.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* What is stored reads back as the same response and gives the same grade. */
static void check_stored(struct arena *a, struct run *r, size_t i, const struct response *response)
{
    struct buf stored = {0}, again = {0};
    const struct question *q = run_question(r, i);
    struct grade g, restored;
    must(run_answer(r, i, response, &g, NULL));
    must(g.fraction >= 0 && g.fraction <= 1 && g.raw >= -1 && g.raw <= 1);
    response_encode(response, &stored);
    struct response *back = response_decode(a, q, buf_text(&stored), stored.len, NULL);
    must(back != NULL);
    response_encode(back, &again);
    must(strcmp(buf_text(&stored), buf_text(&again)) == 0);
    must(run_restore(r, q->id, buf_text(&stored), g.fraction, NULL));
    must(run_grade(r, i, &restored) && restored.verdict == g.verdict);
    buf_clear(&again);
    interaction_response(q, response, &again);
    response_words(q, response, &again);
    grade_right_answer(q, &again);
    for (size_t k = 0; grade_feedback(q, response, &g, NULL, k) != NULL; k++)
        must(k < 2000);
    buf_free(&stored);
    buf_free(&again);
}

static void try_lines(struct arena *a, struct run *r, const char *text)
{
    static const char *const usual[] = {"1", "1 2", "t", "a b", "1a 2b", "2,5", "word", "none", ""};
    size_t limit = run_count(r) < 20 ? run_count(r) : 20;
    for (size_t i = 0; i < limit; i++) {
        const struct question *q = run_question(r, i);
        const char **patterns;
        size_t count;
        struct interaction_components c;
        must(interaction_patterns(a, q, &patterns, &count) && interaction_components(a, q, &c));
        for (size_t k = 0; k <= sizeof usual / sizeof *usual; k++) {
            const char *line = k < sizeof usual / sizeof *usual ? usual[k] : text;
            struct response *response = response_parse_line(a, q, run_order(r, i), line, NULL);
            if (response != NULL)
                check_stored(a, r, i, response);
        }
        response_decode(a, q, text, strlen(text), NULL);
    }
    must(run_score(r) >= 0 && run_score(r) <= 100);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct diags *d = diags_open();
    struct question_list list;
    struct buf out = {0};
    must(a != NULL && d != NULL);
    /* The first line is what a learner types. */
    char *text = arena_copy(a, (const char *)data, size);
    text[strcspn(text, "\n")] = '\0';
    must(gift_parse(a, d, "fuzz.gift", (const char *)data, size, 1, &list));
    struct run_options o = {.seed = size, .shuffle = true, .pass = 80};
    struct run *r = run_open(&list, &o, NULL);
    must(r != NULL);
    for (size_t i = 0; i < list.count; i++) {
        const struct question *q = list.items[i];
        must(q->id != NULL && strlen(q->revision) == 64 && q->stem.text != NULL && q->general.text != NULL &&
             q->first_line <= q->last_line);
    }
    try_lines(a, r, text);
    struct json j = {.out = &out};
    list_json(&j, NULL, &list);
    buf_clear(&out);
    list_text(&list, 40, 0, &out);
    must(memchr(buf_text(&out), '\x1b', out.len) == NULL);
    buf_free(&out);
    run_close(r);
    arena_close(a);
    diags_close(d);
    return 0;
}
