//! The control protocol: one JSON document per line, requests in, replies out, matched by `id`.
//!
//! It travels over the standard streams of `docker exec … /phoenix-switch control`, so whoever
//! cannot reach the engine cannot command the switch. Durations are whole milliseconds.

mod command;
mod counters;
mod route;
mod status;

pub use command::{
    Command, Drained, ErrorCode, Failure, Outcome, Preview, Previewed, Reply, Request,
};
pub use counters::{Counters, LatencyHistogram, Tick, Timeline};
pub use route::{Backend, Confirmation, OnTimeout, Route, Routed, Unconfirmed};
pub use status::{GenerationStatus, Hello, ListenerStatus, Status};

/// Version of this protocol; a switch answers [`Command::Hello`] with its own.
pub const PROTOCOL_VERSION: u32 = 1;

#[cfg(test)]
mod tests;
