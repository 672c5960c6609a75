//! One line of the log.

use phoenix_plan::service::ServiceId;
use serde::Serialize;
use serde_json::Value;

/// How much it matters, in syslog's words (RFC 5424 §6.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// Somebody has to do something now.
    Critical,
    /// Something failed.
    Error,
    /// Something may need somebody.
    Warning,
    /// Something that changed what runs, or could.
    Notice,
    /// All the rest.
    Info,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Line {
    pub(super) level: Level,
    /// The stable word for what happened.
    pub(super) event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service: Option<ServiceId>,
    pub(super) message: String,
    /// More, for programs.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(super) details: Value,
}

impl Level {
    /// The number by which syslog and the journal know it.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Critical => 2,
            Self::Error => 3,
            Self::Warning => 4,
            Self::Notice => 5,
            Self::Info => 6,
        }
    }
}

impl Line {
    /// About the whole.
    pub(super) fn new(level: Level, event: &'static str, message: impl Into<String>) -> Self {
        Self { level, event, service: None, message: message.into(), details: Value::Null }
    }

    /// About a service.
    pub(super) fn of(service: &ServiceId, line: Self) -> Self {
        Self { service: Some(service.clone()), ..line }
    }

    /// With more for programs.
    pub(super) fn with(self, details: &impl Serialize) -> Self {
        let details = serde_json::to_value(details).expect("BUG: a detail that is not JSON");
        Self { details, ..self }
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        match &self.service {
            Some(service) => format!("{service}: {}", self.message),
            None => self.message.clone(),
        }
    }
}
