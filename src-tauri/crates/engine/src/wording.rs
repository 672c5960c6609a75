//! Sentences of closed sets: what is said has a code, so that a program says it in its own language.

mod trouble;

use std::fmt;

use phoenix_plan::service::ServiceId;

/// A sentence: a code of a closed set with what is filled in, and the same in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The stable code; empty where the English sentence is all that there is.
    pub code: &'static str,
    /// What is filled in, by name. A name that ends with `_bytes` is a size in bytes.
    pub blanks: Vec<(&'static str, Blank)>,
    /// The sentence in English, for logs and terminals.
    pub text: String,
}

/// What is filled into a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blank {
    /// An amount, which each language groups in its own way.
    Amount(u64),
    /// Anything else, as it is: a name, a path, a port.
    Text(String),
    /// A sentence within the sentence.
    Said(Wording),
}

/// What can be filled into a sentence.
pub trait Filling {
    /// As it is filled in.
    fn blank(&self) -> Blank;
}

/// A sentence with its code: `wording!("running.stopped", "{name} does not run", name)` fills in
/// the variables of these names, in English and later in any other language.
#[macro_export]
macro_rules! wording {
    ($code:literal, $text:literal $(, $blank:ident)* $(,)?) => {
        $crate::wording::Wording {
            code: $code,
            blanks: vec![$((stringify!($blank), $crate::wording::Filling::blank(&$blank))),*],
            text: format!($text),
        }
    };
}
pub use wording;

impl fmt::Display for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Words of somebody else, or of which no code is known.
impl From<String> for Wording {
    fn from(text: String) -> Self {
        Self { code: "", blanks: Vec::new(), text }
    }
}

impl Filling for u64 {
    fn blank(&self) -> Blank {
        Blank::Amount(*self)
    }
}

impl Filling for u32 {
    fn blank(&self) -> Blank {
        Blank::Amount(u64::from(*self))
    }
}

impl Filling for usize {
    fn blank(&self) -> Blank {
        Blank::Amount(u64::try_from(*self).unwrap_or(u64::MAX))
    }
}

/// Ports and statuses are names: nobody groups their digits.
impl Filling for u16 {
    fn blank(&self) -> Blank {
        Blank::Text(self.to_string())
    }
}

impl Filling for str {
    fn blank(&self) -> Blank {
        Blank::Text(self.to_owned())
    }
}

impl Filling for String {
    fn blank(&self) -> Blank {
        Blank::Text(self.clone())
    }
}

impl Filling for Wording {
    fn blank(&self) -> Blank {
        Blank::Said(self.clone())
    }
}

impl Filling for ServiceId {
    fn blank(&self) -> Blank {
        Blank::Text(self.to_string())
    }
}

impl<T: Filling + ?Sized> Filling for Box<T> {
    fn blank(&self) -> Blank {
        (**self).blank()
    }
}

impl<T: Filling + ?Sized> Filling for &T {
    fn blank(&self) -> Blank {
        (**self).blank()
    }
}
