//! The loop: observe, check, plan, execute with a journal, recover.
//!
//! The outside world is reached only through the traits in [`ports`]; nothing here knows an
//! engine client, a file or a socket.

pub mod check;
pub mod compose_edit;
pub mod controller;
pub mod details;
pub mod doctor;
pub mod execute;
mod hook;
pub mod observe;
pub mod operate;
pub mod other_updaters;
pub mod ports;
pub mod recover;
pub mod room;
pub mod round;
mod sentence;
pub mod sheet;
pub mod wording;
mod world;

pub use sentence::in_a_sentence;
pub use world::World;
