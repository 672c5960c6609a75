//! The switch: the small always-on reverse proxy that owns a service's host port.
//!
//! Without features this library is the control protocol alone, which is all that the rest of the
//! program may see of the switch. The `proxy` feature adds the data plane and the binary.

pub mod protocol;

/// Commands in, replies out.
#[cfg(feature = "proxy")]
pub mod control;
/// What was counted, and when.
#[cfg(feature = "proxy")]
mod counters;
/// The command line.
#[cfg(feature = "proxy")]
pub mod options;
/// From a client's connection to an answer.
#[cfg(feature = "proxy")]
mod proxy;
/// Which generation gets a request, and who has to wait.
#[cfg(feature = "proxy")]
mod routing;
/// The durable route.
#[cfg(feature = "proxy")]
mod state;
/// The running switch.
#[cfg(feature = "proxy")]
pub mod switch;
/// Upgraded and raw connections.
#[cfg(feature = "proxy")]
mod tunnel;
/// Connections to backends.
#[cfg(feature = "proxy")]
mod upstream;
