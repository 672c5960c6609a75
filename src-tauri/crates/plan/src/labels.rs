//! Labels of Watchtower, WUD and diun on a container, read as wishes.
//!
//! They are applied over `[defaults]` and below the service's own table. What is not understood is
//! named in [`LabelWishes::remarks`].

mod diun;
mod reading;
mod remark;
mod watchtower;
mod wud;

use std::{collections::BTreeMap, time::Duration};

use crate::{
    policy::{Hooks, Policy, UpdateMode},
    tags::{Follow, Pattern},
};

use reading::Reading;
pub use remark::{Remark, Trouble};

/// A container's own label for what is updated before it; with commas.
pub const DEPENDS_ON: &str = "phoenix-tray.depends_on";

/// What labels wish; what they do not mention is absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LabelWishes {
    /// Whether the service is watched at all.
    pub watch: Option<bool>,
    /// What happens when a check finds something.
    pub updates: Option<UpdateMode>,
    /// How far a tag's numbers may move.
    pub follow: Option<Follow>,
    /// Only tags in which this is found.
    pub include: Option<Pattern>,
    /// No tags in which this is found.
    pub exclude: Option<Pattern>,
    /// How long a release must have been known.
    pub min_age: Option<Duration>,
    /// What is updated before it.
    pub depends_on: Option<Vec<String>>,
    /// Where the release notes are.
    pub changelog: Option<String>,
    /// Commands in the container.
    pub hooks: Hooks,
    /// Which of several Watchtowers it belonged to.
    pub scope: Option<String>,
    /// Labels that are not obeyed, and why.
    pub remarks: Vec<Remark>,
}

impl LabelWishes {
    /// Reads a container's labels. Of two tools that say different things, Watchtower goes before
    /// WUD, and WUD before diun; a service that one tool watches and Watchtower leaves alone is
    /// watched, and not updated by itself.
    pub fn of(labels: &BTreeMap<String, String>) -> Self {
        let watchtower = watchtower::read(&Reading::of(labels, watchtower::PREFIX));
        let left_alone = watchtower.watch == Some(false);
        let mut wishes = watchtower.over(wud::read(&Reading::of(labels, wud::PREFIX)));
        wishes = wishes.over(diun::read(&Reading::of(labels, diun::PREFIX)));
        if left_alone && wishes.watch == Some(true) {
            wishes.updates = Some(UpdateMode::Notify);
        }
        if let Some(names) = labels.get(DEPENDS_ON) {
            wishes.depends_on = Some(reading::names(names));
        }
        wishes
    }

    /// Puts the wishes over a policy.
    pub fn apply(&self, policy: &mut Policy) {
        policy.updates = self.updates.unwrap_or(policy.updates);
        policy.min_age = self.min_age.unwrap_or(policy.min_age);
        policy.tags.follow = self.follow.unwrap_or(policy.tags.follow);
        if let Some(pattern) = &self.include {
            policy.tags.include = Some(pattern.clone());
        }
        if let Some(pattern) = &self.exclude {
            policy.tags.exclude = Some(pattern.clone());
        }
        if let Some(names) = &self.depends_on {
            policy.depends_on.clone_from(names);
        }
        if let Some(changelog) = &self.changelog {
            policy.changelog = Some(changelog.clone());
        }
        policy.hooks.apply(&self.hooks);
    }

    /// These, and where they say nothing, those below. Who says "watch" goes before who does not.
    fn over(self, below: Self) -> Self {
        let mut hooks = below.hooks;
        hooks.apply(&self.hooks);
        let watch = [self.watch, below.watch];
        Self {
            watch: watch.iter().flatten().copied().reduce(|one, other| one || other),
            updates: self.updates.or(below.updates),
            follow: self.follow.or(below.follow),
            include: self.include.or(below.include),
            exclude: self.exclude.or(below.exclude),
            min_age: self.min_age.or(below.min_age),
            depends_on: self.depends_on.or(below.depends_on),
            changelog: self.changelog.or(below.changelog),
            hooks,
            scope: self.scope.or(below.scope),
            remarks: self.remarks.into_iter().chain(below.remarks).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
