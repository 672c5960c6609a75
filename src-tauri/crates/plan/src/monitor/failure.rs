//! Why a release that had the traffic was judged bad, in words.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::gate::{count, crashed, seconds};

/// Why a release that had the traffic was judged bad. Times count from when traffic moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum MonitorFailure {
    /// A container ended.
    Exited {
        /// Which.
        container: String,
        /// Exit code.
        exit_code: i64,
        /// When that was seen.
        after: Duration,
    },
    /// The kernel killed a container for memory.
    OutOfMemory {
        /// Which.
        container: String,
        /// When that was seen.
        after: Duration,
    },
    /// A container ended and the engine started it again.
    Restarted {
        /// Which.
        container: String,
        /// How often.
        restarts: u64,
        /// Exit code of the last run, where it could be seen.
        exit_code: Option<i64>,
        /// When that was seen.
        after: Duration,
    },
    /// A container does not exist any more.
    Removed {
        /// Which.
        container: String,
        /// When that was seen.
        after: Duration,
    },
    /// Its own health check failed several times in a row.
    Unhealthy {
        /// Which.
        container: String,
        /// How often in a row.
        failures: u64,
        /// The last exit code; `None` when the check did not finish.
        exit_code: Option<i64>,
        /// The end of the last output.
        output: String,
        /// When that was seen.
        after: Duration,
    },
    /// Docker says `unhealthy`.
    DockerUnhealthy {
        /// Which.
        container: String,
        /// When that was seen.
        after: Duration,
    },
    /// A clearly higher share of errors than before.
    TooManyErrors {
        /// 5xx answers of its own.
        answered_5xx: u64,
        /// Requests that broke on the way.
        broken: u64,
        /// Of so many.
        requests: u64,
        /// Errors of both kinds of the release before.
        before_errors: u64,
        /// Of so many.
        before_requests: u64,
    },
    /// Nothing but errors for a while.
    OnlyErrors {
        /// How many in a row.
        requests: u64,
        /// When that was seen.
        after: Duration,
    },
    /// Much slower than before.
    TooSlow {
        /// 95th percentile of the time to an answer.
        p95: Duration,
        /// The same of the release before.
        before: Duration,
    },
    /// The independent probe got no answer several times in a row.
    ProbesFailed {
        /// How often in a row.
        failed: u64,
        /// When that was seen.
        after: Duration,
    },
}

impl fmt::Display for MonitorFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { container, exit_code, after } => {
                write!(f, "{container} exited with code {exit_code} after {}", seconds(*after))
            }
            Self::OutOfMemory { container, after } => write!(
                f,
                "{container} was killed because it used too much memory after {}",
                seconds(*after)
            ),
            Self::Restarted { container, restarts, exit_code, after } => {
                write!(f, "{container} {}", crashed(*restarts, *exit_code, *after))
            }
            Self::Removed { container, after } => {
                write!(f, "{container} was removed by somebody else within {}", seconds(*after))
            }
            Self::Unhealthy { container, failures, exit_code, output, after } => {
                write!(f, "the health check of {container} failed {failures} times in a row")?;
                match exit_code {
                    Some(code) => write!(f, " with exit code {code}")?,
                    None => f.write_str(" without finishing")?,
                }
                write!(f, " after {}", seconds(*after))?;
                if output.is_empty() { Ok(()) } else { write!(f, ": {output}") }
            }
            Self::DockerUnhealthy { container, after } => {
                write!(f, "Docker reported {container} as unhealthy after {}", seconds(*after))
            }
            Self::TooManyErrors {
                answered_5xx,
                broken,
                requests,
                before_errors,
                before_requests,
            } => {
                write_errors(f, *answered_5xx, *broken, *requests)?;
                let verb = if *broken == 0 { "to" } else { "failed" };
                write_baseline(f, verb, *before_errors, *before_requests)
            }
            Self::OnlyErrors { requests, after } => write!(
                f,
                "answered its last {} requests with nothing but errors, seen after {}",
                count(*requests),
                seconds(*after)
            ),
            Self::TooSlow { p95, before } => write!(
                f,
                "1 in 20 requests waited {} or longer for an answer; with the release before {}",
                seconds(*p95),
                seconds(*before)
            ),
            Self::ProbesFailed { failed, after } => write!(
                f,
                "the probe at the published port got no answer {failed} times in a row after {}",
                seconds(*after)
            ),
        }
    }
}

fn write_errors(
    f: &mut fmt::Formatter<'_>,
    answered_5xx: u64,
    broken: u64,
    requests: u64,
) -> fmt::Result {
    match (answered_5xx, broken) {
        (errors, 0) => write!(f, "answered 5xx to {}", count(errors))?,
        (0, broken) => write!(f, "broke {}", count(broken))?,
        (errors, broken) => {
            write!(f, "answered 5xx to {} and broke {}", count(errors), count(broken))?;
        }
    }
    write!(f, " of {} requests; ", count(requests))
}

/// Nothing to compare with is said, too.
fn write_baseline(
    f: &mut fmt::Formatter<'_>,
    verb: &str,
    errors: u64,
    requests: u64,
) -> fmt::Result {
    if requests == 0 {
        f.write_str("the release before had no request to compare with")
    } else {
        write!(f, "the release before {verb} {} of {}", count(errors), count(requests))
    }
}
