//! What the projects say of the releases that a plan leads past: titles and links.

use std::fmt::Write as _;

use phoenix_engine::sheet;
use phoenix_plan::step::Plan;
use serde_json::json;

use crate::{
    results::{Concluded, Remark},
    scope::Scope,
};

/// The notes beside a plan that is only shown; nothing where nobody tells in time.
pub(crate) async fn of(scope: &Scope, concluded: &Concluded) -> Option<Remark> {
    let Concluded::Shown(shown) = concluded else { return None };
    let plan: Plan = serde_json::from_value(shown.document.clone()).ok()?;
    let facts = scope.world.engine.facts().await.ok()?;
    let sheet = sheet::of(&scope.world, &facts, &scope.settings, &plan).await?;
    let url = sheet.notes_url;
    if sheet.releases.is_empty() && url.is_none() {
        return None;
    }
    let mut text = "Release notes:".to_owned();
    for note in &sheet.releases {
        let _ = write!(text, "\n  {}  {}", note.title, note.url);
    }
    if let Some(url) = &url {
        let _ = write!(text, "\n  {url}");
    }
    let document = json!({ "url": url, "releases": sheet.releases });
    Some(Remark { text, key: "release_notes", document, exit: None })
}
