#!/usr/bin/env bash
# Builds the Dockerfile where there is no container engine, and tries the image out: its user, its program, a post
# served and the entities found in it, its health check, a clean end. The base image is made of the Debian packages that
# this machine is set up for. Everything is kept under build/image; only the base archive stays for the next time.
# Run by ./dev image --check.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ $EUID -eq 0 ]] || { echo "image --check must run as root: it makes a file system and enters it" >&2; exit 1; }

work=$PWD/build/image
image=localhost/rialto
base=localhost/rialto-base
say() { printf '== image: %s\n' "$*" >&2; }
fail() { printf 'image: %s\n' "$*" >&2; exit 1; }

# vfs and chroot need neither overlayfs nor namespaces, which build machines may not allow.
bud() { buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }

clean_up() {
    [[ ! -d $work/storage ]] || { bud rm --all && bud rmi --all --force; } >/dev/null 2>&1 || true
    rm -rf "$work/storage" "$work/run"
}
trap clean_up EXIT

make_base() {
    [[ ! -s $work/base.tar ]] || return 0
    say "base image"
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
        sort -u >"$work/sources.list"
    apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' >"$work/apt.conf" || true
    mmdebstrap --quiet --variant=minbase --aptopt="$work/apt.conf" bookworm "$work/base.tar.new" - \
        <"$work/sources.list"
    mv "$work/base.tar.new" "$work/base.tar"
}

import_base() {
    local container
    container=$(bud from scratch)
    bud add --quiet "$container" "$work/base.tar" / >/dev/null
    bud commit --quiet --rm "$container" "$base" >/dev/null
}

build_image() {
    say "build"
    local started=$SECONDS
    bud bud --isolation chroot --format docker --pull-never --build-arg BASE="$base" --tag "$image" . >&2
    say "built in $((SECONDS - started)) s"
}

# What `docker run IMAGE` would execute, its user and its health check, as the image itself says.
image_says() { bud inspect --type image --format "$1" "$image"; }

check_metadata() {
    say "metadata"
    [[ $(image_says '{{.Docker.Config.User}}') == 10001:10001 ]] || fail "the user is not 10001"
    [[ $(image_says '{{.Docker.Config.StopSignal}}') == SIGTERM ]] || fail "the stop signal is not SIGTERM"
    [[ $(image_says '{{.Docker.Config.Healthcheck.Test}}') == "[CMD rialto healthcheck]" ]] || fail "no health check"
    [[ $(image_says '{{.Docker.Config.Volumes}}') == *"/data"* ]] || fail "/data is no volume"
    [[ $(image_says '{{.Docker.Config.ExposedPorts}}') == *"8080/tcp"* ]] || fail "8080 is not exposed"
}

# Runs in the container; its arguments: the port, then the image's own command. chroot shares the machine's loopback.
served_round_trip() {
    cat <<'EOF'
set -euo pipefail
port=$1 && shift
[[ $(id -u) == 10001 ]] || { echo "runs as $(id -un)" >&2; exit 1; }
! touch /etc/rialto/writable 2>/dev/null || { echo "may write to /etc" >&2; exit 1; }
rialto version
"$@" --listen "127.0.0.1:$port" &
server=$!
trap 'kill -KILL $server 2>/dev/null || true' EXIT
for _ in $(seq 200); do
    rialto healthcheck --url "http://127.0.0.1:$port/readyz" >/dev/null 2>&1 && break
    kill -0 $server
    sleep 0.1
done
[[ $(rialto healthcheck --url "http://127.0.0.1:$port/readyz") == ready ]] || { echo "never got ready" >&2; exit 1; }
ask() { # METHOD PATH BODY: prints the answer
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf '%s %s HTTP/1.1\r\nHost: rialto\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
        "$1" "$2" ${#3} "$3" >&3
    cat <&3
    exec 3>&-
}
created=$(ask POST /posts '{"author":"Joe","title":"A day in Spain","body":"Joe was in Madrid.","topic":"travel"}')
[[ $created == "HTTP/1.1 201 "* ]] || { echo "POST /posts answered $created" >&2; exit 1; }
for _ in $(seq 200); do
    posts=$(ask GET /posts '')
    [[ $posts != *'"entities":'* ]] || break
    sleep 0.1
done
[[ $posts == *'"entities":{'*'"Madrid"'* ]] || { echo "no entities in $posts" >&2; exit 1; }
kill -TERM $server
wait $server || { echo "ended with $? at SIGTERM" >&2; exit 1; }
trap - EXIT
[[ -n $(ls /data) ]] || { echo "nothing was stored under /data" >&2; exit 1; }
EOF
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

check_running() {
    say "run"
    local container command
    container=$(bud from --pull-never "$image")
    mapfile -t command < <(image_says '{{range .Docker.Config.Entrypoint}}{{println .}}{{end}}{{range .Docker.Config.Cmd}}{{println .}}{{end}}' |
        sed '/^$/d')
    timeout 120 buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs run --isolation chroot \
        "$container" bash -c "$(served_round_trip)" check "$(free_port)" "${command[@]}" >&2
}

clean_up
mkdir -p "$work"
make_base
import_base
build_image
check_metadata
check_running
say "works: $(bud images --format '{{.Size}}' "$image")"
