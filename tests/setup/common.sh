# shellcheck shell=bash
# Words and checks that the set-up scripts share. Sourced, never run.

# Where downloads and the state of our own engines live: never in the source tree.
state_folder() {
    printf '%s\n' "${PHOENIX_TEST_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/phoenix-tray-tests}"
}

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

is_root_on_linux() {
    [[ "$(uname -s)" == Linux && "$(id -u)" == 0 ]]
}

# Debian and Ubuntu, as root or through a sudo that asks for no password.
can_apt() {
    has apt-get && { [[ "$(id -u)" == 0 ]] || { has sudo && sudo -n true 2>/dev/null; }; }
}

as_root() {
    if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

# apt_install PACKAGE...: names the packages, then installs them; without apt says what to install
# and ends. No service of theirs is started on the way: a test machine wants no second engine or
# registry running behind its back.
apt_install() {
    can_apt || fail "Missing: $* (names of Debian packages).
On Debian or Ubuntu: sudo apt-get install $*
On other systems install what these packages bring, then run this again."
    say "Installing with apt: $*"
    if [[ -z "${apt_lists_fresh:-}" ]]; then
        as_root apt-get update -qq >/dev/null || say "apt-get update failed; trying with the package lists that are here."
        apt_lists_fresh=yes
    fi
    local log
    log="$(mktemp)"
    if ! without_starting_services as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        fail "apt could not install: $*"
    fi
    rm -f "$log"
}

without_starting_services() {
    local policy=/usr/sbin/policy-rc.d placed=no status=0
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 0755 "$policy"
        placed=yes
    fi
    "$@" || status=$?
    [[ $placed == no ]] || as_root rm -f "$policy"
    return "$status"
}

# The socket of the engine that is reachable already; empty when there is none.
reachable_engine() {
    local candidate
    for candidate in "${DOCKER_HOST:-}" "unix:///var/run/docker.sock" \
        "unix://${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/docker.sock" \
        "unix://$HOME/.docker/run/docker.sock"; do
        if [[ -n $candidate ]] && engine_answers "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
}

# engine_answers ADDRESS: one ping; needs no docker command line.
engine_answers() {
    local address=$1
    case $address in
        unix://*)
            [[ -S ${address#unix://} ]] &&
                curl -fsS -m 5 --unix-socket "${address#unix://}" http://engine/_ping >/dev/null 2>&1
            ;;
        tcp://*)
            curl -fsS -m 5 "http://${address#tcp://}/_ping" >/dev/null 2>&1
            ;;
        *)
            return 1
            ;;
    esac
}
