#!/bin/sh
# triggers.sh DIR COUNT: a source directory of so many modules with five triggers each.
set -eu
mkdir -p "$1/modules"
printf 'id: triggers\nname: Triggers\n' >"$1/channel.yaml"
awk -v dir="$1/modules" -v count="$2" 'BEGIN {
    for (i = 1; i <= count; i++) {
        file = dir "/module-" i ".md"
        printf "---\ntitle: Service %d of the plant\nproblem: Service %d does not start.\noutcome: It runs.\nminutes: 4\n", i, i >file
        printf "triggers:\n  - code: E-%d\n  - asset: P-%d\n  - asset: Q-%d*\n", i, i, i >file
        printf "  - command: systemctl restart service-%d\n  - output: \"fault %d (low|lost)\"\n---\n\nText.\n", i, i >file
        close(file)
    }
}'
