/* Search, key by key, beside FTS5 in the same process: the same sections, the same words typed, the best 20 with their
 * snippets. `bench_find DIR` (else BENCH_CORPUS): Markdown files; BENCH_CRIB names the program whose `channel add` is
 * timed beside FTS5's bare build. Rows are `what|crib|peer|ratio|goal|met or MISSED`.
 *
 * FTS5 has a row a section, prefix='1 2 3', weights in its rank setting and ORDER BY rank; texts are parsed before its
 * build is timed. Keys go in turn: crib, FTS5, crib, FTS5. */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/library/document.h"
#include "core/library/search.h"
#include "core/library/search_writer.h"
#include "core/library/section.h"
#include "tests/bench/measure.h"

#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; /* POSIX leaves its declaration to the program */

enum { FILES_MOST = 50000, QUERIES = 120, KEYS_MOST = 8000, TOP = 20, BUILDS = 3 };

struct page {
    char *path;
    struct buf bytes;
    const struct sections *sections;
};

static struct page pages[FILES_MOST]; /* nftw gives its callback no context */
static size_t page_count, text_bytes, section_count;
static const char *corpus;
static char dir[256];

static void row(const char *what, double crib, double peer, const char *unit, double limit, const char *goal)
{
    double ratio = crib / peer;
    printf("%s|%.3f %s|%.3f %s|%.3f|%s|%s\n", what, crib, unit, peer, unit, ratio, goal, ratio <= limit ? "met" : "MISSED");
}

/* ---- the corpus ---- */

static int take_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)where;
    size_t n = strlen(path);
    FILE *f = type == FTW_F && n > 3 && strcmp(path + n - 3, ".md") == 0 && page_count < FILES_MOST ? fopen(path, "rb")
                                                                                                   : NULL;
    if (f == NULL)
        return 0;
    struct page *p = &pages[page_count++];
    char part[16384];
    for (size_t got; (got = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(&p->bytes, part, got);
    fclose(f);
    p->path = strdup(path + strlen(corpus));
    text_bytes += p->bytes.len;
    return p->path == NULL;
}

static bool parse_all(struct arena *a, struct error *err)
{
    for (size_t i = 0; i < page_count; i++) {
        struct document *d = document_parse(buf_text(&pages[i].bytes), pages[i].bytes.len, 1, err);
        pages[i].sections = d != NULL ? sections_of(d, a, pages[i].path, NULL, err) : NULL;
        document_close(d);
        if (pages[i].sections == NULL)
            return false;
        section_count += pages[i].sections->count;
    }
    return page_count > 0;
}

static const char *title_of(const struct page *p)
{
    for (size_t i = 0; i < p->sections->count; i++)
        if (p->sections->items[i].title[0] != '\0')
            return p->sections->items[i].title;
    return p->path;
}

/* ---- the two indexes ---- */

static bool build_crib(const char *where, struct error *err)
{
    struct search_writer *w = search_writer_open(where, NULL, err);
    bool ok = w != NULL;
    static struct search_section sections[100000];
    for (size_t i = 0; ok && i < page_count; i++) {
        const struct sections *from = pages[i].sections;
        size_t n = from->count < 100000 ? from->count : 100000;
        for (size_t k = 0; k < n; k++)
            sections[k] = (struct search_section){from->items[k].anchor, from->items[k].title, from->items[k].text,
                                                  from->items[k].text_len};
        const struct search_doc doc = {.key = (int64_t)i + 1, .channel = "bench", .id = pages[i].path,
                                       .title = title_of(&pages[i]), .problem = "", .outcome = "", .kind = KIND_PAGE,
                                       .on_device = true, .sections = sections, .section_count = n};
        ok = search_writer_replace(w, &doc, err);
    }
    ok = ok && search_writer_commit(w, 1, err);
    search_writer_close(w);
    return ok;
}

static bool sql(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

static bool insert_all(sqlite3 *db)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(db, "INSERT INTO find VALUES (?, ?, ?)", -1, &s, NULL) != SQLITE_OK)
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < page_count; i++)
        for (size_t k = 0; ok && k < pages[i].sections->count; k++) {
            const struct section *from = &pages[i].sections->items[k];
            sqlite3_bind_text(s, 1, k == 0 ? title_of(&pages[i]) : "", -1, SQLITE_STATIC);
            sqlite3_bind_text(s, 2, from->title, -1, SQLITE_STATIC);
            sqlite3_bind_text(s, 3, from->text, (int)from->text_len, SQLITE_STATIC);
            ok = sqlite3_step(s) == SQLITE_DONE && sqlite3_reset(s) == SQLITE_OK;
        }
    return sqlite3_finalize(s) == SQLITE_OK && ok;
}

static sqlite3 *build_fts(const char *path)
{
    sqlite3 *db;
    if (sqlite3_open(path, &db) == SQLITE_OK && sql(db, "PRAGMA journal_mode=WAL") &&
        sql(db, "PRAGMA synchronous=NORMAL") &&
        sql(db, "CREATE VIRTUAL TABLE find USING fts5(title, heading, text, prefix='1 2 3')") &&
        sql(db, "INSERT INTO find(find, rank) VALUES ('rank', 'bm25(10.0, 5.0, 1.0)')") && sql(db, "BEGIN") &&
        insert_all(db) && sql(db, "COMMIT"))
        return db;
    sqlite3_close(db);
    return NULL;
}

static double size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (double)st.st_size : 0;
}

/* ---- typing ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Two words that stand in a page: one of its title, one of a section's text. */
static void make_query(size_t number, char *out, size_t size)
{
    const struct page *p = &pages[number * 7919 % page_count];
    const char *title = title_of(p);
    size_t n = 0, taken = 0;
    while (*title != '\0' && !is_letter(*title))
        title++;
    while (is_letter(title[n]) && n < 20)
        n++;
    taken = (size_t)snprintf(out, size, "%.*s ", (int)n, title);
    const struct section *s = &p->sections->items[number % p->sections->count];
    const char *best = "";
    size_t best_n = 0;
    for (const char *at = s->text; *at != '\0';) {
        size_t k = 0;
        while (is_letter(at[k]))
            k++;
        if (k > best_n && k < 16) {
            best = at;
            best_n = k;
        }
        at += k > 0 ? k : 1;
    }
    snprintf(out + taken, size - taken, "%.*s", (int)best_n, best);
}

static bool ask_fts(sqlite3_stmt *s, const char *typed)
{
    char match[128];
    size_t at = 0;
    for (const char *c = typed; *c != '\0' && at + 8 < sizeof match;) {
        match[at++] = '"';
        while (*c != '\0' && *c != ' ')
            match[at++] = *c++;
        match[at++] = '"';
        if (*c == '\0')
            match[at++] = '*';
        while (*c == ' ')
            match[at++] = *c++;
    }
    match[at] = '\0';
    sqlite3_bind_text(s, 1, match, -1, SQLITE_STATIC);
    int result;
    while ((result = sqlite3_step(s)) == SQLITE_ROW)
        (void)sqlite3_column_text(s, 1);
    return result == SQLITE_DONE && sqlite3_reset(s) == SQLITE_OK;
}

static void ask_crib(struct search *s, const char *typed, struct buf *line)
{
    struct search_hit hits[TOP];
    const struct search_query q = {.text = typed, .other_roles = true};
    size_t n = search_find(s, &q, hits, TOP, NULL);
    for (size_t i = 0; i < n; i++) {
        buf_clear(line);
        search_snippet(s, &hits[i], typed, 72, line, NULL, NULL);
    }
}

static double crib_ms[KEYS_MOST], fts_ms[KEYS_MOST];

static size_t type_all(struct search *s, sqlite3_stmt *fts, bool wrong)
{
    struct buf line = {0};
    size_t keys = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        char query[64], typed[64] = "";
        make_query(i, query, sizeof query);
        if (wrong && strlen(query) > 3)
            query[2] = query[2] == 'x' ? 'y' : 'x';
        for (size_t k = 0; query[k] != '\0' && keys < KEYS_MOST; k++) {
            typed[k] = query[k];
            typed[k + 1] = '\0';
            if (query[k] == ' ')
                continue;
            double start = seconds_cpu();
            ask_crib(s, typed, &line);
            double middle = seconds_cpu();
            if (!ask_fts(fts, typed))
                return 0;
            crib_ms[keys] = (middle - start) * 1e3;
            fts_ms[keys++] = (seconds_cpu() - middle) * 1e3;
        }
    }
    buf_free(&line);
    return keys;
}

static bool typing(struct search *s, sqlite3 *db)
{
    sqlite3_stmt *fts;
    if (sqlite3_prepare_v2(db,
                           "SELECT rowid, snippet(find, 2, '', '', '...', 12) FROM find WHERE find MATCH ? ORDER BY "
                           "rank LIMIT 20",
                           -1, &fts, NULL) != SQLITE_OK)
        return false;
    bool ok = type_all(s, fts, false) > 0; /* fills the caches */
    for (int wrong = 0; ok && wrong <= 1; wrong++) {
        size_t keys = type_all(s, fts, wrong == 1);
        static const double at[] = {0.5, 0.99, 1};
        static const char *const names[2][3] = {
            {"search p50", "search p99", "search, worst key"},
            {"search, a letter wrong, p50", "search, a letter wrong, p99", "search, a letter wrong, worst key"}};
        ok = keys > 0;
        for (int i = 0; ok && i < 3; i++) {
            double a = quantile(crib_ms, keys, at[i]), b = quantile(fts_ms, keys, at[i]);
            if (i == 1 && wrong == 0)
                row(names[wrong][i], a, b, "ms", 0.1, "<= 0.1 x FTS5 ranked");
            else
                printf("%s|%.3f ms|%.3f ms|%.3f|-|-\n", names[wrong][i], a, b, a / b);
        }
    }
    sqlite3_finalize(fts);
    return ok;
}

/* ---- building ---- */

static double run_crib(const char *program, const char *home)
{
    char *const argv[] = {(char *)program, (char *)"channel", (char *)"add", (char *)corpus, NULL};
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    setenv("CRIB_HOME", home, 1);
    int status;
    pid_t child;
    double start = seconds();
    bool ok = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) == 0 &&
              posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0 &&
              posix_spawn(&child, program, &actions, NULL, argv, environ) == 0 && waitpid(child, &status, 0) == child &&
              WIFEXITED(status) && WEXITSTATUS(status) == 0;
    double took = seconds() - start;
    posix_spawn_file_actions_destroy(&actions);
    return ok ? took : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

static double total;

static int add_size(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)path;
    (void)where;
    if (type == FTW_F)
        total += (double)st->st_size;
    return 0;
}

static bool building(sqlite3 **db, struct error *err)
{
    const char *program = getenv("BENCH_CRIB");
    double add[BUILDS], fts[BUILDS], index[BUILDS];
    char path[300], home[300], where[300];
    snprintf(path, sizeof path, "%s/fts.db", dir);
    snprintf(home, sizeof home, "%s/home", dir);
    snprintf(where, sizeof where, "%s/index", dir);
    for (int i = 0; i < BUILDS; i++) {
        nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        nftw(where, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        sqlite3_close(*db);
        remove(path);
        double start = seconds();
        *db = build_fts(path);
        fts[i] = seconds() - start;
        start = seconds();
        if (*db == NULL || !build_crib(where, err))
            return false;
        index[i] = seconds() - start;
        add[i] = program != NULL ? run_crib(program, home) : -1;
    }
    double bare = quantile(fts, BUILDS, 0.5);
    if (program != NULL && add[0] > 0)
        row("crib channel add, all of it", quantile(add, BUILDS, 0.5), bare, "s", 3, "<= 3 x FTS5's bare build");
    printf("the search index alone|%.3f s|%.3f s|%.3f|-|-\n", quantile(index, BUILDS, 0.5), bare,
           quantile(index, BUILDS, 0.5) / bare);
    nftw(home, add_size, 16, FTW_PHYS);
    if (total > 0)
        row("library and index beside the text", total / 1e6, (double)text_bytes / 1e6, "MB", 3, "<= 3 x the text");
    printf("FTS5's file beside the text|-|%.3f MB|%.3f|-|-\n", size_of(path) / 1e6, size_of(path) / (double)text_bytes);
    return true;
}

int main(int argc, char **argv)
{
    corpus = argc > 1 ? argv[1] : getenv("BENCH_CORPUS");
    const char *base = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%s/crib-bench-XXXXXX", base != NULL ? base : "/tmp");
    if (corpus == NULL || nftw(corpus, take_file, 16, FTW_PHYS) != 0 || mkdtemp(dir) == NULL) {
        fputs("usage: bench_find DIR\n", stderr);
        return EXIT_FAILURE;
    }
    struct error err = {0};
    struct arena *a = arena_open();
    sqlite3 *db = NULL;
    char where[300];
    snprintf(where, sizeof where, "%s/index", dir);
    bool ok = a != NULL && parse_all(a, &err) && building(&db, &err);
    struct search *s = ok ? search_open(where, &err) : NULL;
    printf("# %zu files, %.1f MB, %zu sections\n", page_count, (double)text_bytes / 1e6, section_count);
    ok = s != NULL && typing(s, db);
    search_close(s);
    sqlite3_close(db);
    arena_close(a);
    for (size_t i = 0; i < page_count; i++) {
        free(pages[i].path);
        buf_free(&pages[i].bytes);
    }
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
