#include "core/base/command.h"

#include "core/base/command_rules.h"
#include "core/base/text.h"

#include <string.h>

/* Appends text wrapped at columns, each line after the first indented. */
static void wrapped(struct buf *out, const char *text, size_t indent, size_t columns)
{
    size_t at = indent;
    const char *word = text;
    while (*word != '\0') {
        size_t n = strcspn(word, " \n");
        size_t width = text_width(word, n);
        if (at > indent && at + 1 + width > columns) {
            buf_addc(out, '\n');
            buf_addn(out, ' ', indent);
            at = indent;
        } else if (at > indent) {
            buf_addc(out, ' ');
            at++;
        }
        buf_add(out, word, n);
        at += width;
        word += n;
        if (strncmp(word, "\n\n", 2) == 0) {
            buf_adds(out, "\n\n");
            buf_addn(out, ' ', indent);
            at = indent;
        }
        word += strspn(word, " \n");
    }
    buf_addc(out, '\n');
}

static void option_label(const struct option_spec *o, struct buf *out)
{
    if (o->letter != '\0')
        buf_addf(out, "-%c, ", o->letter);
    else
        buf_adds(out, "    ");
    buf_addf(out, "--%s", o->name);
    if (o->value != NULL)
        buf_addf(out, " %s", o->value);
}

void command_help(const struct command *command, struct buf *out, size_t columns)
{
    bool any = command->options[0].name != NULL;
    struct buf head = {0};
    buf_addf(&head, "crib %s%s%s%s: %s", command->name, any ? " [options]" : "",
             command->arguments[0] != '\0' ? " " : "", command->arguments, command->summary);
    wrapped(out, buf_text(&head), 0, columns);
    buf_free(&head);
    if (command->about[0] != '\0') {
        buf_adds(out, "\n");
        wrapped(out, command->about, 0, columns);
    }
    if (any)
        buf_addc(out, '\n');
    for (size_t i = 0; i < COMMAND_OPTIONS && command->options[i].name != NULL; i++) {
        struct buf label = {0};
        option_label(&command->options[i], &label);
        buf_addf(out, label.len > 22 ? "  %s\n%24s " : "  %-22s%s ", buf_text(&label), "");
        struct buf help = {0};
        buf_adds(&help, command->options[i].help);
        if (command->options[i].choices != NULL)
            buf_addf(&help, " (%s)", command->options[i].choices);
        wrapped(out, buf_text(&help), 25, columns);
        buf_free(&help);
        buf_free(&label);
    }
    struct buf rules = {0};
    command_rules_tell(command, &rules);
    if (rules.len > 0) {
        buf_addc(out, '\n');
        wrapped(out, buf_text(&rules), 0, columns);
    }
    buf_free(&rules);
}

void commands_overview(struct buf *out, size_t columns)
{
    size_t count;
    const struct command *all = commands_all(&count);
    buf_adds(out, "crib: the five minutes that solve today's problem, in the terminal\n\n"
                  "  crib                    open the hub\n"
                  "  crib WHAT               open an id, id#section, a code, an asset tag or words\n\n");
    for (size_t i = 0; i < count; i++) {
        struct buf label = {0};
        buf_addf(&label, "%s %s", all[i].name, all[i].arguments);
        if (label.len > 22) {
            buf_clear(&label);
            buf_adds(&label, all[i].name);
        }
        buf_addf(out, "  %-22s  ", buf_text(&label));
        wrapped(out, all[i].summary, 26, columns);
        buf_free(&label);
    }
    buf_adds(out, "\n`crib help COMMAND` explains one of them; in the program, ? shows all keys.\n");
}

static void roff_text(struct buf *out, const char *text)
{
    bool line_start = true;
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            buf_adds(out, text[1] == '\n' ? "\n.Pp" : "");
            buf_addc(out, '\n');
            while (text[1] == '\n')
                text++;
            line_start = true;
            continue;
        }
        if (*text == ' ' && !line_start && text[-1] == '.' && text[1] != '\0') {
            buf_addc(out, '\n'); /* mdoc: a sentence begins on a line of its own */
            line_start = true;
            continue;
        }
        if (line_start && (*text == '.' || *text == '\''))
            buf_adds(out, "\\&");
        if (*text == '\\')
            buf_adds(out, "\\e");
        else if (*text == '-')
            buf_adds(out, "\\-");
        else if (*text == '`')
            buf_adds(out, "\\(ga");
        else
            buf_addc(out, *text);
        line_start = false;
    }
}

void commands_roff(struct buf *out)
{
    size_t count;
    const struct command *all = commands_all(&count);
    buf_adds(out, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, ".It Cm %s", all[i].name);
        if (all[i].arguments[0] != '\0') {
            buf_adds(out, " ");
            buf_adds(out, "Ar ");
            for (const char *p = all[i].arguments; *p != '\0'; p++)
                if (*p == '|')
                    buf_adds(out, "\\*(Ba");
                else
                    buf_addc(out, *p);
        }
        buf_addc(out, '\n');
        buf_addc(out, (char)(all[i].summary[0] - 'a' + 'A'));
        roff_text(out, all[i].summary + 1);
        buf_adds(out, ".\n");
        if (all[i].about[0] != '\0') {
            roff_text(out, all[i].about);
            buf_addc(out, '\n');
        }
        if (all[i].options[0].name == NULL)
            continue;
        buf_adds(out, ".Bl -tag -width Ds -compact\n");
        for (size_t k = 0; k < COMMAND_OPTIONS && all[i].options[k].name != NULL; k++) {
            const struct option_spec *o = &all[i].options[k];
            buf_adds(out, ".It ");
            if (o->letter != '\0')
                buf_addf(out, "Fl %c , ", o->letter);
            buf_addf(out, "Fl Fl %s", o->name);
            if (o->value != NULL)
                buf_addf(out, " Ar %s", o->value);
            buf_addc(out, '\n');
            roff_text(out, o->help);
            if (o->choices != NULL)
                buf_addf(out, " (%s)", o->choices);
            buf_addc(out, '\n');
        }
        buf_adds(out, ".El\n");
        struct buf rules = {0};
        command_rules_tell(&all[i], &rules);
        if (rules.len > 0) {
            roff_text(out, buf_text(&rules));
            buf_addc(out, '\n');
        }
        buf_free(&rules);
    }
    buf_adds(out, ".El\n");
}
