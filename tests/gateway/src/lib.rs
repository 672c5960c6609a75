//! The demo gateway: it behaves as the Phoenix gateway does and misbehaves to order.
//!
//! Everything is set by environment variables; [`USAGE`] (`phoenix help`) lists them.

mod app;
mod config_file;
mod execution;
mod fault;
mod health;
mod log;
mod process;
mod query;
mod routes;
mod server;
mod settings;
mod stream;
mod upload;
mod websocket;

pub use execution::{ExecutionCounts, byte_at, fnv1a64};
pub use fault::{Fault, FaultError, Faults};
pub use process::run;
pub use server::{RunningGateway, StartError, Stopped, start};
pub use settings::{Settings, SettingsError, USAGE};
