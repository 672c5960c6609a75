//! Scenarios on real engines: each file tells one part of what the product promises.

#![expect(clippy::print_stdout, reason = "scenarios print the figures that they measure")]

mod adoption;
mod architecture;
mod changes;
mod channels;
mod cleanup;
mod cli;
mod compose;
mod dependents;
mod doctor;
mod engine_calls;
mod faults;
mod harness;
mod hold;
mod hooks;
mod import;
mod newer_tag;
mod overlap;
mod plot;
mod recreate;
mod registries;
mod rollback;
mod sheet;
mod states;
mod switch_in_container;
mod trouble;
mod watch;
mod watch_command;
