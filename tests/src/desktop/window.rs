//! The inside of the window, driven through the web view's own driver.

mod axe;
mod keyboard;
mod width;
mod wire;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Desktop, Process};
use crate::{scene::free_port, wait::eventually};
use wire::Wire;

pub use keyboard::Key;

/// How long something may take until the page shows it.
const BOUND: Duration = Duration::from_mins(1);
/// How long one question to the page waits for a change of it.
const ONE_WAIT: Duration = Duration::from_secs(10);

/// Finds what can be used by what a screen reader calls it.
const FINDING: &str = include_str!("window/find.js");

/// The page inside the window.
pub struct Window {
    wire: Wire,
    _driver: Process,
}

impl Window {
    /// Takes the window whose inspector listens at that port, as soon as there is one.
    pub(super) async fn of_inspector(desktop: &Desktop, inspector: u16) -> Result<Self> {
        let port = free_port()?;
        let mut command = desktop.command("WebKitWebDriver");
        command.arg(format!("--port={port}")).arg(format!("--target=127.0.0.1:{inspector}"));
        let driver = desktop.spawn("WebKitWebDriver", command)?;
        let session = eventually("a window to drive", BOUND, async || Wire::open(port).await);
        let wire = session.await.with_context(|| format!("the driver said:\n{}", driver.said()))?;
        Ok(Self { wire, _driver: driver })
    }

    /// Runs the body of a function in the page; answers what it returns.
    pub async fn script(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        let request = json!({ "script": body, "args": arguments });
        self.wire.post("execute/sync", &request).await
    }

    /// Waits until an expression in the page is true; looked at after every change of the page.
    /// Answers its value.
    pub async fn wait_until(
        &self,
        what: &str,
        expression: &str,
        arguments: &[Value],
    ) -> Result<Value> {
        let body = include_str!("window/wait.js")
            .replace("FINDING", FINDING)
            .replace("EXPRESSION", expression)
            .replace("MILLISECONDS", &ONE_WAIT.as_millis().to_string());
        let found = eventually(what, BOUND, async || {
            let request = json!({ "script": body, "args": arguments });
            let value = self.wire.post("execute/async", &request).await?;
            ensure!(!value.is_null(), "it is not so yet");
            Ok(value)
        });
        match found.await {
            Ok(value) => Ok(value),
            Err(error) => {
                let text = self.text().await.unwrap_or_default();
                Err(error.context(format!("the page says:\n{text}")))
            }
        }
    }

    /// All text that can be seen.
    pub async fn text(&self) -> Result<String> {
        let text = self.script("return document.body.innerText", &[]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page says this, with any white space between its words.
    pub async fn wait_for_text(&self, text: &str) -> Result<()> {
        let what = format!("{text:?} in the window");
        let said = "plain(document.body.innerText).includes(wanted)";
        self.wait_until(&what, said, &[json!(text)]).await.map(|_said| ())
    }

    /// Waits for what is called exactly so, else for what has that in its name, and clicks it.
    pub async fn click(&self, name: &str) -> Result<()> {
        let element = self.find(name).await?;
        self.wire.post(&format!("element/{element}/click"), &json!({})).await.map(|_nothing| ())
    }

    /// Clicks what is called so, inside the page; answers the milliseconds until the page changed,
    /// and until a frame was drawn that shows it.
    pub async fn times_of_click(&self, name: &str) -> Result<(f64, f64)> {
        self.find(name).await?;
        let body = [FINDING, include_str!("window/time.js")].concat();
        let request = json!({ "script": body, "args": [name] });
        let took = self.wire.post("execute/async", &request).await?;
        serde_json::from_value(took).context("not two times")
    }

    /// Replaces what a field holds, as somebody at the keyboard would, and leaves it.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        let element = self.find(name).await?;
        self.wire.post(&format!("element/{element}/clear"), &json!({})).await?;
        let keys = json!({ "text": format!("{text}\u{e004}") });
        self.wire.post(&format!("element/{element}/value"), &keys).await.map(|_nothing| ())
    }

    /// Chooses an option of a list by its text.
    pub async fn choose(&self, name: &str, option: &str) -> Result<()> {
        self.find(name).await?;
        let body = [FINDING, include_str!("window/choose.js")].concat();
        let chosen = self.script(&body, &[json!(name), json!(option)]).await?;
        ensure!(chosen == true, "{name:?} has no {option:?}: {chosen}");
        Ok(())
    }

    /// Waits until something that is called so has the focus or can get it; answers whether it is
    /// checked, pressed or switched on.
    pub async fn is_on(&self, name: &str) -> Result<bool> {
        self.find(name).await?;
        let body = [FINDING, "return isOn(find(arguments[0]))"].concat();
        Ok(self.script(&body, &[json!(name)]).await? == true)
    }

    /// Breaches of WCAG A and AA in what is shown, one line each.
    pub async fn breaches(&self, axe: &str) -> Result<Vec<String>> {
        axe::run(&self.wire, axe).await
    }

    async fn find(&self, name: &str) -> Result<String> {
        let what = format!("something to use called {name:?}");
        let found = self.wait_until(&what, "find(wanted)", &[json!(name)]).await?;
        wire::element(&found).with_context(|| format!("{found} is no element"))
    }
}
