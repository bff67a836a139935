#include "tui/screen/touch.h"

#include "core/base/text.h"
#include "tui/screen/terminal_state.h"

#include <string.h>

enum { TALL_FROM = 20, LOW_FROM = 14, KEYBOARD_ROWS = 4, KEYBOARD_COLUMNS = 10, ABOVE_LEAST = 11, GAP = 1 };

/* On a cell: what stands there, which key it is, over how many cells. */
struct cell {
    const char *label;
    uint32_t key;
    int wide;
};

static const struct cell digits[KEYBOARD_ROWS][KEYBOARD_COLUMNS] = {
    {{"1", '1', 2}, {"2", '2', 2}, {"3", '3', 2}, {"Delete", K_BACKSPACE, 4}},
    {{"4", '4', 2}, {"5", '5', 2}, {"6", '6', 2}, {"Cancel", K_ESCAPE, 4}},
    {{"7", '7', 2}, {"8", '8', 2}, {"9", '9', 2}, {"abc", K_OTHER_KEYBOARD, 4}},
    {{"-", '-', 2}, {"0", '0', 2}, {".", '.', 2}, {"Enter", K_ENTER, 4}},
};

#define ONE(character) {(character), (uint32_t)(character)[0], 1}

static const struct cell letters[KEYBOARD_ROWS][KEYBOARD_COLUMNS] = {
    {ONE("q"), ONE("w"), ONE("e"), ONE("r"), ONE("t"), ONE("y"), ONE("u"), ONE("i"), ONE("o"), ONE("p")},
    {ONE("a"), ONE("s"), ONE("d"), ONE("f"), ONE("g"), ONE("h"), ONE("j"), ONE("k"), ONE("l"), ONE("'")},
    {ONE("z"), ONE("x"), ONE("c"), ONE("v"), ONE("b"), ONE("n"), ONE("m"), ONE(","), ONE("-"), ONE(".")},
    {{"123", K_OTHER_KEYBOARD, 1}, {"Cancel", K_ESCAPE, 2}, {"Space", ' ', 3}, {"Delete", K_BACKSPACE, 2}, {"Enter", K_ENTER, 2}},
};

void touch_set(struct terminal *t, bool on)
{
    t->touch = on;
    if (on)
        terminal_set_mouse(t, true);
}

bool touch_is_on(const struct terminal *t)
{
    return t->touch;
}

int touch_rows(const struct terminal *t)
{
    return !t->touch ? 1 : LINES >= TALL_FROM ? 3 : LINES >= LOW_FROM ? 2 : 1;
}

/* Rows of one of its keys: the screens need some, too. */
static int key_rows(void)
{
    int room = (LINES - ABOVE_LEAST) / KEYBOARD_ROWS;
    return room > 3 ? 3 : room;
}

void touch_keyboard(struct terminal *t, enum keyboard keyboard)
{
    t->keyboard = t->touch ? keyboard : KEYBOARD_NONE;
    t->below = t->keyboard != KEYBOARD_NONE ? KEYBOARD_ROWS * key_rows() : 0;
}

static void draw_key(struct terminal *t, const struct cell *c, int y, int x, int rows, int columns)
{
    enum style style = c->key < KEYS_START ? STYLE_BAR : STYLE_BAR_STRONG;
    int width = (int)strlen(c->label);
    for (int i = 0; i < rows - (rows > 2); i++) /* a row between two rows of keys */
        terminal_fill(t, y + i, x, columns - GAP, style, " ");
    terminal_puts(t, y + (rows - 1) / 2, x + (columns - GAP > width ? (columns - GAP - width) / 2 : 0), columns - GAP, style, c->label);
    terminal_button(t, y, x, rows, columns, c->key);
}

void touch_keyboard_draw(struct terminal *t)
{
    const struct cell(*rows)[KEYBOARD_COLUMNS] = t->keyboard == KEYBOARD_DIGITS ? digits : letters;
    int height = key_rows(), top = LINES - t->below;
    if (t->below == 0)
        return;
    for (int y = 0; y < KEYBOARD_ROWS; y++) {
        int at = 0;
        for (size_t i = 0; i < KEYBOARD_COLUMNS && rows[y][i].wide > 0; at += rows[y][i++].wide) {
            int from = COLS * at / KEYBOARD_COLUMNS, end = COLS * (at + rows[y][i].wide) / KEYBOARD_COLUMNS;
            draw_key(t, &rows[y][i], top + y * height, from, height, end - from);
        }
    }
}
