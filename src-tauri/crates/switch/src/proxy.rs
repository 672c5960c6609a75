//! From a client's connection to an answer.

mod accept;
mod admit;
mod answers;
mod board;
mod client;
mod connection;
mod descriptors;
mod download;
mod errand;
mod headers;
mod listeners;
mod preview;
mod sniff;
mod upload;
mod visit;

pub(crate) use accept::accept_clients;
pub(crate) use board::Switchboard;
pub(crate) use descriptors::ClientBudget;
pub(crate) use headers::Upgrade;
pub use listeners::BindError;
pub(crate) use listeners::{BoundListener, bind_all};
pub(crate) use preview::preview;
pub(crate) use upload::RequestBody;

/// The most header lines of a request or an answer.
pub(crate) const HEADERS: usize = 256;
/// The most bytes of a head: 64 KiB of headers and their request line fit.
pub(crate) const HEADER_BYTES: u32 = 80 * 1024;
