//! The executor against a world in memory: every plan, every call, every kind of trouble.

mod cancelled;
mod crashes;
mod ends;
mod fake;
mod invariants;
mod oddities;
mod scenario;
