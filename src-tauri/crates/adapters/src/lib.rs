//! The outside world: everything behind the engine's ports.

pub mod backup;
pub mod clock;
pub mod compose;
pub mod config;
pub mod docker;
pub mod prober;
pub mod registry;
pub mod state;
