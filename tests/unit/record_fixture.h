/* A record in a directory of its own, for the record's tests. */
#ifndef CRIB_TESTS_RECORD_FIXTURE_H
#define CRIB_TESTS_RECORD_FIXTURE_H

#include "core/base/clock.h"
#include "core/record/attempt.h"
#include "core/record/attendance.h"
#include "core/record/binding.h"
#include "core/record/gap.h"
#include "core/record/hint.h"
#include "core/record/note.h"
#include "core/record/progress.h"
#include "core/record/recall.h"
#include "core/record/record.h"
#include "core/record/share.h"
#include "core/record/solved.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char fixture_dir[200], fixture_path[240];

static inline void fixture_make(void)
{
    suite_dir(fixture_dir, sizeof fixture_dir, "record");
    snprintf(fixture_path, sizeof fixture_path, "%s/record.db", fixture_dir);
}

static inline void fixture_remove(void)
{
    suite_remove(fixture_dir);
}

/* Makes the record and opens it, with an arena beside it; *err is empty. Any clock and zone is set before. */
static inline struct record *fixture_open(struct arena **arena, struct error *err)
{
    *err = (struct error){0};
    fixture_make();
    *arena = arena_open();
    ck_assert_ptr_nonnull(*arena);
    struct record *r = record_open(fixture_path, err);
    ck_assert_msg(r != NULL, "%s: %s: %s", err->what, err->where, err->why);
    return r;
}

static inline void fixture_close(struct record *r, struct arena *arena)
{
    record_close(r);
    arena_close(arena);
    fixture_remove();
}

static inline int64_t clock_ms_of(const char *text)
{
    int64_t ms = 0;
    ck_assert(clock_parse(text, &ms));
    return ms;
}

#define OK(call) ck_assert_msg((call), "%s: %s: %s: %s", #call, err.what, err.where, err.why)

/* Section hashes are 64 hexadecimal digits: one letter repeated. */
#define HASH(letter) letter letter letter letter letter letter letter letter
#define HASH8(letter) HASH(letter)
#define H_A HASH8("aaaaaaaa")
#define H_B HASH8("bbbbbbbb")
#define H_C HASH8("cccccccc")
#define H_D HASH8("dddddddd")

static const struct section_ref sections_1[] = {{"top", H_A}, {"bleed", H_B}, {"start", H_C}};
static const struct subject pump = {.module = "acme/prime-pump",
                                    .iri = "https://acme.example/learn",
                                    .title = "Prime a centrifugal pump",
                                    .language = "en",
                                    .revision = "r1",
                                    .has_quiz = true,
                                    .sections = sections_1,
                                    .section_count = 3};
static const char *const pump_questions[] = {"q1", "q2", "q3"};
static const struct attempt_start pump_start = {.content = "# Prime\0 a pump",
                                                .content_len = 15,
                                                .content_hash = "c1",
                                                .quiz_revision = "z1",
                                                .seed = 0xFEDCBA9876543210,
                                                .pass_mark = 80,
                                                .questions = pump_questions,
                                                .question_count = 3};

static inline struct given given_of(const char *question, double fraction, int64_t ms)
{
    return (struct given){.question = question,
                          .question_revision = "qr",
                          .type = "choice",
                          .response = "\"2\" \x1b[31m",
                          .fraction = fraction,
                          .ms = ms};
}

static const struct attending fixture_session = {.programme = "acme/pump-week",
                                                 .element = "workshop",
                                                 .session = "0193a000-0000-7000-8000-00000000000c",
                                                 .iri = "https://acme.example/learn",
                                                 .title = "At the pump"};

/* All that can be known of one learner. text is what they wrote, content their own pinned one. */
static inline void fixture_live(struct record *r, int64_t who, const char *text, const char *content)
{
    struct error err = {0};
    struct uuid id;
    bool ask;
    struct attempt_start start = pump_start;
    struct given g = given_of("q1", 1, 900);
    start.content = content;
    start.content_len = strlen(content);
    start.content_hash = content;
    g.response = text;
    OK(record_opened(r, who, &pump, "bleed", &err));
    OK(record_section(r, who, &pump, &sections_1[0], SECTION_DONE, 120, 31000, &err));
    OK(record_attempt_start(r, who, &pump, &start, &id, &err));
    OK(record_answer(r, &id, &g, &err));
    OK(record_attempt_finish(r, &id, &pump, 100, true, &err));
    OK(record_recall_answer(r, who, &pump, &g, "shared", 6, "shared", &err));
    OK(record_note(r, who, &pump, "bleed", NULL, NOTE_WRONG, text, &err));
    OK(record_gap(r, who, GAP_SEARCH, text, false, &err));
    OK(record_gap(r, who, GAP_CODE, text, false, &err));
    struct buf offered = {0};
    buf_addf(&offered, "1795841113891 offered 7 %s command x\n", pump.module);
    OK(record_share(r, who, true, &err));
    OK(record_hints(r, who, &offered, true, &err));
    buf_free(&offered);
    OK(record_news_read(r, who, pump.module, "r1", "2026-10-02", &err));
    OK(record_fetch_queue(r, who, text, &err));
    OK(record_session_joined(r, who, &fixture_session, true, &err));
    OK(record_session_left(r, who, &fixture_session, &err));
    OK(record_solved_ask(r, who, pump.module, &ask, &err));
    OK(record_solved(r, who, &pump, FOUND_BY_SCAN, true, &err));
    OK(record_position_set(r, who, pump.module, "bleed", 7, &err));
    OK(record_bind(r, who, &(struct binding){"https://example.com", text}, &err));
}

#endif
