#!/usr/bin/env bash
# Everything that is checked, in the order in which it fails fastest. Called by `make test` after
# install.sh; the scenarios run on every engine that engine.sh names.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/../.."

# shellcheck source=tests/setup/common.sh
source "$here/common.sh"
# shellcheck source=tests/setup/node.sh
source "$here/node.sh"
use_node

step() {
    printf '\n== %s\n' "$*"
}

step "Format"
cargo fmt --all -- --check
step "Window: types, tests, build, size"
"$here/window.sh" build
(cd ui && npm run --silent check && npm test --silent && npm run --silent size)
step "Lints"
cargo clippy --workspace --all-targets -- -D warnings
step "Build"
cargo build --workspace --all-targets
step "Window in a browser"
(cd ui && npm run --silent browser)
step "Package"
programs="${CARGO_TARGET_DIR:-$PWD/target}/debug"
node src-tauri/packaging/package.mjs --debug --built deb
PHOENIX_DEB="$(find "${programs%/debug}" -path '*debug/bundle/deb/*.deb' -printf '%T@ %p\n' |
    sort -n | tail -n 1 | cut -d ' ' -f 2-)"
step "Tests"
# Scenarios mostly wait for engines: more of them than cores keep both busy.
export RUST_TEST_THREADS="${RUST_TEST_THREADS:-4}"
PHOENIX_CTL="$programs/phoenixctl"
PHOENIX_TRAY="$programs/phoenix-tray"
export PHOENIX_CTL PHOENIX_TRAY PHOENIX_DEB
"$here/with-engine.sh" tests cargo test --workspace --no-fail-fast
