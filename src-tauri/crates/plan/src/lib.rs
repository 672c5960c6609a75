//! Pure values and decisions: what was observed, what should happen, why, and what came of it.
//!
//! No clock, no files, no network, no async, no engine client: everything arrives as an argument,
//! so that every decision can be tested as a value and printed before it is carried out.

pub mod gate;
pub mod health;
pub mod hooks;
pub mod image;
pub mod journal;
pub mod labels;
pub mod monitor;
pub mod observed;
pub mod order;
pub mod planner;
pub mod policy;
pub mod probe;
pub mod receipt;
pub mod remedy;
pub mod rollout;
pub mod route;
pub mod schedule;
pub mod service;
pub mod spec;
pub mod step;
pub mod strategy;
pub mod tags;
pub mod watchtower;
