//! Dependencies point inward: plan ← engine ← adapters ← {desktop shell, phoenixctl}.

use std::{collections::BTreeMap, env, process::Command};

use serde_json::Value;

use super::sources::sources;

/// Every package of the workspace, and which of the others it may depend on. `phoenix-embed` may
/// serve any build script and is not listed.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("phoenix-plan", &[]),
    ("phoenix-engine", &["phoenix-plan"]),
    ("phoenix-adapters", &["phoenix-plan", "phoenix-engine", "phoenix-switch"]),
    ("phoenix-switch", &[]),
    ("phoenix-embed", &[]),
    ("phoenixctl", &["phoenix-plan", "phoenix-engine", "phoenix-adapters"]),
    ("phoenix-icons", &[]),
    ("phoenix-wire", &[]),
    ("phoenix-window", &["phoenix-wire"]),
    (
        "phoenix-tray",
        &[
            "phoenix-plan",
            "phoenix-engine",
            "phoenix-adapters",
            "phoenix-icons",
            "phoenix-wire",
            "phoenix-window",
        ],
    ),
    ("phoenix-demo-gateway", &[]),
    ("phoenix-load", &["phoenix-demo-gateway"]),
];

/// Tests may look at everything.
const TESTS: &str = "phoenix-tests";

/// The outside world, which decisions must not know.
const EFFECTS: [&str; 8] =
    ["tokio", "tokio-util", "async-trait", "bollard", "hyper", "hyper-util", "reqwest", "rustix"];

#[test]
fn dependencies_point_inward() {
    let allowed = BTreeMap::from(ALLOWED);
    for package in workspace() {
        if package.name == TESTS {
            continue;
        }
        let inner = allowed.get(package.name.as_str()).unwrap_or_else(|| {
            panic!("{} is new: say in this test whom it may depend on", package.name)
        });
        for dependency in package.dependencies.iter().filter(|one| is_ours(&one.name)) {
            let embeds = dependency.name == "phoenix-embed" && dependency.kind == "build";
            assert!(
                embeds || inner.contains(&dependency.name.as_str()),
                "{} must not depend on {}",
                package.name,
                dependency.name
            );
        }
    }
}

#[test]
fn decisions_know_no_effects() {
    for package in workspace().iter().filter(|package| package.name == "phoenix-plan") {
        for dependency in &package.dependencies {
            assert!(
                !EFFECTS.contains(&dependency.name.as_str()),
                "phoenix-plan must not depend on {}",
                dependency.name
            );
        }
    }
}

#[test]
fn decisions_read_no_clock_no_file_and_no_environment() {
    const CALLS: [&str; 7] = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "Instant::now",
        "SystemTime::now",
        "async fn",
    ];
    for source in sources().iter().filter(|source| source.is_module()) {
        if !source.path.to_string_lossy().contains("crates/plan/src") {
            continue;
        }
        for call in CALLS {
            assert!(!source.text.contains(call), "{} says {call}", source.path.display());
        }
    }
}

#[test]
fn only_the_protocol_half_of_the_switch_is_used() {
    for package in workspace() {
        for dependency in package.dependencies.iter().filter(|one| one.name == "phoenix-switch") {
            assert!(
                !dependency.default_features && dependency.features.is_empty(),
                "{} must take phoenix-switch without its features",
                package.name
            );
        }
    }
}

#[test]
fn only_the_window_names_tauri_and_on_linux_the_tray_does_without() {
    let names_web_view = |name: &str| name.starts_with("tauri") || name == "phoenix-window";
    for package in workspace().iter().filter(|package| package.name != "phoenix-window") {
        for dependency in &package.dependencies {
            let elsewhere = dependency.target == "cfg(not(target_os = \"linux\"))";
            let of_the_tray =
                package.name == "phoenix-tray" && (elsewhere || dependency.kind == "build");
            assert!(
                of_the_tray || !names_web_view(&dependency.name),
                "{} must not depend on {}",
                package.name,
                dependency.name
            );
        }
    }
}

struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    name: String,
    /// `normal`, `dev` or `build`.
    kind: String,
    /// `cfg(…)`; empty for all targets.
    target: String,
    default_features: bool,
    features: Vec<String>,
}

fn is_ours(name: &str) -> bool {
    name == TESTS || ALLOWED.iter().any(|(package, _)| *package == name)
}

fn workspace() -> Vec<Package> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .expect("cargo can be started");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("a workspace has packages");
    packages.iter().map(package).collect()
}

fn package(raw: &Value) -> Package {
    let dependencies = raw["dependencies"].as_array().into_iter().flatten().map(dependency);
    Package { name: text(&raw["name"]), dependencies: dependencies.collect() }
}

fn dependency(raw: &Value) -> Dependency {
    Dependency {
        name: text(&raw["name"]),
        kind: raw["kind"].as_str().unwrap_or("normal").to_owned(),
        target: text(&raw["target"]),
        default_features: raw["uses_default_features"].as_bool().unwrap_or(true),
        features: raw["features"].as_array().into_iter().flatten().map(text).collect(),
    }
}

fn text(raw: &Value) -> String {
    raw.as_str().unwrap_or_default().to_owned()
}
