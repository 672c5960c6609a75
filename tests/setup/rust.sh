# shellcheck shell=bash
# The Rust toolchain of rust-toolchain.toml, through rustup. Sourced.

rustup_address=https://sh.rustup.rs

install_rust() {
    local root channel target
    root="$(cd "$here/../.." && pwd)"
    PATH="$HOME/.cargo/bin:$PATH"
    channel="$(toml_value channel "$root/rust-toolchain.toml")"
    target="$(toml_value targets "$root/rust-toolchain.toml")"
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
    rustup component add --toolchain "$channel" clippy rustfmt >/dev/null 2>&1
}

# toml_value KEY FILE: the first quoted value behind the key.
toml_value() {
    sed -n "s/^$1 *= *\[*\"\([^\"]*\)\".*/\1/p" "$2" | head -n 1
}

install_rustup() {
    if can_apt && apt-cache show rustup >/dev/null 2>&1; then
        apt_install rustup
        return
    fi
    say "Installing rustup for this user with the official installer, $rustup_address."
    curl --proto '=https' --tlsv1.2 -fsS --retry 3 "$rustup_address" |
        sh -s -- -y --no-modify-path --profile minimal --default-toolchain none
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
