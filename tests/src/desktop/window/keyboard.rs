//! The keyboard, as the window's own toolkit gets its keys, and what has the focus.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{FINDING, Window};

/// How many things a page may have that the keyboard leads through.
const REACHED_WITHIN: usize = 80;

/// A key, as `WebDriver` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(char);

impl Key {
    /// To the next thing that can be used.
    pub const TAB: Self = Self('\u{e004}');
    /// Uses it.
    pub const ENTER: Self = Self('\u{e007}');
    /// Back.
    pub const ESCAPE: Self = Self('\u{e00c}');
    /// Held with another key.
    pub const CONTROL: Self = Self('\u{e009}');
    /// One line down.
    pub const DOWN: Self = Self('\u{e015}');

    /// The key that writes a sign.
    pub const fn of(sign: char) -> Self {
        Self(sign)
    }
}

impl Window {
    /// Presses keys one after the other, each held until all are down.
    pub async fn press(&self, keys: &[Key]) -> Result<()> {
        let stroke = |kind: &str, key: &Key| json!({ "type": kind, "value": key.0.to_string() });
        let down = keys.iter().map(|key| stroke("keyDown", key));
        let up = keys.iter().rev().map(|key| stroke("keyUp", key));
        let actions: Vec<Value> = down.chain(up).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        let pressed = self.wire.post("actions", &json!({ "actions": [keyboard] })).await;
        pressed.map(|_nothing| ()).with_context(|| format!("{keys:?} could not be pressed"))
    }

    /// Tabs until something that is called exactly so has the focus. Fails when it is not reached,
    /// or when something on the way has the focus and does not show it.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        // What is not there yet is not reached.
        self.find(name).await?;
        let body = [FINDING, include_str!("focus.js")].concat();
        let mut passed = Vec::new();
        for _ in 0..REACHED_WITHIN {
            self.press(&[Key::TAB]).await?;
            let focus = self.script(&body, &[]).await?;
            let called = focus["name"].as_str().unwrap_or_default().to_owned();
            if focus["seen"] != true {
                bail!("{called:?} has the focus, and nothing shows it: {focus}");
            }
            if called == name {
                return Ok(());
            }
            passed.push(called);
        }
        bail!("the keyboard does not lead to {name:?}, but to {passed:?}")
    }
}
