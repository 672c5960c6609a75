//! Images `FROM scratch` that hold the demo gateway, made without any builder: each is a handful of
//! JSON and two layers, so that a new release takes milliseconds.

mod archive;
mod configuration;
mod publish;
mod tiny;

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value};

pub use publish::Published;
pub use tiny::push_tiny;

/// The gateway's port inside its container.
pub(crate) const GATEWAY_PORT: u16 = 18789;

/// An image of the demo gateway to be made.
#[derive(Clone, Debug)]
pub struct GatewayImage {
    version: String,
    environment: BTreeMap<String, String>,
    labels: BTreeMap<String, String>,
    health: Option<Health>,
    architecture: String,
    entrypoint: String,
    extra_bytes: usize,
    claimed_bytes: u64,
    configured: Map<String, Value>,
}

#[derive(Clone, Debug)]
struct Health {
    interval: Duration,
    timeout: Duration,
    start_period: Duration,
    retries: u32,
}

impl GatewayImage {
    /// Release `version`: healthy, with a health check every 10 s.
    pub fn new(version: &str) -> Self {
        let health = Health {
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
            start_period: Duration::from_secs(5),
            retries: 3,
        };
        Self {
            version: version.to_owned(),
            environment: BTreeMap::from([("PHOENIX_VERSION".to_owned(), version.to_owned())]),
            labels: BTreeMap::from([(
                "org.opencontainers.image.version".to_owned(),
                version.to_owned(),
            )]),
            health: Some(health),
            architecture: env!("PHOENIX_IMAGE_ARCHITECTURE").to_owned(),
            entrypoint: "/phoenix".to_owned(),
            extra_bytes: 0,
            claimed_bytes: 0,
            configured: Map::new(),
        }
    }

    /// The version it was asked for.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Misbehaves: the faults that `phoenix help` lists, with commas between.
    #[must_use]
    pub fn fault(self, faults: &str) -> Self {
        self.env("PHOENIX_FAULT", faults)
    }

    /// An environment variable of the image.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A label of the image.
    #[must_use]
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }

    /// No `HEALTHCHECK`.
    #[must_use]
    pub fn without_health_check(mut self) -> Self {
        self.health = None;
        self
    }

    /// The health check's `start_period` (5 s when nothing is said).
    #[must_use]
    pub fn start_period(mut self, start_period: Duration) -> Self {
        if let Some(health) = &mut self.health {
            health.start_period = start_period;
        }
        self
    }

    /// The health check's interval (10 s when nothing is said) and retries (3).
    #[must_use]
    pub fn health_interval(mut self, interval: Duration, retries: u32) -> Self {
        if let Some(health) = &mut self.health {
            health.interval = interval;
            health.retries = retries;
        }
        self
    }

    /// Claims another architecture than this machine's: `arm64`, `s390x`.
    #[must_use]
    pub fn architecture(mut self, architecture: &str) -> Self {
        architecture.clone_into(&mut self.architecture);
        self
    }

    /// Starts another program than the gateway, which need not exist.
    #[must_use]
    pub fn entrypoint(mut self, program: &str) -> Self {
        program.clone_into(&mut self.entrypoint);
        self
    }

    /// Sets any field of the image's `config`: `User`, `ExposedPorts`, `Volumes`.
    #[must_use]
    pub fn configure(mut self, field: &str, value: Value) -> Self {
        self.configured.insert(field.to_owned(), value);
        self
    }

    /// Its manifest states that the uppermost layer is larger by so many bytes than it is.
    #[must_use]
    pub fn claimed_bytes(mut self, bytes: u64) -> Self {
        self.claimed_bytes = bytes;
        self
    }

    /// Adds a layer of that many bytes that do not compress, to have something to download.
    #[must_use]
    pub fn extra_bytes(mut self, bytes: usize) -> Self {
        self.extra_bytes = bytes;
        self
    }
}
