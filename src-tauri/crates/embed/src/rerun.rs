//! When to build again: after any change to what the binary was made from.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Tells cargo to run the build script again when a source, manifest or the lock file changed.
/// `dep_info` is the list that cargo wrote beside the binary.
pub(crate) fn watch(dep_info: &Path, manifest_dir: &Path) {
    let text = fs::read_to_string(dep_info).unwrap_or_default();
    let sources = sources(&text);
    let packages: BTreeSet<&Path> = sources.iter().filter_map(|path| package(path)).collect();
    let manifests =
        packages.iter().flat_map(|folder| [folder.join("Cargo.toml"), folder.join("src")]);
    let workspace = manifest_dir.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    let locks =
        workspace.into_iter().flat_map(|root| [root.join("Cargo.toml"), root.join("Cargo.lock")]);
    let watched: BTreeSet<PathBuf> =
        manifests.chain(locks).chain(sources.iter().cloned()).collect();
    for path in watched.iter().filter(|path| path.exists()) {
        super::tell(&format!("cargo::rerun-if-changed={}", path.display()));
    }
}

/// Make's syntax: `binary: source source`, with spaces in names escaped.
fn sources(dep_info: &str) -> Vec<PathBuf> {
    let Some((_, listed)) = dep_info.split_once(": ") else { return Vec::new() };
    listed
        .replace("\\ ", "\0")
        .split_whitespace()
        .map(|word| PathBuf::from(word.replace('\0', " ")))
        .collect()
}

fn package(source: &Path) -> Option<&Path> {
    source.ancestors().find(|folder| folder.join("Cargo.toml").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_space_stays_one_name() {
        let found = sources("/t/app: /my\\ code/main.rs /my\\ code/lib.rs\n");
        assert_eq!(found, [PathBuf::from("/my code/main.rs"), PathBuf::from("/my code/lib.rs")]);
    }
}
