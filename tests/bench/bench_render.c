/* Markdown to styled lines at width 80, beside cmark's own parse and walk and beside `lowdown -tterm`.
 * `bench_render [DIR]`: a directory of Markdown files; else BENCH_CORPUS; else pages are made.
 *
 * The text is in memory for crib and cmark, and in files of about a megabyte for lowdown, which runs as a process; the
 * time of as many runs over an empty file is taken off. Times are processor time, so that a busy machine doesn't count;
 * all three go in turn, and ratios are medians over the rounds. */
#include "core/base/buf.h"
#include "tui/render/ansi.h"
#include "tui/render/render.h"
#include "tests/bench/measure.h"

#define CMARK_NO_SHORT_NAMES 1
#include <cmark.h>

#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 9, PART = 1 << 20, FILES_MOST = 20000, MADE_PAGES = 10000, WIDTH = 80 };

static struct buf pages[FILES_MOST]; /* nftw gives its callback no context */
static size_t page_count, bytes;

/* Processor time of the children that have ended. */
static double children(void)
{
    struct rusage u;
    if (getrusage(RUSAGE_CHILDREN, &u) != 0)
        return 0;
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double median(const double *values)
{
    double sorted[ROUNDS];
    memcpy(sorted, values, sizeof sorted);
    return quantile(sorted, ROUNDS, 0.5);
}

static int take_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)where;
    size_t n = strlen(path);
    if (type != FTW_F || n < 3 || strcmp(path + n - 3, ".md") != 0 || page_count == FILES_MOST)
        return 0;
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return 0;
    struct buf *b = &pages[page_count++];
    char part[16384];
    for (size_t got; (got = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(b, part, got);
    fclose(f);
    bytes += b->len;
    return 0;
}

static void make_page(struct buf *b, size_t seed)
{
    buf_addf(b, "# Procedure %zu\n\n> **Warning** Isolate circuit %zu first.\n\n", seed, seed % 97);
    for (size_t i = 0; i < 1 + seed % 5; i++)
        buf_addf(b, "- Step %zu: check `E-%zu`, then *close* the **valve** and wait until the reading settles below the "
                    "limit in the table:\n\n`tool --unit %zu --mode {{fast}}`\n\n", i, seed % 1000, i * seed % 71);
    if (seed % 4 == 0)
        buf_addf(b, "| Reading | Meaning |\n|---:|---|\n| %zu mA | *normal* |\n| %zu mA | open loop |\n", seed % 20, seed % 4);
}

static void make_pages(void)
{
    for (; page_count < MADE_PAGES; page_count++) {
        make_page(&pages[page_count], page_count);
        bytes += pages[page_count].len;
    }
}

static double run_cmark(void)
{
    double start = seconds_cpu();
    for (size_t i = 0; i < page_count; i++) {
        cmark_node *root = cmark_parse_document(buf_text(&pages[i]), pages[i].len, CMARK_OPT_DEFAULT);
        cmark_iter *iter = cmark_iter_new(root);
        while (cmark_iter_next(iter) != CMARK_EVENT_DONE)
            ;
        cmark_iter_free(iter);
        cmark_node_free(root);
    }
    return seconds_cpu() - start;
}

static bool render_text(const char *text, size_t n)
{
    struct document *d = document_parse(text, n, 1, NULL);
    struct render_options options = {.width = WIDTH};
    struct lines *l = d != NULL ? render_document(d, &options, NULL) : NULL;
    bool ok = l != NULL;
    lines_close(l);
    document_close(d);
    return ok;
}

static double run_crib(void)
{
    double start = seconds_cpu();
    for (size_t i = 0; i < page_count; i++)
        if (!render_text(buf_text(&pages[i]), pages[i].len))
            exit(EXIT_FAILURE);
    return seconds_cpu() - start;
}

/* lowdown over one file, its output thrown away. False where it can't be run. */
static bool run_process(char *path)
{
    extern char **environ;
    char *const args[] = {"lowdown", "-tterm", "--term-columns=80", "--term-width=80", path, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    bool ok = posix_spawnp(&pid, args[0], &actions, NULL, args, environ) == 0 && waitpid(pid, &status, 0) == pid;
    posix_spawn_file_actions_destroy(&actions);
    return ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static double run_lowdown(const char *dir, size_t parts)
{
    char path[300];
    double start = children(), spent;
    for (size_t i = 0; i < parts; i++) {
        snprintf(path, sizeof path, "%s/%zu.md", dir, i);
        if (!run_process(path))
            return 0;
    }
    spent = children() - start;
    snprintf(path, sizeof path, "%s/empty.md", dir);
    start = children();
    for (size_t i = 0; i < parts; i++)
        (void)run_process(path);
    return spent - (children() - start);
}

static bool write_file(const char *dir, const char *name, const struct buf *b)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    if (f == NULL)
        return false;
    bool ok = fwrite(buf_text(b), 1, b->len, f) == b->len;
    return fclose(f) == 0 && ok;
}

/* The corpus in parts; how many. */
static size_t write_parts(const char *dir)
{
    struct buf part = {0};
    size_t parts = 0;
    bool ok = write_file(dir, "empty.md", &part);
    for (size_t i = 0; i < page_count && ok; i++) {
        buf_add(&part, buf_text(&pages[i]), pages[i].len);
        buf_addc(&part, '\n');
        if (part.len >= PART || i + 1 == page_count) {
            char name[32];
            snprintf(name, sizeof name, "%zu.md", parts++);
            ok = write_file(dir, name, &part);
            buf_clear(&part);
        }
    }
    buf_free(&part);
    return ok ? parts : 0;
}

static void remove_parts(const char *dir, size_t parts)
{
    char path[300];
    for (size_t i = 0; i < parts; i++) {
        snprintf(path, sizeof path, "%s/%zu.md", dir, i);
        (void)unlink(path);
    }
    snprintf(path, sizeof path, "%s/empty.md", dir);
    (void)unlink(path);
    (void)rmdir(dir);
}

static void print_row(const char *peer, double crib, double other, double ratio, double goal)
{
    printf("Markdown to lines, width %d      crib %6.1f MB/s   %-18s %6.1f MB/s   ratio %5.2f   goal >= %.1f   %s\n", WIDTH,
           (double)bytes / 1e6 / crib, peer, (double)bytes / 1e6 / other, ratio, goal, ratio >= goal ? "met" : "MISSED");
}

static void compare(const char *dir, size_t parts)
{
    double crib[ROUNDS], cmark[ROUNDS], lowdown[ROUNDS], to_cmark[ROUNDS], to_lowdown[ROUNDS];
    (void)run_crib();
    for (size_t i = 0; i < ROUNDS; i++) {
        cmark[i] = run_cmark();
        crib[i] = run_crib();
        lowdown[i] = parts > 0 ? run_lowdown(dir, parts) : 0;
        to_cmark[i] = cmark[i] / crib[i];
        to_lowdown[i] = lowdown[i] / crib[i];
    }
    print_row("cmark parse+walk", median(crib), median(cmark), median(to_cmark), 0.6);
    if (median(lowdown) > 0)
        print_row("lowdown -tterm", median(crib), median(lowdown), median(to_lowdown), 5.0);
    else
        printf("lowdown can't be run here\n");
}

/* One page of 10,000 lines: whole, and its beginning, which is what the first screen needs. */
static void long_page(void)
{
    struct buf page = {0};
    size_t lines = 0;
    for (size_t i = 0; lines < 10000; i++) {
        size_t from = page.len;
        make_page(&page, i);
        for (size_t k = from; k < page.len; k++)
            lines += page.data[k] == '\n';
    }
    double whole[ROUNDS], first[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        double start = seconds_cpu();
        size_t n = document_beginning(buf_text(&page), page.len, 200);
        (void)render_text(buf_text(&page), n);
        first[i] = (seconds_cpu() - start) * 1e3;
        start = seconds_cpu();
        (void)render_text(buf_text(&page), page.len);
        whole[i] = (seconds_cpu() - start) * 1e3;
    }
    printf("a page of %zu lines, %.2f MB       whole %.1f ms   its first 200 lines %.2f ms\n", lines,
           (double)page.len / 1e6, median(whole), median(first));
    buf_free(&page);
}

/* What a terminal is sent for all pages (`crib show`), beside their text. */
static void sent_bytes(void)
{
    struct render_options options = {.width = WIDTH, .flags = RENDER_ORIGINS};
    struct buf out = {0};
    size_t text = 0, sent = 0;
    for (size_t i = 0; i < page_count; i++) {
        struct document *d = document_parse(buf_text(&pages[i]), pages[i].len, 1, NULL);
        struct lines *l = d != NULL ? render_document(d, &options, NULL) : NULL;
        if (l == NULL)
            exit(EXIT_FAILURE);
        ansi_lines(&out, l, &(struct ansi_options){0});
        text += out.len;
        buf_clear(&out);
        ansi_lines(&out, l, &(struct ansi_options){.theme = theme_find("dark"), .hyperlinks = true});
        sent += out.len;
        buf_clear(&out);
        lines_close(l);
        document_close(d);
    }
    buf_free(&out);
    double more = 100.0 * ((double)sent / (double)text - 1);
    printf("bytes to a terminal, theme dark     text %.2f MB   sent %.2f MB   %+.1f %%   goal <= +20 %%   %s\n",
           (double)text / 1e6, (double)sent / 1e6, more, more <= 20 ? "met" : "MISSED");
}

int main(int argc, char **argv)
{
    const char *corpus = argc > 1 ? argv[1] : getenv("BENCH_CORPUS");
    if (corpus != NULL && *corpus != '\0')
        (void)nftw(corpus, take_file, 16, FTW_PHYS);
    if (page_count == 0)
        make_pages();
    char dir[] = "/tmp/crib-bench-XXXXXX";
    if (mkdtemp(dir) == NULL)
        return EXIT_FAILURE;
    size_t parts = write_parts(dir);
    printf("%zu pages, %.1f MB\n", page_count, (double)bytes / 1e6);
    compare(dir, parts);
    remove_parts(dir, parts);
    sent_bytes();
    long_page();
    for (size_t i = 0; i < page_count; i++)
        buf_free(&pages[i]);
    return EXIT_SUCCESS;
}
