#!/usr/bin/env bash
# phoenixctl out of its container image, as the README starts it: the scenarios drive it by this.
#
#   PHOENIX_CTL=phoenixctl.sh, with the environment that a scenario gives to phoenixctl
set -euo pipefail

socket="${DOCKER_HOST#unix://}"
# Compose files and config files of services are read at the paths that they have on the host.
scene="$(dirname "$PHOENIX_TRAY_CONFIG_DIR")"
exec docker run --rm --network host \
    --volume "$socket:/var/run/docker.sock" \
    --volume "$PHOENIX_TRAY_CONFIG_DIR:/etc/phoenix-tray" \
    --volume "$PHOENIX_TRAY_STATE_DIR:/var/lib/phoenix-tray" \
    --volume "$scene:$scene" --env HOME="$HOME" \
    phoenix-tray/phoenixctl "$@"
