#include "tui/screen/wipe.h"

#include "core/base/output.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

static const char *says(const char *name)
{
    char asked[16];
    snprintf(asked, sizeof asked, "%s", name);
    const char *found = cur_term != NULL ? tigetstr(asked) : NULL;
    return found != (const char *)-1 ? found : NULL;
}

static bool is(const char *begins)
{
    return cur_term != NULL && strncmp(termname(), begins, strlen(begins)) == 0;
}

bool wipe_known(void)
{
    static const char *const known[] = {"xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "kitty", "st-", "vte"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is(known[i]))
            return true;
    return false;
}

void wipe_memory(void)
{
    const char *clears = says("E3");
    if (clears != NULL)
        putp(clears);
    else if (wipe_known() || is("linux") || is("putty"))
        putp("\033[3J");
    if (wipe_known() || is("putty"))
        putp("\033]2;\033\\");
    fflush(stdout);
}

void wipe_begin(void)
{
    int found;
    (void)setupterm(NULL, STDOUT_FILENO, &found); /* without, nothing is known of it */
}

void wipe_all(void)
{
    const char *clears = says("clear");
    if (clears != NULL)
        putp(clears);
    for (size_t i = 0; clears == NULL && i < output_rows(); i++)
        putchar('\n');
    wipe_memory();
}
