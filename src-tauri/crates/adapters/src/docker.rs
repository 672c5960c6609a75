//! The container engine, through its Engine API.
//!
//! Documents travel raw (a small client of our own), so that fields nobody here has heard of
//! survive; streams with a protocol of their own (exec, logs) travel through bollard.

mod bounds;
mod containers;
mod context;
mod control;
mod credentials;
mod discover;
mod endpoint;
mod engine;
mod errors;
mod events;
mod exec;
mod facts;
mod free_space;
mod hook;
mod images;
mod logs;
mod networks;
mod pull;
mod raw;
mod switch_image;
mod switch_objects;
mod version;

pub use control::DockerSwitchControl;
pub use discover::{Surroundings, candidates};
pub use endpoint::{BadEndpoint, Endpoint};
pub use engine::DockerEngine;
