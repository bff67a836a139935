# A change, by a new key, over bad lines: cut, reset or changed at every byte, at random places where it is large, and answered by who is not
# the server. The library is the old or the new one each time, and the new one when the line is well again.
[ ! -w /dev/shm ] || export TMPDIR="${TMPDIR:-/dev/shm}" # thousands of homes, none of which is to be kept
. "${0%/*}/lib.sh"
. "${0%/*}/nginx.in"
mkdir "$dir/work"
run "$build/e2e/faults" change "$dir/work" "$build/e2e/proxy" $port "$www"
transcript
exited 0
