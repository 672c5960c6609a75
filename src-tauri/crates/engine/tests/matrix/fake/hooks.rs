//! The user's own commands.

use std::time::Duration;

use async_trait::async_trait;
use phoenix_engine::ports::{HookRun, HookRunner};
use phoenix_plan::hooks::HookEnded;

use super::Fake;

#[async_trait]
impl HookRunner for Fake {
    async fn exec(
        &self,
        _container_id: &str,
        command: &[String],
        variables: &[(String, String)],
        limit: Duration,
    ) -> HookRun {
        self.host(command, variables, limit).await
    }

    async fn host(
        &self,
        _command: &[String],
        variables: &[(String, String)],
        _limit: Duration,
    ) -> HookRun {
        let told = |wanted: &str| {
            let mut known = variables.iter().filter(|(name, _)| name == wanted);
            known.next().map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let moment = told("PHOENIX_HOOK");
        let lost = || HookRun::not_run("connection reset".to_owned());
        let ran = self
            .call(&format!("hook {moment}"), lost, |things| {
                let code = things.hook_codes.get(&moment).copied().unwrap_or(0);
                things.hooks.push((moment.clone(), told("PHOENIX_OUTCOME")));
                let output = format!("{moment} said {code}");
                Ok(HookRun { ended: HookEnded::Exited { code }, output })
            })
            .await;
        ran.unwrap_or_else(|lost| lost)
    }
    async fn settle(&self) {}
}
