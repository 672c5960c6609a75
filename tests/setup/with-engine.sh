#!/usr/bin/env bash
# Runs a command with engines up, and takes down what was started for it, however the command ends.
#
#   with-engine.sh demo|tests COMMAND...
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
purpose="${1:?demo or tests}"
shift

trap '"$here/engine.sh" down "$purpose"' EXIT
# An interrupted command ends with its signal; the trap above still runs.
trap 'exit 130' INT TERM

environment="$("$here/engine.sh" up "$purpose")"
eval "$environment"
"$@"
