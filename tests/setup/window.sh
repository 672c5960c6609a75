#!/usr/bin/env bash
# Builds the pages of the window into ui/dist, unless they are newer than everything they are made of.
#
#   window.sh build
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/setup/common.sh
source "$here/common.sh"
# shellcheck source=tests/setup/node.sh
source "$here/node.sh"
use_node
cd "$here/../../ui"

install_packages() {
    if [[ -e node_modules/.package-lock.json && node_modules/.package-lock.json -nt package-lock.json ]]; then
        return
    fi
    say "Installing the window's packages with npm."
    npm ci --no-audit --no-fund --loglevel=error >&2
}

is_fresh() {
    [[ -e dist/index.html ]] &&
        [[ -z "$(find src public index.html package-lock.json vite.config.ts svelte.config.js \
            -newer dist/index.html -print -quit 2>/dev/null)" ]]
}

[[ ${1:-} == build ]] || fail "Usage: window.sh build"
install_packages
if ! is_fresh; then
    npm run --silent build >&2
    touch dist/index.html
fi
