# What was learned, sent over bad lines: cut, reset or changed at every byte, at random places where it is much, and answered
# by who is not the server. Each statement arrives once.
[ ! -w /dev/shm ] || export TMPDIR="${TMPDIR:-/dev/shm}" # thousands of commits, none of which is to be kept
. "${0%/*}/lib.sh"
mkdir "$dir/work"
run "$build/e2e/faults" push "$dir/work" "$build/e2e/proxy" "$sync"
transcript
exited 0
