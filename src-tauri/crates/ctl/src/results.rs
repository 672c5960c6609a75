//! What a run tells in the end of one or several services: texts for people, or one JSON document.

use phoenix_plan::receipt::{Outcome, Receipt};
use serde_json::Value;

use crate::{
    consent::ShownPlan,
    failure::{Exit, Failure},
    output::Output,
    words,
};

/// What became of the services so far.
#[derive(Default)]
pub(crate) struct Results {
    texts: Vec<String>,
    documents: Vec<Value>,
    failures: Vec<Failure>,
}

/// What is to be told beside a result.
pub(crate) struct Remark {
    /// For people.
    pub(crate) text: String,
    /// Where programs find it in the result's document.
    pub(crate) key: &'static str,
    /// For programs.
    pub(crate) document: Value,
    /// The exit code that it means, instead of the result's own.
    pub(crate) exit: Option<Exit>,
}

/// What became of an operation that could be tried.
pub(crate) enum Concluded {
    /// It has a receipt.
    Receipt(Box<Receipt>),
    /// Its plan is to be shown, as was asked for.
    Shown(ShownPlan),
}

impl Results {
    /// The exit code that it means.
    pub(crate) fn add(&mut self, concluded: Concluded) -> Exit {
        match concluded {
            Concluded::Receipt(receipt) => {
                self.texts.push(words::receipt(&receipt));
                let exit = exit_of(&receipt);
                self.documents.push(json(&receipt.without_plot()));
                exit
            }
            Concluded::Shown(plan) => {
                self.texts.push(plan.text);
                self.documents.push(plan.document);
                Exit::Done
            }
        }
    }

    /// The result, and what is to be told beside it.
    pub(crate) fn add_with(&mut self, concluded: Concluded, remark: Option<Remark>) -> Exit {
        let exit = self.add(concluded);
        let meant = remark.as_ref().and_then(|remark| remark.exit);
        self.remark_last(remark);
        meant.unwrap_or(exit)
    }

    /// Something to be told beside the last result.
    pub(crate) fn remark_last(&mut self, remark: Option<Remark>) {
        let Some(remark) = remark else { return };
        if let (Some(text), Some(document)) = (self.texts.last_mut(), self.documents.last_mut()) {
            *text = format!("{}\n\n{}\n", text.trim_end(), remark.text.trim_end());
            document[remark.key] = remark.document;
        }
    }

    /// What failed for one service does not silence what became of the others.
    pub(crate) fn add_failure(&mut self, failure: Failure) -> Exit {
        let exit = failure.code;
        self.documents.push(serde_json::json!({ "error": json(&failure) }));
        self.failures.push(failure);
        exit
    }

    /// One result as itself, several as a list.
    pub(crate) fn print(self, output: Output) {
        let Self { texts, mut documents, failures } = self;
        if output.is_json() {
            let one = (documents.len() == 1).then(|| documents.remove(0));
            output.result("", &one.unwrap_or(Value::Array(documents)));
            return;
        }
        if !texts.is_empty() {
            output.result(&texts.join("\n"), &());
        }
        for failure in &failures {
            output.failure(failure);
        }
    }
}

/// The exit code that an outcome means.
pub(crate) const fn exit_of(receipt: &Receipt) -> Exit {
    match receipt.outcome {
        Outcome::Updated | Outcome::Unchanged => Exit::Done,
        Outcome::RolledBack | Outcome::Failed | Outcome::Held => Exit::NotUpdated,
        Outcome::Stuck => Exit::NeedsAttention,
    }
}

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("BUG: a result that is not JSON")
}
