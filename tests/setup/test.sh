#!/usr/bin/env bash
# Everything that is checked, in the order in which it fails fastest. Called by `make test` after
# install.sh; the scenarios run on every engine that engine.sh names.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/../.."

step() {
    printf '\n== %s\n' "$*"
}

step "Format"
cargo fmt --all -- --check
step "Lints"
cargo clippy --workspace --all-targets -- -D warnings
step "Build"
cargo build --workspace --all-targets
step "Tests"
# Scenarios mostly wait for engines: more of them than cores keep both busy.
export RUST_TEST_THREADS="${RUST_TEST_THREADS:-4}"
PHOENIX_CTL="${CARGO_TARGET_DIR:-$PWD/target}/debug/phoenixctl"
export PHOENIX_CTL
"$here/with-engine.sh" tests cargo test --workspace --no-fail-fast
