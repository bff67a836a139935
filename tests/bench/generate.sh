#!/bin/sh
# generate.sh DIR [COUNT]: a source directory of so many pages (10,000), the same every time: for benchmarks where no
# real corpus is given.
set -eu
dir=$1
count=${2:-10000}
mkdir -p "$dir/pages"
printf 'id: generated\nname: Generated pages\niri: https://example.com/generated\n' >"$dir/channel.yaml"
awk -v dir="$dir/pages" -v count="$count" '
function word() { seed = (seed * 1103515245 + 12345) % 2147483648; return words[int(seed / 65536) % n + 1] }
BEGIN {
    seed = 42
    n = split("pump valve pressure flow bearing motor seal vent casing suction discharge torque coupling shaft alarm " \
              "drive fault reset breaker fuse cable sensor loop signal current voltage ground isolate lock tag level " \
              "tank filter strainer gasket flange bolt nut washer grease oil leak temperature vibration noise speed " \
              "frequency inverter controller module rack terminal network switch router fibre connector address " \
              "register protocol timeout retry checksum certificate clock backup restore disk partition journal " \
              "service process memory log message queue user password key permission group session report shift " \
              "handover permit entry gas oxygen ladder harness crane load sling inspect measure calibrate adjust " \
              "replace clean drain fill start stop open close raise lower check record sign notify escalate", words, " ")
    for (i = 1; i <= count; i++) {
        file = sprintf("%s/%s-%s-%d.md", dir, word(), word(), i)
        printf "# %s %s %s %d\n\n", word(), word(), word(), i >file
        for (s = 1; s <= 3; s++) {
            printf "## %s the %s\n\n", word(), word() >file
            for (w = 1; w <= 40; w++)
                printf "%s%s", word() (w % 13 == 0 ? i : ""), w % 12 == 0 ? ".\n" : " " >file
            printf "\n- `%s --%s %s%d`\n- %s the %s\n\n", word(), word(), word(), i, word(), word() >file
        }
        close(file)
    }
}'
