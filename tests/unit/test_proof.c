/* proof: a file of sign-offs that anybody can check: whole it holds, and each change is named at its place. */
#include "record_fixture.h"

#include "core/base/db.h"
#include "core/base/hex.h"
#include "core/record/chain.h"
#include "core/record/erase.h"
#include "core/record/proof.h"
#include "core/record/proof_parts.h"
#include "core/record/signoff.h"
#include "tests/unit/suite.h"

#include <sodium.h>
#include <sysexits.h>

#define DAY INT64_C(86400000)

static struct error err;
static struct record *r;
static struct arena *a;
static int64_t kim, alex;
static struct uuid first, second;
static const char source[] = "---\ntitle: Prime a centrifugal pump\nsign_off: true\n---\n\n## Bleed \"it\"\n\xE2\x80\xAE\x1b\n";
static unsigned char secret[EVENT_SECRET];

static void sign(int64_t who, const char *name, struct uuid *id)
{
    struct uuid attempt;
    struct attempt_start start = pump_start;
    struct given g = given_of("q1", 1, 900);
    struct signoff_signature s = {.signer = name,
                                  .method = SIGNOFF_PIN,
                                  .attestation = "I lock out first.",
                                  .source = source,
                                  .source_len = sizeof source - 1,
                                  .retain_until = clock_wall_ms() + 3652 * DAY,
                                  .mark = "",
                                  .countersign = true};
    start.feedback = "none";
    for (size_t i = 0; i < pump.section_count; i++)
        OK(record_shown(r, who, &pump, &sections_1[i], 120, 31000, &err));
    OK(record_attempt_start(r, who, &pump, &start, &attempt, &err));
    OK(record_answer(r, &attempt, &g, &err));
    OK(record_attempt_finish(r, &attempt, &pump, 90, true, &err));
    OK(record_signoff(r, who, &pump, &s, id, &err));
}

/* kim's sign-off and alex' lie apart, with what others did between them. */
static void set_up(void)
{
    r = fixture_open(&a, &err);
    OK(record_learner(r, "kim.lindqvist", &kim, &err));
    OK(record_learner(r, "alex", &alex, &err));
    sign(kim, "Kim Lindqvist", &first);
    for (int i = 0; i < 300; i++)
        OK(record_note(r, alex, &pump, NULL, NULL, NOTE_PLAIN, "what nobody else has to know", &err));
    sign(alex, "Alex Berg", &second);
    OK(record_countersign(r, &first, alex, "Alex Berg", SIGNOFF_PIN, &err));
    sqlite3_stmt *s = db_statement(r->db, "SELECT secret_key FROM log", &err);
    ck_assert_int_eq(db_step(r->db, s, &err), 1);
    memcpy(secret, sqlite3_column_blob(s, 0), sizeof secret);
    sqlite3_reset(s);
}

static void tear_down(void)
{
    fixture_close(r, a);
}

static char *proof_of(const struct proof_wanted *wanted, size_t *n)
{
    struct buf out = {0};
    size_t signoffs;
    OK(proof_write(r, wanted, &out, &signoffs, &err));
    *n = out.len;
    char *copy = arena_copy(a, buf_text(&out), out.len);
    buf_free(&out);
    return copy;
}

START_TEST(it_holds)
{
    static const struct {
        bool one, whole;
        size_t signoffs;
        uint64_t least, most; /* events */
    } cases[] = {{false, false, 2, 20, 330}, {true, false, 1, 5, 320}, {false, true, 2, 317, 330}, {true, true, 1, 317, 330}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n;
        struct proof_found found;
        struct proof_wanted wanted = {.signoff = cases[i].one ? &first : NULL, .whole = cases[i].whole};
        char *file = proof_of(&wanted, &n);
        OK(proof_check(file, n, NULL, a, &found, &err));
        ck_assert_uint_eq(found.signoffs, cases[i].signoffs);
        ck_assert_msg(found.events >= cases[i].least && found.events <= cases[i].most, "%zu: %llu", i, (unsigned long long)found.events);
        ck_assert_uint_eq(found.keys.count, 1);
        OK(proof_check(file, n, found.keys.items[0], a, &found, &err));
        ck_assert(strstr(file, "what nobody else has to know") == NULL);
        struct buf text = {0};
        for (size_t k = 0; k < found.readable.count; k++)
            buf_addf(&text, "%s\n", found.readable.items[k]);
        static const char *const said[] = {"by Kim Lindqvist, with their PIN", "I lock out first.", "section shown in full: bleed (120 words, 31 s)",
                                           "feedback on the way: none", "answered q1: right", "quiz ended: 90 of 100, passed",
                                           "asks for a second signature", "by Alex Berg, with their PIN"};
        for (size_t k = 0; k < sizeof said / sizeof *said; k++)
            ck_assert_msg(strstr(buf_text(&text), said[k]) != NULL, "%s lacks in\n%s", said[k], buf_text(&text));
        buf_free(&text);
    }
}
END_TEST

START_TEST(another_key)
{
    size_t n;
    struct proof_found found;
    char *file = proof_of(&(struct proof_wanted){0}, &n);
    ck_assert(!proof_check(file, n, H_A, a, &found, &err));
    ck_assert_str_eq(err.why, "another device's key signed it");
    ck_assert(!proof_write(r, &(struct proof_wanted){.module = "acme/other"}, &(struct buf){0}, &n, &err));
    ck_assert_int_eq(err.code, EX_NOINPUT);
}
END_TEST

/* Any byte changed, any end cut off: refused, whatever it is. */
START_TEST(every_byte_counts)
{
    size_t n;
    struct proof_found found;
    char *file = proof_of(&(struct proof_wanted){.signoff = &second}, &n);
    for (size_t i = 0; i < n; i += i < n - 300 ? 37 : 1) {
        file[i] ^= 1;
        ck_assert_msg(!proof_check(file, n, NULL, a, &found, &err), "byte %zu", i);
        ck_assert_int_eq(err.code, EX_DATAERR);
        file[i] ^= 1;
    }
    for (size_t i = 0; i < n; i += 97)
        ck_assert_msg(!proof_check(file, i, NULL, a, &found, &err), "cut at %zu", i);
    OK(proof_check(file, n, NULL, a, &found, &err));
}
END_TEST

/* The file changed by somebody who can sign it anew: `from` becomes `to`, once. */
static bool forged(const char *file, size_t n, const char *from, const char *to)
{
    const char *at = strstr(file, from);
    struct buf out = {0};
    struct proof_found found;
    unsigned char message[PROOF_MESSAGE], signature[EVENT_SIGNATURE];
    char hex[2 * EVENT_SIGNATURE + 1];
    ck_assert_msg(at != NULL, "%s is not in the file", from);
    const char *end = strstr(file, PROOF_SIGNATURE);
    for (const char *next = end; next != NULL; next = strstr(next + 1, PROOF_SIGNATURE))
        end = next;
    buf_add(&out, file, (size_t)(at - file));
    buf_adds(&out, to);
    buf_add(&out, at + strlen(from), (size_t)(end - at) - strlen(from));
    proof_message(buf_text(&out), out.len, message);
    crypto_sign_detached(signature, NULL, message, sizeof message, secret);
    sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    buf_addf(&out, PROOF_SIGNATURE "%s\"}\n", hex);
    (void)n;
    bool holds = proof_check(buf_text(&out), out.len, NULL, a, &found, &err);
    buf_free(&out);
    return holds;
}

static const struct {
    const char *from, *to;
    const char *where, *why; /* where NULL: any; why NULL: it holds */
} forgeries[] = {
    {"\"made\":", "\"made\":", NULL, NULL},
    {"by Kim", "by Tim", "readable", "it says another thing than the events"},
    {"\\\"signer\\\":\\\"Kim", "\\\"signer\\\":\\\"Tim", "event ", "the payload differs from its commitment"},
    {"\\\"score\\\":90", "\\\"score\\\":99", "event ", "the payload differs from its commitment"},
    {"\"signoff.signed\"", "\"section.shown\"", "event ", "its link differs from what it links"},
    {"\n,[10,", "\n,[11,", "event 10", "it is missing"},
    {"\n,[10,", "\n,[9,", "event 10", "another one stands in its place"},
    {"\"from\":1,", "\"from\":2,", "event 2", "another one stands in its place"},
    {"Prime a centrifugal pump\\nsign_off", "Prime any pump\\nsign_off", "content ", "the text is another one"},
    {"\"contents\":[", "\"contents\":[],\"x\":[", "content ", "a sign-off is over it, and it is not there"},
    {"\"payloads\":[", "\"payloads\":[],\"x\":[", "readable", "it says another thing than the events"},
    {"\"logs\":[", "\"logs\":[],\"x\":[", "event ", "a payload is there, but not its event"},
    {"\"crib-proof\":1", "\"crib-proof\":2", "its beginning", "it is no proof that this crib knows"},
};

START_TEST(each_forgery_is_named)
{
    size_t n;
    char *file = proof_of(&(struct proof_wanted){.whole = true}, &n);
    bool holds = forged(file, n, forgeries[_i].from, forgeries[_i].to);
    ck_assert_msg(holds == (forgeries[_i].why == NULL), "%s: %s: %s", forgeries[_i].from, err.where, err.why);
    if (!holds) {
        ck_assert_str_eq(err.why, forgeries[_i].why);
        ck_assert_msg(strstr(err.where, forgeries[_i].where) != NULL, "%s", err.where);
    }
}
END_TEST

/* Who was forgotten is proved as long as their sign-off is kept. */
START_TEST(of_who_was_forgotten)
{
    size_t n;
    struct proof_found found;
    struct erase_result result;
    OK(record_erase(r, kim, clock_wall_ms(), &result, &err));
    char *file = proof_of(&(struct proof_wanted){.signoff = &first}, &n);
    OK(proof_check(file, n, NULL, a, &found, &err));
    ck_assert_uint_eq(found.signoffs, 1);
    ck_assert(strstr(file, "Kim Lindqvist") != NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("proof");
    TCase *t = tcase_create("proof");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, it_holds);
    tcase_add_test(t, another_key);
    tcase_add_test(t, every_byte_counts);
    tcase_add_loop_test(t, each_forgery_is_named, 0, sizeof forgeries / sizeof *forgeries);
    tcase_add_test(t, of_who_was_forgotten);
    suite_add_tcase(s, t);
    return suite_run(s);
}
