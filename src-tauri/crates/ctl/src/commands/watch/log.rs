//! Where lines go: a terminal, the journal, or one JSON object per line.

use std::fmt;

use jiff::{Timestamp, Zoned};
use serde::Serialize;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

use super::line::{Level, Line};
use crate::output::{Output, write_err, write_out};

/// Writes lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Log {
    style: Style,
    least: Level,
}

#[derive(Debug, Clone, Copy)]
enum Style {
    /// With the local time.
    Terminal,
    /// With the priority that journald reads (`sd-daemon(3)`); it knows the time itself.
    Journal,
    /// On standard output.
    Json,
}

#[derive(Serialize)]
struct Stamped<'a> {
    at: Timestamp,
    #[serde(flatten)]
    line: &'a Line,
}

impl Log {
    pub(super) fn of_process(output: Output) -> Self {
        let style = match (output.is_json(), is_journal()) {
            (true, _) => Style::Json,
            (false, true) => Style::Journal,
            (false, false) => Style::Terminal,
        };
        let wanted = output.is_json() || output.wants_progress();
        Self { style, least: if wanted { Level::Info } else { Level::Warning } }
    }

    pub(super) fn write(self, line: &Line) {
        if line.level > self.least {
            return;
        }
        match self.style {
            Style::Terminal => write_err(&for_terminal(line, &Zoned::now())),
            Style::Journal => write_err(&for_journal(line)),
            Style::Json => write_out(&as_json(line, Timestamp::now())),
        }
    }
}

fn for_terminal(line: &Line, now: &Zoned) -> String {
    let mark = match line.level {
        Level::Critical | Level::Error => "error: ",
        Level::Warning => "warning: ",
        Level::Notice | Level::Info => "",
    };
    format!("{} {mark}{}", now.strftime("%Y-%m-%d %H:%M:%S"), line.text())
}

/// Each line of a text has a priority of its own, or journald would give it the default.
fn for_journal(line: &Line) -> String {
    let prefixed = |part: &str| format!("<{}>{part}", line.level.number());
    line.text().lines().map(prefixed).collect::<Vec<_>>().join("\n")
}

fn as_json(line: &Line, at: Timestamp) -> String {
    serde_json::to_string(&Stamped { at, line }).expect("BUG: a line that is not JSON")
}

/// Whether standard error is the journal's stream: `JOURNAL_STREAM` names its device and inode
/// (`systemd.exec(5)`).
#[cfg(unix)]
pub(crate) fn is_journal() -> bool {
    let Ok(named) = std::env::var("JOURNAL_STREAM") else { return false };
    rustix::fs::fstat(rustix::stdio::stderr())
        .is_ok_and(|stream| named == format!("{}:{}", stream.st_dev, stream.st_ino))
}

#[cfg(not(unix))]
pub(crate) fn is_journal() -> bool {
    false
}

/// How the program's own diagnostics are laid out for the journal.
pub(crate) const fn layout() -> Prefixed {
    Prefixed
}

/// A line of diagnostics with the journal's priority.
pub(crate) struct Prefixed;

impl<S, N> FormatEvent<S, N> for Prefixed
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let number = match *event.metadata().level() {
            tracing::Level::ERROR => 3,
            tracing::Level::WARN => 4,
            tracing::Level::INFO => 6,
            tracing::Level::DEBUG | tracing::Level::TRACE => 7,
        };
        write!(writer, "<{number}>")?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

#[cfg(test)]
mod tests {
    use phoenix_plan::service::ServiceId;

    use super::*;

    fn line() -> Line {
        let web = ServiceId::Container("web".to_owned());
        Line::of(&web, Line::new(Level::Warning, "trouble", "one\ntwo"))
    }

    #[test]
    fn the_journal_gets_a_priority_on_every_line() {
        assert_eq!(for_journal(&line()), "<4>web: one\n<4>two");
    }

    #[test]
    fn a_terminal_gets_the_local_time() {
        let now: Zoned = "2026-03-01T04:00:00+01:00[Europe/Paris]".parse().unwrap();
        assert_eq!(for_terminal(&line(), &now), "2026-03-01 04:00:00 warning: web: one\ntwo");
    }

    #[test]
    fn a_program_gets_one_line_whatever_the_text_holds() {
        let text = as_json(&line(), Timestamp::UNIX_EPOCH);
        assert_eq!(
            text,
            r#"{"at":"1970-01-01T00:00:00Z","level":"warning","event":"trouble","service":"web","message":"one\ntwo"}"#
        );
    }
}
