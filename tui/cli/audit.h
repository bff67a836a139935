/* What `crib audit` does besides walking the chain: sign-offs, and proofs of them. */
#ifndef CRIB_CLI_AUDIT_H
#define CRIB_CLI_AUDIT_H

#include "tui/app.h"

/* `audit show [ID]`: the sign-offs, or one with what it rests on. */
bool audit_show(struct app *app, const struct args *args, struct error *err);

/* `audit export FILE`: the sign-offs that the options choose, as a proof (core/record/proof.h). */
bool audit_export(struct app *app, const struct args *args, struct error *err);

/* `audit countersign [ID]`: what waits for a supervisor; signs under one. */
bool audit_countersign(struct app *app, const struct args *args, struct error *err);

/* `audit drop LOG`: a log of another device goes from the record. */
bool audit_drop(struct app *app, const struct args *args, struct error *err);

/* `audit verify FILE`: checks a proof from elsewhere. */
bool audit_verify_file(struct app *app, const struct args *args, struct error *err);

#endif
