/* faults: what a bad line does to a device: see usage().
 *
 * Each fault hits a device that is as all others were before it. Then its library is the old or the new one, whole, and
 * when the line is well again it becomes the new one; every statement arrives once. */
#include "core/base/output.h"
#include "core/record/outbox.h"
#include "sync/channel/local.h"
#include "sync/channel/remote.h"
#include "sync/xapi/upload.h"
#include "tests/e2e/device.h"

#include <curl/curl.h>
#include <fcntl.h>

enum {
    DEVICES = 64, /* that send in turn: the server lets each make so many requests a second */
    SYNC_S = 60,
    LARGE = 60, /* modules of the large channel */
    PLACES = 10, /* in a large transfer */
    SELDOM = 11,
};

static int usage(void)
{
    fputs("usage: faults first DIR PROXY PORT WWW    a first sync: what is published into WWW is served at PORT\n"
          "       faults change DIR PROXY PORT WWW   a change, by a new key\n"
          "       faults push DIR PROXY SERVER       statements: SERVER is crib-sync\n"
          "PROXY is the program of that name, DIR an empty directory. FAULTS=all in the environment tries every kind of fault at\n"
          "each byte, not one in turn, and looks each time at what comes after it.\n",
          stderr);
    return 64;
}

static struct arena *a;
static const char *dir;
static struct child proxy;
static int proxy_port;
static size_t rounds;

/* ---- the line ---- */

static void proxy_start(char *program, int upstream)
{
    char *const argv[] = {program, arena_printf(a, "%d", upstream), NULL};
    proxy = start(argv, true);
    proxy_port = atoi(heard(&proxy));
    must(proxy_port > 0, "the proxy does not start");
}

static void obey(const char *line)
{
    fprintf(proxy.to, "%s\n", line);
    must(strcmp(heard(&proxy), "done\n") == 0, "the proxy does not obey");
}

/* The fault that comes next; it is named in what is said of it until the line is well again for good. */
static void tell(const char *format, ...)
{
    static char line[200];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    during = line;
    obey(line);
}

struct counts {
    unsigned long long up, down;
    unsigned requests, connections;
    int fired;
};

static struct counts count(void)
{
    struct counts c;
    fputs("count\n", proxy.to);
    must(sscanf(heard(&proxy), "%llu %llu %u %u %d", &c.up, &c.down, &c.requests, &c.connections, &c.fired) == 5, "no counts");
    return c;
}

/* ---- pulling ---- */

static const char *home, *url;
static const char *const words[] = {"vent", "vents", "spare", "polish"};

static struct digest digest(void)
{
    return library_digest(home, words, sizeof words / sizeof *words);
}

/* `crib sync`, in a process of its own. Returns its exit status. */
static int sync_home(void)
{
    pid_t pid = fork();
    int status;
    must(pid >= 0, "fork");
    if (pid == 0) {
        char *argv[] = {"--quiet", NULL};
        struct args args;
        struct told told;
        struct error why = {0};
        const struct places places = {home, home, home, "/nonexistent", "/nonexistent"};
        alarm(SYNC_S);
        if (freopen(arena_printf(a, "%s/said", dir), "w", stderr) == NULL)
            _exit(71);
        bool ok = args_parse(&args, command_find("sync"), 1, argv, &why) && sync_command(a, &places, &args, &told, &why);
        if (!ok)
            error_print(&why, "crib", stderr);
        fflush(stderr);
        _exit(ok ? 0 : why.code);
    }
    must(waitpid(pid, &status, 0) == pid, "waitpid");
    must(WIFEXITED(status), "the sync did not end by itself");
    return WEXITSTATUS(status);
}

static void must_sync(void)
{
    int status = sync_home();
    struct buf said = {0};
    (void)file_read(arena_printf(a, "%s/said", dir), 4096, &said, NULL);
    must(status == 0, arena_printf(a, "it does not sync: status %d: %s", status, buf_text(&said)));
    buf_free(&said);
}

struct scenario {
    const char *name, *template;
    struct digest old, new;
    struct counts clean;
};

/* One fault, and what comes after it, which is looked at after every fault or after each of some. heals: the very next sync
 * is a good one. */
static void pull_round(const struct scenario *s, bool heals, bool look)
{
    home_restore(s->template, home);
    int status = sync_home();
    struct digest now = digest();
    bool new = digest_equal(&now, &s->new);
    must(new || digest_equal(&now, &s->old), "the library is neither the old nor the new one");
    must(new || status != 0, "it says that all is well, and brought nothing");
    rounds++;
    if ((new && status == 0) || !look)
        return;
    obey("pass");
    /* Where bytes were changed what was kept of them is thrown away first. */
    if (heals || sync_home() != 0)
        must_sync();
    now = digest();
    must(digest_equal(&now, &s->new), "the line is well again, and the new library did not come");
}

static void measure(struct scenario *s)
{
    tell("pass");
    home_restore(s->template, home);
    s->old = digest();
    must_sync();
    s->new = digest();
    s->clean = count();
    must(!digest_equal(&s->old, &s->new), "nothing new came");
}

/* Which bits are changed: each in its turn. */
static int mask(unsigned long long at)
{
    static const int masks[] = {0x01, 0x80, 0x20, 0x04, 0xff};
    return masks[at % 5];
}

enum spot_kind { SPOT_DEAD, SPOT_ONCE, SPOT_CORRUPT, SPOT_KINDS };

/* A byte of a conversation, and what happens to it. */
struct spot {
    bool begun, down;
    unsigned long long at;
    enum spot_kind kind;
    char line[80];
};

static bool all_of_it(void)
{
    const char *faults = getenv("FAULTS");
    return faults != NULL && strcmp(faults, "all") == 0;
}

/* The next one: all kinds at each byte, or one in turn. false at the end. */
static bool next_spot(struct spot *s, const struct counts *clean)
{
    const bool all = all_of_it();
    s->kind = s->begun ? (s->kind + 1) % SPOT_KINDS : SPOT_DEAD;
    s->at += s->begun && (!all || s->kind == SPOT_DEAD);
    s->begun = true;
    if (!s->down && s->at == clean->up) {
        s->down = true;
        s->at = 0;
    }
    const char *way = s->down ? "down" : "up", *end = s->at % 2 == 0 ? "cut" : "reset";
    if (s->kind == SPOT_CORRUPT)
        snprintf(s->line, sizeof s->line, "corrupt %s %llu %d", way, s->at, mask(s->at));
    else
        snprintf(s->line, sizeof s->line, "%s%s %s %llu", s->kind == SPOT_DEAD ? "dead " : "", end, way, s->at);
    return !s->down || s->at < clean->down;
}

static const int statuses[] = {401, 403, 404, 409, 413, 429, 500, 503};
enum { STATUSES = sizeof statuses / sizeof *statuses };

static void pull_answers(const struct scenario *s)
{
    for (unsigned k = 1; k <= s->clean.requests; k++) {
        for (size_t i = 0; i < STATUSES; i++) {
            tell("answer %u %d%s", k, statuses[i], i % 2 == 0 ? "" : " 3600");
            pull_round(s, true, true);
        }
        tell("portal %u", k);
        pull_round(s, true, true);
    }
}

/* Every byte of it, in both directions. */
static void pull_everywhere(const struct scenario *s)
{
    for (struct spot spot = {0}; next_spot(&spot, &s->clean);) {
        tell("%s", spot.line);
        pull_round(s, spot.kind != SPOT_CORRUPT, all_of_it() || spot.at % SELDOM == 0);
    }
    pull_answers(s);
    tell("delay down %llu 300", s->clean.down / 2);
    pull_round(s, true, true);
}

/* At random, but at the same places each time. */
static void pull_somewhere(const struct scenario *s)
{
    static const char *const kinds[] = {"dead cut", "dead reset", "cut", "reset", "corrupt"};
    for (size_t i = 0; i < PLACES; i++) {
        bool up = rand() % 10 == 0, corrupt = i % 5 == 4;
        unsigned long long total = up ? s->clean.up : s->clean.down, at = (unsigned long long)rand() * 1000 % total;
        tell("%s %s %llu %d", kinds[i % 5], up ? "up" : "down", at, mask(at));
        pull_round(s, !corrupt, true);
    }
}

/* What comes next to the home as it is now. */
static struct scenario scenario(const char *name)
{
    struct scenario s = {.name = name, .template = arena_printf(a, "%s/template", dir)};
    remove_tree(a, s.template);
    copy_tree(a, home, s.template);
    measure(&s);
    return s;
}

static void report(const struct scenario *s)
{
    printf("%s: %llu bytes up, %llu down, %u requests, %u connections; %zu faults\n", s->name, s->clean.up, s->clean.down,
           s->clean.requests, s->clean.connections, rounds);
    rounds = 0;
    tell("pass");
    home_restore(s->template, home);
}

static void pull_small(const char *name)
{
    const struct scenario s = scenario(name);
    pull_everywhere(&s);
    report(&s);
}

static void pull_large(const char *name)
{
    const struct scenario s = scenario(name);
    pull_somewhere(&s);
    report(&s);
}

/* ---- what is published ---- */

#define MODULE(text) "---\ntitle: Pump\nproblem: It fails.\noutcome: Mend it.\nminutes: 5\n---\n## Do\n\n" text "\n"

static struct publishing p;

static void publish_next(const struct pack_file *files, size_t n)
{
    p.version++;
    publish_files(a, "plant", &(struct pack_files){files, n}, &p);
    /* The server's ETag is made of size and second: two versions must not look the same. */
    const struct timespec at = {1795000000 + p.version, 0}, both[2] = {at, at};
    must(utimensat(AT_FDCWD, arena_printf(a, "%s/channel.json", p.out), both, 0) == 0, "utimensat");
}

static void publish_small(const char *pump)
{
    const struct pack_file files[] = {{"channel.yaml", STR("id: plant\nname: Plant\n")},
                                      {"modules/pump.md", str_of(pump)}};
    publish_next(files, 2);
}

static struct secret_key rotate(const struct secret_key *old)
{
    struct public_key next;
    struct secret_key secret;
    char text[KEY_TEXT];
    const char *keys[] = {text};
    struct buf bytes = {0}, signature = {0};
    key_make(&next, &secret);
    key_text(&next, text);
    const struct key_set set = {1, {keys, 1}};
    key_set_write(&set, &bytes);
    must(sign(old, buf_text(&bytes), bytes.len, "test", &signature, &err), "the set of keys is not signed");
    publish_file(a, p.out, arena_printf(a, "%s.minisig", key_set_path(a, 1)), buf_text(&signature), signature.len);
    publish_file(a, p.out, key_set_path(a, 1), buf_text(&bytes), bytes.len);
    buf_free(&signature);
    buf_free(&bytes);
    p.key_set = 1;
    return secret;
}

/* Text that does not shrink much: what travels is as large as what is written. */
static void publish_large(unsigned edition)
{
    struct pack_file *files = arena_array(a, LARGE + 1, sizeof *files);
    files[0] = (struct pack_file){"channel.yaml", STR("id: plant\nname: Plant\n")};
    srand(7);
    for (size_t i = 1; i <= LARGE; i++) {
        struct buf text = {0};
        buf_addf(&text, "---\ntitle: Station %zu\nproblem: It fails.\noutcome: Mend it.\nminutes: 5\n---\n## Do\n\n", i);
        for (int w = 0; w < 300; w++)
            buf_addf(&text, "%x%s", (unsigned)rand(), w % 10 == 9 ? "\n" : " ");
        buf_addf(&text, "\n%s %u\n", i % 3 == 0 ? "Polish, edition" : "Spare part", i % 3 == 0 ? edition : 1);
        files[i] = (struct pack_file){arena_printf(a, "modules/station-%03zu.md", i),
                                      {arena_copy(a, buf_text(&text), text.len), text.len}};
        buf_free(&text);
    }
    publish_next(files, LARGE + 1);
}

static void add_channel(const struct secret_key *key)
{
    char text[KEY_TEXT];
    const struct public_key public = key_public(key);
    const struct places places = {home, home, home, "/nonexistent", "/nonexistent"};
    key_text(&public, text);
    must(remote_add(a, &places, url, text, NULL, NULL, &err), "the channel is not added");
}

static void pull(const char *www, bool first)
{
    struct public_key unused;
    struct secret_key key;
    int64_t day = 0;
    home = arena_printf(a, "%s/home", dir);
    url = arena_printf(a, "http://127.0.0.1:%d/plant/", proxy_port);
    must(clock_parse("2026-11-20", &day) && mkdir(home, 0700) == 0, "no home");
    key_make(&unused, &key);
    p = (struct publishing){arena_printf(a, "%s/plant", www), &key, 0, day, day + INT64_C(90) * 86400000, 0};
    add_channel(&key);

    obey("dead cut up 0"); /* as on a device that was set up without a network; its databases are made */
    must(sync_home() != 0, "it synced over a dead line");
    obey("pass");
    if (first) {
        publish_small(MODULE("Open the vent."));
        pull_small("first");
        publish_large(1);
        pull_large("large");
        return;
    }
    publish_large(1);
    must_sync();
    publish_large(2);
    pull_large("large change");
    publish_small(MODULE("Open the vent."));
    tell("pass");
    must_sync();
    const struct secret_key next = rotate(&key);
    p.key = &next;
    publish_small(MODULE("Open both vents slowly."));
    pull_small("change");
}

/* ---- pushing ---- */

/* Until the line dies: no patience. While it is well: a little, as a server may ask for it. */
static const struct upload_limits at_once = {.batch = 50, .bytes = 1 << 20, .stall_s = 5, .backoff_ms = 1, .patience_ms = 0},
                                  patient = {.batch = 50, .bytes = 1 << 20, .stall_s = 5, .backoff_ms = 1, .patience_ms = 50},
                                  healed = {.batch = 50, .bytes = 1 << 20, .stall_s = 30, .backoff_ms = 1, .patience_ms = 20000};

static struct outgoing outgoing;
static struct lrs lrs[DEVICES];
static size_t turn;
static struct ids ids;
static const char *reader;

static struct outbox_counts outbox(void)
{
    struct outbox_counts c;
    must(outbox_counts(outgoing.record, &c, &err), "the outbox can't be counted");
    return c;
}

static bool upload(const struct upload_limits *limits)
{
    struct upload_result result;
    err = (struct error){0};
    outgoing.accepted = (struct accepted){&lrs[turn++ % DEVICES], 1};
    return upload_all(&outgoing, limits, &result, &err);
}

/* Some answers, whose statements' ids are kept. */
static void learn_some(size_t n)
{
    struct arena *of_these = arena_open();
    struct outbox_item *items = NULL;
    size_t waiting = 0;
    for (size_t i = 0; i < n; i++)
        learn(outgoing.record, outgoing.learner);
    must(outgoing_prepare(&outgoing, &err) &&
             outbox_waiting(outgoing.record, of_these, NULL, 0, 10000, SIZE_MAX, &items, &waiting, &err) && waiting == n,
         "what was learned does not wait");
    for (size_t i = 0; i < n; i++)
        ids_add(&ids, &items[i].id);
    arena_close(of_these);
}

/* What the server is said to have answered; "" where nothing was set aside. */
static const char *set_aside(void)
{
    struct outbox_item *items = NULL;
    size_t n = 0;
    if (!outbox_aside(outgoing.record, a, &items, &n, &err) || n == 0)
        return "";
    return arena_printf(a, "%zu set aside: %s: %s", n, items[0].answer, items[0].statement);
}

/* One fault, and what comes after it. */
static void push_round(size_t n, const struct upload_limits *limits)
{
    int64_t before = outbox().acknowledged;
    bool ok = upload(limits);
    struct outbox_counts c = outbox();
    if (c.aside != 0)
        must(false, set_aside());
    must(c.acknowledged + c.waiting == before + (int64_t)n, "a statement got lost on the device");
    must(!ok || c.waiting == 0, "it says that all is well, and something waits");
    rounds++;
    if (ok)
        return;
    obey("pass");
    must(upload(&healed), "the line is well again, and nothing goes");
    must(outbox().waiting == 0, "something still waits");
}

static struct counts push_measure(size_t n)
{
    tell("pass");
    learn_some(n);
    push_round(n, &at_once);
    return count();
}

static size_t push_everywhere(void)
{
    const struct counts clean = push_measure(1);
    size_t changed = 0;
    for (struct spot spot = {0}; next_spot(&spot, &clean);) {
        /* A server refuses what was changed on its way: of two it is found which, and both are sent again. */
        bool altered = spot.kind == SPOT_CORRUPT && !spot.down;
        learn_some(altered ? 2 : 1);
        tell("%s", spot.line);
        push_round(altered ? 2 : 1, spot.kind == SPOT_DEAD ? &at_once : &patient);
        changed += altered;
    }
    for (unsigned k = 1; k <= clean.requests; k++)
        for (size_t i = 0; i <= STATUSES; i++) {
            learn_some(2);
            if (i == STATUSES)
                tell("portal %u", k);
            else
                tell("answer %u %d%s", k, statuses[i], i % 2 == 0 ? "" : " 3600");
            push_round(2, &patient);
        }
    printf("statements: %llu bytes up, %llu down, %u requests, %u connections\n", clean.up, clean.down, clean.requests,
           clean.connections);
    return changed;
}

static void push_somewhere(void)
{
    static const char *const kinds[] = {"dead cut", "dead reset", "cut", "reset"};
    const struct counts clean = push_measure(120);
    for (size_t i = 0; i < PLACES; i++) {
        bool up = rand() % 2 == 0;
        unsigned long long total = up ? clean.up : clean.down, at = (unsigned long long)rand() * 1000 % total;
        learn_some(120);
        tell("%s %s %llu", kinds[i % 4], up ? "up" : "down", at);
        push_round(120, i % 4 < 2 ? &at_once : &patient);
    }
}

/* The server's clients: devices that send in turn, and one that reads all. */
static void make_clients(const char *data)
{
    struct store *s = store_open(data, false, &err);
    char token[TOKEN_SIZE];
    must(s != NULL, "no store");
    const char *endpoint = arena_printf(a, "http://127.0.0.1:%d/xapi", proxy_port);
    for (size_t i = 0; i < DEVICES; i++) {
        const char *name = arena_printf(a, "device-%zu", i), *path = arena_printf(a, "%s/%s", dir, name);
        must(store_add_client(s, name, false, token, &err), "no client");
        const char *line = arena_printf(a, "%s:%s\n", name, token);
        must(file_write(path, line, strlen(line), 0600, &err), "no credentials");
        lrs[i] = (struct lrs){.endpoint = endpoint, .credentials = path, .channel = "", .ca = ""};
    }
    must(store_add_client(s, "reader", true, token, &err), "no reader");
    reader = basic(a, "reader", token);
    store_close(s);
}

static void push(char *program, char *server)
{
    static struct library_channel channel = {.id = "plant", .iri = "https://plant.example/learn"};
    char *data = arena_printf(a, "%s/store", dir);
    int port;
    unsetenv("CRIB_CLOCK"); /* ids follow on one another while it stands: one that was changed would be a later one's */
    struct store *s = store_open(data, false, &err);
    must(s != NULL, "no store");
    store_close(s);
    char *const argv[] = {server, "serve", "--data", data, "--listen", "127.0.0.1:0", "--json", NULL};
    struct child serving = start(argv, false);
    must(sscanf(heard(&serving), "{\"url\":\"http://127.0.0.1:%*d\",\"port\":%d", &port) == 1, "crib serve does not start");
    proxy_start(program, port);
    make_clients(data);
    int64_t learner = 0;
    struct record *r = record_open(arena_printf(a, "%s/record.db", dir), &err);
    must(r != NULL && record_learner(r, "kim", &learner, &err), "no record");
    outgoing = (struct outgoing){.arena = a, .record = r, .channels = &channel, .channel_count = 1, .learner = learner,
                                 .account = {"https://plant.example", "kim"}, .home_page = "", .pinned = {.record = r}};
    outgoing.accepted = (struct accepted){lrs, 1};
    size_t changed = push_everywhere();
    push_somewhere();
    during = "all of it";
    size_t strangers = ids_check(&ids, port, reader);
    printf("%zu faults; %zu statements, each held once; %zu others of ids that were changed on the way\n", rounds, ids.count,
           strangers);
    must(strangers <= 2 * changed, "there are statements that nobody sent");
    must(outbox().acknowledged == (int64_t)ids.count, "the device counts otherwise");
    outgoing_close(&outgoing);
    record_close(r);
    free(ids.items);
    must(finish(&serving, SIGTERM) == 0, "crib serve does not end well");
}

static void on_term(int sig)
{
    (void)sig;
    end_running();
    _exit(143);
}

int main(int argc, char **argv)
{
    a = arena_open();
    /* libcurl's set-up is the greatest part of a short sync: the processes that are forked here have it made. */
    if (a == NULL || sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || argc < 5)
        return usage();
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, on_term);
    atexit(end_running);
    unsetenv("CRIB_ROLES");
    srand(2026);
    dir = argv[2];
    bool first = strcmp(argv[1], "first") == 0;
    if (argc == 6 && (first || strcmp(argv[1], "change") == 0)) {
        proxy_start(argv[3], atoi(argv[4]));
        pull(argv[5], first);
    } else if (argc == 5 && strcmp(argv[1], "push") == 0) {
        push(argv[3], argv[4]);
    } else {
        return usage();
    }
    must(finish(&proxy, 0) == 0, "the proxy does not end well");
    curl_global_cleanup();
    arena_close(a);
    return 0;
}
