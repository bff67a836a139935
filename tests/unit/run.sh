#!/bin/sh
# run.sh BUILD SUITE...: runs the Check suites, says what failed, and counts.
#
# Counts come from Check's TAP log. A suite that crashed, hung or lost its log counts as one failed test more. The
# sum goes to BUILD/results/unit as `N passed, N failed`.
set -u

build=$1
shift
# A busy machine is no failure: Check's own four seconds a test are few under sanitizers.
export CK_DEFAULT_TIMEOUT="${CK_DEFAULT_TIMEOUT:-60}" CK_VERBOSITY=silent
out=$build/results
mkdir -p "$out"
passed=0
failed=0

for suite; do
    name=${suite##*/}
    tap=$out/$name.tap
    log=$out/$name.log
    rm -f "$tap"
    CK_TAP_LOG_FILE_NAME=$tap timeout "${UNIT_SECONDS:-300}" "$suite" >"$log" 2>&1
    status=$?
    good=$(grep -c '^ok ' "$tap" 2>/dev/null)
    bad=$(grep -c '^not ok ' "$tap" 2>/dev/null)
    good=${good:-0}
    bad=${bad:-0}
    if [ "$bad" -gt 0 ]; then
        # `not ok 3 - text.c:case:name: what` says all there is to say.
        sed -n "s/^not ok [0-9]* - /FAILED $name: /p" "$tap"
    elif [ "$status" -eq 124 ]; then
        bad=1
        echo "FAILED $name: not done after ${UNIT_SECONDS:-300} s"
    elif [ "$status" -ne 0 ] || [ "$good" -eq 0 ]; then
        bad=1
        echo "FAILED $name: ended with status $status after $good tests"
    fi
    [ "$bad" -eq 0 ] || tail -n 40 "$log"
    printf 'unit %-22s %4d passed, %d failed\n' "$name" "$good" "$bad"
    passed=$((passed + good))
    failed=$((failed + bad))
done
echo "$passed passed, $failed failed" >"$out/unit"
[ "$failed" -eq 0 ]
