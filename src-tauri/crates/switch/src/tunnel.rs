//! Upgraded and raw connections: they stay with their generation until one side ends them.

mod frames;
mod raw;
mod upgraded;
mod websocket;

pub(crate) use raw::relay_raw;
pub(crate) use upgraded::{Ends, carry_upgraded};
