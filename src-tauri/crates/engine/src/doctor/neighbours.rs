//! Who else is at work here, and whether those who are told and who know the passwords answer.

use jiff::Timestamp;

use super::{Check, Remedy, Subject, Topic};
use crate::{
    other_updaters::{OtherUpdater, Program},
    ports::EngineError,
    wording::{Wording, wording},
};

/// A channel of the settings, and what it did last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name in the settings.
    pub name: String,
    /// `smtp`, `ntfy`, …
    pub kind: String,
    /// When a message was sent last.
    pub last_sent: Option<Timestamp>,
    /// When the message after that was given up, and why.
    pub trouble: Option<(Timestamp, String)>,
}

/// A credential helper that Docker's own config names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialHelper {
    /// The program.
    pub program: String,
    /// Why it does not answer, in a sentence without secrets that names the setting.
    pub trouble: Option<String>,
}

/// Other programs that update containers: one line for each.
pub(super) fn updaters(found: Result<Vec<OtherUpdater>, EngineError>) -> Vec<Check> {
    let subject = || Subject::machine(Topic::OtherUpdaters);
    match found {
        Ok(found) if found.is_empty() => {
            let finding = wording!("found.updaters.none", "nobody else updates containers here");
            vec![Check::good(subject(), finding)]
        }
        Ok(found) => found.iter().map(|it| Check::advice(subject(), at_it(it), end(it))).collect(),
        Err(error) => {
            let remedy = wording!(
                "help.updaters.again",
                "run 'phoenixctl doctor' again once the engine answers"
            );
            vec![Check::advice(subject(), Wording::from(&error), Remedy::by_hand(remedy))]
        }
    }
}

fn at_it(updater: &OtherUpdater) -> Wording {
    let (program, container) = (updater.program.name(), &updater.container);
    wording!(
        "found.updaters.other",
        "{program} in the container {container} updates containers here, too",
        program,
        container
    )
}

fn end(updater: &OtherUpdater) -> Remedy {
    let name = &updater.container;
    Remedy::by_hand(match updater.program {
        Program::Watchtower => wording!(
            "help.updaters.import",
            "let one of the two do it: 'docker stop {name}' ends this one, after 'phoenixctl import \
             watchtower --container {name}' has taken over what it was told",
            name
        ),
        Program::Wud | Program::Drydock | Program::Ouroboros | Program::Tugtainer => wording!(
            "help.updaters.stop",
            "let one of the two do it: 'docker stop {name}' ends this one",
            name
        ),
    })
}

/// What each channel did last.
pub(super) fn channel(channel: Channel) -> Check {
    let subject = Subject::machine(Topic::Channel);
    let Channel { name, kind, last_sent, trouble } = channel;
    let day = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    match (trouble, last_sent) {
        (Some((at, why)), _) => {
            let at = day(at);
            let finding = wording!(
                "found.channel.lost",
                "{name} ({kind}) lost a message at {at}: {why}",
                name,
                kind,
                at,
                why
            );
            let remedy = wording!(
                "help.channel.mend",
                "[channels.{name}] in config.toml says where it goes; 'phoenixctl channels test \
                 {name}' sends one now",
                name
            );
            Check::bad(subject, finding, Remedy::by_hand(remedy))
        }
        (None, Some(at)) => {
            let at = day(at);
            let finding = wording!(
                "found.channel.sent",
                "{name} ({kind}) sent its last message at {at}",
                name,
                kind,
                at
            );
            Check::good(subject, finding)
        }
        (None, None) => {
            let finding =
                wording!("found.channel.unused", "{name} ({kind}) was never used", name, kind);
            let remedy = wording!(
                "help.channel.try",
                "'phoenixctl channels test {name}' sends one now",
                name
            );
            Check::advice(subject, finding, Remedy::by_hand(remedy))
        }
    }
}

/// Whether a credential helper answers.
pub(super) fn helper(helper: CredentialHelper) -> Check {
    let subject = Subject::machine(Topic::CredentialHelper);
    let program = helper.program;
    match helper.trouble {
        None => {
            Check::good(subject, wording!("found.helper.answers", "{program} answers", program))
        }
        Some(trouble) => {
            let remedy = wording!(
                "help.helper",
                "'{program} list' tells more; install it, unlock what it reads, or take it out of \
                 Docker's config.json and run 'docker login'",
                program
            );
            Check::bad(subject, Wording::from(trouble), Remedy::by_hand(remedy))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::CheckState;

    fn said(check: &Check) -> (CheckState, &str, &str) {
        let remedy = check.remedy.as_ref().map(|remedy| remedy.text.text.as_str());
        (check.state, &check.finding.text, remedy.unwrap_or_default())
    }

    fn mail(last_sent: Option<Timestamp>, trouble: Option<(Timestamp, String)>) -> Check {
        let (name, kind) = ("mail".to_owned(), "smtp".to_owned());
        channel(Channel { name, kind, last_sent, trouble })
    }

    #[test]
    fn another_updater_is_named_with_the_command_that_ends_it() {
        let container = "watchtower-1".to_owned();
        let checks = updaters(Ok(vec![OtherUpdater { container, program: Program::Watchtower }]));
        let (state, finding, remedy) = said(&checks[0]);
        assert_eq!(state, CheckState::Advice);
        assert!(finding.starts_with("Watchtower in the container watchtower-1"), "{finding}");
        assert!(remedy.contains("'docker stop watchtower-1'"), "{remedy}");
        assert!(remedy.contains("import watchtower --container watchtower-1"), "{remedy}");
    }

    #[test]
    fn alone_is_as_it_should_be() {
        let checks = updaters(Ok(Vec::new()));
        assert_eq!(checks.iter().map(|it| it.state).collect::<Vec<_>>(), [CheckState::Good]);
    }

    #[test]
    fn a_channel_that_lost_a_message_is_bad_until_the_next_one_goes_through() {
        let at = Timestamp::UNIX_EPOCH;
        let lost = mail(Some(at), Some((at, "535 authentication failed".to_owned())));
        let (state, finding, remedy) = said(&lost);
        assert_eq!(state, CheckState::Bad);
        assert!(finding.ends_with("1970-01-01 00:00:00Z: 535 authentication failed"), "{finding}");
        assert!(remedy.contains("'phoenixctl channels test mail'"), "{remedy}");
        assert_eq!(mail(Some(at), None).state, CheckState::Good);
        assert_eq!(mail(None, None).state, CheckState::Advice);
    }

    #[test]
    fn a_helper_that_does_not_answer_is_bad_with_its_own_reason() {
        let program = "docker-credential-pass".to_owned();
        let trouble = Some("it is not installed".to_owned());
        let check = helper(CredentialHelper { program: program.clone(), trouble });
        let (state, finding, remedy) = said(&check);
        assert_eq!((state, finding), (CheckState::Bad, "it is not installed"));
        assert!(remedy.starts_with("'docker-credential-pass list'"), "{remedy}");
        assert_eq!(helper(CredentialHelper { program, trouble: None }).state, CheckState::Good);
    }
}
