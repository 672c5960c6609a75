//! A check with the user's commands around it.

use phoenix_plan::{
    hooks::{Found, HookReport, Verdict, check_environment},
    observed::ContainerState,
    policy::{Hook, HookCommand, HookEvent, Hooks},
};
use tokio::sync::Semaphore;

use super::{Answer, Finding, NoAnswer, Question, check};
use crate::hook;

/// How many services' hooks are run at the same time: a round checks all services at once, and the
/// machine has other work.
pub const HOOKS_AT_ONCE: usize = 4;

/// A check with the user's commands around it.
#[derive(Clone, Copy)]
pub struct Hooked<'a> {
    /// What is asked.
    pub question: Question<'a>,
    /// The commands.
    pub hooks: &'a Hooks,
    /// Hooks take turns here, [`HOOKS_AT_ONCE`] at a time.
    pub turns: &'a Semaphore,
}

impl Hooked<'_> {
    /// Checks, unless `pre_check` keeps that from beginning; `post_check` is told what was found,
    /// whatever it is. Can be dropped at any time: what runs on this machine is ended.
    pub async fn check(&self) -> Answer {
        let before = self.run(HookEvent::PreCheck, None).await;
        if let Some(refused) = before.as_ref().and_then(refusal) {
            return Answer { hooks: before.into_iter().collect(), ..Answer::from(refused) };
        }
        let answer = check(&self.question).await;
        let found = Found { word: answer.finding.word(), name: answer.finding.name() };
        let after = self.run(HookEvent::PostCheck, Some(found)).await;
        Answer { hooks: before.into_iter().chain(after).collect(), ..answer }
    }

    /// A command for a container is nothing to a service that does not run, as with Watchtower.
    async fn run(&self, moment: HookEvent, found: Option<Found>) -> Option<HookReport> {
        let hook = self.hooks.at(moment)?;
        let container_id = self.container_id();
        if needs_container(hook) && container_id.is_none() {
            return None;
        }
        let (service, running) =
            (&self.question.sighting.observed.service, &self.question.sighting.running);
        let variables = check_environment(service, running, moment, found);
        let _turn = self.turns.acquire().await;
        let id = container_id.unwrap_or_default();
        Some(hook::run(self.question.world, moment, hook, id, &variables).await)
    }

    /// Of several containers, the first that runs.
    fn container_id(&self) -> Option<&str> {
        let members = self.question.sighting.observed.members.iter();
        let mut running =
            members.filter(|it| matches!(it.container.state, ContainerState::Running { .. }));
        running.next().map(|member| member.container.id.as_str())
    }
}

const fn needs_container(hook: &Hook) -> bool {
    match hook.run {
        HookCommand::Exec(_) => true,
        HookCommand::Host(_) => false,
    }
}

/// What a `pre_check` hook says instead of a registry, unless it lets the check begin.
fn refusal(report: &HookReport) -> Option<Finding> {
    let because = match report.verdict() {
        Verdict::GoOn => return None,
        Verdict::Defer => NoAnswer::Deferred,
        Verdict::Veto => NoAnswer::Vetoed,
    };
    Some(Finding::CheckFailed { reason: report.to_string(), because, last_good: None })
}
