//! The controller on the fake world, under a clock that only moves when everything waits.

mod auto;
mod checks;
mod connection;
mod hooks;
mod operations;
mod quitting;
mod rig;
mod schedule;
mod settings;
mod stopped;
mod trouble;
mod waiting;
