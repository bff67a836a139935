#include "sync/site/enrol.h"

#include "core/base/account.h"
#include "core/base/config.h"
#include "core/base/file.h"
#include "core/base/iri.h"
#include "core/base/json.h"
#include "core/base/output.h"
#include "core/base/text.h"
#include "core/library/library.h"
#include "sync/channel/local.h"
#include "sync/site/people_take.h"
#include "sync/site/site.h"
#include "sync/site/token.h"
#include "sync/xapi/http.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { STALL_S = 60, CODE_MOST = 64, PENDING_MOST = 8192 };

#define KEY_FILE "site.key"
#define PENDING_FILE "site.key.new"

struct enrolling {
    struct arena *arena;
    const struct places *places;
    const struct config *config;
    const char *url; /* without a slash at its end */
    const char *ca;  /* absolute, or "" */
    struct enrolment answer;
    struct buf said; /* what was changed, line by line */
    size_t unknown;  /* channels whose key the site doesn't know */
};

/* ---- before the code is used ---- */

static bool take_url(struct enrolling *e, const char *word, struct error *err)
{
    size_t n = strlen(word);
    const char *authority = strncasecmp(word, "https://", 8) == 0 ? word + 8 : strncasecmp(word, "http://", 7) == 0 ? word + 7 : NULL;
    if (authority == NULL || authority[0] == '/' || authority[0] == '\0' || !iri_valid(word) || strpbrk(word, "?#@") != NULL)
        return error_set(err, EX_USAGE, "that is no address of a site", word, NULL, "it looks like https://crib.example.com");
    while (n > 0 && word[n - 1] == '/')
        n--;
    e->url = arena_copy(e->arena, word, n);
    return e->url != NULL || error_memory(err);
}

static bool here(const char *url)
{
    static const char *const loopback[] = {"http://127.", "http://localhost", "http://[::1]"};
    for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
        if (strncasecmp(url, loopback[i], strlen(loopback[i])) == 0)
            return true;
    return false;
}

static void warn_plain(const struct enrolling *e)
{
    if (strncasecmp(e->url, "https:", 6) == 0 || here(e->url))
        return;
    fprintf(stderr, "warning: %s is not encrypted. Whoever is between can take this device's token, or give another channel's key:\n"
                    "compare the keys below with those that your publisher gave you.\n", e->url);
}

/* A code is good once: what would hinder us afterwards is found before. */
static bool may_enrol(struct enrolling *e, struct error *err)
{
    struct lrs site;
    const struct error *unread = config_unread(e->config, ORIGIN_USER);
    const struct config_value *v = config_get(e->config, CONFIG_SITE);
    if (unread != NULL)
        return error_set(err, EX_CONFIG, "cannot enrol", unread->where, unread->why, "mend the file first; the code is not used up");
    if (!accepted_site(e->arena, e->config, &site, err))
        return false;
    if (site.endpoint[0] != '\0' && strcmp(site.endpoint, e->url) != 0)
        return error_set(err, EX_CONFIG, "this device is enrolled elsewhere", site.endpoint, v->where,
                         "take `site` out of that file first; the code is not used up");
    if (!file_make_dirs(e->places->config, err))
        return false;
    return access(e->places->config, W_OK | X_OK) == 0 ||
           error_errno(err, errno, "cannot write the configuration", e->places->config, NULL);
}

/* ---- the code for a token ---- */

static bool not_taken(const struct enrolling *e, const struct http_response *r, struct error *err)
{
    char why[320];
    static const char what[] = "cannot enrol";
    snprintf(why, sizeof why, "it answered %ld", r->status);
    if (r->status == 0)
        return error_set(err, EX_TEMPFAIL, what, e->url, r->failure,
                         strncasecmp(e->url, "https:", 6) == 0 ? "is the address right, is there a network, does --ca name who vouches for it? The code is not used up"
                                                               : "is the address right, is there a network? The code is not used up");
    if (r->status == 403)
        return error_set(err, EX_NOPERM, what, e->url, "the code is unknown, was used, or is too old",
                         "type it as it was given, or ask for a new one (`crib serve --invite NAME`)");
    if (r->status == 429 || r->status >= 500)
        return error_set(err, EX_TEMPFAIL, what, e->url, why, "try again in a minute; the code is not used up");
    if (r->status >= 300 && r->status < 400)
        return error_set(err, EX_TEMPFAIL, what, e->url, "it points to another address (a captive portal, or it moved)",
                         "open the network's sign-on page, or give the address that it moved to");
    return error_set(err, EX_UNAVAILABLE, what, e->url, why, "is that where `crib serve --data` is reached?");
}

/* The token is this device's own choice, kept before it is sent: is the answer lost on the way, the same code and token are
 * taken again. It goes to the site that it was made for, with the code that it was made for, and nowhere else. */
static bool choose_token(struct enrolling *e, const char *code, char token[TOKEN_SIZE], struct error *err)
{
    struct buf kept = {0}, line = {0};
    const char *path = file_join(e->arena, e->places->config, PENDING_FILE);
    buf_addf(&line, "%s %s ", e->url, code);
    if (path == NULL || !buf_ok(&line)) {
        buf_free(&line);
        return error_memory(err);
    }
    bool again = file_read(path, PENDING_MOST, &kept, NULL) && kept.len == line.len + TOKEN_SIZE &&
                 memcmp(buf_text(&kept), buf_text(&line), line.len) == 0;
    if (again) {
        memcpy(token, buf_text(&kept) + line.len, TOKEN_SIZE - 1);
        token[TOKEN_SIZE - 1] = '\0';
    } else {
        token_make(token);
        buf_addf(&line, "%s\n", token);
    }
    bool ok = again || (buf_ok(&line) ? file_write(path, buf_text(&line), line.len, 0600, err) : error_memory(err));
    buf_free(&kept);
    buf_free(&line);
    return ok;
}

/* It was taken, or never will be. */
static void forget_choice(const struct enrolling *e)
{
    const char *path = file_join(e->arena, e->places->config, PENDING_FILE);
    if (path != NULL)
        (void)unlink(path);
}

static bool redeem(struct enrolling *e, const char *code, struct error *err)
{
    struct buf body = {0};
    struct json j = {.out = &body};
    struct http_response r = {0};
    char token[TOKEN_SIZE];
    struct people_keys keys;
    if (!choose_token(e, code, token, err) || !people_keys_read(e->arena, e->places, true, &keys, err))
        return false;
    sodium_memzero(keys.box_secret, sizeof keys.box_secret);
    json_open_object(&j, NULL);
    json_string(&j, "code", code);
    json_string(&j, "token", token);
    json_hex(&j, "box", keys.box, sizeof keys.box);
    json_close_object(&j);
    struct http *h = http_open(e->url, NULL, e->ca, STALL_S, err);
    bool ok = h != NULL && (buf_ok(&body) || error_memory(err)) && http_request(h, "/enrol", buf_text(&body), body.len, &r, err);
    if (ok && r.status == 403)
        forget_choice(e);
    if (ok)
        ok = r.status != 200 ? not_taken(e, &r, err) : site_read_enrolment(e->arena, buf_text(&r.body), r.body.len, &e->answer, err);
    if (r.body.data != NULL)
        sodium_memzero(r.body.data, r.body.cap);
    buf_free(&r.body);
    buf_free(&body);
    http_close(h);
    return ok;
}

/* ---- what is kept ---- */

static bool keep_token(struct enrolling *e, struct error *err)
{
    struct buf line = {0};
    const char *path = file_join(e->arena, e->places->config, KEY_FILE);
    buf_addf(&line, "%s:%s\n", e->answer.name, e->answer.token);
    bool ok = path != NULL && buf_ok(&line) ? file_write(path, buf_text(&line), line.len, 0600, err) : error_memory(err);
    if (line.data != NULL)
        sodium_memzero(line.data, line.cap);
    buf_free(&line);
    return ok;
}

/* What the configuration says already stays as it is. */
static bool keep_unless_set(struct enrolling *e, enum config_key key, const char *value, struct error *err)
{
    const struct config_value *v = config_get(e->config, key);
    if (value == NULL || strcmp(v->text, value) == 0)
        return true;
    if (v->text[0] != '\0') {
        buf_addf(&e->said, "%s stays %s (%s)\n", config_key_name(key), v->text, v->where);
        return true;
    }
    buf_addf(&e->said, "%s: %s\n", config_key_name(key), value);
    return config_set(e->places, config_key_name(key), value, err);
}

/* Where several people use this system's account, nobody of them has the device's name: each has his own. */
static bool keep_account(struct enrolling *e, struct error *err)
{
    const char *system = account_name(e->arena);
    if (system == NULL)
        return error_memory(err);
    return strings_has(config_list(e->config, CONFIG_SHARED_ACCOUNTS), system) ||
           keep_unless_set(e, CONFIG_ACCOUNT, e->answer.account != NULL ? e->answer.account : e->answer.name, err);
}

static bool keep(struct enrolling *e, struct error *err)
{
    const struct config_pair pairs[] = {{"url", e->url}, {"credentials", KEY_FILE}, {"ca", e->ca}};
    const struct enrolment *n = &e->answer;
    return keep_token(e, err) && (n->site == NULL || people_keys_told(e->arena, e->places, n->site, n->badges, err)) &&
           config_set_mapping(e->places, CONFIG_SITE, pairs, sizeof pairs / sizeof *pairs, err) &&
           keep_unless_set(e, CONFIG_HOMEPAGE, e->answer.home, err) && keep_account(e, err) &&
           config_keep_site(e->places, e->answer.roles, "", err);
}

/* ---- its channels ---- */

static bool add_channels(struct enrolling *e, bool quiet, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < e->answer.count; i++) {
        const struct site_channel *c = &e->answer.channels[i];
        struct error why = {0};
        const char *url = arena_printf(e->arena, "%s/%s/", e->url, c->id);
        if (url == NULL)
            return error_memory(err);
        if (c->key[0] == '\0') {
            e->unknown++;
            continue;
        }
        if (channel_add(e->arena, e->places, url, c->key, e->ca[0] != '\0' ? e->ca : NULL, quiet, &why))
            continue;
        if (!ok)
            error_print(&why, "crib", stderr);
        else
            *err = why;
        ok = false;
    }
    return ok;
}

static void say_unknown(const struct enrolling *e)
{
    for (size_t i = 0; e->unknown > 0 && i < e->answer.count; i++)
        if (e->answer.channels[i].key[0] == '\0')
            fprintf(stderr, "%s: the site does not say its key: `crib channel add %s/%s/ --key KEY` takes it\n",
                    e->answer.channels[i].id, e->url, e->answer.channels[i].id);
}

static void say_answer(struct enrolling *e)
{
    for (size_t i = 0; i < e->answer.count; i++)
        if (e->answer.channels[i].key[0] != '\0')
            buf_addf(&e->said, "channel %s, key %s\n", e->answer.channels[i].id, e->answer.channels[i].key);
    for (size_t i = 0; i < e->answer.roles.count; i++)
        buf_addf(&e->said, "%s%s%s", i == 0 ? "roles: " : ", ", e->answer.roles.items[i], i + 1 == e->answer.roles.count ? "\n" : "");
}

static bool say(struct enrolling *e, bool as_json, struct error *err)
{
    struct buf out = {0};
    if (as_json) {
        struct json j = {.out = &out};
        json_open_object(&j, NULL);
        json_string(&j, "site", e->url);
        json_string(&j, "name", e->answer.name);
        json_strings(&j, "roles", e->answer.roles);
        json_open_array(&j, "channels");
        for (size_t i = 0; i < e->answer.count; i++)
            json_string(&j, NULL, e->answer.channels[i].id);
        json_close_array(&j);
        json_close_object(&j);
        output_end_json(&out);
    } else {
        buf_addf(&out, "enrolled as %s at %s\n", e->answer.name, e->url);
        buf_add(&out, buf_text(&e->said), e->said.len);
        buf_adds(&out, "What is learned here goes there with `crib sync`; `crib outbox` lists it before.\n");
    }
    buf_free(&e->said);
    return output_buf(&out, false, err);
}

bool enrol_command(struct arena *a, const struct places *places, const struct args *args, struct error *err)
{
    const char *code = args->words[1];
    bool as_json = args_flag(args, "json");
    struct enrolling e = {.arena = a, .places = places};
    struct error later = {0};
    if (sodium_init() < 0)
        return error_set(err, EX_OSERR, "cannot enrol", NULL, "libsodium does not start", NULL);
    if (strlen(code) > CODE_MOST || text_control(code, strlen(code)) != strlen(code))
        return error_set(err, EX_USAGE, "that is no code", NULL, NULL, "it looks like K7QF-2M4X-9DPT-HU3W");
    e.config = config_load(a, places, NULL, err);
    if (e.config == NULL || !take_url(&e, args->words[0], err) || !file_whole(e.arena, args_value(args, "ca"), &e.ca, err) || !may_enrol(&e, err))
        return false;
    warn_plain(&e);
    bool ok = redeem(&e, code, err) && keep(&e, err);
    if (!ok) {
        buf_free(&e.said);
        return false;
    }
    forget_choice(&e);
    say_answer(&e);
    ok = say(&e, as_json, err);
    bool came = add_channels(&e, as_json, &later); /* enrolled it is, whatever becomes of them */
    say_unknown(&e);
    if (ok && !came)
        *err = later;
    return ok && came;
}
