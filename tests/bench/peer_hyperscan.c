/* peer_hyperscan: Hyperscan at the work of `crib watch`, for those who have it. See usage() below.
 *
 * Made by run.sh where pkg-config knows libhs. Block mode, one literal a line of the list, as written. */
#define _DEFAULT_SOURCE 1
#include "tests/bench/measure.h"

#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 << 10, ROUNDS = 5, LITERALS_MOST = 100000, LITERAL_MOST = 200 };

static int usage(void)
{
    fputs("usage: peer_hyperscan make LIST FILE  compiles a list of literals, as `crib channel add` does its triggers\n"
          "       peer_hyperscan scan FILE LOG   prints MB/s of the scan alone, best of 5, and how many it found\n"
          "       peer_hyperscan pass FILE       reads, scans and writes\n",
          stderr);
    return 2;
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    size_t *n = context;
    (void)id, (void)from, (void)to, (void)flags;
    ++*n;
    return 0;
}

static int make(const char *path, const char *out)
{
    static const char *texts[LITERALS_MOST];
    static size_t lengths[LITERALS_MOST];
    static unsigned flags[LITERALS_MOST], ids[LITERALS_MOST];
    char line[LITERAL_MOST], *bytes = NULL;
    unsigned n = 0;
    size_t size = 0;
    hs_database_t *db = NULL;
    hs_compile_error_t *error;
    FILE *list = fopen(path, "r"), *f = fopen(out, "w");
    while (list != NULL && n < LITERALS_MOST && fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        texts[n] = strdup(line);
        lengths[n] = strlen(line);
        ids[n] = n;
        n++;
    }
    return list == NULL || f == NULL || hs_compile_lit_multi(texts, flags, ids, lengths, n, HS_MODE_BLOCK, NULL, &db, &error) != HS_SUCCESS ||
           hs_serialize_database(db, &bytes, &size) != HS_SUCCESS || fwrite(bytes, 1, size, f) != size || fclose(f) != 0;
}

static char *read_all(const char *path, size_t *size)
{
    struct stat st;
    FILE *f = fopen(path, "r");
    char *bytes = f != NULL && fstat(fileno(f), &st) == 0 ? malloc((size_t)st.st_size + 1) : NULL;
    *size = bytes != NULL ? fread(bytes, 1, (size_t)st.st_size, f) : 0;
    return bytes;
}

static int scan(const hs_database_t *db, hs_scratch_t *scratch, const char *path)
{
    size_t size, found = 0;
    char *log = read_all(path, &size);
    double best = 0;
    if (size == 0)
        return 1;
    for (int round = 0; round < ROUNDS; round++) {
        double start = seconds() * 1e6;
        found = 0;
        for (size_t at = 0, n; at < size; at += n) {
            n = size - at < PIECE ? size - at : PIECE;
            while (n > 1 && at + n < size && log[at + n - 1] != '\n') /* whole lines */
                n--;
            (void)hs_scan(db, log + at, (unsigned)n, 0, scratch, count, &found);
        }
        double speed = (double)size / (seconds() * 1e6 - start);
        best = speed > best ? speed : best;
    }
    printf("%.0f %zu\n", best, found);
    return 0;
}

static int pass(const hs_database_t *db, hs_scratch_t *scratch)
{
    static char bytes[PIECE];
    size_t found = 0;
    ssize_t n;
    while ((n = read(0, bytes, sizeof bytes)) > 0) {
        for (ssize_t written = 0, k; written < n; written += k)
            if ((k = write(1, bytes + written, (size_t)(n - written))) <= 0)
                return 1;
        (void)hs_scan(db, bytes, (unsigned)n, 0, scratch, count, &found);
    }
    return 0;
}

int main(int argc, char **argv)
{
    hs_scratch_t *scratch = NULL;
    hs_database_t *db = NULL;
    size_t size;
    if (argc == 4 && strcmp(argv[1], "make") == 0)
        return make(argv[2], argv[3]);
    if (argc < 3 || (strcmp(argv[1], "scan") == 0) != (argc == 4))
        return usage();
    char *bytes = read_all(argv[2], &size);
    if (bytes == NULL || hs_deserialize_database(bytes, size, &db) != HS_SUCCESS || hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
        return 1;
    return argc == 4 ? scan(db, scratch, argv[3]) : pass(db, scratch);
}
