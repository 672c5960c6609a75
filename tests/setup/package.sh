#!/usr/bin/env bash
# Builds the .deb, and prints its path as the last line. PROFILE=debug takes the debug build.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/setup/common.sh
source "$here/common.sh"
# shellcheck source=tests/setup/node.sh
source "$here/node.sh"
use_node
cd "$here/../.."

profile="${PROFILE:-release}"
flags=()
if [[ $profile == debug ]]; then flags+=(--debug); fi
target="${CARGO_TARGET_DIR:-$PWD/target}"
"$here/window.sh" build
cargo build --profile "${profile/debug/dev}" --package phoenix-tray --package phoenixctl
(cd src-tauri && npx --yes @tauri-apps/cli@2.12.5 build --bundles deb "${flags[@]}" >&2)
find "$target/$profile/bundle/deb" -maxdepth 1 -name '*.deb' -newer "$target/$profile/phoenix-tray" -print | tail -n 1
