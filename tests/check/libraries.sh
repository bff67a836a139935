#!/bin/sh
# libraries.sh BUILD: each program needs the libraries listed here and no other: each further one costs every start of
# the program time, and brings code into a kiosk that nobody asked for.
set -u
build=$1
failed=0

# The parts of the C library go by several names: glibc's, musl's, the loader's.
c='libc|libm|libpthread|librt|libdl|ld-linux[-a-z0-9_]*|ld-musl[-a-z0-9_]*'
core='libsqlite3|libcmark|libyaml(-0)?|libsodium|libutf8proc|libpcre2-8'
tui='libncursesw|libtinfow?|libseccomp'
sync='libjansson|libcurl(-gnutls)?|libzstd|libarchive|libmicrohttpd'

allow() {
    [ -e "$build/$1" ] || return 0
    needed=$(readelf -d "$build/$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    if [ -z "$needed" ] && readelf -l "$build/$1" | grep -q INTERP; then
        echo "libraries: $1: readelf tells none"
        failed=1
    fi
    for library in $needed; do
        if ! echo "$library" | grep -q -E "^($2)([-.][0-9.]+)?\.so(\.[0-9.]+)?\$"; then
            echo "libraries: $1 needs $library, which is not on its list (tests/check/libraries.sh)"
            failed=1
        fi
    done
    readelf -d "$build/$1" | grep -q -E 'BIND_NOW|FLAGS.* NOW' || { echo "libraries: $1 is not bound at start"; failed=1; }
    readelf -l "$build/$1" | grep -q GNU_RELRO || { echo "libraries: $1 has no RELRO"; failed=1; }
    readelf -h "$build/$1" | grep -q 'Type:.*DYN' || { echo "libraries: $1 is not position-independent"; failed=1; }
}

allow crib "$c|$core|$tui"
allow crib-sync "$c|$core|$sync"
exit $failed
