#!/bin/sh
# packages.sh PURPOSE: makes sure that what crib needs is there, with the system's own package manager.
#
#   PURPOSE  run (compile and run), test (what the tests need too), check (the analysers too),
#            extra (what single commands load when they are used: QR codes)
#            With CI set the tests may have what nobody wants on their own machine: an SSH server.
#   NO_DEPS=1  prints the command instead of running it
#   YES=1      does not ask
#
# What is there already is found by pkg-config and the PATH alone, so that nothing is asked of a package manager
# when nothing is missing. Nothing is installed silently: on a terminal it asks; without one it installs as root or
# with YES=1 only, and otherwise prints the command and stops.
set -eu

purpose=${1:-run}
PKG_CONFIG=${PKG_CONFIG:-pkg-config}

# A need: purpose, how to see that it is there, and its package for each manager (a+b: two, -: none needed).
needs='
run    command:cc          gcc               gcc                 gcc+musl-dev    gcc         -
run    command:pkg-config  pkg-config        pkgconf-pkg-config  pkgconf         pkgconf     pkgconf
run    module:ncursesw     libncurses-dev    ncurses-devel       ncurses-dev     ncurses     ncurses
run    module:sqlite3      libsqlite3-dev    sqlite-devel        sqlite-dev      sqlite      sqlite
run    module:libcmark     libcmark-dev      cmark-devel         cmark-dev       cmark       cmark
run    module:yaml-0.1     libyaml-dev       libyaml-devel       yaml-dev        libyaml     libyaml
run    module:libsodium    libsodium-dev     libsodium-devel     libsodium-dev   libsodium   libsodium
run    module:libutf8proc  libutf8proc-dev   utf8proc-devel      utf8proc-dev    libutf8proc utf8proc
run    module:libpcre2-8   libpcre2-dev      pcre2-devel         pcre2-dev       pcre2       pcre2
run    module:libcurl      libcurl4-openssl-dev libcurl-devel    curl-dev        curl        curl
run    module:jansson      libjansson-dev    jansson-devel       jansson-dev     jansson     jansson
run    module:libzstd      libzstd-dev       libzstd-devel       zstd-dev        zstd        zstd
run    module:libarchive   libarchive-dev    libarchive-devel    libarchive-dev  libarchive  libarchive
run    module:libmicrohttpd libmicrohttpd-dev libmicrohttpd-devel libmicrohttpd-dev libmicrohttpd libmicrohttpd
run    module:libseccomp  libseccomp-dev    libseccomp-devel    libseccomp-dev  libseccomp  -
test   module:check        check             check-devel         check-dev       check       check
test   terminfo:putty      ncurses-term      ncurses-term        ncurses-terminfo ncurses    ncurses
test   charmap:ISO-8859-1  locales           glibc-locale-source -               -           -
test   command:tmux        tmux              tmux                tmux            tmux        tmux
test   command:bash        bash              bash                bash            bash        bash
test   command:curl        curl              curl                curl            curl        curl
test   command:zsh         zsh               zsh                 zsh             zsh         zsh
test   command:fish        fish              fish                fish            fish        fish
test   command:nginx       nginx-light       nginx               nginx           nginx       nginx
test   command:minisign    minisign          minisign            minisign        minisign    minisign
test   command:ssh         openssh-client    openssh-clients     openssh-client  openssh     -
test   command:picocom     picocom           picocom             picocom         picocom     picocom
test   command:socat       socat             socat               socat           socat       socat
ci     command:sshd        openssh-server    openssh-server      openssh         openssh     -
extra  library:libqrencode libqrencode4      qrencode-libs       libqrencode     qrencode    qrencode
check  command:clang       clang             clang               clang           clang       llvm
check  command:clang-tidy  clang-tidy        clang-tools-extra   clang-extra-tools clang     llvm
check  command:valgrind    valgrind          valgrind            valgrind        valgrind    -
check  command:mandoc      mandoc            mandoc              mandoc          mandoc      mandoc
check  command:readelf     binutils          binutils            binutils        binutils    -
'

case $purpose in
run) wanted=' run ' ;;
test) wanted=" run test ${CI:+ci} " ;;
check) wanted=" run test ${CI:+ci} check " ;;
extra) wanted=' extra ' ;;
*) echo "usage: packages.sh run|test|check|extra" >&2; exit 64 ;;
esac

there() {
    case $1 in
    command:cc) command -v "${CC:-cc}" >/dev/null 2>&1 ;;
    command:pkg-config) command -v "$PKG_CONFIG" >/dev/null 2>&1 ;;
    # Servers may lie where an ordinary account does not look.
    command:*) PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "${1#command:}" >/dev/null 2>&1 ;;
    library:*) ls /lib*/"${1#library:}".* /lib*/*/"${1#library:}".* /usr/lib*/"${1#library:}".* /usr/lib*/*/"${1#library:}".* \
        /usr/local/lib/"${1#library:}".* /opt/homebrew/lib/"${1#library:}".* 2>/dev/null | grep -q . ;;
    terminfo:*) TERM=${1#terminfo:} tput clear >/dev/null 2>&1 ;;
    charmap:*) ls "/usr/share/i18n/charmaps/${1#charmap:}"* >/dev/null 2>&1 || ! command -v localedef >/dev/null 2>&1 ;;
    module:*) "$PKG_CONFIG" --exists "${1#module:}" 2>/dev/null ;;
    esac
}

manager=
for m in apt-get dnf apk pacman brew; do
    if command -v $m >/dev/null 2>&1; then manager=$m; break; fi
done

# The need's package for this manager, or its bare name where the manager is unknown.
package() {
    case $manager in
    apt-get) echo "$3" ;; dnf) echo "$4" ;; apk) echo "$5" ;; pacman) echo "$6" ;; brew) echo "$7" ;;
    *) echo "${2#*:}" ;;
    esac
}

missing=
while read -r row; do
    [ -n "$row" ] || continue
    # shellcheck disable=SC2086 # the row's words are the fields
    set -- $row
    case $wanted in *" $1 "*) ;; *) continue ;; esac
    there "$2" && continue
    [ "$2" != module:libseccomp ] || [ "$(uname -s)" = Linux ] || continue
    name=$(package "$@")
    [ "$name" = - ] || missing="$missing $(echo "$name" | tr + ' ')"
done <<END
$needs
END

[ -n "$missing" ] || exit 0
missing=$(echo "$missing" | tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/^ *//; s/ *$//')

as_root=
if [ "$(id -u)" -ne 0 ] && [ "$manager" != brew ]; then
    if command -v sudo >/dev/null 2>&1; then as_root='sudo '; else as_root='doas '; fi
fi
case $manager in
apt-get) line="${as_root}apt-get update && ${as_root}apt-get install -y --no-install-recommends $missing" ;;
dnf) line="${as_root}dnf install -y $missing" ;;
apk) line="${as_root}apk add $missing" ;;
pacman) line="${as_root}pacman -S --needed --noconfirm $missing" ;;
brew) line="brew install $missing" ;;
*)
    echo "crib needs what is not here: $missing" >&2
    echo "No package manager is known here (apt, dnf, apk, pacman, brew): please install them by hand." >&2
    exit 69
    ;;
esac

echo "crib needs packages that are not installed yet. This installs them:" >&2
echo "    $line" >&2
if [ "${NO_DEPS:-}" = 1 ]; then
    exit 69
elif [ "${YES:-}" = 1 ]; then
    :
elif [ -t 0 ] && [ -t 2 ]; then
    printf 'Run it now? [y/N] ' >&2
    read -r answer || answer=
    case $answer in y | Y | yes | Yes | YES) ;; *) echo "Nothing was installed." >&2; exit 69 ;; esac
elif [ "$(id -u)" -ne 0 ]; then
    echo "Not run: there is no terminal to ask on. Run it yourself, or say YES=1." >&2
    exit 69
fi
[ "$manager" != apt-get ] || export DEBIAN_FRONTEND=noninteractive
sh -c "$line" >&2
