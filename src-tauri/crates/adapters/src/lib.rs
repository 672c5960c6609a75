//! The outside world: everything behind the engine's ports.

pub mod assemble;
pub mod backup;
pub mod channels;
pub mod clock;
pub mod compose;
pub mod config;
mod disk;
pub mod docker;
pub mod doctor;
pub mod hooks;
pub mod power;
pub mod prober;
pub mod registry;
pub mod release_notes;
pub mod state;
mod wishes;
pub mod words;
pub mod yielding;
