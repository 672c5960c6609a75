//! A menu as it came over the bus.

use std::collections::HashMap;

use anyhow::{Result, bail};
use zbus::zvariant::{OwnedValue, Value};

/// ID, properties, children.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// A line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What events name it by.
    pub(super) id: i32,
    /// What it says, without marks of access keys; empty for a separator.
    pub text: String,
    /// Whether it can be chosen.
    pub enabled: bool,
    /// Whether it is only a line.
    pub separator: bool,
    /// Its submenu.
    pub children: Vec<Self>,
}

impl Entry {
    pub(super) const fn is_choice(&self) -> bool {
        self.enabled && !self.separator
    }

    pub(super) fn line(&self) -> String {
        match (self.separator, self.enabled) {
            (true, _) => "-".to_owned(),
            (false, true) => self.text.clone(),
            (false, false) => format!("[{}]", self.text),
        }
    }
}

/// The visible entries of the root.
pub(super) fn entries(layout: &Layout) -> Result<Vec<Entry>> {
    let found: Result<Vec<_>> = layout.2.iter().map(|child| entry(child)).collect();
    Ok(found?.into_iter().flatten().collect())
}

fn entry(value: &Value<'_>) -> Result<Option<Entry>> {
    let value = if let Value::Value(inner) = value { inner } else { value };
    let Value::Structure(parts) = value else { bail!("not an entry of a menu: {value:?}") };
    let [Value::I32(id), Value::Dict(properties), Value::Array(children)] = parts.fields() else {
        bail!("not an entry of a menu: {value:?}")
    };
    let mut found = Entry {
        id: *id,
        text: String::new(),
        enabled: true,
        separator: false,
        children: Vec::new(),
    };
    let mut visible = true;
    for (name, said) in properties.iter() {
        let said = if let Value::Value(inner) = said { inner } else { said };
        match (name, said) {
            (Value::Str(name), Value::Str(label)) if name == "label" => {
                found.text = without_access_key(label);
            }
            (Value::Str(name), Value::Str(kind)) if name == "type" => {
                found.separator = kind == "separator";
            }
            (Value::Str(name), Value::Bool(enabled)) if name == "enabled" => {
                found.enabled = *enabled;
            }
            (Value::Str(name), Value::Bool(shown)) if name == "visible" => visible = *shown,
            _ => {}
        }
    }
    for child in children.iter() {
        found.children.extend(entry(child)?);
    }
    Ok(visible.then_some(found))
}

/// One underscore marks an access key, two are one.
fn without_access_key(label: &str) -> String {
    label.replace("__", "\u{0}").replace('_', "").replace('\u{0}', "_")
}
