//! Plans in words, and what must hold for every plan.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at a few variants only")]

mod dependents;
mod fixture;
mod goldens;
mod holds;
mod properties;
mod stopped;

use crate::{step::Plan, strategy::Strategy};

/// An update of one container behind a switch.
pub(crate) fn update_by_overlap() -> Plan {
    fixture::plan(fixture::Fixture::new(1, true, false).updated())
}

/// An update of one container without a switch.
pub(crate) fn update_by_recreate() -> Plan {
    let fixture = fixture::Fixture::new(1, false, false).strategy(Strategy::Recreate);
    fixture::plan(fixture.updated())
}
