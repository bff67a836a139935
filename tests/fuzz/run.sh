#!/bin/sh
# run.sh DIRECTORY SECONDS: runs each fuzz target in the directory for its share of the seconds, from the seeds in
# tests/data/fuzz/TARGET/. What it finds is kept beside the target; inputs that reached new code are kept in
# DIRECTORY/corpus and used again.
set -u
where=$1
seconds=$2
count=0
for target in "$where"/fuzz_*; do
    [ -x "$target" ] && [ ! -d "$target" ] && count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "fuzz: no target in $where"; exit 1; }
share=$(((seconds + count - 1) / count))
failed=0
for target in "$where"/fuzz_*; do
    [ -x "$target" ] && [ ! -d "$target" ] || continue
    name=${target##*/}
    corpus=$where/corpus/$name
    seeds=tests/data/fuzz/${name#fuzz_}
    [ -d "$seeds" ] || seeds=
    # shellcheck disable=SC2086 # $seeds is empty or one path
    if "$target" -max_total_time="$share" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="$where/$name-" "$corpus" $seeds >"$where/$name.log" 2>&1; then
        echo "fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$where/$name.log") runs in $share s, nothing found"
    else
        echo "FAILED fuzz $name:"
        grep -E 'ERROR|SUMMARY|Test unit|#[0-6] ' "$where/$name.log" | head -n 20
        failed=1
    fi
done
exit $failed
