//! A message: what a notice says to somebody who does not sit in front of the screen.

use jiff::Timestamp;
use phoenix_engine::controller::Notice;
use phoenix_plan::receipt::{Outcome, Receipt};

use super::{
    ChannelSettings, Event,
    event::is_always_sent,
    template::{Template, Values},
};
use crate::words::{Said, Words, said};

/// What a message knows of the place it comes from.
#[derive(Debug, Clone)]
pub(super) struct Surround {
    /// This machine's name.
    pub(super) host: String,
    /// When it happened.
    pub(super) at: Timestamp,
}

/// One message, in its channel's language.
#[derive(Debug, Clone)]
pub struct Message {
    pub(super) event: Event,
    always: bool,
    pub(super) headline: String,
    pub(super) text: String,
    pub(super) values: Values,
}

/// What serves now, as far as a notice tells.
#[derive(Debug, PartialEq, Eq)]
enum Runs {
    /// This release.
    Known(String),
    /// Nobody can say.
    Uncertain,
    /// The notice is not about it.
    Untold,
}

impl Surround {
    /// This machine.
    pub(super) fn here(at: Timestamp) -> Self {
        let host = hostname::get().map(|name| name.to_string_lossy().into_owned());
        Self { host: host.unwrap_or_else(|_| "localhost".to_owned()), at }
    }
}

impl Message {
    /// What a notice says; `None` where it is for the person at the screen alone.
    pub(super) fn of(notice: &Notice, words: Words, surround: &Surround) -> Option<Self> {
        let event = Event::of(notice)?;
        let Said { title, body } = said(notice, words)?;
        let runs = runs(notice);
        let mut values: Values = values(notice).into_iter().collect();
        if let Runs::Known(version) = &runs {
            values.insert("runs", version.clone());
        }
        let lines = [Some(body), in_words(&runs, notice, words)];
        let text = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
        let always = is_always_sent(notice);
        Some(Self { event, always, headline: title, text, values }.placed(words, surround))
    }

    /// A message that says that nothing happened.
    pub(super) fn test(words: Words, surround: &Surround) -> Self {
        let (headline, text) = (words.say("channel.test.title"), words.say("channel.test.body"));
        let (event, always, values) = (Event::Test, true, Values::new());
        Self { event, always, headline, text, values }.placed(words, surround)
    }

    fn placed(mut self, words: Words, surround: &Surround) -> Self {
        self.text.push('\n');
        self.text.push_str(&words.fill("channel.host", &[("host", &surround.host)]));
        for (name, value) in [
            ("headline", self.headline.clone()),
            ("text", self.text.clone()),
            ("event", self.event.name().to_owned()),
            ("host", surround.host.clone()),
            ("time", surround.at.to_string()),
        ] {
            self.values.insert(name, value);
        }
        self
    }

    /// The subject: the channel's own, else the headline.
    pub(super) fn subject_for(&self, channel: &ChannelSettings) -> String {
        let subject = channel.subject.as_ref().map(|template| self.fill(template));
        // A line break would end the header of a mail.
        subject.unwrap_or_else(|| self.headline.clone()).replace(['\r', '\n'], " ")
    }

    /// The text: the channel's own, else what the notice says.
    pub(super) fn body_for(&self, channel: &ChannelSettings) -> String {
        channel.body.as_ref().map_or_else(|| self.text.clone(), |template| self.fill(template))
    }

    /// Both, for services whose messages have no subject.
    pub(super) fn whole_for(&self, channel: &ChannelSettings) -> String {
        if channel.body.is_some() && channel.subject.is_none() {
            return self.body_for(channel);
        }
        format!("{}\n{}", self.subject_for(channel), self.body_for(channel))
    }

    fn fill(&self, template: &Template) -> String {
        template.fill(&self.values)
    }
}

impl ChannelSettings {
    /// Whether this channel is for such a message.
    pub(super) fn wants(&self, message: &Message) -> bool {
        let chosen = self.events.as_ref().is_none_or(|events| events.contains(&message.event));
        chosen || message.always
    }
}

fn values(notice: &Notice) -> Vec<(&'static str, String)> {
    match notice {
        Notice::UpdateAvailable { service, from, to, .. } => {
            vec![("service", service.to_string()), ("from", from.clone()), ("to", to.clone())]
        }
        Notice::Ended(receipt) => vec![
            ("service", receipt.service.to_string()),
            ("from", receipt.from.name()),
            ("to", receipt.to.name()),
            ("outcome", outcome(receipt.outcome).to_owned()),
            ("reason", receipt.reason.clone()),
            ("receipt", receipt.id.to_string()),
        ],
        Notice::ConsentNeeded { service, .. } | Notice::QuitsAfter { service } => {
            vec![("service", service.to_string())]
        }
        Notice::Trouble { service, message } => {
            vec![("service", service.to_string()), ("reason", message.clone())]
        }
        Notice::OtherUpdater(updater) => vec![
            ("program", updater.program.name().to_owned()),
            ("container", updater.container.clone()),
        ],
    }
}

/// Its name in receipts.
const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Updated => "updated",
        Outcome::Unchanged => "unchanged",
        Outcome::RolledBack => "rolled_back",
        Outcome::Failed => "failed",
        Outcome::Held => "held",
        Outcome::Stuck => "stuck",
    }
}

fn runs(notice: &Notice) -> Runs {
    match notice {
        Notice::UpdateAvailable { from, .. } => Runs::Known(from.clone()),
        Notice::Ended(receipt) => runs_after(receipt),
        Notice::ConsentNeeded { .. }
        | Notice::Trouble { .. }
        | Notice::OtherUpdater(_)
        | Notice::QuitsAfter { .. } => Runs::Untold,
    }
}

fn runs_after(receipt: &Receipt) -> Runs {
    match receipt.outcome {
        Outcome::Updated => Runs::Known(receipt.to.name()),
        Outcome::Unchanged | Outcome::RolledBack | Outcome::Failed | Outcome::Held => {
            Runs::Known(receipt.from.name())
        }
        Outcome::Stuck => Runs::Uncertain,
    }
}

/// The sentence about what runs, where the notice's own words do not say it already.
fn in_words(runs: &Runs, notice: &Notice, words: Words) -> Option<String> {
    match (runs, notice) {
        (Runs::Known(version), Notice::Ended(_)) => {
            Some(words.fill("channel.runs", &[("version", version)]))
        }
        (Runs::Uncertain, _) => Some(words.say("channel.uncertain")),
        (Runs::Known(_) | Runs::Untold, _) => None,
    }
}

#[cfg(test)]
pub(super) mod tests;
