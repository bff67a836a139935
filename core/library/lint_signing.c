/* Whether a module that asks for a sign-off can be signed, and as its author thinks. */
#include "core/library/lint_private.h"

#include "core/base/clock.h"

static void warn(struct lint *l, const struct lint_file *f, const char *key, const char *todo, const char *said)
{
    diags_add(l->diags, SEVERITY_WARNING, f->label, lint_key_line(f->module, key), 1, todo, "%s", said);
}

/* Words that nobody will be asked for. */
static void unused(struct lint *l, const struct lint_file *f)
{
    const struct module *m = f->module;
    const struct {
        const char *key;
        bool there;
    } keys[] = {{"valid", m->valid[0] != '\0'}, {"attestation", m->attestation[0] != '\0'}, {"countersign", m->countersign}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].there)
            warn(l, f, keys[i].key, "add `sign_off: true`, or leave it out",
                 arena_printf(l->arena, "`%s` says nothing without a sign-off", keys[i].key));
}

void lint_signing(struct lint *l, const struct lint_file *f)
{
    const struct module *m = f->module;
    int64_t ignored;
    if (m->valid[0] != '\0' && !clock_after(0, m->valid, &ignored))
        diags_add(l->diags, SEVERITY_ERROR, f->label, lint_key_line(m, "valid"), 1, "write a number and a unit: `12 months`, `2 years`, `90 days`",
                  "`valid` can't be `%.40s`", m->valid);
    if (!m->sign_off) {
        unused(l, f);
        return;
    }
    if (m->kind != KIND_MODULE)
        warn(l, f, "sign_off", "move it to a module", "an event can't be signed off");
    else if (f->questions == 0)
        warn(l, f, "sign_off", "add a gift block", "a sign-off needs a quiz");
    if (m->quiz.feedback == FEEDBACK_END || (m->quiz.feedback == FEEDBACK_ANSWER && m->quiz.feedback_said))
        diags_add(l->diags, SEVERITY_WARNING, f->label, lint_key_line(m, "quiz"), 1, "write `feedback: none`, or leave it out",
                  "a sign-off's quiz tells nothing on the way: `feedback: %s` does not count", feedback_policy_name(m->quiz.feedback));
}
