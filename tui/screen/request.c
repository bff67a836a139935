#include "tui/screen/request.h"

#include "tui/screen/terminal.h"

#include <string.h>

#define C(letter) K_CONTROL(letter)

static const struct request_info infos[REQ_COUNT] = {
    [REQ_UP] = {REQ_UP, "up", "one line up", PLACE_ALL},
    [REQ_DOWN] = {REQ_DOWN, "down", "one line down", PLACE_ALL},
    [REQ_LEFT] = {REQ_LEFT, "left", "to the left", PLACE_QUIZ | PLACE_LEAD},
    [REQ_RIGHT] = {REQ_RIGHT, "right", "to the right", PLACE_QUIZ | PLACE_LEAD},
    [REQ_PAGE_UP] = {REQ_PAGE_UP, "page up", "one page up", PLACE_ALL},
    [REQ_PAGE_DOWN] = {REQ_PAGE_DOWN, "page down", "one page down", PLACE_ALL},
    [REQ_HALF_UP] = {REQ_HALF_UP, "half page up", "half a page up", PLACE_READER | PLACE_LIST | PLACE_MENU | PLACE_SYNC},
    [REQ_HALF_DOWN] = {REQ_HALF_DOWN, "half page down", "half a page down", PLACE_READER | PLACE_LIST | PLACE_MENU | PLACE_SYNC},
    [REQ_TOP] = {REQ_TOP, "start", "to the start", PLACE_NOT_TYPING},
    [REQ_BOTTOM] = {REQ_BOTTOM, "end", "to the end", PLACE_NOT_TYPING},
    [REQ_NEXT] = {REQ_NEXT, "on", "the next screen", PLACE_READER},
    [REQ_PREVIOUS] = {REQ_PREVIOUS, "previous section", "the section before", PLACE_READER},
    [REQ_OPEN] = {REQ_OPEN, "open", "open, follow, confirm", PLACE_ALL & ~(unsigned)PLACE_SYNC},
    [REQ_BACK] = {REQ_BACK, "back", "back to where you were", PLACE_ALL},
    [REQ_SEARCH] = {REQ_SEARCH, "search", "search", PLACE_LIST | PLACE_READER | PLACE_MENU},
    [REQ_FIND_NEXT] = {REQ_FIND_NEXT, "next match", "the next place that matches", PLACE_READER},
    [REQ_FIND_PREVIOUS] = {REQ_FIND_PREVIOUS, "previous match", "the place that matches before", PLACE_READER},
    [REQ_SELECT] = {REQ_SELECT, "choose", "choose or unchoose", PLACE_QUIZ | PLACE_MENU},
    [REQ_LINK] = {REQ_LINK, "next link", "go to the next link (Enter follows it)", PLACE_READER},
    [REQ_OUTLINE] = {REQ_OUTLINE, "outline", "the sections, to jump to one", PLACE_READER},
    [REQ_QUIZ] = {REQ_QUIZ, "quiz", "take the quiz", PLACE_READER | PLACE_LIST | PLACE_BOX | PLACE_RESULT},
    [REQ_SIGN] = {REQ_SIGN, "sign off", "sign off the module, or see what is missing for it",
                  PLACE_READER | PLACE_LIST | PLACE_BOX | PLACE_RESULT},
    [REQ_COUNTERSIGN] = {REQ_COUNTERSIGN, "sign-offs that wait", "the sign-offs that wait for a supervisor", PLACE_LIST | PLACE_BOX},
    [REQ_RECALL] = {REQ_RECALL, "recall", "two minutes of what is fading", PLACE_LIST | PLACE_BOX},
    [REQ_NEWS] = {REQ_NEWS, "what's new", "what changed and what is new", PLACE_LIST | PLACE_BOX | PLACE_READER},
    [REQ_PROGRAMMES] = {REQ_PROGRAMMES, "programmes", "the programmes of your roles: what is before, during and after a session",
                        PLACE_LIST | PLACE_BOX},
    [REQ_SESSION] = {REQ_SESSION, "join a session", "join a live session, by the code that its trainer shows", PLACE_LIST | PLACE_BOX},
    [REQ_TEST_OPEN] = {REQ_TEST_OPEN, "open the assessment", "open the assessment for everybody in the session", PLACE_LEAD},
    [REQ_TEST_CLOSE] = {REQ_TEST_CLOSE, "close the assessment", "close the assessment: everybody sees how it went", PLACE_LEAD},
    [REQ_SESSION_END] = {REQ_SESSION_END, "end the session", "end the session for everybody", PLACE_LEAD},
    [REQ_FILTERS] = {REQ_FILTERS, "filters", "narrow by stage, role, format, capability, state", PLACE_LIST | PLACE_BOX},
    [REQ_OTHER_ROLES] = {REQ_OTHER_ROLES, "other roles", "show other roles' modules too, or not", PLACE_LIST | PLACE_BOX},
    [REQ_QUEUE] = {REQ_QUEUE, "fetch", "bring what is not on this device at the next sync", PLACE_LIST},
    [REQ_STAGE] = {REQ_STAGE, "stage", "the next stage of the work", PLACE_LIST | PLACE_BOX},
    [REQ_ROLE] = {REQ_ROLE, "role", "choose your roles", PLACE_LIST | PLACE_BOX},
    [REQ_BADGE] = {REQ_BADGE, "badge in or out", "badge in or out, where an account is shared",
                   PLACE_LIST | PLACE_BOX},
    [REQ_SYNC] = {REQ_SYNC, "sync", "the channels: how they stand, what came, what waits, sync now",
                  PLACE_LIST | PLACE_BOX | PLACE_READER},
    [REQ_SYNC_NOW] = {REQ_SYNC_NOW, "sync now", "sync now", PLACE_SYNC},
    [REQ_SYNC_STOP] = {REQ_SYNC_STOP, "stop", "stop the sync that runs; what came of it stays", PLACE_SYNC},
    [REQ_EDIT] = {REQ_EDIT, "edit", "open the source at this line in your editor", PLACE_READER},
    [REQ_PROBLEMS] = {REQ_PROBLEMS, "problems", "what lint finds in the source; Enter edits it there",
                      PLACE_READER | PLACE_LIST | PLACE_BOX},
    [REQ_NOTE] = {REQ_NOTE, "note", "one line on this section: wrong, unclear, missing, or what you learned",
                  PLACE_READER | PLACE_LIST | PLACE_RESULT},
    [REQ_NOTES] = {REQ_NOTES, "notes", "your field notes", PLACE_LIST | PLACE_BOX | PLACE_READER},
    [REQ_DONE] = {REQ_DONE, "done", "mark this section as done, and go on to the next", PLACE_READER},
    [REQ_WHY] = {REQ_WHY, "why", "the section that explains why", PLACE_READER},
    [REQ_JUMP] = {REQ_JUMP, "go to the answer", "the section that answers this question", PLACE_RESULT | PLACE_QUIZ},
    [REQ_RETRY] = {REQ_RETRY, "retry", "ask the missed questions again", PLACE_RESULT},
    [REQ_KEYS] = {REQ_KEYS, "letters as keys", "letters are keys (j, k, q, s, ...) until / or Esc", PLACE_BOX},
    [REQ_HELP] = {REQ_HELP, "help", "all keys of this screen", PLACE_ALL},
    [REQ_PALETTE] = {REQ_PALETTE, "commands", "all that can be done here, by name", PLACE_ALL},
    [REQ_THEME] = {REQ_THEME, "theme", "the next theme", PLACE_ALL},
    [REQ_MOUSE] = {REQ_MOUSE, "mouse", "mouse on or off (off: the terminal can copy)", PLACE_ALL},
    [REQ_REDRAW] = {REQ_REDRAW, "redraw", "draw the screen again", PLACE_ALL},
    [REQ_SUSPEND] = {REQ_SUSPEND, "suspend", "back to the shell; fg returns", PLACE_ALL},
    [REQ_QUIT] = {REQ_QUIT, "quit", "leave crib; everything is saved", PLACE_ALL},
};

static const struct binding bindings[] = {
    {K_UP, REQ_UP, PLACE_ALL},
    {'k', REQ_UP, PLACE_NOT_TYPING},
    {C('P'), REQ_UP, PLACE_ALL},
    {K_DOWN, REQ_DOWN, PLACE_ALL},
    {'j', REQ_DOWN, PLACE_NOT_TYPING},
    {C('N'), REQ_DOWN, PLACE_ALL},
    {K_LEFT, REQ_LEFT, PLACE_QUIZ | PLACE_LEAD},
    {'h', REQ_LEFT, PLACE_QUIZ | PLACE_LEAD},
    {K_RIGHT, REQ_RIGHT, PLACE_QUIZ | PLACE_LEAD},
    {'l', REQ_RIGHT, PLACE_QUIZ | PLACE_LEAD},
    {K_PAGE_UP, REQ_PAGE_UP, PLACE_ALL},
    {C('B'), REQ_PAGE_UP, PLACE_NOT_TYPING},
    {K_PAGE_DOWN, REQ_PAGE_DOWN, PLACE_ALL},
    {C('F'), REQ_PAGE_DOWN, PLACE_NOT_TYPING},
    {C('U'), REQ_HALF_UP, PLACE_READER | PLACE_LIST | PLACE_MENU | PLACE_SYNC},
    {C('D'), REQ_HALF_DOWN, PLACE_READER | PLACE_LIST | PLACE_MENU | PLACE_SYNC},
    {K_HOME, REQ_TOP, PLACE_NOT_TYPING},
    {'g', REQ_TOP, PLACE_NOT_TYPING},
    {K_END, REQ_BOTTOM, PLACE_NOT_TYPING},
    {'G', REQ_BOTTOM, PLACE_NOT_TYPING},
    {' ', REQ_NEXT, PLACE_READER},
    {']', REQ_NEXT, PLACE_READER},
    {'[', REQ_PREVIOUS, PLACE_READER},
    {K_BACKSPACE, REQ_PREVIOUS, PLACE_READER},
    {K_ENTER, REQ_OPEN, PLACE_ALL & ~(unsigned)PLACE_SYNC},
    {'l', REQ_OPEN, PLACE_LIST},
    {K_RIGHT, REQ_OPEN, PLACE_LIST},
    {K_ESCAPE, REQ_BACK, PLACE_ALL},
    {C('G'), REQ_BACK, PLACE_ALL},
    {'b', REQ_BACK, PLACE_READER | PLACE_RESULT},
    {'q', REQ_BACK, PLACE_MENU | PLACE_RESULT | PLACE_SYNC | PLACE_LEAD},
    {K_LEFT, REQ_BACK, PLACE_READER},
    {'h', REQ_BACK, PLACE_READER},
    {'/', REQ_SEARCH, PLACE_LIST | PLACE_READER | PLACE_MENU},
    {'S', REQ_SYNC, PLACE_LIST | PLACE_READER},
    {C('S'), REQ_SYNC, PLACE_BOX | PLACE_LIST},
    {C('S'), REQ_SEARCH, PLACE_READER | PLACE_MENU},
    {'s', REQ_SYNC_NOW, PLACE_SYNC},
    {'x', REQ_SYNC_STOP, PLACE_SYNC},
    {'n', REQ_FIND_NEXT, PLACE_READER},
    {'N', REQ_FIND_PREVIOUS, PLACE_READER},
    {' ', REQ_SELECT, PLACE_QUIZ | PLACE_MENU},
    {K_TAB, REQ_LINK, PLACE_READER},
    {'o', REQ_OUTLINE, PLACE_READER},
    {'q', REQ_QUIZ, PLACE_READER | PLACE_LIST},
    {C('Q'), REQ_QUIZ, PLACE_BOX | PLACE_LIST},
    {'a', REQ_QUIZ, PLACE_RESULT},
    {'c', REQ_SIGN, PLACE_READER | PLACE_LIST | PLACE_RESULT},
    {'C', REQ_COUNTERSIGN, PLACE_LIST},
    {'r', REQ_RECALL, PLACE_LIST},
    {C('R'), REQ_RECALL, PLACE_BOX | PLACE_LIST},
    {'w', REQ_NEWS, PLACE_LIST | PLACE_READER},
    {C('W'), REQ_NEWS, PLACE_BOX},
    {'P', REQ_PROGRAMMES, PLACE_LIST},
    {C('F'), REQ_PROGRAMMES, PLACE_BOX},
    {'J', REQ_SESSION, PLACE_LIST},
    {'o', REQ_TEST_OPEN, PLACE_LEAD},
    {'c', REQ_TEST_CLOSE, PLACE_LEAD},
    {'e', REQ_SESSION_END, PLACE_LEAD},
    {K_TAB, REQ_FILTERS, PLACE_BOX | PLACE_LIST},
    {'a', REQ_OTHER_ROLES, PLACE_LIST},
    {C('A'), REQ_OTHER_ROLES, PLACE_BOX},
    {'f', REQ_QUEUE, PLACE_LIST},
    {'s', REQ_STAGE, PLACE_LIST},
    {C('V'), REQ_STAGE, PLACE_BOX},
    {'R', REQ_ROLE, PLACE_LIST},
    {C('O'), REQ_ROLE, PLACE_BOX},
    {'B', REQ_BADGE, PLACE_LIST},
    {C('B'), REQ_BADGE, PLACE_BOX},
    {'e', REQ_EDIT, PLACE_READER},
    {'x', REQ_PROBLEMS, PLACE_READER | PLACE_LIST},
    {'!', REQ_NOTE, PLACE_READER | PLACE_LIST | PLACE_RESULT},
    {'m', REQ_NOTES, PLACE_LIST | PLACE_READER},
    {C('E'), REQ_NOTES, PLACE_BOX},
    {C('K'), REQ_KEYS, PLACE_BOX},
    {'d', REQ_DONE, PLACE_READER},
    {'y', REQ_WHY, PLACE_READER},
    {'s', REQ_JUMP, PLACE_RESULT | PLACE_QUIZ},
    {'r', REQ_RETRY, PLACE_RESULT},
    {'?', REQ_HELP, PLACE_NOT_TYPING},
    {K_F1, REQ_HELP, PLACE_ALL},
    {':', REQ_PALETTE, PLACE_NOT_TYPING},
    {C('X'), REQ_PALETTE, PLACE_ALL},
    {C('T'), REQ_THEME, PLACE_ALL},
    {C('Y'), REQ_MOUSE, PLACE_ALL},
    {C('L'), REQ_REDRAW, PLACE_ALL},
    {C('Z'), REQ_SUSPEND, PLACE_ALL},
    {C('C'), REQ_QUIT, PLACE_ALL},
    {'Q', REQ_QUIT, PLACE_NOT_TYPING},
};

static bool shut;

void requests_shut(void)
{
    shut = true;
}

bool request_is_shut(enum request r)
{
    static const enum request out[] = {REQ_SUSPEND, REQ_EDIT, REQ_PROBLEMS, REQ_SYNC, REQ_SYNC_NOW, REQ_SYNC_STOP, REQ_ROLE, REQ_MOUSE};
    for (size_t i = 0; shut && i < sizeof out / sizeof *out; i++)
        if (out[i] == r)
            return true;
    return false;
}

const struct request_info *request_info(enum request r)
{
    static const struct request_info badge_out = {REQ_QUIT, "badge out", "badge out; everything is saved", PLACE_ALL};
    return shut && r == REQ_QUIT ? &badge_out : &infos[r];
}

/* What a menu has is chosen, whatever it is. */
const char *request_label(enum request r, enum place place)
{
    return r == REQ_OPEN && place == PLACE_MENU ? "choose" : request_info(r)->name;
}

const struct binding *bindings_all(size_t *count)
{
    *count = sizeof bindings / sizeof *bindings;
    return bindings;
}

enum request request_for(uint32_t key, enum place place)
{
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
        if (bindings[i].key == key && (bindings[i].places & place) != 0)
            return request_is_shut(bindings[i].request) ? REQ_NONE : bindings[i].request;
    return REQ_NONE;
}

static const struct {
    uint32_t key;
    const char *name;
} names[] = {
    {K_UP, "Up"},         {K_DOWN, "Down"},           {K_LEFT, "Left"},  {K_RIGHT, "Right"},
    {K_PAGE_UP, "PgUp"},  {K_PAGE_DOWN, "PgDn"},      {K_HOME, "Home"},  {K_END, "End"},
    {K_ENTER, "Enter"},   {K_TAB, "Tab"},             {K_ESCAPE, "Esc"}, {K_BACK_TAB, "Shift-Tab"},
    {K_DELETE, "Delete"}, {K_BACKSPACE, "Backspace"}, {K_F1, "F1"},      {' ', "Space"},
};

static void key_name(uint32_t key, struct buf *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].key == key) {
            buf_adds(out, names[i].name);
            return;
        }
    if (key < 0x20)
        buf_addf(out, "Ctrl-%c", (int)key + '@');
    else if (key < 0x7F)
        buf_addc(out, (char)key);
}

uint32_t key_named(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].key;
    if (strncmp(name, "Ctrl-", 5) == 0 && name[5] != '\0' && name[6] == '\0')
        return K_CONTROL(name[5]);
    return name[0] > ' ' && (unsigned char)name[0] < 0x7F && name[1] == '\0' ? (uint32_t)name[0] : 0;
}

void request_keys(enum request r, enum place place, size_t most, struct buf *out)
{
    size_t found = 0;
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings && found < most; i++) {
        /* A key that an earlier binding takes in this place is not this request's. */
        if (bindings[i].request != r || (bindings[i].places & place) == 0 || request_for(bindings[i].key, place) != r)
            continue;
        if (found++ > 0)
            buf_adds(out, ", ");
        key_name(bindings[i].key, out);
    }
}

/* Blanks that don't part words: mdoc would take `]` for a delimiter, and some words for its macros. */
static void roff_item(struct buf *out, const char *keys, const char *help)
{
    buf_adds(out, ".It \\&");
    for (; *keys != '\0'; keys++)
        if (*keys == '\\')
            buf_adds(out, "\\e");
        else
            buf_addf(out, *keys == ' ' ? "\\%c" : "%c", *keys);
    buf_addf(out, "\n%s\n", help);
}

void requests_roff(struct buf *out)
{
    static const struct {
        enum place place;
        const char *title;
    } places[] = {{PLACE_BOX, "In the search box"},  {PLACE_LIST, "In the hub's list"}, {PLACE_READER, "In the reader"},
                  {PLACE_QUIZ, "In a quiz"},         {PLACE_RESULT, "At a result"},     {PLACE_MENU, "In lists"},
                  {PLACE_SYNC, "In the sync screen"}};
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        buf_addf(out, ".Ss \\&%s\n.Bl -tag -width \"Backspace, Esc\" -compact\n", places[p].title);
        for (int r = REQ_NONE + 1; r < REQ_COUNT; r++) {
            struct buf keys = {0};
            request_keys((enum request)r, places[p].place, 4, &keys);
            if (keys.len > 0)
                roff_item(out, buf_text(&keys), infos[r].help);
            buf_free(&keys);
        }
        buf_adds(out, ".El\n");
    }
}
