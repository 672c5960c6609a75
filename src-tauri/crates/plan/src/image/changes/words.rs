//! Values as people read them.

use serde_json::Value;

/// More of one value nobody reads.
const SHOWN_CHARS: usize = 500;

/// A command in exec form (or, from old builders, as one text), quoted as a shell would want it.
pub(super) fn command(raw: &Value) -> Option<String> {
    let text = match raw {
        Value::String(text) => text.clone(),
        Value::Array(list) => quoted(list.iter().filter_map(Value::as_str)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Words in a line; those that a shell would take apart are in quotes.
pub(super) fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let is_plain = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_./:=@%+,^~".contains(c))
    };
    let words = words.map(|word| {
        if is_plain(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Without anything that could act on a terminal or turn a line around, and of bounded length.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == SHOWN_CHARS {
            shown.push('…');
            break;
        }
        if character.is_control() || turns_around(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Unicode's marks that change the direction of text.
const fn turns_around(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}
