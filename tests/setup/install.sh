#!/usr/bin/env bash
# Installs what is missing to build, demonstrate, test or measure Phoenix Tray: on Debian and Ubuntu
# with apt, elsewhere it says exactly what to install. Each thing is named before it is installed.
#
#   install.sh build | demo | app | test | lint | bench | image
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/setup/common.sh
source "$here/common.sh"
# shellcheck source=tests/setup/rust.sh
source "$here/rust.sh"
# shellcheck source=tests/setup/node.sh
source "$here/node.sh"

# Commands by which a need is known, and the Debian package that brings each.
packages_for() {
    case $1 in
        build) printf '%s\n' cc:gcc ld:binutils curl:curl certificates:ca-certificates libc:libc6-dev ;;
        demo) packages_for build && printf '%s\n' docker-registry:docker-registry ;;
        app) packages_for build && printf '%s\n' pkg-config:pkg-config webkit:libwebkit2gtk-4.1-dev ;;
        test) packages_for demo && packages_for app && printf '%s\n' awk:mawk busybox:busybox-static htpasswd:apache2-utils \
            exim4:exim4-daemon-light && desktop_packages ;;
        lint) packages_for app && printf '%s\n' shellcheck:shellcheck ;;
        image) packages_for build && printf '%s\n' musl-gcc:musl-tools ;;
        bench) packages_for demo && printf '%s\n' awk:mawk haproxy:haproxy wrk:wrk skopeo:skopeo ;;
        *) fail "Usage: install.sh build|demo|app|test|lint|bench|image" ;;
    esac
}

# A whole desktop without a screen, and a browser.
desktop_packages() {
    printf '%s\n' Xvfb:xvfb xfce4-panel:xfce4-panel xfwm4:xfwm4 xfconf-query:xfconf dunst:dunst \
        WebKitWebDriver:webkit2gtk-driver dbus-daemon:dbus-daemon import:imagemagick \
        xdotool:xdotool xwininfo:x11-utils gdbus:libglib2.0-bin chromium:chromium fonts:fonts-dejavu-core \
        icons:adwaita-icon-theme desktop-file-validate:desktop-file-utils
}

is_here() {
    case $1 in
        certificates) [[ -e /etc/ssl/certs/ca-certificates.crt || "$(uname -s)" != Linux ]] ;;
        webkit) pkg-config --exists webkit2gtk-4.1 2>/dev/null || [[ "$(uname -s)" != Linux ]] ;;
        fonts) [[ -d /usr/share/fonts/truetype/dejavu ]] ;;
        icons) [[ -d /usr/share/icons/Adwaita ]] ;;
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
    if ((${#missing[@]})); then
        local packages
        mapfile -t packages < <(printf '%s\n' "${missing[@]}" | sort -u)
        apt_install "${packages[@]}"
    fi
}

install_missing "${1:-}"
case $1 in
    app | test | lint | image) install_node ;;
    *) ;;
esac
install_rust "$here/../../rust-toolchain.toml"
