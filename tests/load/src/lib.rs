//! The load driver: mixed traffic against the demo gateway whose every failure is classified.
//!
//! `let load = Load::start(LoadPlan::mixed(addresses))?`, then `load.mark("update")`,
//! `load.wait_until(…)`, and `load.stop().await` for the [`Report`].

mod address;
mod execution_log;
mod failure;
mod gap;
mod histogram;
mod kind;
mod plan;
mod report;
mod report_text;
mod running;
mod script;
mod tally;
mod wire;
mod worker;

pub use address::refuse_foreign;
pub use execution_log::{ExecutionLog, read_execution_log};
pub use failure::FailureClass;
pub use kind::Kind;
pub use plan::{Limits, LoadPlan, Mix, Span, Think};
pub use report::{
    Example, ExecutionReport, FailureReport, GapReport, KindReport, LatencyReport, Report,
    SegmentReport, VersionReport, WebsocketReport,
};
pub use running::{Load, LoadError, RunningLoad, WaitExpired};
pub use tally::Snapshot;
