//! Accessibility checks by axe-core, put into the page by the driver: the page's own policy for
//! scripts stays as it is.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::wire::Wire;

const RUNNING: &str = "\
const done = arguments[arguments.length - 1];
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
axe.run(document, { runOnly: { type: 'tag', values: rules } }).then(
  (found) => done(found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))),
  (error) => done({ failed: String(error) }),
);";

/// `source` is the text of `axe.min.js`.
pub(super) async fn run(wire: &Wire, source: &str) -> Result<Vec<String>> {
    let put = json!({ "script": format!("{source}\nwindow.axe = axe;"), "args": [] });
    wire.post("execute/sync", &put).await.context("axe-core could not be put into the page")?;
    let found = wire.post("execute/async", &json!({ "script": RUNNING, "args": [] })).await?;
    let lines: Vec<Value> = serde_json::from_value(found.clone())
        .with_context(|| format!("axe-core did not finish: {found}"))?;
    Ok(lines.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect())
}
