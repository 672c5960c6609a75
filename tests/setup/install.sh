#!/usr/bin/env bash
# Installs what is missing to build, demonstrate, test or measure Phoenix Tray: on Debian and Ubuntu
# with apt, elsewhere it says exactly what to install. Each thing is named before it is installed.
#
#   install.sh build | demo | test | lint | bench
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/setup/common.sh
source "$here/common.sh"
# shellcheck source=tests/setup/rust.sh
source "$here/rust.sh"

# Commands by which a need is known, and the Debian package that brings each.
packages_for() {
    case $1 in
        build) printf '%s\n' cc:gcc ld:binutils curl:curl certificates:ca-certificates libc:libc6-dev ;;
        demo) packages_for build && printf '%s\n' docker-registry:docker-registry ;;
        test) packages_for demo && printf '%s\n' awk:mawk ;;
        lint) packages_for build && printf '%s\n' shellcheck:shellcheck ;;
        bench) packages_for test && printf '%s\n' haproxy:haproxy wrk:wrk ;;
        *) fail "Usage: install.sh build|demo|test|lint|bench" ;;
    esac
}

is_here() {
    case $1 in
        certificates) [[ -e /etc/ssl/certs/ca-certificates.crt || "$(uname -s)" != Linux ]] ;;
        libc) [[ -e /usr/include/stdio.h || "$(uname -s)" != Linux ]] ;;
        # Debian keeps servers outside the search path of users.
        *) has "$1" || [[ -x /usr/sbin/$1 ]] ;;
    esac
}

install_missing() {
    local needs need missing=()
    needs="$(packages_for "$1")"
    while read -r need; do
        is_here "${need%%:*}" || missing+=("${need##*:}")
    done <<<"$needs"
    if ((${#missing[@]})); then apt_install "${missing[@]}"; fi
}

install_missing "${1:-}"
install_rust "$here/../../rust-toolchain.toml"
