#include "tests/e2e/vt_state.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

static int node_add(struct vt *v, unsigned char byte)
{
    if (v->count == v->room) {
        int room = v->room > 0 ? v->room * 2 : 4096;
        struct node *more = realloc(v->nodes, (size_t)room * sizeof *more);
        if (more == NULL)
            abort();
        v->nodes = more;
        v->room = room;
    }
    v->nodes[v->count] = (struct node){.byte = byte};
    return v->count++;
}

int vt_child(const struct vt *v, int at, unsigned char byte)
{
    for (int i = v->nodes[at].child; i != 0; i = v->nodes[i].next)
        if (v->nodes[i].byte == byte)
            return i;
    return 0;
}

/* The sequence without its padding; the first that means something stays. */
static void learn_text(struct vt *v, const char *text, enum cap cap, int a, int b)
{
    int at = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (p[0] == '$' && p[1] == '<' && strchr(p, '>') != NULL) {
            p = strchr(p, '>');
            continue;
        }
        int next = vt_child(v, at, (unsigned char)*p);
        if (next == 0) {
            next = node_add(v, (unsigned char)*p);
            v->nodes[next].next = v->nodes[at].child;
            v->nodes[at].child = next;
        }
        at = next;
    }
    if (at != 0 && v->nodes[at].cap == NOTHING) {
        v->nodes[at].cap = cap;
        v->nodes[at].a = a;
        v->nodes[at].b = b;
    }
}

const char *vt_string(const char *name)
{
    char *text = tigetstr((char *)name);
    return text != (char *)-1 ? text : NULL;
}

static void learn(struct vt *v, const char *name, enum cap cap, int a, int b)
{
    const char *text = vt_string(name);
    if (text != NULL)
        learn_text(v, text, cap, a, b);
}

static void learn_counts(struct vt *v, const char *name, enum cap cap, int from, int to)
{
    const char *text = vt_string(name);
    for (int i = from; text != NULL && i <= to; i++)
        learn_text(v, tparm((char *)text, i, 0, 0, 0, 0, 0, 0, 0, 0), cap, i, 0);
}

static void learn_pairs(struct vt *v, const char *name, enum cap cap, int first, int second)
{
    const char *text = vt_string(name);
    for (int i = 0; text != NULL && i < first; i++)
        for (int k = 0; k < second; k++)
            learn_text(v, tparm((char *)text, i, k, 0, 0, 0, 0, 0, 0, 0), cap, i, k);
}

/* All nine attributes of sgr, in each combination; the last switches the character set. */
static void learn_sgr(struct vt *v)
{
    const char *text = vt_string("sgr");
    for (int i = 0; text != NULL && i < 512; i++)
        learn_text(v, tparm((char *)text, i & 1, i >> 1 & 1, i >> 2 & 1, i >> 3 & 1, i >> 4 & 1, i >> 5 & 1, i >> 6 & 1,
                            i >> 7 & 1, i >> 8 & 1),
                   LOOK, (i & 0xFF) != 0 ? 1 : 0, i >> 8 & 1);
}

/* A character and how often: what stands behind the character. */
static void learn_rep(struct vt *v)
{
    const char *text = vt_string("rep");
    for (int i = 2; text != NULL && i <= v->wide; i++) {
        const char *all = tparm((char *)text, 'x', i, 0, 0, 0, 0, 0, 0, 0);
        if (all[0] == 'x')
            learn_text(v, all + 1, REP, i - 1, 0);
    }
}

/* What ECMA-48 lets out of a sequence that the entry has, and one that it puts together of two. */
static void learn_parts(struct vt *v)
{
    const char *down = vt_string("cud"), *reset = vt_string("sgr0"), *leave = vt_string("rmacs");
    size_t n = reset != NULL ? strlen(reset) : 0, k = leave != NULL ? strlen(leave) : 0;
    char bare[64];
    if (down != NULL && strcmp(down, "\033[%p1%dB") == 0)
        learn_text(v, "\033[B", CUD, 1, 0);
    if (k == 0 || k >= n || n >= sizeof bare)
        return;
    if (strncmp(reset, leave, k) == 0)
        learn_text(v, reset + k, SGR0, 1, 0);
    snprintf(bare, sizeof bare, "%.*s", (int)(n - k), reset);
    if (strcmp(reset + n - k, leave) == 0)
        learn_text(v, bare, SGR0, 1, 0);
}

static bool begins_with_one(const char *term, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strncmp(term, *names, strlen(*names)) == 0)
            return true;
    return false;
}

/* What the entry does not say. Mouse: ncurses' own where there is a kmous. Bracketed paste: those ignore private modes
 * that they don't have. */
static void learn_modes(struct vt *v)
{
    static const char *const private_modes[] = {"xterm", "tmux", "screen", "rxvt", NULL};
    const char *mouse = vt_string("XM");
    if (mouse != NULL) {
        learn_text(v, tparm((char *)mouse, 1, 0, 0, 0, 0, 0, 0, 0, 0), MODE_ON, MODE_MOUSE, 0);
        learn_text(v, tparm((char *)mouse, 0, 0, 0, 0, 0, 0, 0, 0, 0), MODE_OFF, MODE_MOUSE, 0);
    } else if (vt_string("kmous") != NULL) {
        learn_text(v, "\033[?1000h", MODE_ON, MODE_MOUSE, 0);
        learn_text(v, "\033[?1000l", MODE_OFF, MODE_MOUSE, 0);
    }
    learn(v, "BE", MODE_ON, MODE_PASTE, 0);
    learn(v, "BD", MODE_OFF, MODE_PASTE, 0);
    if (begins_with_one(v->term, private_modes)) {
        learn_text(v, "\033[?2004h", MODE_ON, MODE_PASTE, 0);
        learn_text(v, "\033[?2004l", MODE_OFF, MODE_PASTE, 0);
    }
    /* The kiosk clears what was scrolled off, and the title, where there may be any. */
    static const char *const titled[] = {"xterm", "tmux", "screen", "rxvt", "putty", NULL}, *const console[] = {"linux", NULL};
    if (begins_with_one(v->term, titled))
        learn_text(v, "\033]2;\033\\", QUIET, 0, 0);
    if (begins_with_one(v->term, titled) || begins_with_one(v->term, console))
        learn_text(v, "\033[3J", QUIET, 0, 0);
    if (tigetflag("AX") > 0) { /* each half of "op" by itself */
        learn_text(v, "\033[39m", FG, DEFAULT, 0);
        learn_text(v, "\033[49m", BG, DEFAULT, 0);
    }
    learn(v, "smkx", MODE_ON, MODE_KEYPAD, 0);
    learn(v, "rmkx", MODE_OFF, MODE_KEYPAD, 0);
}

void vt_learn(struct vt *v)
{
    static const struct {
        const char *name;
        enum cap cap;
        int a;
    } fixed[] = {
        {"smcup", SMCUP, 0}, {"rmcup", RMCUP, 0}, {"home", HOME, 0}, {"clear", CLEAR, 0}, {"el", EL, 0}, {"el1", EL1, 0},
        {"ed", ED, 0}, {"cr", CR, 0}, {"ind", IND, 0}, {"ri", RI, 0}, {"nel", NEL, 0}, {"cuf1", CUF, 1}, {"cub1", CUB, 1},
        {"cuu1", CUU, 1}, {"cud1", CUD, 1}, {"ht", HT, 0}, {"cbt", CBT, 0}, {"il1", IL, 1}, {"dl1", DL, 1},
        {"ich1", ICH, 1}, {"dch1", DCH, 1}, {"smir", SMIR, 0}, {"rmir", RMIR, 0}, {"sc", SC, 0}, {"rc", RC, 0},
        {"sgr0", SGR0, 0}, {"rmso", LOOK, 0}, {"rmul", LOOK, 0}, {"ritm", LOOK, 0}, {"bold", LOOK, 1}, {"dim", LOOK, 1},
        {"rev", LOOK, 1}, {"smso", LOOK, 1}, {"smul", LOOK, 1}, {"sitm", LOOK, 1}, {"blink", LOOK, 1}, {"invis", LOOK, 1},
        {"smacs", SMACS, 0}, {"rmacs", RMACS, 0}, {"enacs", QUIET, 0}, {"op", OP, 0}, {"civis", CIVIS, 0},
        {"cnorm", CNORM, 0}, {"cvvis", CNORM, 0}, {"bel", QUIET, 0}, {"E3", QUIET, 0}, {"smam", SMAM, 0}, {"rmam", RMAM, 0},
    };
    node_add(v, 0); /* the root */
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        learn(v, fixed[i].name, fixed[i].cap, fixed[i].a, fixed[i].cap == LOOK ? SAME_SET : 0);
    learn_modes(v);
    learn_pairs(v, "cup", CUP, v->high, v->wide);
    learn_pairs(v, "csr", CSR, v->high, v->high);
    learn_counts(v, "hpa", HPA, 0, v->wide - 1);
    learn_counts(v, "vpa", VPA, 0, v->high - 1);
    static const struct {
        const char *name;
        enum cap cap;
    } counted[] = {{"cuf", CUF}, {"cub", CUB}, {"cuu", CUU}, {"cud", CUD}, {"il", IL}, {"dl", DL}, {"ich", ICH},
                   {"dch", DCH}, {"ech", ECH}, {"indn", INDN}, {"rin", RIN}};
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        learn_counts(v, counted[i].name, counted[i].cap, 1, v->wide > v->high ? v->wide : v->high);
    int colours = tigetnum("colors");
    learn_counts(v, "setaf", FG, 0, colours < 256 ? colours - 1 : 255);
    learn_counts(v, "setab", BG, 0, colours < 256 ? colours - 1 : 255);
    learn_rep(v);
    learn_parts(v);
    learn_sgr(v);
}
