#!/bin/sh
# run.sh DIRECTORY SECONDS TARGET...: runs each fuzz target for its share of the seconds. Seeds are the sample channel,
# the question blocks cut out of it, and what stands under tests/data. What is found is kept in the directory; inputs that
# reached new code are kept in DIRECTORY/corpus and used again.
set -u
where=$1
seconds=$2
shift 2
share=$(((seconds + $# - 1) / $#))

seeds=$where/seeds
mkdir -p "$seeds/gift"
for module in assets/sample/modules/*.md; do
    name=${module##*/}
    awk '/^```gift/ {inside = 1; next} /^```/ {inside = 0} inside' "$module" >"$seeds/gift/${name%.md}.gift"
done

seeds_of() {
    case $1 in
    fuzz_gift | fuzz_question_text) echo "$seeds/gift" ;;
    fuzz_pack) echo tests/data/pack ;;
    fuzz_parcel) echo tests/data/parcel ;;
    fuzz_pointer) echo tests/data/pointer ;;
    fuzz_syncing) echo tests/data/syncing ;;
    fuzz_room) echo tests/data/room ;;
    fuzz_programme) echo assets/sample/programmes ;;
    fuzz_serve) echo tests/data/serve ;;
    fuzz_module | fuzz_render | fuzz_html) echo "assets/sample/modules tests/data/render" ;;
    esac
}

failed=0
for target; do
    name=${target##*/}
    mkdir -p "$where/corpus/$name"
    # shellcheck disable=SC2046 # several directories, or none
    if "$target" -max_total_time="$share" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="$where/$name-" "$where/corpus/$name" $(seeds_of "$name") >"$where/$name.log" 2>&1; then
        echo "fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$where/$name.log") runs in $share s, nothing found"
    else
        echo "FAILED fuzz $name:"
        grep -E 'ERROR|SUMMARY|Test unit|#[0-6] ' "$where/$name.log" | head -n 20
        failed=1
    fi
done
exit $failed
