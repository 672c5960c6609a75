//! The outer build's variables, which must not leak into the nested one.

use std::{env, process::Command};

/// Cargo settings of the user, not of this build: where things are and how they are fetched.
const KEPT: &[&str] = &[
    "CARGO_HOME",
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTR",
    "CARGO_SOURCE_",
    "CARGO_TERM_",
    "CARGO_MAKEFLAGS",
];

/// Set by cargo for build scripts, or by tools (clippy, coverage) that wrap the outer compiler.
const FORGOTTEN: &[&str] = &[
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_LINKER",
    "CLIPPY_ARGS",
    "TARGET",
    "HOST",
    "OUT_DIR",
    "OPT_LEVEL",
    "PROFILE",
    "DEBUG",
    "LLVM_PROFILE_FILE",
];

/// Takes everything of the outer build away from a command.
pub(crate) fn forget_outer_build(command: &mut Command) {
    for (key, _) in env::vars_os() {
        if key.to_str().is_some_and(belongs_to_outer_build) {
            command.env_remove(key);
        }
    }
}

fn belongs_to_outer_build(key: &str) -> bool {
    FORGOTTEN.contains(&key)
        || (key.starts_with("CARGO_") && !KEPT.iter().any(|kept| key.starts_with(kept)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_the_outer_build_do_not_leak_in() {
        for key in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_CFG_UNIX"] {
            assert!(belongs_to_outer_build(key), "{key} leaks");
        }
    }

    #[test]
    fn the_users_registries_and_paths_stay() {
        for key in ["PATH", "CARGO_HOME", "CARGO_REGISTRIES_X_INDEX", "CARGO_NET_OFFLINE"] {
            assert!(!belongs_to_outer_build(key), "{key} is lost");
        }
    }
}
