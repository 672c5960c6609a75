//! Build-time: compiles a workspace program as a static Linux binary so that another crate can
//! embed it. Needs Rust alone: the linker is the toolchain's own, so it works from any host.

mod environment;
mod rerun;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// Builds `binary` of the workspace's `package` with the profile `embedded` for Linux (musl) on the
/// architecture being compiled for, and answers its path. To be called from a build script.
///
/// `PHOENIX_EMBED_<PACKAGE>` (upper case, `-` as `_`) names a finished binary to take instead, as
/// release pipelines do. Ends the build with a message when the binary cannot be had.
pub fn static_binary(package: &str, binary: &str) -> PathBuf {
    match finished(package).map_or_else(|| build(package, binary), Ok) {
        Ok(path) => path,
        Err(message) => {
            for line in message.lines() {
                tell(&format!("cargo::error={line}"));
            }
            std::process::exit(1)
        }
    }
}

/// The architecture of [`static_binary`]'s result in the words of container images: `amd64`.
pub fn image_architecture() -> &'static str {
    match architecture().as_str() {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "arm",
        "riscv64" => "riscv64",
        _ => "unknown",
    }
}

fn finished(package: &str) -> Option<PathBuf> {
    let key = format!("PHOENIX_EMBED_{}", package.to_uppercase().replace('-', "_"));
    tell(&format!("cargo::rerun-if-env-changed={key}"));
    let path = PathBuf::from(env::var_os(key)?);
    tell(&format!("cargo::rerun-if-changed={}", path.display()));
    Some(path)
}

fn build(package: &str, binary: &str) -> Result<PathBuf, String> {
    let target = format!("{}-unknown-linux-musl", architecture());
    require_target(&target)?;
    let manifest_dir = PathBuf::from(required("CARGO_MANIFEST_DIR")?);
    let target_dir = build_root(Path::new(&required("OUT_DIR")?)).join("embedded");
    let mut cargo = Command::new(required("CARGO")?);
    environment::forget_outer_build(&mut cargo);
    let linker = format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace('-', "_"));
    cargo
        .current_dir(&manifest_dir)
        .env(linker, "rust-lld")
        .args(["build", "--profile", "embedded", "--target", &target])
        .args(["--package", package, "--bin", binary])
        .arg("--target-dir")
        .arg(&target_dir);
    let done = cargo.output().map_err(|error| format!("cargo could not be started: {error}"))?;
    if !done.status.success() {
        let output = String::from_utf8_lossy(&done.stderr);
        return Err(format!("{package} could not be built for {target}:\n{output}"));
    }
    let path = target_dir.join(&target).join("embedded").join(binary);
    rerun::watch(&path.with_extension("d"), &manifest_dir);
    Ok(path)
}

/// A target that rustup has not installed shows as a folder that is not there.
fn require_target(target: &str) -> Result<(), String> {
    let rustc = required("RUSTC")?;
    let answer = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", target])
        .output()
        .map_err(|error| format!("rustc could not be started: {error}"))?;
    let folder = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    if answer.status.success() && Path::new(&folder).is_dir() {
        return Ok(());
    }
    Err(format!("the Rust target {target} is missing; install it with: rustup target add {target}"))
}

/// Containers on a machine of another architecture need a binary handed in from outside.
fn architecture() -> String {
    env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_else(|_| env::consts::ARCH.to_owned())
}

/// The outer build's target folder: cargo marks its root with `CACHEDIR.TAG`. A folder of our own
/// below it shares no lock with the outer build.
fn build_root(out_dir: &Path) -> &Path {
    let marked = out_dir.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    marked.or_else(|| out_dir.ancestors().nth(4)).unwrap_or(out_dir)
}

fn required(key: &str) -> Result<OsString, String> {
    env::var_os(key).ok_or_else(|| format!("{key} is not set: to be called from a build script"))
}

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn tell(directive: &str) {
    println!("{directive}");
}
