//! Registries over the distribution API (`/v2/`): what is offered, without pulling it.

mod answer;
mod challenge;
mod client;
mod credentials;
mod endpoint;
mod manifest;
mod session;
mod tags;
mod token;
mod transport;

pub use client::RegistryClient;
pub use credentials::{Credential, CredentialSource, DockerConfig};

#[cfg(test)]
mod tests;
