/* web: what `crib serve` shows of its channels to browsers and programs: pages, cards, suggestions, quizzes; what hostile
 * askers and authors get; that a channel published anew is shown anew. */
#include "sync/serve/server.h"
#include "sync/serve/web_ask.h"
#include "tests/unit/http_client.h"
#include "tests/unit/publisher.h"
#include "tests/unit/suite.h"

#include <ftw.h>
#include <math.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#define DAY INT64_C(86400000)
#define SITE "https://tickets.example.com"

static char outside[48], root[64], out[96], data[96]; /* outside: TMPDIR, which is root meanwhile */
static struct arena *a;
static struct files *files;
static struct web *web;
static struct server *server;
static unsigned port;
static struct secret_key key;
static struct publishing p;

#define PUMP(verb)                                                                                                     \
    "---\ntitle: \"Prime <b>the</b> pump\"\nproblem: It delivers no flow.\noutcome: You prime it.\nminutes: 5\n"      \
    "format: micro\nroles: [operator]\nstages: [troubleshoot]\nowner: pumps@example.com\nreview_by: 2020-01-01\n"     \
    "reviewed: {by: a@example.com, on: 2026-01-01}\ntriggers:\n  - code: E-204\n  - asset: P-1*\n"                    \
    "changes:\n  - {on: 2026-02-03, what: \"Quarter <turn>\"}\nquiz: {pass: 50, shuffle: true}\n---\n"                 \
    "Top text.\n\n## Bleed it {#bleed}\n\n> **Danger** " verb " it out.\n\n<script>alert(1)</script>\n\n"              \
    "E 204? See [the page](../pages/site/df.md#now), [it](weld.md), [no](gone.md), [bad](javascript:alert(1)) and [top](#top).\n\n" \
    "The [sheet](files/p.pdf).\n\n"                                                                                  \
    "- [x] done\n\n## Questions\n\n```gift\n::One:: Which <i>valve</i>? {=The vent#Yes <b>so</b> ~The drain#No, <script>}\n\n" \
    "::Two:: How many bars? {#2:0.5}\n\n::Three:: Sides {=a -> 1 =b -> 2}\n\n::Four:: True? {T}\n```\n"

static const char *pump = PUMP("Lock");
static const char weld[] = "---\ntitle: Weld\nproblem: It cracks.\noutcome: It holds.\nminutes: 2\nroles: [welder]\n"
                           "reviewed: {by: a@example.com, on: 2026-01-01}\nquiz: {feedback: none}\n---\n## Do\n\nGrind it.\n\n"
                           "The [sheet](../files/p.pdf).\n\n"
                           "```gift\n::A:: Grind? {T#Well done}\n```\n";
static const char torque[] =
    "---\ntitle: Torque\nproblem: It shears.\noutcome: It holds.\nminutes: 2\nreviewed: {by: a@example.com, on: 2026-01-01}\n"
    "quiz: {feedback: end}\n---\n## Do\n\nTurn it.\n\n```gift\n[html]<p>Read <b>this</b> first<script>x</script>.</p>\n\n"
    "::A:: Which two? {~%50%M8#Good ~%50%M10 ~%-100%M1}\n\n::B:: Say why. {####It creeps.}\n\n::C:: How much? {=*newton*#So}\n```\n";
static const char week[] =
    "title: The <week>\nproblem: Pumps stand still.\noutcome: Your crew primes them.\nroles: [operator]\nelements:\n"
    "  - {id: read, kind: module, module: pump}\n"
    "  - {id: day, kind: session, title: Workshop, starts: 2026-11-23T14:30+01:00, minutes: 90, where: 'Hall <2>'}\n"
    "  - {id: test, kind: assessment, module: torque, title: What stuck}\n"
    "  - {id: later, kind: follow-up, module: gone, after_days: 14}\n";
static const char draft[] = "---\ntitle: Secret draft\nproblem: It fails.\noutcome: It works.\nminutes: 2\nstatus: draft\n---\n## Do\n\nHidden.\n";

static void publish_now(void)
{
    const struct pack_file all[] = {{"channel.yaml", STR("id: plant\nname: The plant\nlanguages: [en-GB]\n")},
                                    {"files/p.pdf", STR("%PDF")}, /* for two groups */
                                    {"modules/draft.md", STR(draft)},
                                    {"modules/pump.md", str_of(pump)},
                                    {"modules/torque.md", STR(torque)},
                                    {"modules/weld.md", STR(weld)},
                                    {"programmes/week.yaml", STR(week)},
                                    {"pages/site/df.md", STR("# Disk full\n\nLook.\n\n## Now {#now}\n\nHere.\n")}};
    publish_files(a, "plant", &(struct pack_files){all, sizeof all / sizeof *all}, &p);
    p.version++;
    p.published_ms += DAY;
}

static void start(const char *store)
{
    static const char *const origins[] = {SITE};
    struct error err = {0};
    files = files_open();
    ck_assert_ptr_nonnull(files_add(files, out, &err));
    const struct web_options pages = {.files = files, .data = store, .origins = {origins, 1}};
    web = web_open(&pages, &err);
    ck_assert_msg(web != NULL, "%s: %s", err.what, err.why);
    const struct server_options options = {.listen = "127.0.0.1:0", .files = files, .web = web};
    server = server_open(&options, &err);
    ck_assert_msg(server != NULL, "%s: %s", err.what, err.why);
    port = server_port(server);
}

static void stop(void)
{
    server_close(server, 1000);
    web_close(web);
    files_close(files);
}

/* A browser is told to come again while the pages are made; on a slow machine that may be often. */
static void wait_for_pages(void)
{
    int status = 503;
    for (int tries = 0; tries < 100 && status == 503; tries++) {
        struct answer got = client_request(port, "GET", "/plant/m/pump", "", NULL, 0);
        status = got.status;
        answer_free(&got);
    }
}

static void set_up(void)
{
    struct public_key unused;
    ck_assert_int_ge(sodium_init(), 0);
    const char *base = getenv("TMPDIR");
    snprintf(outside, sizeof outside, "%.40s", base != NULL ? base : "/tmp");
    snprintf(root, sizeof root, "%s/crib-web-XXXXXX", outside);
    ck_assert_ptr_nonnull(mkdtemp(root));
    snprintf(out, sizeof out, "%s/out", root);
    snprintf(data, sizeof data, "%s/data", root);
    setenv("TMPDIR", root, 1);
    char path[96];
    snprintf(path, sizeof path, "%s/complaints", root);
    ck_assert_ptr_nonnull(freopen(path, "w", stderr));
    a = arena_open();
    key_make(&unused, &key);
    pump = PUMP("Lock");
    p = (struct publishing){.out = out, .key = &key, .version = 1, .published_ms = 20000 * DAY, .expires_ms = 30000 * DAY};
    publish_now();
    start(NULL);
    wait_for_pages();
}

static size_t left;
static bool complains; /* the server may, on standard error */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    left += at->level == 1 && strstr(path, "crib-pages-") != NULL;
    return remove(path);
}

static void tear_down(void)
{
    struct stat st;
    stop();
    arena_close(a);
    ck_assert(fstat(STDERR_FILENO, &st) == 0);
    ck_assert(complains || st.st_size == 0);
    left = 0;
    ck_assert_int_eq(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    setenv("TMPDIR", outside, 1);
    complains = false;
    ck_assert_uint_eq(left, 0); /* the server takes its temporary library away */
}

static struct answer get(const char *path, const char *headers)
{
    return client_request(port, "GET", path, headers, NULL, 0);
}

static void check_has(const struct answer *got, const char *text)
{
    ck_assert_msg(strstr(buf_text(&got->body), text) != NULL, "no `%s` in:\n%s", text, buf_text(&got->body));
}

static void check_not(const struct answer *got, const char *text)
{
    ck_assert_msg(strstr(buf_text(&got->body), text) == NULL, "`%s` in:\n%s", text, buf_text(&got->body));
}

static void check_header(const struct answer *got, const char *name, const char *value)
{
    char text[400];
    ck_assert_str_eq(answer_header(got, name, text, sizeof text), value);
}

/* No page has anything that a script could come in by. */
static void check_safe(const struct answer *got)
{
    static const char *const never[] = {"<script", "javascript:", "style=", "<iframe", "<img", "src="};
    char policy[400];
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        check_not(got, never[i]);
    answer_header(got, "Content-Security-Policy", policy, sizeof policy);
    ck_assert_msg(strncmp(policy, "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ", 88) == 0,
                  "%s", policy);
    check_header(got, "X-Content-Type-Options", "nosniff");
    check_header(got, "Referrer-Policy", "no-referrer");
}

START_TEST(module_page)
{
    struct answer got = get("/plant/m/pump", "");
    ck_assert_int_eq(got.status, 200);
    check_header(&got, "Content-Type", "text/html; charset=utf-8");
    check_header(&got, "X-Frame-Options", "DENY");
    check_safe(&got);
    static const char *const parts[] = {
        "<html lang=\"en-GB\">", "<title>Prime &lt;b&gt;the&lt;/b&gt; pump</title>", "<h1>Prime &lt;b&gt;the&lt;/b&gt; pump</h1>",
        "href=\"#main\"", "<main id=\"main\"", "It delivers no flow.", "You prime it.", "5 min, micro", "<dd>operator</dd>",
        "pumps@example.com", "Review overdue since", "2026-01-01 by a@example.com", "2026-02-03: Quarter &lt;turn&gt;",
        "<h2 id=\"bleed\">Bleed it</h2>", "<div class=\"call-out danger\"", "&lt;script&gt;alert(1)",
        "<a href=\"/plant/m/site/df#now\">the page</a>", "<a href=\"/plant/m/weld\">it</a>", "<span>no</span>", "<span>bad</span>",
        "<a href=\"#top\">top</a>", "aria-label=\"done\"", "href=\"/plant/quiz/pump\">Check yourself: 4 questions", "The plant"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        check_has(&got, parts[i]);
    check_not(&got, "Which");
    answer_free(&got);
}
END_TEST

START_TEST(section_page)
{
    struct answer got = get("/plant/m/pump?section=bleed", "");
    ck_assert_int_eq(got.status, 200);
    check_safe(&got);
    check_has(&got, "<h2 id=\"bleed\">Bleed it</h2>");
    check_has(&got, "Next: Questions");
    check_has(&got, "href=\"/plant/m/pump?section=top\">Before this");
    check_has(&got, "<a href=\"/plant/m/pump?section=top\">top</a>");
    check_not(&got, "Top text.");
    answer_free(&got);
    got = get("/plant/m/site/df", ""); /* its heading is its title */
    check_has(&got, "<h1 id=\"disk-full\">Disk full</h1>");
    check_has(&got, "<h2 id=\"now\">Now</h2>");
    ck_assert_ptr_null(strstr(strstr(buf_text(&got.body), "<h1") + 1, "<h1"));
    answer_free(&got);
}
END_TEST

static void wait_for(const char *path, const char *text)
{
    const struct timespec pause = {0, 50 * 1000000L};
    for (int i = 0; i < 400; i++, nanosleep(&pause, NULL)) {
        struct answer got = get(path, "");
        bool there = strstr(buf_text(&got.body), text) != NULL;
        answer_free(&got);
        if (there)
            return;
    }
    ck_abort_msg("%s never says `%s`", path, text);
}

START_TEST(list)
{
    struct answer got = get("/plant/m/", "");
    ck_assert_int_eq(got.status, 200);
    check_safe(&got);
    check_has(&got, "<a href=\"/plant/m/pump\">Prime &lt;b&gt;the&lt;/b&gt; pump</a> <span class=\"small\">5 min, micro</span><br>It delivers");
    check_has(&got, "<a href=\"/plant/m/site/df\">Disk full</a> <span class=\"small\">page</span>");
    check_has(&got, "<a href=\"/plant/programme/week\">The &lt;week&gt;</a><br>Pumps stand still.");
    check_not(&got, "Secret");
    check_has(&got, "<title>The plant</title>");
    check_has(&got, "<h1>The plant</h1>");
    check_has(&got, "<a href=\"/\">All channels</a>");
    check_not(&got, "?page=");
    check_not(&got, "stale");
    answer_free(&got);
    got = get("/plant/", "");
    check_has(&got, "<h1>The plant</h1>");
    answer_free(&got);
    got = get("/", "");
    ck_assert_int_eq(got.status, 200);
    check_safe(&got);
    check_has(&got, "<a href=\"/plant/m/\">The plant</a> <span class=\"small\">3 modules, 1 page, 1 programme</span>");
    answer_free(&got);
    got = get("/plant/m/pump", "");
    check_has(&got, "<a href=\"/plant/m/\">The plant</a>");
    answer_free(&got);
}
END_TEST

/* A programme's page names its elements by phase; each that has a module leads there, where there is one. */
START_TEST(programme_page)
{
    static const char *const wanted[] = {
        "<h1>The &lt;week&gt;</h1>", "<p class=\"problem\">Pumps stand still.</p>", "<dt>For</dt><dd>operator</dd>",
        "<h2>Before</h2>\n<ul class=\"steps\">\n<li><a href=\"/plant/m/pump\">Prime &lt;b&gt;the&lt;/b&gt; pump</a> <span class=\"small\">Module, 5 min</span></li>\n</ul>",
        "<li>Workshop <span class=\"small\">Session, <time datetime=\"2026-11-23T14:30+01:00\">2026-11-23 14:30+01:00</time>, 90 min, Hall &lt;2&gt;</span></li>",
        "<a href=\"/plant/m/torque\">What stuck</a> <span class=\"small\">Assessment, 2 min</span>",
        "<h2>After</h2>\n<ul class=\"steps\">\n<li>gone <span class=\"small\">Follow-up, from 2026-12-07</span></li>",
        "<a href=\"/plant/m/\">The plant</a>"};
    struct answer got = get("/plant/programme/week", "");
    ck_assert_int_eq(got.status, 200);
    check_safe(&got);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        check_has(&got, wanted[i]);
    answer_free(&got);
    static const char *const none[] = {"/plant/programme/", "/plant/programme/wee", "/other/programme/week", "/plant/programme/week/x"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        got = get(none[i], "");
        ck_assert_int_eq(got.status, 404);
        answer_free(&got);
    }
}
END_TEST

/* A list goes on where it is too long for one page. */
START_TEST(long_list)
{
    enum { PAGES = 501 };
    static char paths[PAGES][24];
    static struct pack_file all[PAGES + 1];
    all[0] = (struct pack_file){"channel.yaml", STR("id: plant\n")};
    for (size_t i = 0; i < PAGES; i++) {
        snprintf(paths[i], sizeof paths[i], "pages/p%zu.md", 1000 + i);
        const char *text = arena_printf(a, "# Title %zu\n", 1000 + i);
        all[i + 1] = (struct pack_file){paths[i], str_of(text)};
    }
    publish_files(a, "plant", &(struct pack_files){all, PAGES + 1}, &p);
    wait_for("/plant/m/", "<a href=\"/plant/m/?page=2\">Next</a>");
    wait_for("/plant/m/", ">Title 1499</a>");
    struct answer got = get("/plant/m/?page=2", "");
    check_has(&got, ">Title 1500</a>");
    check_not(&got, ">Title 1499</a>");
    check_not(&got, ">Next</a>");
    check_has(&got, "<a href=\"/plant/m/?page=1\">Before these</a>");
    answer_free(&got);
    static const char *const none[] = {"3", "0", "-1", "x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        got = get(arena_printf(a, "/plant/m/?page=%s", none[i]), "");
        ck_assert_int_eq(got.status, 404);
        answer_free(&got);
    }
}
END_TEST

/* What was published long ago and never again may be wrong by now. */
START_TEST(out_of_date)
{
    static const char *const paths[] = {"/plant/m/pump", "/plant/m/pump?section=bleed", "/plant/m/", "/", "/plant/quiz/pump"};
    p.expires_ms = p.published_ms + 2 * DAY;
    publish_now();
    wait_for("/plant/m/pump", "<b class=\"word\">Out of date</b> since 2024-10-07");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        wait_for(paths[i], "Out of date</b> since 2024-10-07");
    wait_for("/suggest?code=E-204", "\"stale\":true");
    wait_for("/embed?code=E-204", "<b class=\"stale\">out of date</b>");
    p.expires_ms = 30000 * DAY;
    publish_now();
    wait_for("/suggest?code=E-204", "\"stale\":false");
    struct answer got = get("/plant/m/", "");
    check_not(&got, "Out of date");
    answer_free(&got);
}
END_TEST

START_TEST(not_there)
{
    static const struct {
        const char *path;
        int status;
    } all[] = {
        {"/plant/m/draft", 404},      {"/plant/m/gone", 404},       {"/other/m/", 404},          {"/other/m/pump", 404},
        {"/plant/m/pump%23bleed", 404}, {"/plant/m/../m/pump", 404}, {"/plant/m/pump?section=no", 404},
        {"/plant/m/plant/pump", 404}, {"/plant/quiz/gone", 404},    {"/plant/quiz/site/df", 404}, {"//m/pump", 404},
        {"/plant/m/%00", 404},        {"/plant/m/%FF%FE", 404},     {"/plant/m/pump'--", 404},   {"/plant/m", 404},
        {"/suggest/", 404},           {"/suggest", 400},            {"/embed", 400},             {"/crib.css", 200},
        {"/plant/channel.json", 200}, {"/plant/quiz/pump", 200},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct answer got = get(all[i].path, "");
        ck_assert_msg(got.status == all[i].status, "%s: %d", all[i].path, got.status);
        answer_free(&got);
    }
}
END_TEST

START_TEST(methods)
{
    struct answer got = client_request(port, "POST", "/plant/m/pump", "", "x=1", 3);
    ck_assert_int_eq(got.status, 405);
    answer_free(&got);
    got = client_request(port, "GET", "/suggest?q=a", "", "x=1", 3);
    ck_assert_int_eq(got.status, 413);
    answer_free(&got);
    got = client_request(port, "DELETE", "/plant/quiz/pump", "", NULL, 0);
    ck_assert_int_eq(got.status, 405);
    check_header(&got, "Allow", "GET, HEAD, POST");
    answer_free(&got);
    got = client_request(port, "POST", "/plant/quiz/pump", "Content-Type: multipart/form-data; boundary=x\r\n", "x", 1);
    ck_assert_int_eq(got.status, 415);
    answer_free(&got);
    got = client_request(port, "HEAD", "/plant/m/pump", "", NULL, 0);
    ck_assert_int_eq(got.status, 200);
    ck_assert_uint_gt(got.length, 1000);
    answer_free(&got);
}
END_TEST

START_TEST(cached)
{
    char etag[64], headers[120];
    struct answer got = get("/plant/m/pump", "");
    answer_header(&got, "ETag", etag, sizeof etag);
    snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", etag);
    answer_free(&got);
    got = get("/plant/m/pump", headers);
    ck_assert_int_eq(got.status, 304);
    answer_free(&got);
}
END_TEST

/* ---- suggestions ---- */

START_TEST(suggestions)
{
    static const struct {
        const char *query, *has, *not; /* NULL: nothing */
    } all[] = {
        {"code=e204", "\"module\":\"pump\",\"section\":\"bleed\",\"heading\":\"Bleed it\"", "weld"},
        {"code=e204", "/plant/m/pump?section=bleed\",\"link\":\"crib://plant/pump#bleed\"", NULL},
        {"code=E%20204&stage=troubleshoot", "\"why\":\"code E 204 fits E-204 in \\\"Bleed it\\\", stage troubleshoot\"", NULL},
        {"code=e204&q=sheet+page", "\"section\":\"bleed\"", NULL},
        {"asset=p-101", "asset p-101 fits P-1*", "weld"},
        {"asset=p-101&role=welder", "\"count\":0", "pump"},
        {"role=welder", "\"module\":\"weld\"", "\"module\":\"pump\""},
        {"stage=troubleshoot", "\"module\":\"pump\"", NULL},
        {"q=grind", "\"section\":\"do\"", "pump"},
        {"q=grind&limit=1", "?section=do\"", NULL},
        {"q=zzzzzz", "\"count\":0,\"items\":[]", NULL},
        {"q=the&utm_source=x", "\"items\"", NULL},
        {"q=%3Cscript%3E%22", "\"count\"", "<script>\""},
        {"q=secret+draft", "\"count\"", "Secret"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char path[200];
        snprintf(path, sizeof path, "/suggest?%s", all[i].query);
        struct answer got = get(path, "");
        ck_assert_msg(got.status == 200, "%s: %d", path, got.status);
        check_header(&got, "Content-Type", "application/json");
        check_header(&got, "X-Content-Type-Options", "nosniff");
        check_has(&got, all[i].has);
        if (all[i].not != NULL)
            check_not(&got, all[i].not);
        answer_free(&got);
    }
}
END_TEST

START_TEST(hostile_queries)
{
    char longest[400];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const bad[] = {"q=a&q=b", "code=%C3", "stage=%E2%80%AE", "q=", "limit=5", "q=a&limit=0", "q=a&limit=51",
                               "q=a&limit=-1", "q=a&limit=1e1", "q=a&limit=99999999999999999999999", longest, "=&=&="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int card = 0; card < 2; card++) {
            char path[500];
            snprintf(path, sizeof path, "/%s?%s%s", card ? "embed" : "suggest", bad[i] == longest ? "q=" : "", bad[i]);
            struct answer got = get(path, "");
            ck_assert_msg(got.status == 400, "%s: %d", path, got.status);
            if (!card)
                check_has(&got, "{\"error\":\"");
            answer_free(&got);
        }
    struct buf many = {0};
    buf_adds(&many, "/suggest?q=a");
    for (int i = 0; i < 40; i++)
        buf_addf(&many, "&x%d=1", i);
    struct answer got = get(buf_text(&many), "");
    ck_assert_int_eq(got.status, 400);
    answer_free(&got);
    buf_free(&many);
}
END_TEST

START_TEST(sharing)
{
    static const struct {
        const char *headers, *allowed;
    } all[] = {{"", ""},
               {"Origin: " SITE "\r\n", SITE},
               {"Origin: https://evil.example\r\n", ""},
               {"Origin: null\r\n", ""},
               {"Origin: " SITE ".evil.example\r\n", ""}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct answer got = get("/suggest?q=pump", all[i].headers);
        check_header(&got, "Access-Control-Allow-Origin", all[i].allowed);
        check_header(&got, "Vary", "Origin");
        answer_free(&got);
    }
}
END_TEST

/* What the asker calls the server is only believed where it is a name. */
START_TEST(addresses)
{
    struct answer got = get("/suggest?code=E-204", "");
    check_has(&got, "\"url\":\"http://localhost/plant/m/pump?section=bleed\"");
    answer_free(&got);
    int fd = client_open(port);
    static const char request[] = "GET /suggest?code=E-204 HTTP/1.1\r\nHost: a\"><b\r\nConnection: close\r\n\r\n";
    ck_assert(client_send(fd, request, sizeof request - 1));
    got = client_answer(fd, false);
    close(fd);
    check_not(&got, "><b");
    answer_free(&got);
}
END_TEST

START_TEST(card)
{
    struct answer got = get("/embed?code=E-204&q=%22%3E%3Cscript%3E", "");
    ck_assert_int_eq(got.status, 200);
    check_safe(&got);
    char policy[400];
    ck_assert_ptr_nonnull(strstr(answer_header(&got, "Content-Security-Policy", policy, sizeof policy), "frame-ancestors " SITE));
    check_header(&got, "X-Frame-Options", "");
    check_has(&got, "<a target=\"_blank\" rel=\"noopener\" href=\"/plant/m/pump?section=bleed\">Prime &lt;b&gt;the&lt;/b&gt; pump</a>");
    check_has(&got, "5 min, micro");
    answer_free(&got);
    got = get("/embed?code=nothing-known-9", "");
    check_has(&got, "Nothing fits");
    answer_free(&got);
}
END_TEST

/* ---- quizzes ---- */

static void hidden(const struct answer *page, const char *name, char *value, size_t size)
{
    char wanted[60];
    snprintf(wanted, sizeof wanted, "name=\"%s\" value=\"", name);
    const char *at = strstr(buf_text(&page->body), wanted);
    ck_assert_ptr_nonnull(at);
    at += strlen(wanted);
    snprintf(value, size, "%.*s", (int)strcspn(at, "\""), at);
}

static struct answer post(const char *path, const char *fields)
{
    char revision[80], seed[30];
    struct buf body = {0};
    struct answer page = get(path, "");
    hidden(&page, "revision", revision, sizeof revision);
    hidden(&page, "seed", seed, sizeof seed);
    answer_free(&page);
    /* The order of a seed is asked of the page itself. */
    buf_addf(&body, "revision=%s&seed=7&%s", revision, fields);
    struct answer got = client_request(port, "POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", buf_text(&body), body.len);
    buf_free(&body);
    return got;
}

/* The number of the question whose text this is, in the order of seed 7. */
static size_t number_of(const char *text)
{
    struct answer page = post("/plant/quiz/pump", "");
    const char *at = strstr(buf_text(&page.body), text), *n = NULL;
    ck_assert_ptr_nonnull(at);
    for (const char *next = strstr(buf_text(&page.body), "id=\"n"); next != NULL && next < at; next = strstr(next + 1, "id=\"n"))
        n = next;
    ck_assert_ptr_nonnull(n);
    size_t number = strtoul(n + 5, NULL, 10);
    answer_free(&page);
    return number;
}

START_TEST(quiz_form)
{
    struct answer got = get("/plant/quiz/pump", "");
    ck_assert_int_eq(got.status, 200);
    check_safe(&got);
    check_has(&got, "Nothing is recorded here");
    check_has(&got, "<form method=\"post\"");
    check_has(&got, "<legend>Question 1 of 4</legend>");
    check_has(&got, "Which <em>valve</em>?");
    check_has(&got, "</span></label></div>\n<div><label class=\"choice\">"); /* each on a line of its own, also without a style sheet */
    check_has(&got, "<p><button name=\"check\"");
    check_not(&got, "call-out");
    check_header(&got, "Cache-Control", "no-store");
    answer_free(&got);
}
END_TEST

START_TEST(quiz_check)
{
    char fields[100];
    size_t one = number_of("Which <em>valve</em>?"), two = number_of("How many bars?");
    snprintf(fields, sizeof fields, "q%zu=1&check=%zu", one, one);
    struct answer got = post("/plant/quiz/pump", fields);
    ck_assert_int_eq(got.status, 200);
    check_safe(&got);
    check_has(&got, "Not right");
    check_has(&got, "Right: The vent");
    check_has(&got, " checked");
    answer_free(&got);
    snprintf(fields, sizeof fields, "q%zu=0&check=%zu", one, one);
    got = post("/plant/quiz/pump", fields);
    check_has(&got, "<p class=\"word\">Right</p>");
    check_has(&got, "Yes <strong>so</strong>");
    answer_free(&got);
    snprintf(fields, sizeof fields, "q%zu=0&check=%zu", one, two); /* another one was checked */
    got = post("/plant/quiz/pump", fields);
    check_not(&got, "<p class=\"word\">Right</p>");
    answer_free(&got);
    snprintf(fields, sizeof fields, "q%zu=%%22%%3E%%3Cscript%%3E&check=%zu", two, two); /* no number */
    got = post("/plant/quiz/pump", fields);
    check_safe(&got);
    check_has(&got, "value=\"&quot;&gt;&lt;script&gt;\"");
    check_has(&got, "call-out caution");
    answer_free(&got);
}
END_TEST

START_TEST(quiz_handed_in)
{
    char fields[200];
    size_t one = number_of("Which <em>valve</em>?"), two = number_of("How many bars?"), three = number_of("Sides"), four = number_of("True?");
    snprintf(fields, sizeof fields, "q%zu=0&done=1", one);
    struct answer got = post("/plant/quiz/pump", fields);
    check_has(&got, "1 of 4 questions is answered.");
    answer_free(&got);
    snprintf(fields, sizeof fields, "q%zu=0&q%zu=2,3&q%zu.0=0&q%zu.1=0&q%zu=f&done=1", one, two, three, three, four);
    got = post("/plant/quiz/pump", fields);
    check_has(&got, "62 of 100; 50 passes. Nothing of it was recorded.");
    check_has(&got, "Partly right");
    answer_free(&got);
}
END_TEST

START_TEST(quiz_tells_nothing)
{
    struct answer got = post("/plant/quiz/weld", "q0=t&check=0");
    check_not(&got, "Well done");
    check_not(&got, "<p class=\"word\">Right</p>");
    answer_free(&got);
    got = post("/plant/quiz/weld", "q0=t&done=1");
    check_has(&got, "100 of 100");
    check_not(&got, "Well done");
    answer_free(&got);
}
END_TEST

/* Told at the end alone; an essay is compared and judged by its writer; a choice of several is passed over or made. */
START_TEST(quiz_at_the_end)
{
    static const char path[] = "/plant/quiz/torque";
    static const struct {
        const char *fields, *has, *not;
    } steps[] = {
        {"", "Read <strong>this</strong> firstx", "Check this answer"},
        {"q1=0&check=1", "checked", "Good"},
        {"q3=Newton+metres&done=1", "1 of 3 questions is answered.", "<p>So</p>"},
        {"q1=0&q1=1&q1=1&q2=It+%3Cbends%3E&q3=Newton+metres&done=1", "<p>It creeps.</p>", "Passed"},
        {"q1=0&q1=1&q2=It+%3Cbends%3E&q3=Newton+metres&done=1", "say below how yours was", "Good"},
        {"q1=0&q1=1&q2=It+%3Cbends%3E&s2=1&q3=newton&done=1", "83 of 100; 80 passes.", "Not right"},
        {"q1=0&q1=1&q2=It+%3Cbends%3E&s2=1&q3=newton&done=1", "It &lt;bends&gt;</textarea>", "<bends>"},
        {"q1=0&q1=1&q2=x&s2=2&q3=newton&done=1", "Good", "not answered"},
        {"q1=2&q1=0&q2=x&s2=9&q3=newton&done=1", "2 of 3 questions are answered.", "Good"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct answer got = post(path, steps[i].fields);
        ck_assert_int_eq(got.status, 200);
        check_safe(&got);
        check_has(&got, steps[i].has);
        check_not(&got, steps[i].not);
        answer_free(&got);
    }
}
END_TEST

START_TEST(quiz_nonsense)
{
    static const char *const bad[] = {"q0=99999999999999999999&q1=-1&q2.0=9&q3=x&done=1", "check=99&c0=1&c1=1&c2=1&c3=1", "seed=-1&done=1",
                                      "q0=0&q0=0&q0=1&q0=&done=1", "q0=%00%FF&q1=%FF&done=1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct answer got = post("/plant/quiz/pump", bad[i]);
        ck_assert_msg(got.status == 200, "%s: %d", bad[i], got.status);
        check_safe(&got);
        answer_free(&got);
    }
    static const char type[] = "Content-Type: application/x-www-form-urlencoded\r\n";
    struct answer got = client_request(port, "POST", "/plant/quiz/pump", type, "revision=old&q0=1&done=1", 24);
    check_has(&got, "has changed since");
    answer_free(&got);
    got = client_request(port, "POST", "/plant/quiz/pump", type, "=&&&q0", 6);
    ck_assert_int_eq(got.status, 400);
    answer_free(&got);
    struct buf body = {0};
    for (int i = 0; i < 5000; i++)
        buf_addf(&body, "f%d=1&", i);
    got = client_request(port, "POST", "/plant/quiz/pump", type, buf_text(&body), body.len);
    ck_assert_int_eq(got.status, 400);
    answer_free(&got);
    buf_clear(&body);
    buf_addn(&body, 'a', 200000);
    got = client_request(port, "POST", "/plant/quiz/pump", type, buf_text(&body), body.len);
    ck_assert_int_eq(got.status, 413);
    answer_free(&got);
    buf_free(&body);
}
END_TEST

/* Who sends an answer byte by byte makes the server keep it once, not once for each byte. */
START_TEST(quiz_byte_by_byte)
{
    enum { BYTES = 20000, MOST_KB = 64 * 1024 };
    char revision[80];
    struct buf form = {0}, sent = {0};
    struct rusage before, after;
    struct answer got = get("/plant/quiz/pump", "");
    hidden(&got, "revision", revision, sizeof revision);
    answer_free(&got);
    buf_addf(&form, "revision=%s&seed=7&q%zu=b", revision, number_of("How many bars"));
    buf_addn(&form, 'a', BYTES);
    buf_adds(&form, "e&done=1");
    buf_adds(&sent, "POST /plant/quiz/pump HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
                   "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
    for (size_t i = 0; i < form.len; i++)
        buf_addf(&sent, "1\r\n%c\r\n", form.data[i]);
    buf_adds(&sent, "0\r\n\r\n");
    int fd = client_open(port);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &before), 0);
    ck_assert(client_send(fd, buf_text(&sent), sent.len));
    got = client_answer(fd, false);
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &after), 0);
    close(fd);
    ck_assert_int_eq(got.status, 200);
    check_has(&got, "baaa");
    check_has(&got, "aaae\"");
    ck_assert_msg(after.ru_maxrss - before.ru_maxrss < MOST_KB, "%ld KB more", after.ru_maxrss - before.ru_maxrss);
    answer_free(&got);
    buf_free(&form);
    buf_free(&sent);
}
END_TEST

/* What waits for its end is bounded for all together: no crowd fills the memory. */
START_TEST(quiz_crowd)
{
    enum { CROWD = 100, SENT = 100 * 1000, TRIES = 200 };
    static const char head[] = "POST /plant/quiz/pump HTTP/1.1\r\nHost: localhost\r\nContent-Length: 130000\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n\r\nq0=";
    const struct timespec pause = {0, 50 * 1000000L};
    struct buf form = {0};
    int fds[CROWD], status = 0;
    buf_addn(&form, 'a', SENT);
    for (size_t i = 0; i < CROWD; i++) {
        fds[i] = client_open(port);
        ck_assert(fds[i] >= 0 && client_send(fds[i], head, sizeof head - 1) && client_send(fds[i], buf_text(&form), form.len));
    }
    buf_free(&form);
    for (int wanted = 503, i = 0; i < TRIES; i++, nanosleep(&pause, NULL)) {
        struct answer got = post("/plant/quiz/pump", "done=1");
        status = got.status;
        answer_free(&got);
        if (status != wanted)
            continue;
        if (wanted == 200)
            break;
        wanted = 200;
        for (size_t k = 0; k < CROWD; k++)
            close(fds[k]);
        fds[0] = -1;
    }
    ck_assert_int_eq(fds[0], -1); /* it was refused meanwhile */
    ck_assert_int_eq(status, 200);
}
END_TEST

/* ---- the channel changes ---- */

START_TEST(published_anew)
{
    wait_for("/plant/m/pump", "Lock it out.");
    pump = PUMP("Really lock");
    publish_now();
    wait_for("/plant/m/pump", "Really lock it out.");
    wait_for("/suggest?q=really", "\"module\":\"pump\"");
}
END_TEST

/* Both threads of the server open their handles while versions follow one another. */
START_TEST(published_often)
{
    static const char *const versions[] = {PUMP("Once lock"), PUMP("Twice lock"), PUMP("Thrice lock"), PUMP("Four times lock")};
    static const char *const words[] = {"Once lock", "Twice lock", "Thrice lock", "Four times lock"};
    static const char request[] = "GET /suggest?q=lock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        int fds[12];
        pump = versions[i];
        publish_now();
        for (size_t k = 0; k < sizeof fds / sizeof *fds; k++) {
            fds[k] = client_open(port);
            ck_assert(fds[k] >= 0 && client_send(fds[k], request, sizeof request - 1));
        }
        for (size_t k = 0; k < sizeof fds / sizeof *fds; k++) {
            struct answer got = client_answer(fds[k], false);
            ck_assert_int_eq(got.status, 200);
            check_has(&got, "\"module\":\"pump\"");
            answer_free(&got);
            close(fds[k]);
        }
        wait_for("/plant/m/pump", words[i]);
    }
}
END_TEST

START_TEST(kept_in_data)
{
    char path[120];
    struct stat st;
    stop();
    start(data);
    wait_for("/plant/m/pump", "Lock it out.");
    snprintf(path, sizeof path, "%s/pages/library.db", data);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0077, 0);
    stop();
    start(data);
    wait_for("/plant/m/pump", "Lock it out.");
}
END_TEST

START_TEST(damaged)
{
    char path[120];
    complains = true;
    wait_for("/plant/m/pump", "Lock it out.");
    snprintf(path, sizeof path, "%s/channel.json", out);
    struct error err = {0};
    ck_assert(file_write(path, "{}", 2, 0644, &err));
    const struct timespec pause = {1, 200 * 1000000L};
    nanosleep(&pause, NULL);
    wait_for("/plant/m/pump", "Lock it out."); /* what there was stays */
    wait_for("/plant/m/pump", "Lock it out.");
}
END_TEST

START_TEST(origins)
{
    static const char *const good[] = {"https://tickets.example.com", "http://10.0.0.7:8080", "https://[::1]:8443"},
                            *const bad[] = {"*", "null", "https://", "https://a.example.com/", "https://a b", "https://A.example.com",
                                            "https://a;script-src *", "ftp://a", "a.example.com", "https://*.example.com", "https://a\r\nX: y", ""};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(web_origin_valid(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!web_origin_valid(bad[i]), "%s", bad[i]);
}
END_TEST

/* ---- colours (WCAG 2.2, 1.4.3: 4.5 at least) ---- */

static double channel(unsigned c)
{
    double v = c / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* of --NAME in the style sheet from `from` on */
static double luminance(const char *from, const char *name)
{
    char wanted[40];
    unsigned rgb = 0;
    snprintf(wanted, sizeof wanted, "--%s: #", name);
    const char *at = strstr(from, wanted);
    ck_assert_msg(at != NULL && sscanf(at + strlen(wanted), "%6x", &rgb) == 1, "%s", name);
    return 0.2126 * channel(rgb >> 16) + 0.7152 * channel(rgb >> 8 & 255) + 0.0722 * channel(rgb & 255);
}

START_TEST(contrast)
{
    static const char *const pairs[][2] = {
        {"text", "page"},      {"quiet", "page"},          {"link", "page"},            {"text", "code"},
        {"link", "code"},      {"danger", "danger-page"},  {"warning", "warning-page"}, {"caution", "caution-page"},
        {"note", "note-page"}, {"tip", "tip-page"},        {"text", "danger-page"},     {"text", "warning-page"},
        {"text", "caution-page"}, {"text", "note-page"},   {"text", "tip-page"},        {"link", "danger-page"},
        {"link", "warning-page"}, {"link", "caution-page"}, {"link", "note-page"},      {"link", "tip-page"}};
    struct answer css = get("/crib.css", "");
    check_header(&css, "Content-Type", "text/css; charset=utf-8");
    const char *dark = strstr(buf_text(&css.body), "prefers-color-scheme: dark");
    ck_assert_ptr_nonnull(dark);
    for (int d = 0; d < 2; d++)
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            const char *from = d ? dark : buf_text(&css.body);
            double x = luminance(from, pairs[i][0]) + 0.05, y = luminance(from, pairs[i][1]) + 0.05;
            double ratio = x > y ? x / y : y / x;
            ck_assert_msg(ratio >= 4.5, "%s on %s, %s: %.2f", pairs[i][0], pairs[i][1], d ? "dark" : "light", ratio);
        }
    answer_free(&css);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("web");
    TCase *t = tcase_create("web");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, module_page);
    tcase_add_test(t, section_page);
    tcase_add_test(t, list);
    tcase_add_test(t, programme_page);
    tcase_add_test(t, long_list);
    tcase_add_test(t, out_of_date);
    tcase_add_test(t, not_there);
    tcase_add_test(t, methods);
    tcase_add_test(t, cached);
    tcase_add_test(t, suggestions);
    tcase_add_test(t, hostile_queries);
    tcase_add_test(t, sharing);
    tcase_add_test(t, addresses);
    tcase_add_test(t, card);
    tcase_add_test(t, quiz_form);
    tcase_add_test(t, quiz_check);
    tcase_add_test(t, quiz_handed_in);
    tcase_add_test(t, quiz_tells_nothing);
    tcase_add_test(t, quiz_at_the_end);
    tcase_add_test(t, quiz_nonsense);
    tcase_add_test(t, quiz_byte_by_byte);
    tcase_add_test(t, quiz_crowd);
    tcase_add_test(t, published_anew);
    tcase_add_test(t, published_often);
    tcase_add_test(t, kept_in_data);
    tcase_add_test(t, damaged);
    tcase_add_test(t, contrast);
    suite_add_tcase(s, t);
    TCase *alone = tcase_create("origins");
    tcase_add_test(alone, origins);
    suite_add_tcase(s, alone);
    return suite_run(s);
}
