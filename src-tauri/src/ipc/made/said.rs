//! Sentences of closed sets, as the window gets them.

use phoenix_adapters::words::sentence::{self, Parameter, Sentence};
use phoenix_engine::{check::NoAnswer, wording::Wording};
use phoenix_plan::{receipt::Why, remedy::Remedy, step::StepCause, strategy::StrategyReason};

use crate::ipc::view::{self, Said};

/// Why an operation ended as it did; `text` says so in English, and may be all that is known.
pub fn reason(text: &str, why: Option<&Why>) -> Said {
    shown(sentence::reason(text, why))
}

/// A finding, what helps, a trouble.
pub fn worded(wording: &Wording) -> Said {
    shown(sentence::worded(wording))
}

/// Why a registry gave no answer; `text` says so in English, and names it.
pub(super) fn no_answer(because: NoAnswer, text: &str) -> Said {
    shown(sentence::no_answer(because, text))
}

/// What has no word of its own.
pub(super) fn english(text: &str) -> Said {
    shown(sentence::english(text))
}

/// Why a strategy was chosen.
pub(super) fn because(reason: &StrategyReason) -> Said {
    shown(sentence::because(reason))
}

/// What probably helps.
pub(super) fn advice(remedy: &Remedy) -> Said {
    shown(sentence::advice(remedy))
}

/// Why a step is part of a plan.
pub(super) fn cause(cause: &StepCause) -> Said {
    shown(sentence::cause(cause))
}

fn shown(Sentence { code, parameters, text }: Sentence) -> Said {
    let shown = |value| match value {
        Parameter::Number(number) => view::Parameter::Number(number),
        Parameter::Text(text) => view::Parameter::Text(text),
        Parameter::Said(inner) => view::Parameter::Said(shown(inner)),
    };
    let parameters = parameters.into_iter().map(|(name, value)| (name, shown(value))).collect();
    Said { code, parameters, text }
}
