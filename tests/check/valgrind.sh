#!/bin/sh
# valgrind.sh BUILD SUITE...: the suites of core under valgrind, one process each (CK_FORK=no), leaks included. Skipped
# are suites that take minutes there and whose code runs under ASan anyway: VALGRIND_SKIP.
set -u
shift
skip=${VALGRIND_SKIP:-}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
failed=0
for suite; do
    name=${suite##*/}
    case " $skip " in *" $name "*) continue ;; esac
    if ! CK_FORK=no CK_DEFAULT_TIMEOUT=0 CK_VERBOSITY=silent timeout "${VALGRIND_SECONDS:-300}" \
        valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
        "$suite" >"$log" 2>&1; then
        echo "FAILED valgrind $name"
        tail -n 40 "$log"
        failed=1
    fi
done
exit $failed
