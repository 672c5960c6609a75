//! Consent: what clients would notice is agreed to by a person, or by `--yes`.

use std::{
    io::{BufRead, IsTerminal},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use phoenix_engine::operate::Consent;
use phoenix_plan::step::Plan;

use crate::{
    arguments::Agreement,
    output::{Output, write_err},
};

/// What an answer is remembered as.
const DECLINED: u8 = 1;
const NOBODY: u8 = 2;

/// Asks on a terminal; elsewhere `--yes` is needed for what clients would notice.
pub(crate) struct Asking {
    agreement: Agreement,
    output: Output,
    answer: AtomicU8,
    shown: Mutex<Option<ShownPlan>>,
}

/// A plan that was only to be shown.
#[derive(Debug, Clone)]
pub(crate) struct ShownPlan {
    /// For people.
    pub(crate) text: String,
    /// For programs.
    pub(crate) document: serde_json::Value,
}

/// Why a plan was not carried out.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// It was only to be shown.
    DryRun(ShownPlan),
    /// A person said no.
    Declined,
    /// Nobody could be asked.
    NobodyToAsk,
}

impl Asking {
    pub(crate) const fn new(agreement: Agreement, output: Output) -> Self {
        Self { agreement, output, answer: AtomicU8::new(0), shown: Mutex::new(None) }
    }

    /// Why the last plan was not carried out.
    pub(crate) fn refusal(&self) -> Refusal {
        match (self.shown().take(), self.answer.load(Ordering::Relaxed)) {
            (Some(plan), _) => Refusal::DryRun(plan),
            (None, NOBODY) => Refusal::NobodyToAsk,
            (None, _) => Refusal::Declined,
        }
    }

    fn shown(&self) -> MutexGuard<'_, Option<ShownPlan>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks a person at a terminal; anything but a yes is a no.
pub(crate) fn ask(question: &str) -> bool {
    write_err(question);
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.is_ok() && matches!(line.trim(), "y" | "Y" | "yes" | "o" | "oui")
}

impl Consent for Asking {
    fn agrees(&self, plan: &Plan) -> bool {
        if self.agreement.dry_run {
            let document = serde_json::to_value(plan).expect("BUG: a plan that is not JSON");
            *self.shown() = Some(ShownPlan { text: plan.to_string(), document });
            return false;
        }
        if self.output.wants_progress() {
            write_err(&plan.summary());
        }
        if self.agreement.yes || !plan.stall.is_noticed() {
            return true;
        }
        if !std::io::stdin().is_terminal() || self.output.is_json() {
            self.answer.store(NOBODY, Ordering::Relaxed);
            return false;
        }
        let yes = ask("Go ahead? [y/N] ");
        if !yes {
            self.answer.store(DECLINED, Ordering::Relaxed);
        }
        yes
    }
}
