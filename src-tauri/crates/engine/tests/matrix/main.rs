//! The executor against a world in memory: every plan, every call, every kind of trouble.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test, a panic is the failure")]

mod cancelled;
mod changes;
mod controller;
mod crashes;
mod ends;
mod fake;
mod hooks;
mod invariants;
mod oddities;
mod plots;
mod room;
mod scenario;
