#!/bin/sh
# run.sh BUILD [NAME...]: runs the end-to-end tests, two at a time, each within E2E_SECONDS (120); prints the output of
# those that fail. The sum goes to BUILD/results/e2e as `N passed, N failed`.
set -u

here=$(cd "${0%/*}" && pwd)
build=$(cd "$1" && pwd)
shift
out=$build/results
mkdir -p "$out"
rm -f "$out"/e2e-*.log "$out"/e2e-*.status

if [ $# -gt 0 ]; then
    names=$*
else
    names=$(cd "$here" && for f in *.sh; do case $f in lib.sh | run.sh) ;; *) echo "${f%.sh}" ;; esac; done)
fi

export BUILD="$build" E2E_SECONDS="${E2E_SECONDS:-120}"
# shellcheck disable=SC2016 # the inner shell expands them
echo "$names" | tr ' ' '\n' | xargs -P "${E2E_JOBS:-2}" -I NAME sh -c '
    timeout -k 10 "$E2E_SECONDS" sh "$0/NAME.sh" >"$1/e2e-NAME.log" 2>&1 </dev/null
    echo $? >"$1/e2e-NAME.status"
' "$here" "$out"

passed=0
failed=0
for name in $names; do
    status=$(cat "$out/e2e-$name.status" 2>/dev/null || echo 1)
    case $status in
    124 | 137) echo "not done after $E2E_SECONDS s" >>"$out/e2e-$name.log" ;;
    esac
    case $status in
    0)
        passed=$((passed + 1))
        echo "e2e  $name: passed"
        ;;
    77)
        echo "e2e  $name: $(tail -n 1 "$out/e2e-$name.log")"
        ;;
    *)
        failed=$((failed + 1))
        sed "s/^/    /" "$out/e2e-$name.log"
        echo "FAILED e2e $name: $(grep -e '^FAILED: ' "$out/e2e-$name.log" | tail -n 1 | sed 's/^FAILED: //')"
        ;;
    esac
done
echo "e2e: $passed passed, $failed failed"
echo "$passed passed, $failed failed" >"$out/e2e"
[ "$failed" -eq 0 ]
