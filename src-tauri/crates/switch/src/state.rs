//! The durable route: the one commit record of the whole program.

mod record;
mod store;

pub(crate) use record::{Change, Pending, Record};
pub(crate) use store::StateStore;
