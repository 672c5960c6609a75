#!/usr/bin/env bash
# Runs a command with engines up, and takes down what was started for it, however the command ends.
# Engines that ran before (`make engines`, or named by PHOENIX_TEST_ENGINES) are left running.
#
#   with-engine.sh demo|tests COMMAND...
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
purpose="${1:?demo or tests}"
shift

if [[ $purpose == tests && -n ${PHOENIX_TEST_ENGINES:-} ]]; then
    exec "$@"
fi
if ! "$here/engine.sh" running "$purpose"; then
    trap '"$here/engine.sh" down "$purpose"' EXIT
    # An interrupted command ends with its signal; the trap above still runs.
    trap 'exit 130' INT TERM
fi

environment="$("$here/engine.sh" up "$purpose")"
eval "$environment"
"$@"
