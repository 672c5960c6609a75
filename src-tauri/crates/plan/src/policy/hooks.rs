//! Commands that the user wants run around checks, updates and rollbacks.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// The commands of a service; absent ones are nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hooks {
    /// Before a check.
    pub pre_check: Option<Hook>,
    /// After a check.
    pub post_check: Option<Hook>,
    /// Before an update changes anything.
    pub pre_update: Option<Hook>,
    /// After an update, however it ended, unless its `pre_update` kept it from beginning.
    pub post_update: Option<Hook>,
    /// Before a rollback changes anything.
    pub pre_rollback: Option<Hook>,
    /// After a rollback, however it ended, unless its `pre_rollback` kept it from beginning.
    pub post_rollback: Option<Hook>,
}

/// A command with its bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// What is run.
    pub run: HookCommand,
    /// After this time the command and all its children are ended.
    pub timeout: Duration,
}

/// Where a command runs; the first word is the program, nothing is given to a shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookCommand {
    /// In the service's container.
    Exec(Vec<String>),
    /// On this machine, as the user that runs the program.
    Host(Vec<String>),
}

/// When a command is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookEvent {
    /// Before a check.
    PreCheck,
    /// After a check.
    PostCheck,
    /// Before an update changes anything.
    PreUpdate,
    /// After an update, however it ended.
    PostUpdate,
    /// Before a rollback changes anything.
    PreRollback,
    /// After a rollback, however it ended.
    PostRollback,
}

impl Hook {
    /// The time that a command has where nothing is said, as with Watchtower.
    pub const TIMEOUT: Duration = Duration::from_mins(1);
}

impl HookEvent {
    /// All of them, in the order in which they happen.
    pub const ALL: [Self; 6] = [
        Self::PreCheck,
        Self::PostCheck,
        Self::PreUpdate,
        Self::PostUpdate,
        Self::PreRollback,
        Self::PostRollback,
    ];

    /// Its key in the settings.
    pub const fn key(self) -> &'static str {
        match self {
            Self::PreCheck => "pre_check",
            Self::PostCheck => "post_check",
            Self::PreUpdate => "pre_update",
            Self::PostUpdate => "post_update",
            Self::PreRollback => "pre_rollback",
            Self::PostRollback => "post_rollback",
        }
    }
}

impl Hooks {
    /// The command for an event.
    pub const fn at(&self, event: HookEvent) -> Option<&Hook> {
        match event {
            HookEvent::PreCheck => self.pre_check.as_ref(),
            HookEvent::PostCheck => self.post_check.as_ref(),
            HookEvent::PreUpdate => self.pre_update.as_ref(),
            HookEvent::PostUpdate => self.post_update.as_ref(),
            HookEvent::PreRollback => self.pre_rollback.as_ref(),
            HookEvent::PostRollback => self.post_rollback.as_ref(),
        }
    }

    /// The place of an event's command.
    pub const fn at_mut(&mut self, event: HookEvent) -> &mut Option<Hook> {
        match event {
            HookEvent::PreCheck => &mut self.pre_check,
            HookEvent::PostCheck => &mut self.post_check,
            HookEvent::PreUpdate => &mut self.pre_update,
            HookEvent::PostUpdate => &mut self.post_update,
            HookEvent::PreRollback => &mut self.pre_rollback,
            HookEvent::PostRollback => &mut self.post_rollback,
        }
    }

    /// Puts the commands of another over these; those that it does not have stay.
    pub fn apply(&mut self, over: &Self) {
        for event in HookEvent::ALL {
            if let Some(hook) = over.at(event) {
                *self.at_mut(event) = Some(hook.clone());
            }
        }
    }
}

impl fmt::Display for HookCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, words) = match self {
            Self::Exec(words) => ("in the container", words),
            Self::Host(words) => ("on this machine", words),
        };
        // Arguments may hold secrets: the program alone says which hook it is.
        write!(f, "{} {place}", words.first().map_or("nothing", String::as_str))
    }
}
