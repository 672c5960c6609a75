//! Connections to backends.

mod connect;
mod endpoint;
mod line;
mod pool;
mod resolve;
mod wire;

pub(crate) use connect::{ConnectError, connect_any};
pub(crate) use endpoint::Endpoint;
pub(crate) use line::{Line, SendError};
pub(crate) use resolve::AddressBook;
pub(crate) use wire::Wire;
