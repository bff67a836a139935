#include "tui/cli/visitor.h"

#include "tui/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

bool visitor_ask(struct app *app, struct error *err)
{
    if (!visit_wanted(app))
        return true;
    if (isatty(STDIN_FILENO) != 1)
        return visit_refuse(app, err);
    fputs("Badge or name: ", stderr);
    char *line = NULL;
    size_t room = 0;
    bool said = getline(&line, &room, stdin) > 0 && line[strspn(line, " \t\r\n")] != '\0';
    bool ok = said ? visit_begin(app, line, err)
                   : error_set(err, EX_NOPERM, "nobody has said who learns", NULL, NULL, "scan the badge, or type your name");
    free(line);
    return ok;
}
