#include "sync/channel/keyfile.h"

#include "core/base/json.h"
#include "core/base/output.h"
#include "sync/channel/passphrase.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { FILE_MOST = 4096 };

/* ---- places ---- */

const char *keyfile_place(struct arena *a, const struct places *places)
{
    return file_join(a, places->config, "channel.key");
}

const char *keyfile_public_place(struct arena *a, const char *secret)
{
    size_t n = strlen(secret);
    if (n > 4 && strcmp(secret + n - 4, ".key") == 0 && secret[n - 5] != '/')
        n -= 4;
    return arena_printf(a, "%.*s.pub", (int)n, secret);
}

/* ---- reading ---- */

/* A passphrase is made slow to guess, and so it is slow to use. */
static void say_slow(void)
{
    if (isatty(STDERR_FILENO))
        fputs("(some seconds)\n", stderr);
}

bool keyfile_public(const char *text, struct public_key *key, struct error *err)
{
    struct buf file = {0};
    bool ok = key_read(text, key, NULL);
    if (!ok)
        ok = access(text, F_OK) == 0 ? file_read(text, FILE_MOST, &file, err) && key_read(buf_text(&file), key, err)
                                     : error_set(err, EX_DATAERR, "that is no public key", text, NULL,
                                                 "it looks like RWQ... and comes from the channel's publisher");
    buf_free(&file);
    return ok;
}

static bool unlock(const char *text, const char *path, const char *passphrase_file, struct secret_key *key,
                   struct error *err)
{
    struct passphrase p = {""};
    char prompt[400];
    snprintf(prompt, sizeof prompt, "Passphrase of %.320s: ", path);
    bool ok = passphrase_file != NULL ? passphrase_read(&p, passphrase_file, err) : passphrase_ask(&p, prompt, err);
    if (ok)
        say_slow();
    ok = ok && secret_read(text, p.text, path, key, err);
    passphrase_wipe(&p);
    return ok;
}

/* What no passphrase locks has to be out of others' sight. */
static bool is_private(const char *path, struct error *err)
{
    struct stat st;
    return stat(path, &st) != 0 || (st.st_mode & S_IROTH) == 0 ||
           error_set(err, EX_NOPERM, "will not use the secret key", path,
                     "it has no passphrase, and every account of this machine can read it", "chmod o-r the file");
}

bool keyfile_secret(const char *path, const char *passphrase_file, struct secret_key *key, struct error *err)
{
    struct buf text = {0};
    if (access(path, F_OK) != 0)
        return error_set(err, EX_NOINPUT, "there is no secret key", path, NULL,
                         "`crib channel key` makes one, --key FILE names another");
    bool ok = file_read(path, FILE_MOST, &text, err);
    if (ok && secret_locked(buf_text(&text)))
        ok = unlock(buf_text(&text), path, passphrase_file, key, err);
    else if (ok && (ok = secret_read(buf_text(&text), "", path, key, err)) && !is_private(path, err)) {
        key_wipe(key);
        ok = false;
    }
    if (text.data != NULL)
        sodium_memzero(text.data, text.cap);
    buf_free(&text);
    return ok;
}

/* ---- making ---- */

static bool passphrase_for(const struct args *args, struct passphrase *p, struct error *err)
{
    const char *file = args_value(args, "passphrase-file");
    bool none = args_flag(args, "no-passphrase");
    p->text[0] = '\0';
    if (none)
        return true;
    return file != NULL ? passphrase_read(p, file, err) : passphrase_ask_new(p, err);
}

static bool write_pair(const struct public_key *key, const struct secret_key *secret, const char *passphrase,
                       const char *path, const char *public_path, struct error *err)
{
    struct buf text = {0}, public_text = {0};
    key_file(key, &public_text);
    if (passphrase[0] != '\0')
        say_slow();
    bool ok = secret_write(secret, passphrase, KEY_COST_SENSITIVE, &text, err) &&
              file_write_new(path, buf_text(&text), text.len, 0600, err) &&
              file_write_new(public_path, buf_text(&public_text), public_text.len, 0644, err);
    if (text.data != NULL)
        sodium_memzero(text.data, text.cap);
    buf_free(&text);
    buf_free(&public_text);
    return ok;
}

static bool print_pair(const struct public_key *key, const char *path, const char *public_path, bool json,
                       struct error *err)
{
    struct buf out = {0};
    char text[KEY_TEXT];
    key_text(key, text);
    if (json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "key", text);
        json_string(&j, "file", path);
        json_string(&j, "public_file", public_path);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "%s\n", text);
        fprintf(stderr, "secret key: %s: keep a copy elsewhere, without it nobody can publish this channel\n"
                        "public key: %s: devices need it, `crib channel add URL --key %s`\n",
                path, public_path, text);
    }
    return output_buf(&out, false, err);
}

static bool are_new(const char *path, const char *public_path, struct error *err)
{
    const char *const paths[] = {path, public_path};
    struct stat st;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (lstat(paths[i], &st) == 0)
            return error_set(err, EX_CANTCREAT, "will not replace a key", paths[i], "it is there already",
                             "`crib channel key FILE` makes another one");
    return true;
}

bool keyfile_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    const char *path = args->count > 1 ? args->words[1] : keyfile_place(a, places);
    const char *public_path = path != NULL ? keyfile_public_place(a, path) : NULL;
    struct passphrase p;
    struct public_key key;
    struct secret_key secret;
    if (public_path == NULL)
        return error_memory(err);
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot make a key", NULL, "libsodium does not start", NULL);
    if (!are_new(path, public_path, err) || (args->count == 1 && !file_make_dirs(places->config, err)))
        return false;
    bool ok = passphrase_for(args, &p, err);
    if (ok) {
        key_make(&key, &secret);
        ok = write_pair(&key, &secret, p.text, path, public_path, err);
        key_wipe(&secret);
    }
    passphrase_wipe(&p);
    return ok && print_pair(&key, path, public_path, args_flag(args, "json"), err);
}
