#include "core/base/command.h"

#include "core/base/json.h"

#include <string.h>

static void option_json(struct json *j, const struct option_spec *o)
{
    char letter[2] = {o->letter, '\0'};
    json_open_object(j, NULL);
    json_string(j, "name", o->name);
    json_string(j, "letter", letter);
    json_string(j, "value", o->value);
    json_open_array(j, "choices");
    for (const char *at = o->choices != NULL ? o->choices : ""; *at != '\0';) {
        size_t n = strcspn(at, " ");
        json_text(j, NULL, at, n);
        at += n + strspn(at + n, " ");
    }
    json_close_array(j);
    json_string(j, "help", o->help);
    json_close_object(j);
}

void command_json(const struct command *command, struct json *j)
{
    json_open_object(j, NULL);
    json_string(j, "name", command->name);
    json_string(j, "arguments", command->arguments);
    json_string(j, "summary", command->summary);
    json_string(j, "about", command->about);
    json_open_array(j, "options");
    for (size_t i = 0; i < COMMAND_OPTIONS && command->options[i].name != NULL; i++)
        option_json(j, &command->options[i]);
    json_close_array(j);
    json_close_object(j);
}

void commands_json(struct json *j)
{
    size_t count;
    const struct command *all = commands_all(&count);
    json_open_array(j, NULL);
    for (size_t i = 0; i < count; i++)
        command_json(&all[i], j);
    json_close_array(j);
}
