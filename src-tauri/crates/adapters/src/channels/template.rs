//! Texts with `{placeholders}`, as users write them for a channel.

use std::collections::BTreeMap;

/// What can be named in a template.
pub(super) const PLACEHOLDERS: [&str; 12] = [
    "headline", "text", "service", "event", "outcome", "from", "to", "runs", "reason", "host",
    "time", "receipt",
];

/// The values of [`PLACEHOLDERS`]; those that a message lacks are empty.
pub(super) type Values = BTreeMap<&'static str, String>;

/// A text whose placeholders are all known. A brace that does not stand around one lower-case word
/// is a brace, so that JSON can be written as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(&'static str),
}

/// A template names something that no message has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{{{name}}} is not known; write one of {}", placeholders())]
pub struct UnknownPlaceholder {
    /// What it names.
    pub name: String,
}

impl Template {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Self, UnknownPlaceholder> {
        let mut parts = Vec::new();
        let (mut plain, mut rest) = (String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, from_brace) = rest.split_at(at);
            plain.push_str(before);
            let after = from_brace.get(1..).unwrap_or_default();
            if let Some((name, beyond)) = after.split_once('}').filter(|(name, _)| is_word(name)) {
                let known = PLACEHOLDERS.into_iter().find(|known| *known == name);
                let known = known.ok_or_else(|| UnknownPlaceholder { name: name.to_owned() })?;
                parts.push(Part::Text(std::mem::take(&mut plain)));
                parts.push(Part::Value(known));
                rest = beyond;
            } else {
                plain.push('{');
                rest = after;
            }
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        Ok(Self { parts })
    }

    /// The text with all values in it.
    pub(super) fn fill(&self, values: &Values) -> String {
        self.filled(values, str::to_owned)
    }

    /// The text with all values in it, each escaped as the inside of a JSON string (RFC 8259 §7).
    pub(super) fn fill_json(&self, values: &Values) -> String {
        self.filled(values, |value| {
            let quoted = serde_json::Value::from(value).to_string();
            quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
        })
    }

    fn filled(&self, values: &Values, write: impl Fn(&str) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(name) => values.get(name).map(|value| write(value)).unwrap_or_default(),
        };
        self.parts.iter().map(part).collect()
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// All that can be named, `{headline}, {text}, …`.
pub fn placeholders() -> String {
    PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values::from([
            ("service", "shop/web".to_owned()),
            ("reason", "it said \"no\"\n".to_owned()),
        ])
    }

    #[test]
    fn placeholders_are_filled_in() {
        let template = Template::parse("{service}: {reason}{to}.").unwrap();
        assert_eq!(template.fill(&values()), "shop/web: it said \"no\"\n.");
    }

    #[test]
    fn braces_of_json_stay_and_values_are_escaped() {
        let template = Template::parse(r#"{"a": {"b": "{reason}"}, "c": {}}"#).unwrap();
        let filled = template.fill_json(&values());
        let read: serde_json::Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(read["a"]["b"], "it said \"no\"\n");
    }

    #[test]
    fn an_unknown_placeholder_is_named_with_those_that_are_known() {
        let error = Template::parse("{service} {verison}").unwrap_err().to_string();
        assert!(error.contains("{verison}") && error.contains("{runs}"), "{error}");
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        let values = Values::from([("reason", "{service}".to_owned())]);
        assert_eq!(Template::parse("{reason}").unwrap().fill(&values), "{service}");
    }
}
