/* kiosk: the parts of `crib kiosk`. Each returns an exit status. */
#ifndef CRIB_CLI_KIOSK_H
#define CRIB_CLI_KIOSK_H

#include "tui/app.h"
#include "tui/cli/doctor.h"

/* Where `crib kiosk install` keeps the account's data. */
#define KIOSK_HOME "/var/lib/crib-kiosk"

/* The kiosks that run on this device. */
int kiosk_status(struct app *app, bool json);

/* Makes this machine, or the root of one, a kiosk; or takes that back. */
int kiosk_install(struct app *app, const struct args *args);

/* For `crib doctor`. Nothing where there is no kiosk. */
void look_at_kiosk(struct findings *f, struct app *app);

#endif
