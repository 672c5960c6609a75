//! Registries over the distribution API (`/v2/`): what is offered, without pulling it.
//!
//! A question goes `client` → `registries` (which hosts) → `session` (one repository of one host) →
//! `authorize` (with which grant) → `transport`. `host` remembers; `rules`, `grants`, `back_off`,
//! `manifest` and `challenge` decide and do nothing.

mod answer;
mod authorize;
mod back_off;
mod challenge;
mod client;
mod credentials;
mod describe;
mod described;
mod endpoint;
mod grants;
mod host;
mod manifest;
mod quota;
mod refused;
mod registries;
mod rules;
mod session;
mod tags;
mod token;
mod transport;

pub use client::{RegistryClient, RegistrySetup};
pub use credentials::{Credential, CredentialError, CredentialSource, DockerConfig};
pub use rules::{ReadRules, RegistryRule};

#[cfg(test)]
mod tests;
