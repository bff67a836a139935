#include "sync/channel/anew.h"

#include "core/base/notice.h"
#include "core/record/heal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

bool anew_drop(struct arena *a, const struct places *places)
{
    static const char *const names[] = {"library.db", "library.db-wal", "library.db-shm", "library.db-journal"};
    struct error ignored;
    struct buf why = {0};
    bool damaged = false;
    const char *path = file_join(a, places->data, names[0]);
    bool told = path != NULL && heal_damaged(path, &damaged, &why, &ignored);
    buf_free(&why);
    if (!told || !damaged)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *gone = file_join(a, places->data, names[i]);
        if (gone == NULL || (unlink(gone) != 0 && errno != ENOENT))
            return false;
    }
    static const char words[] = "the library was damaged: it is made anew from its channels (one of a directory is to be added again)";
    fprintf(stderr, "crib: %s\n", words);
    notice(NOTICE_WARNING, "%s", words);
    return true;
}
