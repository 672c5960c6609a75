//! What a person would be told, as a line of the log.

use phoenix_engine::controller::{Aim, Notice};
use phoenix_plan::{
    receipt::{Outcome, Receipt},
    service::ServiceId,
};
use serde_json::json;

use super::line::{Level, Line};

/// The line of a notice.
pub(super) fn line(notice: &Notice) -> Line {
    match notice {
        Notice::UpdateAvailable { service, from, to, tag } => {
            let command = command(service, &Aim::Update(tag.clone()));
            let text =
                format!("{to} is available, {from} runs; 'phoenixctl {command}' installs it");
            let line = Line::new(Level::Notice, "update_available", text);
            Line::of(service, line.with(&json!({ "from": from, "to": to })))
        }
        Notice::Ended(receipt) => ended(receipt),
        Notice::ConsentNeeded { service, aim } => {
            let text = format!(
                "clients would notice this, so somebody has to agree to it first: run \
                 'phoenixctl {} --yes' once. Nothing was changed",
                command(service, aim)
            );
            Line::of(service, Line::new(Level::Warning, "consent_needed", text))
        }
        Notice::Trouble { service, message } => {
            Line::of(service, Line::new(Level::Error, "trouble", message))
        }
        Notice::OtherUpdater(updater) => {
            let text = format!(
                "{} in container {} updates containers here, too: let one of them do it",
                updater.program.name(),
                updater.container
            );
            Line::new(Level::Warning, "other_updater", text)
        }
        Notice::QuitsAfter { service } => {
            let text = "the end of what is being done is waited for";
            Line::of(service, Line::new(Level::Notice, "quits_after", text))
        }
    }
}

/// What a person would type for an aim.
fn command(service: &ServiceId, aim: &Aim) -> String {
    let with = |verb: &str, to: &Option<String>| match to {
        Some(to) => format!("{verb} {service} --to {to}"),
        None => format!("{verb} {service}"),
    };
    match aim {
        Aim::Update(to) => with("update", to),
        Aim::Rollback(to) => with("rollback", to),
        Aim::Adopt => format!("adopt {service}"),
        Aim::Release => format!("release {service}"),
    }
}

fn ended(receipt: &Receipt) -> Line {
    let level = match receipt.outcome {
        Outcome::Updated => Level::Notice,
        Outcome::Unchanged => Level::Info,
        Outcome::Held => Level::Warning,
        Outcome::RolledBack | Outcome::Failed => Level::Error,
        Outcome::Stuck => Level::Critical,
    };
    let mut brief = receipt.clone().without_plot();
    brief.failure = None;
    let line = Line::new(level, "ended", receipt.headline()).with(&brief);
    Line::of(&receipt.service, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needed_consent_names_the_exact_command() {
        let service = ServiceId::parse("shop/web").unwrap();
        let aim = Aim::Update(Some("1.2".to_owned()));
        let text = line(&Notice::ConsentNeeded { service, aim }).text();
        assert!(text.contains("'phoenixctl update shop/web --to 1.2 --yes'"), "{text}");
        assert!(text.ends_with("Nothing was changed"), "{text}");
    }
}
