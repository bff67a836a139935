#!/bin/sh
# sync.sh: bytes on the wire and seconds on a thin line, each beside its peers in the same run, as lines for run.sh:
# what|crib|peer|ratio|goal|verdict, or # and a remark.
#
# The bytes are counted by tests/e2e/proxy between the two programs: all that passes the socket, both ways, headers and all.
# The thin line is that proxy's too: each direction carries 8,000 bytes a second and each byte takes 150 ms; the handshake is
# counted as one round trip. What a server of its own is needed for runs on this machine, on ports of the moment.
set -u
build=$(cd "${BUILD:-build}" && pwd) || exit 1
crib=$build/crib sync=$build/crib-sync proxy=$build/e2e/proxy
work=$(mktemp -d "${TMPDIR:-/tmp}/crib-bench-sync-XXXXXX") || exit 1
pids=
trap 'kill $pids 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export CRIB_HOME="$work/home" CRIB_SYSTEM="$work/none" HOME="$work" GIT_CONFIG_NOSYSTEM=1
unset CRIB_ROLES CRIB_CLOCK

row() { # WHAT CRIB PEER LIMIT GOAL: LIMIT is of the ratio, - for none
    awk -v what="$1" -v a="$2" -v b="$3" -v limit="$4" -v goal="$5" 'BEGIN {
        ratio = peer = verdict = "-"
        if (b > 0) {
            peer = b
            ratio = sprintf("%.3f", a / b)
            if (limit != "-")
                verdict = a / b <= limit ? "met" : "MISSED"
        }
        print what "|" a "|" peer "|" ratio "|" goal "|" verdict}'
}
goal() { # WHAT VALUE LIMIT GOAL
    awk -v what="$1" -v v="$2" -v limit="$3" -v goal="$4" 'BEGIN {
        verdict = v <= limit ? "met" : "MISSED"
        print what "|" v "|-|-|" goal "|" verdict}'
}
has() {
    command -v "$1" >/dev/null 2>&1 || { echo "# $1: not installed, its rows are left out"; return 1; }
}
need() {
    "$@" >"$work/out" 2>&1 || { echo "# failed: $*: $(tail -n 1 "$work/out")"; exit 1; }
}

# --- the line ---------------------------------------------------------------------------------------------------------

# between PORT: the line now goes to that port of this machine; $line is its other end.
between() {
    exec 8>&- 9<&-
    rm -f "$work/told" "$work/says"
    mkfifo "$work/told" "$work/says"
    "$proxy" "$1" <"$work/told" >"$work/says" &
    pids="$pids $!"
    exec 8>"$work/told" 9<"$work/says"
    read -r line <&9
}
tell() {
    echo "$1" >&8
    read -r answer <&9
}
# bytes, requests, connections and seconds on the line since the last thing that was told
count() {
    tell count
    set -- $answer
    bytes=$(($1 + $2)) requests=$3 connections=$4
    took=$(awk -v ms="$6" 'BEGIN {printf "%.2f", ms / 1000}')
}
# serve ARGUMENT...: crib serve; $port is its port
serve() {
    rm -f "$work/served"
    "$sync" serve --listen 127.0.0.1:0 --json "$@" >"$work/served" 2>&1 &
    pids="$pids $!"
    until grep -q port "$work/served"; do
        kill -0 $! 2>/dev/null || { echo "# crib serve: $(cat "$work/served")"; exit 1; }
        sleep 0.05
    done
    port=$(sed 's/.*"port":\([0-9]*\).*/\1/' "$work/served")
}
free_port() { # that of a proxy that ends at once
    "$proxy" 1 </dev/null
}
web() { # nginx where it is installed, else crib serve: what most channels lie on
    if PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx >/dev/null 2>&1; then
        port=$(free_port)
        cat >"$work/nginx.conf" <<END
daemon off; master_process off; worker_processes 1; pid $work/nginx.pid; error_log $work/nginx.error;
events { worker_connections 64; }
http { access_log off; client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work; uwsgi_temp_path $work;
       scgi_temp_path $work; server { listen 127.0.0.1:$port; root $work/www; } }
END
        PATH=$PATH:/usr/sbin:/usr/local/sbin nginx -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &
        pids="$pids $!"
        until [ -s "$work/nginx.pid" ]; do sleep 0.05; done
        echo "# the web server is nginx"
    else
        serve --channel "$work/www/plant"
        echo "# nginx: not installed, the web server is crib serve"
    fi
}

# --- what is published: modules of 5 KB for everybody and for seven roles, twenty versions of one paragraph each ---------

source_of() { # DIR MODULES ROLES SECTIONS
    mkdir -p "$1/modules"
    printf 'id: plant\nname: Plant\n' >"$1/channel.yaml"
    awk -v dir="$1/modules" -v count="$2" -v roles="$3" -v sections="$4" '
    function word(    w, k) {
        seed = seed * 16807 % 2147483647
        k = seed % 3000
        w = ""
        do { w = w substr("etaoinshrdlucmfwypvbgkjqxz", k % 26 + 1, 1); k = int(k / 5) } while (k > 0)
        return w
    }
    BEGIN {
        seed = 7
        for (i = 1; i <= count; i++) {
            file = sprintf("%s/station-%04d.md", dir, i)
            printf "---\ntitle: Station %d %s %s\nproblem: It %s and does not %s.\noutcome: Mend it.\nminutes: 5\nroles: [%s]\n", \
                i, word(), word(), word(), word(), i % (roles + 1) ? "role-" i % (roles + 1) : "" >file
            print "reviewed: {by: test@example.com, on: 2026-11-20}\nstatus: ready\n---\n" >file
            for (s = 1; s <= sections; s++) {
                printf "## %s the %s %d\n\n", word(), word(), s >file
                for (w = 1; w <= 95; w++)
                    printf "%s%s", word(), w % 13 == 0 ? ".\n" : " " >file
                print "\n" >file
            }
            close(file)
        }
    }'
}
change() { # N: one more paragraph in another module
    printf '\nEdition %s: turn the handle of valve %s slowly, and listen until the water runs without bubbles.\n' "$1" "$(($1 * 37))" \
        >>"$work/source/modules/station-$(printf %04d $(($1 * 41 % 1000 + 1))).md"
}
publish() { # SOURCE OUT
    need "$crib" publish "$1" "$2" --key "$work/key" --quiet
}
need "$crib" channel key "$work/key" --no-passphrase
key=$(tail -n 1 "$work/key.pub" 2>/dev/null || tail -n 1 "$work/out")
source_of "$work/source" 1000 7 8
publish "$work/source" "$work/www/plant"
has git && {
    git init -q "$work/repository"
    printf '[user]\nname = a\nemail = a@example.com\n' >>"$work/repository/.git/config"
    : >"$work/repository/.git/git-daemon-export-ok"
}
commit() {
    [ ! -d "$work/repository" ] || {
        cp -R "$work/source/." "$work/repository"
        git -C "$work/repository" add -A && git -C "$work/repository" commit -q -m "$1"
    }
}
commit 1
edition=1
while [ $edition -lt 20 ]; do
    edition=$((edition + 1))
    change $edition
    publish "$work/source" "$work/www/plant"
    commit $edition
done
echo "# $(cat "$work"/source/modules/*.md | wc -c) bytes in 1000 modules for 8 groups, 20 versions published"

web
between "$port"
url=http://127.0.0.1:$line/plant
need "$crib" channel add "$url" --key "$key"
cp -Rp "$work/source" "$work/at-20" # with its times: rsync looks at no file that has the same

# --- nothing changed --------------------------------------------------------------------------------------------------

tell pass
need "$crib" sync
count
goal 'nothing changed: bytes both ways' "$bytes" 1000 '<= 1,000'
goal 'nothing changed: requests' "$requests" 1 'one'

# --- one paragraph ----------------------------------------------------------------------------------------------------

change 21
publish "$work/source" "$work/www/plant"
commit 21
tell pass
need "$crib" sync
count
changed=$bytes
goal 'one paragraph: requests' "$requests" 3 '<= 3'
goal 'one paragraph: connections' "$connections" 1 'one'
if [ -d "$work/repository" ] && [ -x "$(git --exec-path)/git-daemon" ]; then
    git clone -q "$work/repository" "$work/clone"
    git -C "$work/clone" reset -q --hard HEAD~1
    git -C "$work/clone" update-ref -d refs/remotes/origin/HEAD
    git -C "$work/clone" update-ref refs/remotes/origin/master HEAD 2>/dev/null
    git -C "$work/clone" reflog expire --expire=now --all && git -C "$work/clone" gc -q --prune=now
    git_port=$(free_port)
    git daemon --base-path="$work" --listen=127.0.0.1 --port="$git_port" --reuseaddr >"$work/daemon" 2>&1 &
    pids="$pids $!"
    until git ls-remote -q "git://127.0.0.1:$git_port/repository" >"$work/out" 2>&1; do sleep 0.1; done
    between "$git_port"
    git -C "$work/clone" remote set-url origin "git://127.0.0.1:$line/repository"
    tell pass
    need git -C "$work/clone" fetch -q
    count
    [ "$(git -C "$work/clone" rev-parse FETCH_HEAD)" = "$(git -C "$work/repository" rev-parse HEAD)" ] || echo '# git did not fetch it'
    row 'one paragraph: bytes beside git fetch (git://, no HTTP)' "$changed" "$bytes" 1 "<= git"
fi
if has rsync; then
    rsync_port=$(free_port)
    printf 'port = %s\naddress = 127.0.0.1\nuse chroot = no\nreverse lookup = no\n[plant]\npath = %s\n' "$rsync_port" "$work/source" >"$work/rsyncd.conf"
    rsync --daemon --no-detach --config="$work/rsyncd.conf" >"$work/daemon" 2>&1 &
    pids="$pids $!"
    until rsync -q "rsync://127.0.0.1:$rsync_port/" >"$work/out" 2>&1; do sleep 0.1; done
    between "$rsync_port"
    tell pass
    need rsync -az "rsync://127.0.0.1:$line/plant/" "$work/at-20/"
    count
    cmp -s "$work/source/modules/station-0862.md" "$work/at-20/modules/station-0862.md" || echo '# rsync did not bring it'
    row 'one paragraph: bytes beside rsync -az' "$changed" "$bytes" 0.2 '<= 1/5 of rsync'
fi

# --- beside it: TLS ----------------------------------------------------------------------------------------------------

if has openssl; then
    need openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$work/tls-key" -out "$work/tls-cert"
    mv "$CRIB_HOME" "$work/home-clear"
    serve --channel "$work/www/plant" --cert "$work/tls-cert" --key "$work/tls-key"
    between "$port"
    need "$crib" channel add "https://localhost:$line/plant" --key "$key" --ca "$work/tls-cert"
    tell pass
    need "$crib" sync
    count
    row 'over TLS: nothing changed, bytes' "$bytes" 0 - -
    change 22
    publish "$work/source" "$work/www/plant"
    tell pass
    need "$crib" sync
    count
    row 'over TLS: one paragraph, bytes' "$bytes" 0 - -
    rm -rf "$CRIB_HOME"
    mv "$work/home-clear" "$CRIB_HOME"
fi

# --- a first sync on a thin line: 100 modules, about 120 KB packed ---------------------------------------------------------------------------

source_of "$work/hundred" 100 0 6
publish "$work/hundred" "$work/www/hundred"
web
between "$port"
if has curl && has zstd; then
    (cd "$work/hundred" && tar --sort=name --mtime=@0 --owner=0 --group=0 -cf - channel.yaml modules) | zstd -q -19 >"$work/www/hundred/all.tar.zst"
    tell 'shape 8000 150'
    need curl -sS -o "$work/all.tar.zst" "http://127.0.0.1:$line/hundred/all.tar.zst"
    count
    peer=$took peer_bytes=$bytes
else
    peer=0 peer_bytes=0
fi
tell 'shape 8000 150'
CRIB_HOME=$work/home-thin need "$crib" channel add "http://127.0.0.1:$line/hundred" --key "$key"
count
row 'first sync of 100 modules: bytes beside one tar.zst by curl' "$bytes" "$peer_bytes" - -
row 'first sync at 64 kbit/s, 300 ms: seconds beside one tar.zst' "$took" "$peer" \
    "$(awk -v p="$peer" 'BEGIN {print (p > 0) ? (1.05 * p + 0.6) / p : "-"}')" '<= 1.05 x + 2 round trips'
