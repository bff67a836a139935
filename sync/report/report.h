/* report: `crib report ... --site` and `--data DIR`: over all devices whose statements a learning record store has. The rows
 * are core/record/report.h's, made from a scratch record. */
#ifndef CRIB_REPORT_REPORT_H
#define CRIB_REPORT_REPORT_H

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/error.h"
#include "core/base/file.h"

#include <stdbool.h>

bool site_report_command(struct arena *a, const struct places *places, const struct args *args, struct error *err);

#endif
