//! What the engine tells of its containers while somebody listens.

use futures_util::{StreamExt as _, stream};
use phoenix_engine::ports::{ContainerChange, ContainerChanges, EngineError};

use super::{Fake, FakeContainer, Things};

impl Things {
    /// Something happened to a container.
    pub(super) fn changed(&mut self, id: &str, action: &str) {
        let Some(container) = self.find(id) else { return };
        let change = change(container, action);
        self.changes.push(change);
    }
}

impl Fake {
    /// From now on, until this life of the program ends.
    pub(super) fn listen(&self) -> ContainerChanges {
        let known = self.things().changes.len();
        let things = std::sync::Arc::clone(&self.things);
        let trouble = std::sync::Arc::clone(&self.trouble);
        let state = Some((things, trouble, self.news.subscribe(), known));
        let changes = stream::unfold(state, |state| async {
            let (things, trouble, mut news, known) = state?;
            loop {
                let next = things.lock().unwrap().changes.get(known).cloned();
                if let Some(change) = next {
                    return Some((Ok(change), Some((things, trouble, news, known + 1))));
                }
                let is_away = trouble.lock().unwrap().is_away();
                if is_away || news.changed().await.is_err() {
                    let message = "the connection was closed".to_owned();
                    return Some((Err(EngineError::Broken { call: "events", message }), None));
                }
            }
        });
        changes.boxed()
    }
}

fn change(container: &FakeContainer, action: &str) -> ContainerChange {
    let labels = container.config["Labels"].as_object().cloned().unwrap_or_default();
    let text = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    ContainerChange {
        name: container.name.clone(),
        labels: labels.into_iter().map(|(key, value)| (key, text(value))).collect(),
        action: action.to_owned(),
    }
}
