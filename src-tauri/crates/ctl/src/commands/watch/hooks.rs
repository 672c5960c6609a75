//! What the user's commands around a check said, as a line of the log.

use phoenix_plan::{
    hooks::{HookEnded, HookReport, Verdict},
    service::ServiceId,
};

use super::line::{Level, Line};

/// The line of a hook; all that it printed is among the details.
pub(super) fn line(service: &ServiceId, report: &HookReport) -> Line {
    let level = match (report.verdict(), &report.ended) {
        (Verdict::Defer, _) => Level::Notice,
        (Verdict::GoOn, HookEnded::Exited { code: 0 }) => Level::Info,
        (Verdict::GoOn | Verdict::Veto, _) => Level::Warning,
    };
    Line::of(service, Line::new(level, "hook", report.to_string()).with(report))
}

#[cfg(test)]
mod tests {
    use phoenix_plan::policy::HookEvent;

    use super::*;

    fn level(moment: HookEvent, code: i64) -> Level {
        let ended = HookEnded::Exited { code };
        let report = HookReport { moment, ended, output: "a backup runs".to_owned() };
        line(&ServiceId::Container("web".to_owned()), &report).level
    }

    #[test]
    fn what_keeps_a_check_from_beginning_and_what_failed_after_it_is_worth_a_warning() {
        assert_eq!(level(HookEvent::PreCheck, 0), Level::Info);
        assert_eq!(level(HookEvent::PreCheck, 75), Level::Notice);
        assert_eq!(level(HookEvent::PreCheck, 3), Level::Warning);
        assert_eq!(level(HookEvent::PostCheck, 75), Level::Warning);
    }
}
