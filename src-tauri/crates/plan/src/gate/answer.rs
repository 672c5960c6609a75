//! Reading the answer of a health endpoint, whose end may be missing.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// Words for "healthy" in the wild: the Phoenix gateway and most others; Spring (`UP`);
/// health+json (`pass`, `warn`); Elasticsearch (`green`, `yellow`).
const HEALTHY_WORDS: [&str; 7] = ["healthy", "ok", "up", "pass", "warn", "green", "yellow"];
/// No version is longer.
const VERSION_CHARS: usize = 64;

/// Whether a health endpoint's answer means healthy: a 2xx status and, where the body is a JSON
/// object with a `status`, a status that says so. The body may be cut off anywhere.
pub fn is_healthy_answer(status: Option<u16>, body: &str) -> bool {
    if !status.is_some_and(|status| (200..300).contains(&status)) {
        return false;
    }
    match Fields::of(body).status {
        None => true,
        Some(Value::String(word)) => {
            HEALTHY_WORDS.iter().any(|healthy| word.eq_ignore_ascii_case(healthy))
        }
        Some(Value::Bool(healthy)) => healthy,
        Some(Value::Number(code)) => code.as_u64().is_some_and(|code| (200..300).contains(&code)),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) => false,
    }
}

/// The `version` of a JSON health answer, if it has one that can be shown.
pub fn version_of(body: &str) -> Option<String> {
    let version = match Fields::of(body).version? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let showable = !version.is_empty()
        && version.chars().count() <= VERSION_CHARS
        && !version.chars().any(char::is_control);
    showable.then_some(version)
}

/// The two fields of interest, as far as the text goes.
#[derive(Default)]
struct Fields {
    status: Option<Value>,
    version: Option<Value>,
}

impl Fields {
    /// What was read before the text ended (or turned out to be no JSON) counts.
    fn of(body: &str) -> Self {
        let mut fields = Self::default();
        let mut reader = serde_json::Deserializer::from_str(body);
        match FieldsOf(&mut fields).deserialize(&mut reader) {
            Ok(()) | Err(_) => fields,
        }
    }
}

struct FieldsOf<'a>(&'a mut Fields);

impl<'de> DeserializeSeed<'de> for FieldsOf<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldsOf<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "status" => self.0.status = Some(map.next_value()?),
                "version" => self.0.version = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_2xx_answer_without_a_status_field_is_healthy() {
        for body in ["", "OK", "<html>", "[1]", "{}", r#"{"state":"down"}"#] {
            assert!(is_healthy_answer(Some(204), body), "{body:?} was refused");
        }
    }

    #[test]
    fn the_body_may_contradict_the_status_code() {
        for body in [r#"{"status":"starting"}"#, r#"{"status":null}"#, r#"{"status":false}"#] {
            assert!(!is_healthy_answer(Some(200), body), "{body:?} was accepted");
        }
        assert!(is_healthy_answer(Some(200), r#"{"status":"UP"}"#));
    }

    #[test]
    fn only_2xx_is_healthy() {
        for status in [None, Some(302), Some(404), Some(503)] {
            assert!(!is_healthy_answer(status, r#"{"status":"healthy"}"#), "{status:?}");
        }
    }

    #[test]
    fn a_body_that_was_cut_off_still_tells_what_came_before() {
        let body = r#"{"version":"1.2.0","status":"sick","details":{"db":[1,2"#;
        assert!(!is_healthy_answer(Some(200), body));
        assert_eq!(version_of(body).as_deref(), Some("1.2.0"));
    }

    #[test]
    fn a_version_that_cannot_be_shown_is_none() {
        let long = format!(r#"{{"version":"{}"}}"#, "9".repeat(65));
        for body in [r#"{"version":""}"#, r#"{"version":"1\u001b[2J"}"#, r#"{"version":{}}"#, &long]
        {
            assert_eq!(version_of(body), None, "{body}");
        }
    }
}
