#!/bin/sh
# manual.sh BUILD: the manual pages as they are installed, judged by mandoc.
set -u
failed=0
for page in "$1"/man/*.[157]; do
    [ -e "$page" ] || { echo "manual: there is no page"; exit 1; }
    if ! said=$(mandoc -T lint -W warning "$page" 2>&1) || [ -n "$said" ]; then
        echo "$said"
        failed=1
    fi
    if grep -n -E '^@[A-Z]+@?$' "$page"; then
        echo "manual: $page: a part was not filled in"
        failed=1
    fi
done
exit $failed
