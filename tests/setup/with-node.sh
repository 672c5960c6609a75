#!/usr/bin/env bash
# Runs a command with the node that install.sh found or brought.
#
#   with-node.sh COMMAND...
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/setup/common.sh
source "$here/common.sh"
# shellcheck source=tests/setup/node.sh
source "$here/node.sh"

use_node
exec "$@"
