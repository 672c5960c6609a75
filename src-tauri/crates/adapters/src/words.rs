//! What tray, notifications and channels say: the same catalogue that the window speaks from, one
//! file per language.

mod notice;
pub mod sentence;

use std::{collections::BTreeMap, sync::OnceLock};

pub use notice::{Said, said};

use crate::config::Language;

const ENGLISH: &str = include_str!("../../../../ui/src/words/en.json");
const FRENCH: &str = include_str!("../../../../ui/src/words/fr.json");

/// A language that the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// English.
    English,
    /// French.
    French,
}

impl Words {
    /// The language that is wanted; `system` is the locale that the system states, `fr_FR.UTF-8`.
    pub fn wanted(language: Language, system: Option<&str>) -> Self {
        match language {
            Language::English => Self::English,
            Language::French => Self::French,
            Language::System => {
                let french = system.is_some_and(|locale| locale.to_lowercase().starts_with("fr"));
                if french { Self::French } else { Self::English }
            }
        }
    }

    /// The language that is wanted on this system.
    pub fn here(language: Language) -> Self {
        Self::wanted(language, sys_locale::get_locale().as_deref())
    }

    /// Its code, `en` or `fr`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// A text without parameters.
    pub fn say(self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// A text with its `{parameters}` filled in. A key that is not in the catalogue is shown as it
    /// is; a test sees to it that there is none.
    pub fn fill(self, key: &str, parameters: &[(&str, &str)]) -> String {
        let text = self.catalogue().get(key).map_or(key, String::as_str);
        parameters.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// A whole number, grouped by thousands as the language does.
    pub fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let separator = match self {
            Self::English => ",",
            // A narrow space that does not break, as the window's `Intl` writes it.
            Self::French => "\u{202f}",
        };
        let head = digits.len() % 3;
        let (first, rest) = digits.split_at(head);
        let groups = rest.as_bytes().chunks(3).map(String::from_utf8_lossy);
        let first = (!first.is_empty()).then(|| first.into());
        first.into_iter().chain(groups).collect::<Vec<_>>().join(separator)
    }

    /// A duration, as the window writes it: `31 ms`, `2.1 s`, `48 s`, `3 min 20 s`.
    pub fn duration(self, ms: u64) -> String {
        let unit = |value: u64, name: &str| format!("{}\u{a0}{name}", self.number(value));
        let seconds = (ms + 500) / 1_000;
        match ms {
            0..1_000 => unit(ms, "ms"),
            1_000..9_950 => format!("{}\u{a0}s", self.tenths((ms + 50) / 100)),
            _ if seconds < 60 => unit(seconds, "s"),
            _ if seconds.is_multiple_of(60) => unit(seconds / 60, "min"),
            _ => format!("{} {}", unit(seconds / 60, "min"), unit(seconds % 60, "s")),
        }
    }

    /// A size in powers of 1000, as the window writes it: `840 kB`, `1.2 GB`, `1,2 Go`.
    pub fn bytes(self, count: u64) -> String {
        let octet = match self {
            Self::English => 'B',
            Self::French => 'o',
        };
        let (size, prefix) = match count {
            0..1_000 => return format!("{count}\u{a0}{octet}"),
            1_000..1_000_000 => (1_000, 'k'),
            1_000_000..1_000_000_000 => (1_000_000, 'M'),
            1_000_000_000.. => (1_000_000_000, 'G'),
        };
        let tenths = count.saturating_add(size / 20) / (size / 10);
        let shown = if tenths < 995 { self.tenths(tenths) } else { self.number((tenths + 5) / 10) };
        format!("{shown}\u{a0}{prefix}{octet}")
    }

    /// A number of tenths with at most one digit behind the point.
    fn tenths(self, tenths: u64) -> String {
        let point = match self {
            Self::English => '.',
            Self::French => ',',
        };
        match tenths % 10 {
            0 => (tenths / 10).to_string(),
            rest => format!("{}{point}{rest}", tenths / 10),
        }
    }

    /// All keys and texts.
    pub fn catalogue(self) -> &'static BTreeMap<String, String> {
        static BOTH: OnceLock<[BTreeMap<String, String>; 2]> = OnceLock::new();
        let [english, french] = BOTH.get_or_init(|| [read(ENGLISH), read(FRENCH)]);
        match self {
            Self::English => english,
            Self::French => french,
        }
    }
}

fn read(text: &str) -> BTreeMap<String, String> {
    serde_json::from_str(text).expect("the catalogues are flat JSON objects: a test reads both")
}

#[cfg(test)]
mod tests;
