//! Progress on a terminal: bars for layers, a line per step; plain lines when piped.

use std::{sync::Mutex, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use phoenix_engine::ports::{Progress, ProgressEvent, PullProgress};
use phoenix_plan::step::Step;

use crate::output::{Output, write_err};

/// Tells a person what is going on.
pub(crate) struct Teller {
    output: Output,
    bar: Mutex<Option<ProgressBar>>,
}

impl Teller {
    pub(crate) const fn new(output: Output) -> Self {
        Self { output, bar: Mutex::new(None) }
    }

    /// Shows a step that is under way; the line is replaced when it is done.
    fn under_way(&self, step: &Step) {
        if !self.output.is_terminal() {
            return;
        }
        let bar = ProgressBar::new_spinner();
        bar.set_style(
            ProgressStyle::with_template("  {spinner} {msg} {elapsed}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.set_message(step.action.brief());
        bar.enable_steady_tick(Duration::from_millis(100));
        self.replace(Some(bar));
    }

    fn line(&self, text: &str) {
        self.replace(None);
        if self.output.wants_progress() {
            write_err(text);
        }
    }

    fn replace(&self, bar: Option<ProgressBar>) {
        let mut shown = self.bar.lock().expect("BUG: a panic while progress was shown");
        if let Some(old) = std::mem::replace(&mut *shown, bar) {
            old.finish_and_clear();
        }
    }
}

impl Progress for Teller {
    fn event(&self, event: ProgressEvent<'_>) {
        match event {
            ProgressEvent::Started(step) => self.under_way(step),
            ProgressEvent::Succeeded(step, took) => {
                self.line(&format!("  ✓ {} ({})", step.action.brief(), brief(took)));
            }
            ProgressEvent::Failed(step, reason) => {
                self.line(&format!("  ✗ {}: {reason}", step.action.brief()));
            }
            ProgressEvent::Undoing(step) => {
                self.line(&format!("  ↩ undoing: {}", step.action.brief()));
            }
            ProgressEvent::Note(text) => self.line(&format!("  • {text}")),
        }
    }
}

impl PullProgress for Teller {
    fn layers(&self, done_bytes: u64, total_bytes: u64) {
        let shown = self.bar.lock().expect("BUG: a panic while progress was shown");
        let Some(bar) = shown.as_ref() else { return };
        if bar.length() != Some(total_bytes) {
            bar.set_length(total_bytes);
            bar.set_style(
                ProgressStyle::with_template(
                    "  {spinner} {msg} [{bar:24}] {bytes}/{total_bytes} {bytes_per_sec} {eta}",
                )
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
        }
        bar.set_position(done_bytes);
    }
}

fn brief(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}
