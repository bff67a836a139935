/* A device for the tests of bad lines and of kills: its home, what it learned, and what its library holds; and the proxy
 * on its way to the server. */
#ifndef CRIB_TESTS_DEVICE_H
#define CRIB_TESTS_DEVICE_H

#include "core/base/clock.h"
#include "core/library/library.h"
#include "core/library/library_list.h"
#include "core/library/search.h"
#include "core/record/recall.h"
#include "core/record/record.h"
#include "sync/serve/store.h"
#include "sync/xapi/http.h"
#include "tests/unit/publisher.h"

#include <dirent.h>
#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct error err;
static const char *during = "the start"; /* what a failure is reported with */

static inline void must(bool ok, const char *what)
{
    if (ok)
        return;
    printf("FAILED: %s: %s", during, what);
    if (err.code != 0)
        printf(" (%s: %s: %s)", err.what, err.where, err.why);
    putchar('\n');
    exit(1);
}

/* ---- homes ---- */

static inline void remove_tree(struct arena *a, const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *e;
    while (dir != NULL && (e = readdir(dir)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            const char *inside = file_join(a, path, e->d_name);
            if (unlink(inside) != 0)
                remove_tree(a, inside);
        }
    if (dir != NULL) {
        closedir(dir);
        (void)rmdir(path);
    }
}

static inline void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 16];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    must(in != NULL && out != NULL, to);
    size_t n;
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
        must(fwrite(bytes, 1, n, out) == n, to);
    fclose(in);
    must(fchmod(fileno(out), 0600) == 0 && fclose(out) == 0, to);
}

static inline void copy_tree(struct arena *a, const char *from, const char *to)
{
    DIR *dir = opendir(from);
    const struct dirent *e;
    must(dir != NULL && mkdir(to, 0700) == 0, to);
    while ((e = readdir(dir)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            struct stat st;
            const char *source = file_join(a, from, e->d_name), *target = file_join(a, to, e->d_name);
            must(stat(source, &st) == 0, source);
            if (S_ISDIR(st.st_mode))
                copy_tree(a, source, target);
            else
                copy_file(source, target);
        }
    closedir(dir);
}

/* The home is as the template again. */
static inline void home_restore(const char *template, const char *home)
{
    struct arena *a = arena_open();
    remove_tree(a, home);
    copy_tree(a, template, home);
    arena_close(a);
}

/* ---- what is installed ---- */

struct digest {
    unsigned char hash[32];
};

static inline bool digest_equal(const struct digest *x, const struct digest *y)
{
    return memcmp(x->hash, y->hash, sizeof x->hash) == 0;
}

static inline void digest_text(crypto_generichash_state *state, const char *text)
{
    crypto_generichash_update(state, (const unsigned char *)text, strlen(text) + 1);
}

static inline void digest_modules(crypto_generichash_state *state, struct library *l, struct arena *a)
{
    const struct library_filter all = {.modules = true, .pages = true, .events = true};
    struct facts *items = NULL;
    size_t count = 0;
    must(library_list(l, a, &all, 0, 100000, &items, &count, &err), "the library can't be listed");
    for (size_t i = 0; i < count; i++) {
        digest_text(state, items[i].id);
        digest_text(state, items[i].title);
        digest_text(state, items[i].on_device ? "here" : "elsewhere");
        if (!items[i].on_device)
            continue;
        const struct library_module *m = library_module_key(l, a, items[i].key, &err);
        must(m != NULL, items[i].id);
        crypto_generichash_update(state, m->revision, sizeof m->revision);
        crypto_generichash_update(state, (const unsigned char *)m->body.p, m->body.n);
    }
}

/* What a word finds is of the same moment as what is listed. */
static inline void digest_search(crypto_generichash_state *state, struct library *l, const char *const *words, size_t n)
{
    struct search_hit hits[20];
    struct error left_out = {0};
    struct search *s = library_search(l, &left_out, &err);
    must(s != NULL && left_out.code == 0, "the index can't be opened");
    for (size_t i = 0; i < n; i++) {
        const struct search_query q = {.text = words[i], .other_roles = true};
        size_t found = search_find(s, &q, hits, 20, NULL);
        for (size_t k = 0; k < found; k++)
            digest_text(state, hits[k].typo ? "" : search_id(s, hits[k].doc));
        digest_text(state, "");
    }
    search_close(s);
}

/* All that a person could see of the library: versions, packs, texts, and what these words find. */
static inline struct digest library_digest(const char *home, const char *const *words, size_t n)
{
    const struct places places = {home, home, home, "/nonexistent", "/nonexistent"};
    struct digest d;
    struct arena *a = arena_open();
    struct library_channel *channels = NULL;
    struct library_pack *packs = NULL;
    size_t count = 0, pack_count = 0;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof d.hash);
    struct library *l = library_open(&places, LIBRARY_READ | LIBRARY_ALONE, "", &err);
    must(l != NULL && library_channels(l, a, &channels, &count, &err), "the library can't be opened");
    for (size_t i = 0; i < count; i++) {
        digest_text(&state, arena_printf(a, "%s %lld", channels[i].id, (long long)channels[i].version));
        must(library_packs(l, a, channels[i].id, &packs, &pack_count, &err), "the packs can't be told");
        for (size_t k = 0; k < pack_count; k++)
            crypto_generichash_update(&state, packs[k].hash, sizeof packs[k].hash);
    }
    digest_modules(&state, l, a);
    digest_search(&state, l, words, n);
    library_close(l);
    arena_close(a);
    crypto_generichash_final(&state, d.hash, sizeof d.hash);
    return d;
}

/* ---- what is learned ---- */

/* One more answer, which is one more statement; committed when it returns. */
static inline void learn(struct record *r, int64_t learner)
{
    static const struct subject subject = {.module = "plant/pump", .iri = "https://plant.example/learn", .title = "Pump",
                                           .language = "en", .revision = "r1", .has_quiz = true};
    static long serial;
    char question[40];
    snprintf(question, sizeof question, "q%ld", serial++);
    const struct given given = {.question = question, .question_revision = "qr", .type = "choice", .response = "\"2\"",
                                .fraction = 1, .ms = 1500};
    must(record_recall_answer(r, learner, &subject, &given, NULL, 0, NULL, &err), "an answer is not kept");
}

/* The ids of statements, each with how often the server holds it. */
struct ids {
    struct {
        struct uuid id;
        unsigned held;
    } *items;
    size_t count, cap;
};

static inline void ids_add(struct ids *ids, const struct uuid *id)
{
    for (size_t i = ids->count; i > 0; i--)
        if (uuid_equal(&ids->items[i - 1].id, id))
            return;
    if (ids->count == ids->cap) {
        ids->cap = ids->cap * 2 + 64;
        must((ids->items = realloc(ids->items, ids->cap * sizeof *ids->items)) != NULL, "memory");
    }
    ids->items[ids->count].id = *id;
    ids->items[ids->count++].held = 0;
}

static inline int ids_order(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct uuid));
}

/* One page of the server's statements; where the next one is, or NULL. */
static inline const char *ids_page(struct arena *a, const struct http_response *answer, struct ids *ids, size_t *strangers)
{
    size_t i;
    json_t *s, *page = json_loadb(buf_text(&answer->body), answer->body.len, 0, NULL);
    must(answer->status == 200 && page != NULL, "the server does not list its statements");
    json_array_foreach(json_object_get(page, "statements"), i, s)
    {
        struct uuid id;
        must(uuid_parse(json_string_value(json_object_get(s, "id")), &id), "a statement without an id");
        void *at = bsearch(&id, ids->items, ids->count, sizeof *ids->items, ids_order);
        if (at == NULL)
            ++*strangers;
        else
            ids->items[((size_t)((char *)at - (char *)ids->items)) / sizeof *ids->items].held++;
    }
    const char *more = json_string_value(json_object_get(page, "more"));
    const char *next = more != NULL && more[0] != '\0' ? arena_strdup(a, more) : NULL;
    json_decref(page);
    return next;
}

/* Every one of the ids is held by the server once. Returns how many statements it holds beside them. */
static inline size_t ids_check(struct ids *ids, int port, const char *authorization)
{
    struct arena *a = arena_open();
    struct http *h = http_open(arena_printf(a, "http://127.0.0.1:%d", port), authorization, "", 60, &err);
    struct http_response answer = {0};
    size_t strangers = 0;
    qsort(ids->items, ids->count, sizeof *ids->items, ids_order);
    for (size_t i = 0; i < ids->count; i++)
        ids->items[i].held = 0;
    for (const char *path = "/xapi/statements?limit=0"; path != NULL; path = ids_page(a, &answer, ids, &strangers))
        must(http_request(h, path, NULL, 0, &answer, &err), "memory");
    for (size_t i = 0; i < ids->count; i++)
        must(ids->items[i].held == 1, ids->items[i].held == 0 ? "a statement did not arrive" : "a statement arrived twice");
    http_close(h);
    buf_free(&answer.body);
    arena_close(a);
    return strangers;
}

/* The value of an Authorization header: name and token as HTTP's Basic has them. */
static inline const char *basic(struct arena *a, const char *name, const char *token)
{
    const char *pair = arena_printf(a, "%s:%s", name, token);
    size_t most = sodium_base64_encoded_len(strlen(pair), sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(a, most);
    sodium_bin2base64(text, most, (const unsigned char *)pair, strlen(pair), sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(a, "Basic %s", text);
}

/* ---- other programs ---- */

struct child {
    pid_t pid;
    FILE *to, *from; /* its standard input and output; NULL where they are not asked for */
};

static pid_t running[8];

static inline void running_set(pid_t old, pid_t new)
{
    for (size_t i = 0; i < sizeof running / sizeof *running; i++)
        if (running[i] == old) {
            running[i] = new;
            return;
        }
}

static inline void end_running(void)
{
    for (size_t i = 0; i < sizeof running / sizeof *running; i++)
        if (running[i] > 0)
            (void)kill(running[i], SIGKILL);
}

/* It ends with this program at the latest. */
static inline struct child start(char *const *argv, bool talks)
{
    int in[2], out[2];
    struct child c = {0};
    must(pipe(in) == 0 && pipe(out) == 0, "pipe");
    c.pid = fork();
    must(c.pid >= 0, "fork");
    if (c.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        execv(argv[0], argv);
        _exit(127);
    }
    running_set(0, c.pid);
    close(in[0]);
    close(out[1]);
    if (talks) {
        c.to = fdopen(in[1], "w");
        c.from = fdopen(out[0], "r");
        setvbuf(c.to, NULL, _IOLBF, 0);
    } else {
        close(in[1]);
        c.from = fdopen(out[0], "r");
    }
    return c;
}

/* The next line that it says; "" at its end. */
static inline const char *heard(const struct child *c)
{
    static char line[400];
    return fgets(line, sizeof line, c->from) != NULL ? line : "";
}

static inline int finish(struct child *c, int sig)
{
    int status = 0;
    if (sig != 0)
        (void)kill(c->pid, sig);
    if (c->to != NULL)
        fclose(c->to);
    if (c->from != NULL)
        fclose(c->from);
    must(waitpid(c->pid, &status, 0) == c->pid, "waitpid");
    running_set(c->pid, 0);
    *c = (struct child){0};
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
