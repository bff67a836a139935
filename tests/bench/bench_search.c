/* Finding as one types, beside FTS5: the same sections, the same keys, in turn, in one run.
 *
 *     bench_search [DIR]
 *
 * reads the .md files under DIR, or makes 10,000 pages where none is given. Both sides give the best 20 with a snippet
 * each. FTS5 has sections as rows, prefix='1 2 3', weights in its `rank` setting and ORDER BY rank. */
#include "core/base/arena.h"
#include "core/base/file.h"
#include "core/library/search.h"
#include "core/library/search_writer.h"
#include "core/library/section.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MADE = 10000, SESSIONS = 150, KEYS_MOST = 32, TOP = 20, COLUMNS = 60, CHANGES = 9 };

static char dir[300], index_dir[320], fts_path[320];
static struct error err;
static struct arena *arena; /* the corpus */
static struct search_doc *docs;
static size_t doc_count, doc_cap, section_count, text_bytes;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool fail(const char *what, const char *why)
{
    fprintf(stderr, "bench_search: %s: %s\n", what, why);
    return false;
}

static bool fail_error(void)
{
    return fail(err.what, err.why);
}

/* ---- the corpus ---- */

static bool add_doc(const char *id, const char *title, const char *problem, const struct search_section *sections,
                    size_t count)
{
    if (doc_count == doc_cap) {
        doc_cap = doc_cap == 0 ? 1024 : doc_cap * 2;
        struct search_doc *grown = realloc(docs, doc_cap * sizeof *docs);
        if (grown == NULL)
            return fail("no memory", id);
        docs = grown;
    }
    docs[doc_count] = (struct search_doc){.key = (int64_t)doc_count + 1, .channel = "bench", .id = id, .title = title,
                                          .problem = problem, .outcome = "", .kind = KIND_PAGE, .updated = 20000,
                                          .on_device = true, .sections = sections, .section_count = count};
    doc_count++;
    section_count += count;
    return true;
}

static bool take_file(const char *path, const char *id)
{
    struct buf bytes = {0};
    if (!file_read(path, MODULE_MOST_BYTES, &bytes, &err))
        return fail_error();
    const char *text = arena_copy(arena, buf_text(&bytes), bytes.len);
    text_bytes += bytes.len;
    size_t n = bytes.len;
    buf_free(&bytes);
    const struct module *m = text != NULL ? module_parse(arena, text, n, id, KIND_PAGE, id, NULL, &err) : NULL;
    struct document *d = m != NULL ? document_parse(m->body.p, m->body.n, m->body_line, &err) : NULL;
    const struct sections *parts = d != NULL ? sections_of(d, arena, id, NULL, &err) : NULL;
    struct search_section *sections = parts != NULL ? arena_array(arena, parts->count + 1, sizeof *sections) : NULL;
    if (sections == NULL)
        return fail("cannot parse", id);
    for (size_t i = 0; i < parts->count; i++) {
        const struct section *s = &parts->items[i];
        sections[i] = (struct search_section){s->anchor, s->title, s->text, s->text_len};
    }
    const char *title = m->title[0] != '\0' ? m->title : parts->count > 0 ? parts->items[0].title : id;
    bool ok = add_doc(m->id, title, m->problem, sections, parts->count);
    document_close(d);
    return ok;
}

static size_t root_len;

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)ftw;
    size_t n = strlen(path);
    if (type != FTW_F || n < 4 || strcmp(path + n - 3, ".md") != 0)
        return 0;
    const char *id = arena_strdup(arena, path + root_len + 1);
    return id != NULL && take_file(path, id) ? 0 : 1;
}

static uint64_t seed = 42;

static uint32_t chance(uint32_t below)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)((seed >> 33) % below);
}

/* Words as real text has them: few are frequent, most are rare (Zipf's law), the frequent ones shorter. */
static const char *made_word(void)
{
    static const char *const parts[] = {"pum", "val", "ter", "mo", "sea", "cir", "lo", "ba", "ker", "ri", "tan", "fu",
                                        "gri", "ne", "so", "pla", "de", "chu", "wi", "zo", "ex", "in", "ca", "per"};
    static char word[32];
    uint32_t rank = 1;
    while (rank < 30000 && chance(16) != 0)
        rank += 1 + rank / 3;
    rank += chance(rank);
    size_t n = 0;
    for (uint32_t r = rank; r > 0; r /= 24)
        n += (size_t)snprintf(word + n, sizeof word - n, "%s", parts[r % 24]);
    return word;
}

static const char *made_text(size_t words)
{
    struct buf b = {0};
    for (size_t i = 0; i < words; i++)
        buf_addf(&b, "%s%s", i > 0 ? i % 12 == 0 ? ". " : " " : "", made_word());
    const char *text = arena_copy(arena, buf_text(&b), b.len);
    text_bytes += b.len;
    buf_free(&b);
    return text;
}

static bool make_corpus(void)
{
    for (size_t i = 0; i < MADE; i++) {
        size_t count = 1 + chance(4);
        struct search_section *sections = arena_array(arena, count, sizeof *sections);
        if (sections == NULL)
            return fail("no memory", "corpus");
        for (size_t k = 0; k < count; k++) {
            const char *text = made_text(30 + chance(120));
            sections[k] = (struct search_section){arena_printf(arena, "s-%zu", k), made_text(2 + chance(4)), text,
                                                  strlen(text)};
        }
        if (!add_doc(arena_printf(arena, "made-%zu", i), made_text(2 + chance(4)), made_text(8), sections, count))
            return false;
    }
    return true;
}

/* ---- both indexes ---- */

static double index_cpu, fts_cpu;

static bool build_index(void)
{
    double start = cpu_seconds();
    struct search_writer *w = search_writer_open(index_dir, NULL, &err);
    bool ok = w != NULL;
    for (size_t i = 0; ok && i < doc_count; i++)
        ok = search_writer_replace(w, &docs[i], &err);
    ok = ok && search_writer_commit(w, 1, &err);
    search_writer_close(w);
    index_cpu = cpu_seconds() - start;
    return ok || fail_error();
}

static sqlite3 *db;

static bool sql(const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK || fail("FTS5", sqlite3_errmsg(db));
}

static bool insert_doc(sqlite3_stmt *insert, const struct search_doc *d)
{
    bool ok = true;
    for (size_t k = 0; ok && k < d->section_count; k++) {
        const struct search_section *s = &d->sections[k];
        ok = sqlite3_bind_text(insert, 1, d->title, -1, SQLITE_STATIC) == SQLITE_OK &&
             sqlite3_bind_text(insert, 2, d->problem, -1, SQLITE_STATIC) == SQLITE_OK &&
             sqlite3_bind_text(insert, 3, s->heading, -1, SQLITE_STATIC) == SQLITE_OK &&
             sqlite3_bind_text(insert, 4, s->text, (int)s->text_len, SQLITE_STATIC) == SQLITE_OK &&
             sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK;
    }
    return ok || fail("FTS5", sqlite3_errmsg(db));
}

static bool build_fts(void)
{
    double start = cpu_seconds();
    sqlite3_stmt *insert = NULL;
    bool ok = sqlite3_open(fts_path, &db) == SQLITE_OK &&
              sql("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN;"
                  "CREATE VIRTUAL TABLE t USING fts5(title, problem, heading, body, prefix='1 2 3',"
                  " tokenize='unicode61 remove_diacritics 2');"
                  "INSERT INTO t(t, rank) VALUES('rank', 'bm25(10.0, 5.0, 4.0, 1.0)');") &&
              sqlite3_prepare_v2(db, "INSERT INTO t VALUES(?,?,?,?)", -1, &insert, NULL) == SQLITE_OK;
    for (size_t i = 0; ok && i < doc_count; i++)
        ok = insert_doc(insert, &docs[i]);
    sqlite3_finalize(insert);
    ok = ok && sql("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
    fts_cpu = cpu_seconds() - start;
    return ok;
}

static long long bytes_under(const char *at)
{
    char command[400], line[64] = "";
    snprintf(command, sizeof command, "du -sb '%s' | cut -f1", at);
    FILE *p = popen(command, "r");
    if (p != NULL) {
        if (fgets(line, sizeof line, p) == NULL)
            line[0] = '\0';
        pclose(p);
    }
    return atoll(line);
}

/* ---- typing ---- */

static volatile size_t sink; /* so that nothing is optimised away */

static double key_crib(struct search *s, const char *typed)
{
    static struct search_hit hits[TOP];
    static struct buf line;
    double start = seconds();
    const struct search_query q = {.text = typed, .other_roles = true};
    size_t n = search_find(s, &q, hits, TOP, NULL);
    for (size_t i = 0; i < n; i++) {
        buf_clear(&line);
        search_snippet(s, &hits[i], typed, COLUMNS, &line, NULL, NULL);
        sink += line.len;
    }
    return (seconds() - start) * 1e3;
}

/* `lock ou` as FTS5 says it: "lock" "ou"* */
static void match_of(const char *typed, char *out, size_t size)
{
    size_t n = 0;
    for (const char *at = typed; *at != '\0' && n + 8 < size;) {
        size_t k = strcspn(at, " ");
        if (k > 0)
            n += (size_t)snprintf(out + n, size - n, "\"%.*s\"%s ", (int)k, at, at[k] == '\0' ? "*" : "");
        at += k + (at[k] == ' ');
    }
    out[n < size ? n : size - 1] = '\0';
}

static double key_fts(sqlite3_stmt *select, const char *typed)
{
    char match[400];
    match_of(typed, match, sizeof match);
    double start = seconds();
    sqlite3_bind_text(select, 1, match, -1, SQLITE_STATIC);
    while (sqlite3_step(select) == SQLITE_ROW)
        sink += (size_t)sqlite3_column_bytes(select, 1) + (size_t)sqlite3_column_bytes(select, 2);
    sqlite3_reset(select);
    return (seconds() - start) * 1e3;
}

/* The n-th word of the text of at least so many letters, in small letters; "" where there is none. */
static void word_of(const char *text, size_t n, size_t least, char *out, size_t size)
{
    out[0] = '\0';
    while (*text != '\0') {
        size_t k = 0;
        while ((text[k] >= 'a' && text[k] <= 'z') || (text[k] >= 'A' && text[k] <= 'Z'))
            k++;
        if (k >= least && k < size && n-- == 0) {
            for (size_t i = 0; i < k; i++)
                out[i] = (char)(text[i] | 0x20);
            out[k] = '\0';
            return;
        }
        text += k + (text[k] != '\0');
    }
}

/* What a person types in the i-th session: two words of a title, of a text, of both, or one. */
static void session_text(size_t i, char *out, size_t size)
{
    const struct search_doc *d = &docs[(i * 7919 + 13) % doc_count];
    const char *body = d->section_count > 0 ? d->sections[i % d->section_count].text : d->title;
    char first[16], second[16];
    word_of(i % 3 == 1 ? body : d->title, 0, 2, first, sizeof first);
    word_of(i % 3 == 0 ? d->title : body, 1 + i % 5, 3, second, sizeof second);
    snprintf(out, size, "%s%s%s", first, first[0] != '\0' && second[0] != '\0' ? " " : "", second);
}

struct times {
    double *values;
    size_t count;
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(struct times *t, double q)
{
    qsort(t->values, t->count, sizeof *t->values, by_value);
    return t->count > 0 ? t->values[(size_t)((double)(t->count - 1) * q)] : 0;
}

static void print_row(const char *name, struct times *crib, struct times *fts)
{
    static const double at[] = {0.5, 0.99, 1.0};
    printf("%-22s %6zu keys", name, crib->count);
    for (size_t i = 0; i < 3; i++) {
        double c = quantile(crib, at[i]);
        printf("  %s crib %.3f", i == 0 ? "p50" : i == 1 ? "p99" : "max", c);
        if (fts != NULL)
            printf(" fts5 %.3f (1/%.1f)", quantile(fts, at[i]), quantile(fts, at[i]) / (c > 0 ? c : 1e-9));
    }
    printf(" ms\n");
}

static void note_time(struct times *t, double value)
{
    t->values[t->count++] = value;
}

/* Types one text on both sides, in turn; the second go counts, since a first one pays for cold caches on both. */
static void type_text(struct search *s, sqlite3_stmt *select, const char *text, struct times all[2],
                      struct times letters[2])
{
    char typed[80];
    for (size_t n = 1; n <= strlen(text) && n < sizeof typed; n++) {
        if (text[n - 1] == ' ')
            continue;
        memcpy(typed, text, n);
        typed[n] = '\0';
        double crib = key_crib(s, typed), fts = select != NULL ? key_fts(select, typed) : 0;
        crib = key_crib(s, typed);
        fts = select != NULL ? key_fts(select, typed) : 0;
        note_time(&all[0], crib);
        note_time(&all[1], fts);
        if (n == 1 && letters != NULL) {
            note_time(&letters[0], crib);
            note_time(&letters[1], fts);
        }
    }
}

/* The words with a letter wrong: crib alone, since FTS5 finds nothing then. */
static void mistake(char *text, size_t i)
{
    size_t n = strlen(text);
    if (n < 4)
        return;
    size_t at = 1 + i % (n - 2);
    if (text[at] == ' ' || text[at + 1] == ' ')
        return;
    if (i % 3 == 0) {
        text[at] = text[at] == 'q' ? 'x' : 'q';
    } else if (i % 3 == 1) {
        memmove(text + at, text + at + 1, n - at);
    } else {
        char c = text[at];
        text[at] = text[at + 1];
        text[at + 1] = c;
    }
}

static long resident_kb(void)
{
    FILE *f = fopen("/proc/self/smaps", "r");
    char line[512];
    bool ours = false;
    long kb = 0, n;
    if (f == NULL)
        return -1;
    while (fgets(line, sizeof line, f) != NULL) {
        if (strchr(line, '-') != NULL && strchr(line, ':') != NULL && line[0] != ' ' && strstr(line, "kB") == NULL)
            ours = strstr(line, "/segment-") != NULL;
        else if (ours && sscanf(line, "Rss: %ld", &n) == 1)
            kb += n;
    }
    fclose(f);
    return kb;
}

static bool type_all(void)
{
    struct times all[2], letters[2], wrong[2];
    for (size_t i = 0; i < 2; i++)
        all[i] = letters[i] = wrong[i] = (struct times){NULL, 0};
    size_t most = SESSIONS * KEYS_MOST;
    struct times *const each[] = {&all[0], &all[1], &letters[0], &letters[1], &wrong[0], &wrong[1]};
    for (size_t i = 0; i < 6; i++)
        if ((each[i]->values = calloc(most, sizeof(double))) == NULL)
            return fail("no memory", "times");
    sqlite3_stmt *select = NULL;
    struct search *s = search_open(index_dir, &err);
    if (s == NULL)
        return fail_error();
    if (sqlite3_prepare_v2(db,
                           "SELECT rowid, title, snippet(t, 3, '[', ']', '...', 12) FROM t WHERE t MATCH ?"
                           " ORDER BY rank LIMIT 20",
                           -1, &select, NULL) != SQLITE_OK)
        return fail("FTS5", sqlite3_errmsg(db));
    char text[KEYS_MOST + 10];
    for (size_t i = 0; i < SESSIONS; i++) {
        session_text(i, text, sizeof text);
        type_text(s, select, text, all, letters);
    }
    long kb = resident_kb();
    for (size_t i = 0; i < SESSIONS; i++) {
        session_text(i, text, sizeof text);
        mistake(text, i);
        type_text(s, NULL, text, wrong, NULL);
    }
    print_row("first letters", &letters[0], &letters[1]);
    print_row("all keys", &all[0], &all[1]);
    print_row("with a wrong letter", &wrong[0], NULL);
    printf("p99 is 1/%.1f of FTS5's (goal 1/10); p50 %.3f ms (goal 0.6); map resident after typing: %ld KiB\n",
           quantile(&all[1], 0.99) / quantile(&all[0], 0.99), quantile(&all[0], 0.5), kb);
    for (size_t i = 0; i < 6; i++)
        free(each[i]->values);
    sqlite3_finalize(select);
    search_close(s);
    return true;
}

/* ---- one changed file ---- */

static bool change_one(void)
{
    double values[CHANGES];
    struct times t = {values, 0};
    for (size_t i = 0; i < CHANGES; i++) {
        double start = seconds();
        struct search_writer *w = search_writer_open(index_dir, NULL, &err);
        bool ok = w != NULL && search_writer_replace(w, &docs[(i * 997) % doc_count], &err) &&
                  search_writer_commit(w, 2 + i, &err);
        search_writer_close(w);
        if (!ok)
            return fail_error();
        note_time(&t, (seconds() - start) * 1e3);
    }
    printf("one changed file: median %.1f ms, worst %.1f ms (goal 50)\n", quantile(&t, 0.5), quantile(&t, 1.0));
    return true;
}

static bool measure(const char *corpus)
{
    bool ok = true;
    if (corpus != NULL) {
        root_len = strlen(corpus);
        ok = nftw(corpus, visit, 16, FTW_PHYS) == 0;
    } else {
        ok = make_corpus();
    }
    if (!ok || doc_count == 0)
        return fail("no corpus", corpus != NULL ? corpus : "");
    printf("%s: %zu documents, %zu sections, %.1f MB\n", corpus != NULL ? corpus : "made pages", doc_count,
           section_count, (double)text_bytes / 1e6);
    if (!build_index() || !build_fts())
        return false;
    double mine = (double)bytes_under(index_dir), theirs = (double)bytes_under(fts_path), all = (double)text_bytes;
    printf("build: crib %.3f s CPU, FTS5 %.3f s (1/%.1f); size: crib %.1f MB (%.2f x text), FTS5 %.1f MB (%.2f x)\n",
           index_cpu, fts_cpu, fts_cpu / index_cpu, mine / 1e6, mine / all, theirs / 1e6, theirs / all);
    return type_all() && change_one();
}

int main(int argc, char **argv)
{
    const char *base = getenv("CRIB_BENCH_DIR");
    snprintf(dir, sizeof dir, "%.200s/crib-bench-search-XXXXXX", base != NULL ? base : "/tmp");
    arena = arena_open();
    if (arena == NULL || mkdtemp(dir) == NULL)
        return 1;
    snprintf(index_dir, sizeof index_dir, "%s/index", dir);
    snprintf(fts_path, sizeof fts_path, "%s/fts.db", dir);
    bool ok = measure(argc > 1 ? argv[1] : NULL);
    sqlite3_close(db);
    arena_close(arena);
    free(docs);
    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command) == 0 && ok ? 0 : 1;
}
