//! The engine's words, sorted into this program's errors.

use phoenix_engine::ports::{EngineError, PullError};
use serde_json::Value;

/// The `message` of a refusal, else its text.
pub(super) fn message(body: &[u8]) -> String {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    document["message"]
        .as_str()
        .map_or_else(|| String::from_utf8_lossy(body).trim().to_owned(), str::to_owned)
}

/// A refused call. `what` is its path, or the thing it was about.
pub(super) fn refused(call: &'static str, what: &str, status: u16, message: &str) -> EngineError {
    let message = message.to_owned();
    if is_port_taken(&message) {
        EngineError::PortTaken { message }
    } else if is_disk_full(&message) {
        EngineError::DiskFull { message }
    } else if status == 404 {
        let what = if message.is_empty() { what.to_owned() } else { not_found(&message) };
        EngineError::NotFound { what }
    } else if status == 409 {
        EngineError::Conflict { call, message }
    } else {
        EngineError::Refused { call, status, message }
    }
}

/// A failed call through bollard.
pub(super) fn bollard(call: &'static str, error: &bollard::errors::Error) -> EngineError {
    if let bollard::errors::Error::DockerResponseServerError { status_code, message } = error {
        return refused(call, call, *status_code, message);
    }
    EngineError::Broken { call, message: super::raw::chain(error) }
}

/// A pull that the engine gave up, in-band or by status.
pub(super) fn pull(reference: &str, platform: &str, status: u16, message: &str) -> PullError {
    let reference = reference.to_owned();
    let lower = message.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let message = message.to_owned();
    if is_disk_full(&message) {
        PullError::DiskFull { reference, message }
    } else if has(&WRONG_PLATFORM) {
        PullError::WrongPlatform { reference, platform: platform.to_owned() }
    } else if has(&UNAUTHORIZED) && !has(&["repository does not exist"]) {
        PullError::Unauthorized { reference, message }
    } else if has(&NOT_FOUND) {
        PullError::ImageNotFound { reference }
    } else if has(&UNREACHABLE) {
        PullError::RegistryUnreachable { reference, message }
    } else {
        PullError::Engine(refused("pull", &reference, status, &message))
    }
}

/// Docker (manifest lists; `--platform`) and containerd.
const WRONG_PLATFORM: [&str; 4] = [
    "no matching manifest",
    "does not match the specified platform",
    "no match for platform",
    "does not provide the specified platform",
];

/// Docker Hub says "access denied" also for repositories that do not exist: see `pull`.
const UNAUTHORIZED: [&str; 6] = [
    "unauthorized",
    "authentication required",
    "no basic auth credentials",
    "denied: ",
    "access forbidden",
    "403 forbidden",
];

const NOT_FOUND: [&str; 6] = [
    "manifest unknown",
    "not found",
    "repository does not exist",
    "name unknown",
    "no such image",
    "name_unknown",
];

const UNREACHABLE: [&str; 13] = [
    "connection refused",
    "no such host",
    "i/o timeout",
    "deadline exceeded",
    "client.timeout",
    "network is unreachable",
    "no route to host",
    "tls:",
    "x509:",
    "connection reset",
    "server gave http response",
    "temporary failure in name resolution",
    "eof",
];

fn is_port_taken(message: &str) -> bool {
    ["port is already allocated", "address already in use", "bind: only one usage"]
        .iter()
        .any(|words| message.contains(words))
}

fn is_disk_full(message: &str) -> bool {
    ["no space left on device", "not enough space on the disk", "disk quota exceeded"]
        .iter()
        .any(|words| message.to_lowercase().contains(words))
}

/// `No such container: x` → `container x`; anything else as it is.
fn not_found(message: &str) -> String {
    message
        .strip_prefix("No such ")
        .map_or_else(|| message.to_owned(), |rest| rest.replace(": ", " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLATFORM: &str = "linux/amd64";

    fn pulled(message: &str) -> PullError {
        pull("127.0.0.1:5000/app:1", PLATFORM, 200, message)
    }

    #[test]
    fn a_taken_port_is_named_as_such_whatever_the_status() {
        let text = "driver failed programming external connectivity on endpoint x: Bind for \
                    127.0.0.1:80 failed: port is already allocated";
        assert!(matches!(refused("start", "c", 500, text), EngineError::PortTaken { .. }));
    }

    #[test]
    fn a_full_disk_is_no_mere_refusal() {
        let text = "write /var/lib/docker/tmp/x: no space left on device";
        assert!(matches!(refused("create", "c", 500, text), EngineError::DiskFull { .. }));
        assert!(matches!(pulled(text), PullError::DiskFull { .. }));
    }

    #[test]
    fn a_missing_container_is_named() {
        let error = refused("start", "/containers/x/start", 404, "No such container: web");
        assert_eq!(error.to_string(), "container web does not exist");
    }

    #[test]
    fn another_architecture_is_told_from_a_missing_image() {
        for text in [
            "no matching manifest for linux/amd64 in the manifest list entries",
            "no matching manifest for linux/amd64 in the manifest list entries: no match for \
             platform in manifest: not found",
            "image with reference x was found but its platform (linux/arm64) does not match the \
             specified platform (linux/amd64)",
        ] {
            assert!(matches!(pulled(text), PullError::WrongPlatform { .. }), "{text}");
        }
    }

    #[test]
    fn a_missing_tag_is_an_image_not_found() {
        for text in [
            "manifest for 127.0.0.1:5000/app:9 not found: manifest unknown: manifest unknown",
            "failed to resolve reference \"127.0.0.1:5000/app:9\": 127.0.0.1:5000/app:9: not found",
            "pull access denied for app, repository does not exist or may require 'docker login': \
             denied: requested access to the resource is denied",
        ] {
            assert!(matches!(pulled(text), PullError::ImageNotFound { .. }), "{text}");
        }
    }

    #[test]
    fn a_registry_that_wants_a_password_says_so() {
        for text in [
            "Head \"http://127.0.0.1:5000/v2/app/manifests/1\": no basic auth credentials",
            "unauthorized: authentication required",
        ] {
            assert!(matches!(pulled(text), PullError::Unauthorized { .. }), "{text}");
        }
    }

    #[test]
    fn a_registry_that_is_away_is_unreachable() {
        for text in [
            "Get \"http://127.0.0.1:5999/v2/\": dial tcp 127.0.0.1:5999: connect: connection refused",
            "Get \"https://nowhere.invalid/v2/\": dial tcp: lookup nowhere.invalid: no such host",
        ] {
            assert!(matches!(pulled(text), PullError::RegistryUnreachable { .. }), "{text}");
        }
    }
}
