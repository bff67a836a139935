/* Signatures of channels: minisign's own are read, ours are minisign's, and nothing that was touched passes. */
#include "sync/channel/minisign.h"
#include "tests/unit/suite.h"

#include <check.h>
#include <sodium.h>
#include <string.h>
#include <sysexits.h>

/* Made by minisign 0.11 over "the pointer\n": -G -W, -S -t. */
static const char their_public[] = "untrusted comment: minisign public key BF57D972C6162DC6\n"
                                   "RWTGLRbGctlXvyZ4irYgz6jsSvbKF+T2dyWBpsTlWIChrTR7ZsEabn7J\n";
static const char their_secret[] =
    "untrusted comment: minisign encrypted secret key\n"
    "RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAxi0WxnLZV79nZEYH6DpBcCCR4LQUtU5apAcb6f/Z"
    "UIszqkmUYD3CXCZ4irYgz6jsSvbKF+T2dyWBpsTlWIChrTR7ZsEabn7JAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
static const char their_signature[] =
    "untrusted comment: signature from minisign secret key\n"
    "RUTGLRbGctlXv2fOaaQxL3tOHGFr7Sof5Nt1vXoW2tCkZiSrhbRFbVI2TQ4ciPB+FdHwGnvfmFk7LwFeji1V5BkkN+ziaiIYEgY=\n"
    "trusted comment: version 3 of plant\n"
    "CMv8jl+AgVoccA2Fb2832/XkTDUeEtyMFSiYWPMSR8mpS+QBqMQmswetL6E6RjN46ky5Po4mil1eC2OWWxufCQ==\n";
static const char signed_text[] = "the pointer\n";

static struct error err;
static struct public_key theirs;

static void set_up(void)
{
    ck_assert(sodium_init() >= 0);
    err = (struct error){0};
    ck_assert(key_read(their_public, &theirs, &err));
}

static bool same(const struct public_key *a, const struct public_key *b)
{
    return memcmp(a->id, b->id, KEY_ID) == 0 && memcmp(a->bytes, b->bytes, KEY_PUBLIC) == 0;
}

static bool verified(const struct public_key *key, const char *bytes, size_t n, const char *signature)
{
    return verify(key, 1, bytes, n, signature, strlen(signature), "channel.json", &err);
}

START_TEST(reads_what_minisign_wrote)
{
    ck_assert(verified(&theirs, signed_text, strlen(signed_text), their_signature));
    struct secret_key secret;
    ck_assert(!secret_locked(their_secret));
    ck_assert_msg(secret_read(their_secret, "", "s", &secret, &err), "%s", err.why);
    struct public_key mine = key_public(&secret);
    ck_assert(same(&mine, &theirs));
    struct buf again = {0}; /* Ed25519 is deterministic: the same comment gives the same signature. */
    ck_assert(sign(&secret, signed_text, strlen(signed_text), "version 3 of plant", &again, &err));
    ck_assert_str_eq(strchr(buf_text(&again), '\n'), strchr(their_signature, '\n'));
    buf_free(&again);
}
END_TEST

START_TEST(public_keys_come_as_a_file_or_alone)
{
    struct public_key alone;
    char text[KEY_TEXT];
    key_text(&theirs, text);
    ck_assert_str_eq(text, "RWTGLRbGctlXvyZ4irYgz6jsSvbKF+T2dyWBpsTlWIChrTR7ZsEabn7J");
    ck_assert(key_read(text, &alone, &err) && same(&alone, &theirs));
    struct buf file = {0};
    key_file(&theirs, &file);
    ck_assert_str_eq(buf_text(&file), their_public);
    buf_free(&file);
}
END_TEST

static const char *const no_keys[] = {
    "",
    "\n",
    "RW",
    "untrusted comment: minisign public key\n",
    "RWTGLRbGctlXvyZ4irYgz6jsSvbKF+T2dyWBpsTlWIChrTR7ZsEabn7", /* too short */
    "RUTGLRbGctlXvyZ4irYgz6jsSvbKF+T2dyWBpsTlWIChrTR7ZsEabn7J", /* another algorithm */
    "RWTGLRbGctlXvyZ4irYgz6jsSvbKF+T2dyWBpsTlWIChrTR7ZsEabn7JAAAA",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBmzqZlVzGZwVbjX5mJcTqS3YjbM",
};

START_TEST(refuses_what_is_no_key)
{
    struct public_key key;
    ck_assert(!key_read(no_keys[_i], &key, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    struct secret_key secret;
    ck_assert(!secret_read(no_keys[_i], "", "s", &secret, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
}
END_TEST

START_TEST(every_byte_counts)
{
    size_t n = strlen(their_signature);
    const char *first = strchr(their_signature, '\n') + 1; /* the first line is the untrusted comment */
    char text[sizeof their_signature];
    for (size_t i = (size_t)(first - their_signature); i < n - 1; i++) {
        memcpy(text, their_signature, sizeof text);
        text[i] = (char)(text[i] == 'A' ? 'B' : 'A');
        ck_assert_msg(!verified(&theirs, signed_text, strlen(signed_text), text), "byte %zu may change", i);
    }
    for (size_t i = 0; i < n - 2; i++)
        ck_assert_msg(!verify(&theirs, 1, signed_text, strlen(signed_text), their_signature, i, "f", &err),
                      "%zu bytes suffice", i);
    char other[sizeof signed_text];
    for (size_t i = 0; i < strlen(signed_text); i++) {
        memcpy(other, signed_text, sizeof other);
        other[i] ^= 1;
        ck_assert(!verified(&theirs, other, strlen(signed_text), their_signature));
    }
    ck_assert(!verified(&theirs, signed_text, strlen(signed_text) - 1, their_signature));
}
END_TEST

START_TEST(another_key_is_no_key)
{
    struct public_key other;
    struct secret_key secret;
    key_make(&other, &secret);
    ck_assert(!verified(&other, signed_text, strlen(signed_text), their_signature));
    ck_assert_int_eq(err.code, EX_NOPERM);
    ck_assert_ptr_nonnull(strstr(err.why, "BF57D972C6162DC6"));
    memcpy(other.id, theirs.id, KEY_ID); /* an id proves nothing */
    ck_assert(!verified(&other, signed_text, strlen(signed_text), their_signature));
    ck_assert(!verify(NULL, 0, signed_text, strlen(signed_text), their_signature, strlen(their_signature), "f", &err));
    struct public_key both[] = {other, theirs};
    memcpy(both[0].id, secret.id, KEY_ID);
    ck_assert(verify(both, 2, signed_text, strlen(signed_text), their_signature, strlen(their_signature), "f", &err));
}
END_TEST

START_TEST(a_passphrase_hides_the_key)
{
    struct public_key key;
    struct secret_key secret, back;
    struct buf file = {0};
    key_make(&key, &secret);
    ck_assert(secret_write(&secret, "correct horse", KEY_COST_QUICK, &file, &err));
    ck_assert(secret_locked(buf_text(&file)));
    ck_assert(!secret_read(buf_text(&file), "wrong horse", "s", &back, &err));
    ck_assert_int_eq(err.code, EX_NOPERM);
    ck_assert(!secret_read(buf_text(&file), "", "s", &back, &err));
    ck_assert(secret_read(buf_text(&file), "correct horse", "s", &back, &err));
    ck_assert_mem_eq(&secret, &back, sizeof secret);
    key_wipe(&back);
    buf_free(&file);
}
END_TEST

START_TEST(a_key_file_may_not_take_all_memory)
{
    /* "Sc" and 2^62 bytes of memory. */
    unsigned char bytes[158] = "EdScB2";
    bytes[53] = 0x40;
    char text[512] = "untrusted comment: x\n";
    size_t n = strlen(text);
    sodium_bin2base64(text + n, sizeof text - n, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
    struct secret_key secret;
    ck_assert(!secret_read(text, "x", "s", &secret, &err));
    ck_assert_int_eq(err.code, EX_DATAERR);
    ck_assert_ptr_nonnull(strstr(err.why, "2 GiB"));
}
END_TEST

START_TEST(comments_are_one_line)
{
    struct secret_key secret;
    struct buf out = {0};
    ck_assert(secret_read(their_secret, "", "s", &secret, &err));
    ck_assert(!sign(&secret, "x", 1, "two\nlines", &out, &err));
    ck_assert(!sign(&secret, "x", 1, "an \x1b[31mescape", &out, &err));
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("minisign");
    TCase *tcase = tcase_create("minisign");
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, reads_what_minisign_wrote);
    tcase_add_test(tcase, public_keys_come_as_a_file_or_alone);
    tcase_add_loop_test(tcase, refuses_what_is_no_key, 0, sizeof no_keys / sizeof *no_keys);
    tcase_add_test(tcase, every_byte_counts);
    tcase_add_test(tcase, another_key_is_no_key);
    tcase_add_test(tcase, a_passphrase_hides_the_key);
    tcase_add_test(tcase, a_key_file_may_not_take_all_memory);
    tcase_add_test(tcase, comments_are_one_line);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
