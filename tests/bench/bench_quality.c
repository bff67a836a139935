/* The quality of search: of the questions in tests/data/search, how many find their answer among the first three, over
 * the sample channel. `bench_quality [TOP]`: the directory above tests and assets. Rows: `what|share|goal|met`. */
#include "tests/unit/search_quality.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    const char *top = argc > 1 ? argv[1] : ".";
    struct quality q;
    if (!quality_open(&q, top)) {
        fprintf(stderr, "cannot install the sample channel: %s\n", q.err.why);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < QUALITY_SETS; i++) {
        double share = quality_share(&q, top, &quality_sets[i], NULL);
        printf("%s: the answer among the first three|%.1f %%|>= %.0f %%|%s\n", quality_sets[i].name, share * 100,
               quality_sets[i].goal * 100, share >= quality_sets[i].goal ? "met" : "MISSED");
    }
    quality_close(&q);
    return EXIT_SUCCESS;
}
