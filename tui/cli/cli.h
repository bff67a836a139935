/* cli: the sub-commands, one file each. Each returns an exit status (sysexits.h; 0 for success). */
#ifndef CRIB_CLI_CLI_H
#define CRIB_CLI_CLI_H

#include "tui/app.h"

int cli_open(struct app *app, const struct args *args);
int cli_show(struct app *app, const struct args *args);
int cli_find(struct app *app, const struct args *args);
int cli_for(struct app *app, const struct args *args);
int cli_list(struct app *app, const struct args *args);
int cli_news(struct app *app, const struct args *args);
int cli_quiz(struct app *app, const struct args *args);
int cli_recall(struct app *app, const struct args *args);
int cli_motd(struct app *app, const struct args *args);
int cli_note(struct app *app, const struct args *args);
int cli_session(struct app *app, const struct args *args);
int cli_report(struct app *app, const struct args *args);
int cli_hint(struct app *app, const struct args *args);
int cli_watch(struct app *app, const struct args *args);
int cli_lint(struct app *app, const struct args *args);
int cli_preview(struct app *app, const struct args *args);
int cli_audit(struct app *app, const struct args *args);
int cli_kiosk(struct app *app, const struct args *args);
int cli_learner(struct app *app, const struct args *args);
int cli_backup(struct app *app, const struct args *args);
int cli_restore(struct app *app, const struct args *args);
int cli_config(struct app *app, const struct args *args);
int cli_doctor(struct app *app, const struct args *args);
int cli_completion(struct app *app, const struct args *args);
int cli_version(struct app *app, const struct args *args);
int cli_help(struct app *app, const struct args *args);

/* `crib sync` and its kin: hands over to crib-sync. */
int cli_sync(struct app *app, const struct args *args);

/* The hub as linear text: what is new, begun, fading, and how to go on; then a dialogue of lines (plain.h), where somebody
 * or something answers: a terminal, or lines from a pipe. */
int cli_hub_plain(struct app *app);

/* How many are installed, what is fading and what is new, in a sentence each. */
void cli_hub_head(struct app *app, struct buf *out);

/* The hub: `crib` without a command. words: what to look for first, or NULL. */
int cli_hub(struct app *app, const char *words);

#endif
