//! The new container is the old one with another image.
//!
//! The body of the create call is made from the old container's raw inspect document: everything
//! is taken over except two commented lists (what is [dropped](lists::DROPPED), what is
//! [overridden](lists::OVERRIDDEN)), so a field that nobody here has heard of survives. What the old
//! image had given the container is subtracted, so that the new image's values apply.
//! [`fidelity`] compares the result with the old one afterwards.

mod api_version;
mod changes;
mod create;
mod daemon;
mod endpoints;
mod fidelity;
mod form;
mod image_defaults;
mod joins;
pub mod lists;
mod mounts;
mod options;
mod ports;

pub use api_version::{ApiVersion, BadApiVersion};
pub use changes::{Change, ChangeCause};
pub use create::{CreateSpec, create_body};
pub use daemon::DaemonDefaults;
pub use endpoints::{SplitBody, split_endpoints};
pub use fidelity::{Difference, fidelity};
pub use options::{Attachment, CreateOptions, Joined, PublishedPorts};
pub use ports::port_bindings;

#[cfg(test)]
mod tests;
