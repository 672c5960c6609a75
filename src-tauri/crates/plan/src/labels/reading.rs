//! The labels of one tool, taken one by one.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use super::{LabelWishes, Remark, Trouble};
use crate::{
    schedule,
    tags::{BadPattern, Pattern},
};

/// The labels with a prefix; those that nobody took are not understood.
pub(super) struct Reading<'a> {
    prefix: &'static str,
    rest: RefCell<BTreeMap<&'a str, &'a str>>,
    remarks: RefCell<Vec<Remark>>,
}

impl<'a> Reading<'a> {
    pub(super) fn of(labels: &'a BTreeMap<String, String>, prefix: &'static str) -> Self {
        let own = labels
            .iter()
            .filter_map(|(label, value)| Some((label.strip_prefix(prefix)?, value.as_str())));
        Self { prefix, rest: RefCell::new(own.collect()), remarks: RefCell::default() }
    }

    /// A label's value.
    pub(super) fn take(&self, key: &str) -> Option<&'a str> {
        self.rest.borrow_mut().remove(key)
    }

    /// A yes or no, as Go's `strconv.ParseBool` reads it.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let value = self.take(key)?;
        match value.trim() {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
            _ => {
                let remedy = format!("\"{value}\" is no answer; write true or false");
                self.remark(key, Trouble::BadValue(remedy));
                None
            }
        }
    }

    /// A regular expression; `read` makes one of the label's words.
    pub(super) fn pattern(
        &self,
        key: &str,
        read: impl Fn(&str) -> Result<Pattern, BadPattern>,
    ) -> Option<Pattern> {
        let value = self.take(key).filter(|value| !value.trim().is_empty())?;
        match read(value) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.remark(key, Trouble::BadValue(error.to_string()));
                None
            }
        }
    }

    /// A time such as `24h`, `3d`, `1w`; `0` is none.
    pub(super) fn time(&self, key: &str) -> Option<Duration> {
        let value = self.take(key)?;
        let time = schedule::interval(value.trim());
        if time.is_none() {
            let remedy = format!("\"{value}\" is no time; write one such as 24h or 3d");
            self.remark(key, Trouble::BadValue(remedy));
        }
        time
    }

    /// An address that a browser may be given: of the web, without a password.
    pub(super) fn address(&self, key: &str) -> Option<String> {
        let value = self.take(key).filter(|value| !value.is_empty())?;
        let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
        let fits = rest.is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let plain = value.chars().all(|c| c.is_ascii_graphic());
            plain && !host.is_empty() && !host.contains('@') && !value.contains("${")
        });
        if !fits {
            let remedy = "write a whole https address, without a password or parts of the version";
            self.remark(key, Trouble::BadValue(remedy.to_owned()));
        }
        fits.then(|| value.to_owned())
    }

    /// A label that is known, and not obeyed.
    pub(super) fn otherwise(&self, key: &str, why: &str) {
        if self.take(key).is_some() {
            self.remark(key, Trouble::Otherwise(why.to_owned()));
        }
    }

    /// Labels that are known, and not obeyed, with what begins with a word.
    pub(super) fn otherwise_all(&self, begin: &str, why: &str) {
        let keys: Vec<&str> = self.rest.borrow().keys().copied().collect();
        for key in keys.into_iter().filter(|key| key.starts_with(begin)) {
            self.otherwise(key, why);
        }
    }

    /// Says why a label is not obeyed.
    pub(super) fn remark(&self, key: &str, trouble: Trouble) {
        let label = format!("{}{key}", self.prefix);
        self.remarks.borrow_mut().push(Remark { label, trouble });
    }

    /// The wishes with all remarks, those about what nobody took at the end.
    pub(super) fn finish(&self, wishes: LabelWishes) -> LabelWishes {
        let rest = std::mem::take(&mut *self.rest.borrow_mut());
        for key in rest.into_keys() {
            self.remark(key, Trouble::Unknown);
        }
        LabelWishes { remarks: self.remarks.take(), ..wishes }
    }
}

/// Names with commas between them.
pub(super) fn names(text: &str) -> Vec<String> {
    let names = text.split(',').map(|name| name.trim().trim_start_matches('/'));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
