//! Watchtower's labels, also those of nicholas-fedor's fork (their documentation, "Container
//! selection", "Lifecycle hooks", "Cooldown").

use std::time::Duration;

use super::{LabelWishes, Reading, Trouble, reading};
use crate::policy::{Hook, HookCommand, HookEvent, Hooks, UpdateMode};

pub(super) const PREFIX: &str = "com.centurylinklabs.watchtower.";

const HOOKS: [(HookEvent, &str, &str); 4] = [
    (HookEvent::PreCheck, "lifecycle.pre-check", "lifecycle.pre-check-timeout"),
    (HookEvent::PostCheck, "lifecycle.post-check", "lifecycle.post-check-timeout"),
    (HookEvent::PreUpdate, "lifecycle.pre-update", "lifecycle.pre-update-timeout"),
    (HookEvent::PostUpdate, "lifecycle.post-update", "lifecycle.post-update-timeout"),
];

/// The longest that a hook may take; Watchtower's 0, "no bound", means this.
const LONGEST: Duration = Duration::from_hours(1);

pub(super) fn read(labels: &Reading<'_>) -> LabelWishes {
    let told = labels.flag("monitor-only").filter(|only| *only).map(|_| UpdateMode::Notify);
    // Nothing is pulled: what is new is for the user to fetch.
    let fetched = labels.flag("no-pull").filter(|it| *it).map(|_| UpdateMode::Manual);
    let scope = labels.take("scope").filter(|scope| !scope.is_empty() && *scope != "none");
    if scope.is_some() {
        let instead = "one program watches all; what it watches is written in its settings";
        labels.remark("scope", Trouble::Otherwise(instead.to_owned()));
    }
    let wishes = LabelWishes {
        watch: labels.flag("enable"),
        updates: fetched.or(told),
        min_age: labels.time("cooldown-delay"),
        depends_on: labels.take("depends-on").map(reading::names),
        hooks: hooks(labels),
        scope: scope.map(str::to_owned),
        ..LabelWishes::default()
    };
    labels.otherwise(
        "stop-signal",
        "a container is stopped with its own signal; write stop_signal in its compose file",
    );
    labels.finish(wishes)
}

fn hooks(labels: &Reading<'_>) -> Hooks {
    let mut hooks = Hooks::default();
    for (event, key, bound) in HOOKS {
        let command = labels.take(key).filter(|command| !command.trim().is_empty());
        let timeout = timeout(labels, bound);
        *hooks.at_mut(event) = command.map(|command| Hook {
            run: HookCommand::Exec(vec!["sh".to_owned(), "-c".to_owned(), command.to_owned()]),
            timeout,
        });
    }
    hooks
}

/// Whole minutes.
fn timeout(labels: &Reading<'_>, key: &str) -> Duration {
    let Some(written) = labels.take(key) else { return Hook::TIMEOUT };
    match written.trim().parse::<u32>() {
        Ok(0) => LONGEST,
        Ok(minutes) => Duration::from_secs(u64::from(minutes) * 60).min(LONGEST),
        Err(_) => {
            let remedy = format!("\"{written}\" is no number of minutes; 1 is used");
            labels.remark(key, Trouble::BadValue(remedy));
            Hook::TIMEOUT
        }
    }
}
