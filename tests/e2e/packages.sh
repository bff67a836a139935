# Installing what is missing: said first, never silently with sudo, and no package manager is asked when nothing is.
. "${0%/*}/lib.sh"

# A machine of our own: the tools that the script needs, a package manager that only notes what it is told.
machine() {
    rm -rf "$dir/bin"
    mkdir "$dir/bin"
    for tool in sh cat tr sort sed id sudo; do
        path=$(command -v $tool) && ln -s "$path" "$dir/bin/$tool"
    done
    rm -f "$dir/bin/sudo" "$dir/bin/id"
    printf '#!/bin/sh\necho "%s"\n' "$2" >"$dir/bin/id"
    for tool in "$1" sudo; do
        printf '#!/bin/sh\necho "%s $*" >>"%s/asked"\n' "$tool" "$dir" >"$dir/bin/$tool"
    done
    chmod +x "$dir/bin"/*
    rm -f "$dir/asked"
}

asked() {
    [ -e "$dir/asked" ] && grep -q -F -e "$1" "$dir/asked" || fail "the package manager was not told: $1"
}

not_asked() {
    [ ! -e "$dir/asked" ] || fail "was run: $(cat "$dir/asked")"
}

packages() {
    run env -u CC PATH="$dir/bin" "$@" /bin/sh "$assets/packages.sh" $purpose
}

purpose=run
step "an ordinary user without a terminal: the command is printed"
machine apt-get 1000
packages
exited 69
complained 'sudo apt-get install -y --no-install-recommends gcc'
complained 'libsqlite3-dev'
complained 'YES=1'
not_asked

step "NO_DEPS=1 prints it, root or not"
packages NO_DEPS=1
exited 69
not_asked
machine apt-get 0
packages NO_DEPS=1
exited 69
complained 'apt-get install'
not_asked

step "YES=1 runs it, through sudo"
machine dnf 1000
packages YES=1
exited 0
asked 'sudo dnf install -y'
asked 'ncurses-devel'

step "root without a terminal runs it"
for manager in apt-get dnf apk pacman; do
    machine $manager 0
    packages
    exited 0
    asked "$manager "
    grep -q sudo "$dir/asked" && fail "sudo as root"
done

step "what only the tests need is asked for by the tests"
machine apk 0
packages
grep -q tmux "$dir/asked" && fail "run wants tmux"
machine apk 0
purpose=test
packages
asked tmux
asked check-dev

step "on a terminal it asks, and no is no"
machine apt-get 0
start 80x24 "PATH='$dir/bin'" /bin/sh "$assets/packages.sh" run
wait_for 'Run it now? [y/N]'
not_asked
keys n Enter
wait_for 'Nothing was installed.'
ended 69
not_asked
start 80x24 "PATH='$dir/bin'" /bin/sh "$assets/packages.sh" run
wait_for 'Run it now? [y/N]'
keys y Enter
ended 0
asked 'apt-get install'

step "nothing missing: silence, and nobody is asked"
machine apt-get 1000
printf '#!/bin/sh\nexit 0\n' >"$dir/bin/pkg-config"
for tool in cc tmux bash zsh fish nginx minisign curl ssh picocom socat sshd tput; do cp "$dir/bin/pkg-config" "$dir/bin/$tool"; done
chmod +x "$dir/bin"/*
packages
exited 0
[ ! -s "$dir/out" ] && [ ! -s "$dir/err" ] || fail "it talks"
not_asked

step "no known package manager"
machine nothing 0
purpose=run
packages
exited 69
complained 'install them by hand'

step "a machine without a compiler: make says nothing of its own before the question"
run make -n -C "$assets/.." BUILD="$dir/build" CC=no-such-compiler all
! grep -q 'no-such-compiler: ' "$dir/err" || fail "make talks: $(head -n 3 "$dir/err")"
