//! Commands in, replies out: one JSON document per line, over a unix socket that only those reach
//! who may run programs in this container.

mod bridge;
mod clerk;
mod pilot;
mod server;

pub use bridge::bridge;
pub(crate) use clerk::Clerk;
pub(crate) use pilot::{Helm, Pilot};
pub use server::ControlError;
pub(crate) use server::{ControlSocket, serve_control};
