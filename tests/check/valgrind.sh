#!/bin/sh
# valgrind.sh SUITE: a unit suite under valgrind in one process (CK_FORK=no), leaks included.
set -u
suite=$1
name=${suite##*/}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
seconds=${VALGRIND_SECONDS:-900}
CK_FORK=no CK_DEFAULT_TIMEOUT=0 CK_VERBOSITY=normal timeout "$seconds" \
    valgrind -q --suppressions="${0%/*}/valgrind.supp" --error-exitcode=99 --leak-check=full \
    --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect "$suite" >"$log" 2>&1
status=$?
[ "$status" -ne 0 ] || exit 0
[ "$status" -ne 124 ] || echo "not done after $seconds s" >>"$log"
echo "FAILED valgrind $name"
# What a test said comes first: one that ended half-way has lost what it held, and valgrind says so at length.
grep -a ':[FE]:' "$log"
grep -av ':[FE]:' "$log" | tail -n 40
exit 1
