//! Consent: what clients would notice is agreed to by a person, or by `--yes`.

use std::{
    io::{BufRead, IsTerminal},
    sync::atomic::{AtomicU8, Ordering},
};

use phoenix_engine::operate::Consent;
use phoenix_plan::step::{Plan, Stall};

use crate::{
    arguments::Agreement,
    output::{Output, write_err},
};

/// Asks on a terminal; elsewhere `--yes` is needed for what clients would notice.
pub(crate) struct Asking {
    agreement: Agreement,
    output: Output,
    answer: AtomicU8,
}

/// Why a plan was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It was only to be shown.
    DryRun,
    /// A person said no.
    Declined,
    /// Nobody could be asked.
    NobodyToAsk,
}

impl Asking {
    pub(crate) const fn new(agreement: Agreement, output: Output) -> Self {
        Self { agreement, output, answer: AtomicU8::new(0) }
    }

    /// Why the last plan was not carried out.
    pub(crate) fn refusal(&self) -> Refusal {
        match self.answer.load(Ordering::Relaxed) {
            1 => Refusal::Declined,
            2 => Refusal::NobodyToAsk,
            _ => Refusal::DryRun,
        }
    }
}

impl Consent for Asking {
    fn agrees(&self, plan: &Plan) -> bool {
        if self.agreement.dry_run {
            self.output.result(&plan.to_string(), plan);
            return false;
        }
        if self.output.wants_progress() {
            write_err(plan.to_string().trim_end());
        }
        let noticed = match plan.stall {
            Stall::None | Stall::Held { .. } => false,
            Stall::PortMoves { .. } | Stall::Restart => true,
        };
        if self.agreement.yes || !noticed {
            return true;
        }
        if !std::io::stdin().is_terminal() || self.output.is_json() {
            self.answer.store(2, Ordering::Relaxed);
            return false;
        }
        write_err("Go ahead? [y/N] ");
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        let yes = read.is_ok() && matches!(line.trim(), "y" | "Y" | "yes" | "o" | "oui");
        if !yes {
            self.answer.store(1, Ordering::Relaxed);
        }
        yes
    }
}
