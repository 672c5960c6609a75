# shellcheck shell=bash
# The two engines of the tests, unpacked from Debian's packages into a folder of their own: nothing
# of it is installed, so nothing of it can disturb an engine that the machine has. Sourced.
#
# 28: Engine 28.5, Compose 2.40 from Debian's sid, which run on Debian 12, except their runc, which
#     needs a newer libc; runc comes from bookworm.
# 20: Engine 20.10 from Debian 12 (bookworm): the oldest engine still met in the field.

debian_mirror="${PHOENIX_DEBIAN_MIRROR:-http://deb.debian.org/debian}"
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

packages_folder() { printf '%s/packages\n' "$(state_folder)"; }

unpack_engines() {
    local root
    root="$(packages_folder)"
    if [[ -f $root/complete ]]; then return 0; fi
    has apt-get || fail "No container engine is reachable, and the engines of the tests come as Debian packages.
Start Docker, or point DOCKER_HOST at an engine, then run this again."
    rm -rf "$root"
    mkdir -p "$root"
    [[ -f $debian_keyring ]] || apt_install debian-archive-keyring
    # Shared libraries that the unpacked programs are linked to.
    dpkg -s libdevmapper1.02.1 libseccomp2 libsystemd0 >/dev/null 2>&1 ||
        apt_install libdevmapper1.02.1 libseccomp2 libsystemd0
    say "Downloading Engine 28.5 (Debian sid) and Engine 20.10 (Debian 12) into $root (about 130 MB)."
    unpack_from sid "$root/28" docker.io docker-cli docker-compose docker-buildx containerd
    unpack_from bookworm "$root/20" docker.io containerd runc
    install -m 0755 "$root/20/usr/sbin/runc" "$root/28/usr/bin/runc"
    touch "$root/complete"
}

# unpack_from SUITE FOLDER PACKAGE...: with package lists of its own, so that the machine's apt
# never hears of the suite.
unpack_from() {
    local suite=$1 folder=$2 work package
    shift 2
    work="$(packages_folder)/apt-$suite"
    mkdir -p "$work/lists/partial" "$work/debs" "$folder"
    printf 'deb [signed-by=%s] %s %s main\n' "$debian_keyring" "$debian_mirror" "$suite" \
        >"$work/sources.list"
    local options=(
        -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$work/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
        -o APT::Sandbox::User=root -o Acquire::Retries=3 -o Acquire::Languages=none -qq
        # Frozen mirrors (snapshot.debian.org) outlive the date in their lists; signatures are checked.
        -o Acquire::Check-Valid-Until=false
    )
    apt-get "${options[@]}" update
    (cd "$work/debs" && apt-get "${options[@]}" download "$@")
    for package in "$work"/debs/*.deb; do
        dpkg-deb -x "$package" "$folder"
    done
    rm -rf "$work"
}
