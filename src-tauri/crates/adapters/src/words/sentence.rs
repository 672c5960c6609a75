//! Sentences of closed sets: a code and its parameters, taken from how the value is stored.

use std::{collections::BTreeMap, time::Duration};

use phoenix_engine::{
    check::NoAnswer,
    wording::{Blank, Wording},
};
use phoenix_plan::{
    hooks::{DEFERS, HookEnded},
    policy::HookEvent,
    receipt::Why,
    remedy::Remedy,
    step::StepCause,
    strategy::StrategyReason,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Words;

/// Fields by which nested values state their variant.
const TAGS: [&str; 2] = ["unmet", "because"];
/// Numbers that are names: they are not grouped.
const NAMES: [&str; 4] = ["code", "exit_code", "port", "status"];

/// A sentence of a closed set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its key in the catalogues; empty where the English text is all that is known.
    pub code: String,
    /// What is filled in. A name that ends with `_ms` is a duration in milliseconds, one that ends
    /// with `_bytes` is a size; the catalogues name both without that ending.
    pub parameters: BTreeMap<String, Parameter>,
    /// The sentence in English, for a catalogue that does not know the key.
    pub text: String,
}

/// What is filled into a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// A number that the language groups.
    Number(i64),
    /// Anything else, as it is.
    Text(String),
    /// A sentence within the sentence.
    Said(Sentence),
}

/// Why an operation ended as it did; `text` says so in English, and may be all that is known.
pub fn reason(text: &str, why: Option<&Why>) -> Sentence {
    let Some(why) = why else { return english(text) };
    match why {
        Why::Held(hold) => said("hold", "held", hold, text),
        Why::RefusedByHook { moment, ended, output } => hook(*moment, ended, output, text),
        Why::NotReady(failure) => said("gate", "failure", failure, text),
        Why::TurnedBad(failure) => said("monitor", "failure", failure, text),
        Why::Inconclusive | Why::NotConfirmed | Why::Cancelled | Why::RolledBackByHand => {
            said("why", "why", why, text)
        }
    }
}

/// Why a registry gave no answer; `text` says so in English, and names it.
pub fn no_answer(because: NoAnswer, text: &str) -> Sentence {
    let code = match because {
        NoAnswer::Network => "no_answer.network",
        NoAnswer::Credentials => "no_answer.credentials",
        NoAnswer::AskedTooOften => "no_answer.asked_too_often",
        NoAnswer::Deferred => "no_answer.deferred",
        NoAnswer::Vetoed => "no_answer.vetoed",
        NoAnswer::Other => return english(text),
    };
    Sentence { code: code.to_owned(), ..english(text) }
}

/// What has no word of its own.
pub fn english(text: &str) -> Sentence {
    Sentence { code: String::new(), parameters: BTreeMap::new(), text: text.to_owned() }
}

/// Why a strategy was chosen.
pub fn because(reason: &StrategyReason) -> Sentence {
    said("because", "because", reason, &reason.to_string())
}

/// What probably helps.
pub fn advice(remedy: &Remedy) -> Sentence {
    said("remedy", "remedy", remedy, &remedy.to_string())
}

/// What the program says of its surroundings: a finding, what helps, a trouble.
pub fn worded(wording: &Wording) -> Sentence {
    let filled = wording.blanks.iter().map(|(name, blank)| {
        let value = match blank {
            Blank::Amount(amount) => Parameter::Number(i64::try_from(*amount).unwrap_or(i64::MAX)),
            Blank::Text(text) => Parameter::Text(text.clone()),
            Blank::Said(inner) => Parameter::Said(worded(inner)),
        };
        ((*name).to_owned(), value)
    });
    let (code, text) = (wording.code.to_owned(), wording.text.clone());
    Sentence { code, parameters: filled.collect(), text }
}

/// Why a step is part of a plan.
pub fn cause(cause: &StepCause) -> Sentence {
    let filled = |(name, text): (&str, &str)| (name.to_owned(), Parameter::Text(text.to_owned()));
    let parameters = cause.blank().map(filled).into_iter().collect();
    Sentence { code: format!("cause.{}", cause.code()), parameters, text: cause.to_string() }
}

impl Sentence {
    /// The sentence in a language.
    pub fn in_words(&self, words: Words) -> String {
        if !words.catalogue().contains_key(&self.code) {
            return self.text.clone();
        }
        let filled: Vec<(&str, String)> =
            self.parameters.iter().map(|(name, value)| filled(name, value, words)).collect();
        let filled: Vec<(&str, &str)> =
            filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        words.fill(&self.code, &filled).trim_end().to_owned()
    }
}

fn filled<'a>(name: &'a str, value: &Parameter, words: Words) -> (&'a str, String) {
    match value {
        Parameter::Text(text) => (name, text.clone()),
        Parameter::Said(inner) => (name, inner.in_words(words)),
        Parameter::Number(number) => {
            let number = u64::try_from(*number).unwrap_or_default();
            if let Some(name) = name.strip_suffix("_ms") {
                (name, words.duration(number))
            } else if let Some(name) = name.strip_suffix("_bytes") {
                (name, words.bytes(number))
            } else {
                (name, words.number(number))
            }
        }
    }
}

/// A hook that defers ends as one that says no does, but it is another sentence.
fn hook(moment: HookEvent, ended: &HookEnded, output: &str, text: &str) -> Sentence {
    let mut sentence = said("hook", "how", ended, text);
    match ended {
        HookEnded::Exited { code: DEFERS } => "hook.deferred".clone_into(&mut sentence.code),
        HookEnded::TimedOut { tree_ended: false, .. } => sentence.code.push_str("_and_runs"),
        HookEnded::Exited { .. }
        | HookEnded::TimedOut { tree_ended: true, .. }
        | HookEnded::NotRun { .. }
        | HookEnded::Unknown => {}
    }
    let known = [("moment", moment.key()), ("output", output)];
    let known = known.map(|(name, text)| (name.to_owned(), Parameter::Text(text.to_owned())));
    sentence.parameters.extend(known);
    sentence
}

/// `tag` is the field that states the variant. What is not known makes a code of its own, because
/// the sentence is another one then.
fn said(room: &str, tag: &str, value: &impl Serialize, text: &str) -> Sentence {
    let mut code = room.to_owned();
    let mut parameters = BTreeMap::new();
    if let Ok(Value::Object(fields)) = serde_json::to_value(value) {
        take_in(&fields, tag, '.', &mut code, &mut parameters);
    }
    Sentence { code, parameters, text: text.to_owned() }
}

fn take_in(
    fields: &Map<String, Value>,
    tag: &str,
    joint: char,
    code: &mut String,
    parameters: &mut BTreeMap<String, Parameter>,
) {
    if let Some(word) = fields.get(tag).and_then(Value::as_str) {
        code.push(joint);
        code.push_str(word);
    }
    for (name, value) in fields.iter().filter(|(name, _)| *name != tag) {
        match value {
            Value::Null => {
                code.push_str("_without_");
                code.push_str(name);
            }
            Value::Object(inner) => {
                if let Some(duration) = duration(value) {
                    let ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
                    parameters.insert(format!("{name}_ms"), Parameter::Number(ms));
                } else if let Some(tag) = TAGS.into_iter().find(|tag| inner.contains_key(*tag)) {
                    take_in(inner, tag, '_', code, parameters);
                }
            }
            Value::Number(number) => {
                let known = number.as_i64().filter(|_| !NAMES.contains(&name.as_str()));
                let shown =
                    known.map_or_else(|| Parameter::Text(number.to_string()), Parameter::Number);
                parameters.insert(name.clone(), shown);
            }
            Value::String(text) => {
                parameters.insert(name.clone(), Parameter::Text(text.clone()));
            }
            Value::Bool(_) | Value::Array(_) => {}
        }
    }
}

/// As the standard library's durations are stored.
fn duration(value: &Value) -> Option<Duration> {
    value.get("secs")?;
    serde_json::from_value(value.clone()).ok()
}

#[cfg(test)]
mod tests;
