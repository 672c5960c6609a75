//! Whether the window shows all of its page from left to right.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Window;

impl Window {
    /// What is cut off at the right or clipped, one line each.
    pub async fn cut_off(&self) -> Result<Vec<String>> {
        let found = self.script(include_str!("width.js"), &[]).await?;
        let lines: Vec<Value> = serde_json::from_value(found.clone())
            .with_context(|| format!("no list came: {found}"))?;
        Ok(lines.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// How many of the page's own pixels the window is wide: fewer when all is shown larger.
    pub async fn width(&self) -> Result<f64> {
        self.script("return innerWidth", &[]).await?.as_f64().context("no number")
    }
}
