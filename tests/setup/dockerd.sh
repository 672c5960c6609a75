# shellcheck shell=bash
# One dockerd of our own: its data, runtime folder, bridge and address pool touch nobody else's.
# Sourced.

# engine_network NAME: the third part of its addresses, so that engines side by side do not collide.
engine_network() {
    case $1 in
        demo) printf '230\n' ;;
        28) printf '228\n' ;;
        20) printf '220\n' ;;
        28c) printf '229\n' ;;
        *) fail "There is no engine called $1." ;;
    esac
}

# engine_settings NAME: its daemon.json. 28c keeps its images in containerd's store, where an image's
# ID is the digest of its manifest or index.
engine_settings() {
    case $1 in
        28c) printf '{ "features": { "containerd-snapshotter": true } }\n' ;;
        *) printf '{}\n' ;;
    esac
}

engine_folder() { printf '%s/engines/%s\n' "$(state_folder)" "$1"; }
engine_socket() { printf '%s/docker.sock\n' "$(engine_folder "$1")"; }

may_start_engines() {
    is_root_on_linux || fail "No container engine is reachable, and starting one needs root on Linux.
Start Docker (Docker Desktop, or: sudo systemctl start docker) or point DOCKER_HOST at an engine, then run this again."
    local needed=()
    has curl || needed+=(curl)
    has ip || needed+=(iproute2)
    has iptables || needed+=(iptables)
    if ((${#needed[@]})); then apt_install "${needed[@]}"; fi
}

# start_engine NAME SEARCH_PATH: runs dockerd (which runs its own containerd) in the background and
# waits until it answers, 60 s at most.
start_engine() {
    local name=$1 search_path=$2 folder socket network bridge
    folder="$(engine_folder "$name")"
    socket="$(engine_socket "$name")"
    if engine_answers "unix://$socket"; then
        say "Engine $name runs already at unix://$socket."
        return 0
    fi
    stop_engine "$name"
    network="$(engine_network "$name")"
    bridge="phoenix$name"
    mkdir -p "$folder"
    prepare_host
    add_bridge "$bridge" "10.$network.255.1/24"
    # Without a file of its own it would read the machine's /etc/docker/daemon.json.
    engine_settings "$name" >"$folder/daemon.json"
    say "Starting engine $name; its log is $folder/dockerd.log."
    PATH=$search_path setsid nohup dockerd \
        --host "unix://$socket" --pidfile "$folder/dockerd.pid" \
        --data-root "$folder/data" --exec-root "$folder/run" \
        --bridge "$bridge" --default-address-pool "base=10.$network.0.0/17,size=24" \
        --config-file "$folder/daemon.json" \
        </dev/null >"$folder/dockerd.log" 2>&1 &
    wait_for_engine "$name" "$socket" "$!"
}

wait_for_engine() {
    local name=$1 socket=$2 process=$3 tries
    for ((tries = 0; tries < 240; tries++)); do
        if engine_answers "unix://$socket"; then return 0; fi
        kill -0 "$process" 2>/dev/null || break
        sleep 0.25
    done
    tail -n 20 "$(engine_folder "$name")/dockerd.log" >&2
    fail "Engine $name ended, or did not answer within 60 s. The end of its log stands above."
}

prepare_host() {
    if [[ "$(cat /proc/sys/net/ipv4/ip_forward)" != 1 ]]; then
        say "Switching on net.ipv4.ip_forward, which published ports need."
        echo 1 >/proc/sys/net/ipv4/ip_forward
    fi
    mount_cgroups
}

# Where no service manager did it, the control groups are not mounted.
mount_cgroups() {
    if ! grep -q ' /sys/fs/cgroup' /proc/self/mounts; then
        say "Mounting the control groups at /sys/fs/cgroup."
        mount -t cgroup2 none /sys/fs/cgroup
    fi
}

add_bridge() {
    local bridge=$1 address=$2
    ip link show "$bridge" >/dev/null 2>&1 || ip link add "$bridge" type bridge
    ip addr show dev "$bridge" | grep -qF "$address" || ip addr add "$address" dev "$bridge"
    ip link set "$bridge" up
}

# stop_engine NAME: ends only the dockerd whose id is in our own pid file, then removes its state.
stop_engine() {
    local name=$1 folder pid
    folder="$(engine_folder "$name")"
    [[ -d $folder ]] || return 0
    if [[ -f $folder/dockerd.pid ]]; then
        pid="$(cat "$folder/dockerd.pid")"
        if is_our_dockerd "$pid" "$folder"; then
            say "Stopping engine $name."
            end_process "$pid"
        fi
    fi
    unmount_below "$folder"
    rm -rf "$folder"
    ip link delete "phoenix$name" 2>/dev/null || true
}

is_our_dockerd() {
    local pid=$1 folder=$2
    [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$folder/docker.sock"
}

# end_process PID: asks, waits 30 s, then insists.
end_process() {
    local pid=$1 tries
    kill -TERM "$pid" 2>/dev/null || return 0
    for ((tries = 0; tries < 120; tries++)); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.25
    done
    kill -KILL "$pid" 2>/dev/null || true
}

unmount_below() {
    local folder=$1 target
    # Deepest first.
    awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' /proc/self/mounts | sort -r |
        while read -r target; do
            umount -l "$target" 2>/dev/null || true
        done
}
