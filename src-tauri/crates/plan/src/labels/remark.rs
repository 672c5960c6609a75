//! Labels that are not obeyed.

use serde::{Deserialize, Serialize};

/// A label that is not obeyed, and why. Its value is told only where no secret can be in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("the label {label} is not obeyed: {trouble}")]
pub struct Remark {
    /// The label's whole name.
    pub label: String,
    /// Why it is not obeyed.
    pub trouble: Trouble,
}

/// Why a label is not obeyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The tool may know it, this program does not.
    #[error("it is not known here")]
    Unknown,
    /// The value is none that the tool would understand.
    #[error("{0}")]
    BadValue(String),
    /// It is done otherwise here.
    #[error("{0}")]
    Otherwise(String),
}
