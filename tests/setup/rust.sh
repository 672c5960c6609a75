# shellcheck shell=bash
# The Rust toolchain that rust-toolchain.toml names, through rustup. Sourced.

# The same official script at its two addresses.
rustup_addresses=(https://sh.rustup.rs https://static.rust-lang.org/rustup/rustup-init.sh)

# install_rust TOOLCHAIN_FILE
install_rust() {
    local toolchain_file=$1 channel target
    PATH="$HOME/.cargo/bin:$PATH"
    channel="$(sed -n 's/^channel *= *"\(.*\)".*/\1/p' "$toolchain_file")"
    target="$(container_target)"
    if ! has rustup; then
        if has cargo; then
            accept_plain_cargo "$channel" "$target"
            return
        fi
        install_rustup
    fi
    if ! rustup toolchain list | grep -q "^$channel-"; then
        say "Installing Rust $channel with rustup."
        rustup toolchain install "$channel" --profile minimal --component clippy --component rustfmt
    fi
    if ! rustup target list --installed --toolchain "$channel" | grep -qx "$target"; then
        say "Adding the Rust target $target."
        rustup target add --toolchain "$channel" "$target"
    fi
    rustup component add --toolchain "$channel" clippy rustfmt >/dev/null 2>&1 ||
        fail "rustup could not add clippy and rustfmt to Rust $channel."
}

# Programs inside containers are built for Linux on this machine's architecture.
container_target() {
    case "$(uname -m)" in
        x86_64) printf 'x86_64-unknown-linux-musl\n' ;;
        aarch64 | arm64) printf 'aarch64-unknown-linux-musl\n' ;;
        *) fail "Phoenix Tray is built and tested on x86_64 and aarch64; this is $(uname -m)." ;;
    esac
}

install_rustup() {
    if can_apt && apt-cache policy rustup 2>/dev/null | grep -q 'Candidate: [0-9]'; then
        apt_install rustup
        return
    fi
    local address script
    script="$(mktemp)"
    for address in "${rustup_addresses[@]}"; do
        say "Installing rustup for this user with the official installer, $address."
        if curl --proto '=https' --tlsv1.2 -fsS --retry 2 -o "$script" "$address"; then
            sh "$script" -y --no-modify-path --profile minimal --default-toolchain none
            rm -f "$script"
            return
        fi
    done
    rm -f "$script"
    fail "The rustup installer could not be downloaded. Install rustup (https://rustup.rs), then run this again."
}

# A cargo that did not come from rustup cannot be given another version: it has to fit.
accept_plain_cargo() {
    local channel=$1 target=$2 version
    version="$(cargo --version | cut -d ' ' -f 2)"
    if [[ "$(printf '%s\n%s\n' "$channel" "$version" | sort -V | head -n 1)" != "$channel" ]]; then
        fail "This cargo is $version; Rust $channel or newer is needed. Install rustup (https://rustup.rs), then run this again."
    fi
    if [[ ! -d "$(rustc --print target-libdir --target "$target")" ]]; then
        fail "The Rust target $target is missing and without rustup it cannot be added here. Install rustup (https://rustup.rs), then run this again."
    fi
}
