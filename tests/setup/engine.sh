#!/usr/bin/env bash
# Starts and stops container engines for the demo and the tests.
#
#   engine.sh up demo       an engine for the demo: the one that is reachable, else one of our own
#   engine.sh up tests      the reachable engine, else Engine 28.5 and Engine 20.10 side by side
#                           (PHOENIX_TEST_BOTH=1: both of them beside an engine that is reachable)
#   engine.sh up containerd Engine 28.5 with containerd's image store, for a look at it: no test run
#                           starts it by itself
#   engine.sh down demo|tests|containerd   stops what `up` started and removes its state
#   engine.sh running demo|tests   succeeds when all that `up` would start runs already
#
# `up` prints lines `export NAME='value'` on standard output, and only those; talk goes to standard error.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tests/setup/common.sh
source "$here/common.sh"
# shellcheck source=tests/setup/packages.sh
source "$here/packages.sh"
# shellcheck source=tests/setup/dockerd.sh
source "$here/dockerd.sh"

usage="Usage: engine.sh up|down|running demo|tests, engine.sh up|down containerd"

up_demo() {
    local engine
    engine="$(reachable_engine)"
    if [[ -n $engine ]]; then
        say "Using the engine that is reachable at $engine."
    else
        may_start_engines
        has dockerd || apt_install docker.io
        start_engine demo "$PATH"
        engine="unix://$(engine_socket demo)"
    fi
    print_export DOCKER_HOST "$engine"
}

up_tests() {
    local engine compose
    engine="$(reachable_engine)"
    if [[ -n $engine && ${PHOENIX_TEST_BOTH:-0} != 1 ]]; then
        say "Using the engine that is reachable at $engine."
        print_export PHOENIX_TEST_ENGINES "$engine"
        compose="$(installed_compose)"
        [[ -n $compose ]] || fail "Docker Compose 2 is missing: install docker-compose-plugin (or docker-compose), then run this again."
        print_export PHOENIX_TEST_COMPOSE "$compose"
        return
    fi
    may_start_engines
    unpack_engines
    # The older engine empties the chain DOCKER when it starts, whoever filled it: it goes first.
    start_engine 20 "$(package_path 20)"
    start_engine 28 "$(package_path 28)"
    print_export PHOENIX_TEST_ENGINES "unix://$(engine_socket 28) unix://$(engine_socket 20)"
    print_export PHOENIX_TEST_COMPOSE \
        "$(packages_folder)/28/usr/libexec/docker/cli-plugins/docker-compose"
}

up_containerd() {
    may_start_engines
    unpack_engines
    start_engine 28c "$(package_path 28)"
    print_export PHOENIX_TEST_ENGINES "unix://$(engine_socket 28c)"
    print_export PHOENIX_TEST_COMPOSE \
        "$(packages_folder)/28/usr/libexec/docker/cli-plugins/docker-compose"
}

own_engine_answers() {
    engine_answers "unix://$(engine_socket "$1")"
}

package_path() {
    local usr
    usr="$(packages_folder)/$1/usr"
    printf '%s/sbin:%s/bin:%s/libexec/docker:%s\n' "$usr" "$usr" "$usr" "$PATH"
}

installed_compose() {
    local folder
    for folder in "$HOME/.docker/cli-plugins" /usr/local/lib/docker/cli-plugins \
        /usr/local/libexec/docker/cli-plugins /usr/lib/docker/cli-plugins \
        /usr/libexec/docker/cli-plugins; do
        if [[ -x $folder/docker-compose ]]; then
            printf '%s\n' "$folder/docker-compose"
            return
        fi
    done
    if has docker-compose; then command -v docker-compose; fi
}

print_export() {
    printf "export %s='%s'\n" "$1" "$2"
}

case "${1:-} ${2:-}" in
    "up demo") up_demo ;;
    "up tests") up_tests ;;
    "up containerd") up_containerd ;;
    "down containerd") stop_engine 28c ;;
    "down demo") stop_engine demo ;;
    "down tests") stop_engine 28 && stop_engine 20 ;;
    "running demo") own_engine_answers demo ;;
    "running tests") own_engine_answers 28 && own_engine_answers 20 ;;
    *) fail "$usage" ;;
esac
