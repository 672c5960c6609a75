//! What the switch's counters say about the new generation, measured against the old one.

use std::time::Duration;

use super::MonitorFailure;
use crate::route::Traffic;

/// Fewer errors are no verdict.
const MIN_ERRORS: u64 = 5;
/// The share of errors must be so many percent points above the old one's …
const MIN_EXCESS_PERCENT: f64 = 5.0;
/// … and so many times as high.
const MIN_RATIO: f64 = 2.0;
/// With fewer requests the old generation is no baseline; then the limits are these.
const BASELINE_REQUESTS: u64 = 20;
const MIN_ERRORS_WITHOUT_BASELINE: u64 = 10;
const MIN_PERCENT_WITHOUT_BASELINE: f64 = 25.0;

/// So many answers in a row that are all errors are a verdict, …
const ONLY_ERRORS: u64 = 20;
/// … when the row lasts so long.
const ONLY_ERRORS_FOR: Duration = Duration::from_secs(2);

/// With fewer requests on either side a percentile means nothing.
const LATENCY_REQUESTS: u64 = 100;
/// How many times the old 95th percentile is too slow.
const SLOWER: u64 = 5;
/// No percentile below this is too slow, in microseconds.
const SLOW_FLOOR_US: u64 = 250_000;
/// A new process is slow at first: latency is judged from then on (or from half of the window).
const WARM_UP: Duration = Duration::from_secs(10);

/// Requests that were answered, and not with a 5xx.
pub(super) const fn good_answers(traffic: &Traffic) -> u64 {
    traffic.requests.saturating_sub(errors(traffic))
}

/// Requests that the release failed: 5xx of its own, and those broken on the way.
const fn errors(traffic: &Traffic) -> u64 {
    traffic.app_5xx.saturating_add(traffic.failed)
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// A clearly higher share of errors than the old generation's.
pub(super) fn too_many_errors(new: &Traffic, old: &Traffic) -> Option<MonitorFailure> {
    let (new_errors, old_errors) = (errors(new), errors(old));
    let clearly_higher = if old.requests < BASELINE_REQUESTS {
        new_errors >= MIN_ERRORS_WITHOUT_BASELINE
            && percent(new_errors, new.requests) >= MIN_PERCENT_WITHOUT_BASELINE
    } else {
        let old_share = percent(old_errors, old.requests);
        let new_share = percent(new_errors, new.requests);
        new_errors >= MIN_ERRORS
            && new_share > old_share + MIN_EXCESS_PERCENT
            && new_share > old_share * MIN_RATIO
    };
    clearly_higher.then(|| MonitorFailure::TooManyErrors {
        answered_5xx: new.app_5xx,
        broken: new.failed,
        requests: new.requests,
        before_errors: errors(old),
        before_requests: old.requests,
    })
}

/// A release that worked at first and now answers nothing but errors: its overall share may still
/// be low.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OnlyErrors {
    last: Traffic,
    run: u64,
    since: Option<Duration>,
}

impl OnlyErrors {
    pub(super) fn observe(
        &mut self,
        at: Duration,
        new: &Traffic,
        old: &Traffic,
    ) -> Option<MonitorFailure> {
        let requests = new.requests.saturating_sub(self.last.requests);
        let failed = errors(new).saturating_sub(errors(&self.last));
        self.last = *new;
        if requests > failed {
            *self = Self { last: *new, ..Self::default() };
            return None;
        }
        if failed > 0 {
            self.run = self.run.saturating_add(failed);
            self.since.get_or_insert(at);
        }
        let lasting = self.since.is_some_and(|since| at.saturating_sub(since) >= ONLY_ERRORS_FOR);
        let old_was_no_better = errors(old).saturating_mul(2) > old.requests;
        (self.run >= ONLY_ERRORS && lasting && !old_was_no_better)
            .then_some(MonitorFailure::OnlyErrors { requests: self.run, after: at })
    }
}

/// A 95th percentile far above the old generation's.
pub(super) fn too_slow(
    window: Duration,
    elapsed: Duration,
    new: &Traffic,
    old: &Traffic,
) -> Option<MonitorFailure> {
    let warm = elapsed >= WARM_UP.min(window / 2);
    let enough = new.requests >= LATENCY_REQUESTS && old.requests >= LATENCY_REQUESTS;
    // Time spent waiting at the switch counts as latency there; a 95th percentile is the app's own
    // only while clearly fewer than 5 % of the requests were held.
    let own = new.held.saturating_mul(40) <= new.requests;
    let slower = new.p95_us >= SLOW_FLOOR_US && new.p95_us > old.p95_us.saturating_mul(SLOWER);
    (warm && enough && own && slower).then_some(MonitorFailure::TooSlow {
        p95: Duration::from_micros(new.p95_us),
        before: Duration::from_micros(old.p95_us),
    })
}
