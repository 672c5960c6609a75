//! Engine API versions, and which field each of them learned.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A version of the Engine API, `1.44`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiVersion {
    /// Before the dot.
    pub major: u16,
    /// After the dot.
    pub minor: u16,
}

/// Text that is no API version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an Engine API version")]
pub struct BadApiVersion(pub String);

impl ApiVersion {
    /// The version `major.minor`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// Whether the create call takes more than one network endpoint (Engine API 1.44).
    pub fn creates_with_all_endpoints(self) -> bool {
        self >= Self::new(1, 44)
    }

    /// Whether a hardware address belongs to the endpoint instead of `Config` (Engine API 1.44).
    pub fn has_endpoint_mac_address(self) -> bool {
        self >= Self::new(1, 44)
    }
}

/// Fields and the API version that brought them (Engine API version history). Older engines refuse
/// or ignore them. Lists are written as `*`.
pub(super) const GATES: &[(&str, ApiVersion)] = &[
    ("/HostConfig/Mounts/*/BindOptions/CreateMountpoint", ApiVersion::new(1, 42)),
    ("/HostConfig/Annotations", ApiVersion::new(1, 43)),
    ("/HostConfig/Mounts/*/BindOptions/ReadOnlyNonRecursive", ApiVersion::new(1, 44)),
    ("/HostConfig/Mounts/*/BindOptions/ReadOnlyForceRecursive", ApiVersion::new(1, 44)),
    ("/Config/Healthcheck/StartInterval", ApiVersion::new(1, 44)),
    ("/HostConfig/Mounts/*/VolumeOptions/Subpath", ApiVersion::new(1, 45)),
    ("/HostConfig/Mounts/*/TmpfsOptions/Options", ApiVersion::new(1, 46)),
    ("/HostConfig/Mounts/*/ImageOptions", ApiVersion::new(1, 48)),
    ("/Networks/*/GwPriority", ApiVersion::new(1, 48)),
];

/// Takes out what an API version does not know; answers which fields had a value.
pub(super) fn gate(document: &mut Value, version: ApiVersion) -> Vec<String> {
    let unknown = GATES.iter().filter(|(_, since)| version < *since);
    unknown.flat_map(|(pattern, _)| super::lists::remove(document, pattern)).collect()
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for ApiVersion {
    type Err = BadApiVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadApiVersion(text.to_owned());
        let (major, minor) = text.trim_start_matches('v').split_once('.').ok_or_else(bad)?;
        Ok(Self {
            major: major.parse().map_err(|_| bad())?,
            minor: minor.parse().map_err(|_| bad())?,
        })
    }
}

impl TryFrom<String> for ApiVersion {
    type Error = BadApiVersion;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ApiVersion> for String {
    fn from(version: ApiVersion) -> Self {
        version.to_string()
    }
}
