//! Scenarios on real engines: each file tells one part of what the product promises.

mod architecture;
mod engine_calls;
mod harness;
mod overlap;
