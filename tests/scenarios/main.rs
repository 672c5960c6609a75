//! Scenarios on real engines: each file tells one part of what the product promises.

mod adoption;
mod architecture;
mod engine_calls;
mod faults;
mod harness;
mod hold;
mod overlap;
mod recreate;
mod rollback;
mod switch_in_container;
mod trouble;
mod watch;
