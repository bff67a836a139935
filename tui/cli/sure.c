#include "tui/cli/sure.h"

#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

bool sure_ask(const struct sure *s, bool *yes, struct error *err)
{
    char todo[80], *line = NULL;
    size_t room = 0;
    *yes = false;
    snprintf(todo, sizeof todo, "%s does not ask", s->unasked);
    if (isatty(STDIN_FILENO) != 1)
        return error_set(err, EX_USAGE, s->untouched, NULL, "there is no terminal to ask on", todo);
    fprintf(stderr, "Type %s %s: ", s->word, s->question);
    ssize_t n = getline(&line, &room, stdin);
    *yes = n > 0 && str_eq(str_trim((struct str){line, (size_t)n}), (struct str){s->word, strlen(s->word)});
    free(line);
    if (!*yes)
        fprintf(stderr, "%c%s.\n", toupper((unsigned char)s->untouched[0]), s->untouched + 1);
    return true;
}
