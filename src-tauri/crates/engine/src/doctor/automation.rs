//! Whether anything happens by itself, and why an update that is there was not installed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use phoenix_plan::{
    labels::LabelWishes,
    policy::UpdateMode,
    schedule::Schedule,
    service::ServiceId,
    tags::{Follow, TagRules},
};

use super::{Check, Remedy, Subject, Topic};
use crate::{
    check::{Finding, Newer},
    controller::Watched,
    wording::{Wording, wording},
};

/// Whether somebody checks by itself, and when.
pub(super) fn of_machine(schedule: &Schedule, watcher: Option<&str>) -> Check {
    let subject = Subject::machine(Topic::Automation);
    let Some(who) = watcher else {
        let remedy = Remedy::by_hand(wording!(
            "help.automation",
            "start the desktop application (and let it start at login), or on a server \
             'systemctl enable --now phoenixctl-watch'"
        ));
        let finding = wording!("found.automation.nobody", "nobody checks by itself now");
        return Check::advice(subject, finding, remedy);
    };
    match schedule {
        Schedule::Never => {
            let remedy =
                wording!("help.schedule", "set every or cron of [schedule] in config.toml");
            let finding =
                wording!("found.automation.never", "checks only begin when somebody asks");
            Check::advice(subject, finding, Remedy::by_hand(remedy))
        }
        Schedule::Every(time) => {
            let minutes = time.as_secs() / 60;
            let every = match (minutes / 60, minutes % 60) {
                (0, minutes) => format!("{minutes} min"),
                (hours, 0) => format!("{hours} h"),
                (hours, minutes) => format!("{hours} h {minutes} min"),
            };
            let finding =
                wording!("found.automation.every", "{who} checks every {every}", who, every);
            Check::good(subject, finding)
        }
        Schedule::Cron(cron) => {
            let cron = cron.to_string();
            let finding =
                wording!("found.automation.cron", "{who} checks at \"{cron}\"", who, cron);
            Check::good(subject, finding)
        }
    }
}

/// Rules for newer tags do nothing while no newer tag is looked for.
pub(super) fn idle_tag_rules(service: &ServiceId, rules: &TagRules) -> Option<Check> {
    let written = [
        ("tags.include", rules.include.is_some()),
        ("tags.exclude", rules.exclude.is_some()),
        ("tags.prereleases", rules.prereleases),
    ];
    let written: Vec<&str> = written.iter().filter(|(_, is)| *is).map(|(key, _)| *key).collect();
    if rules.follow != Follow::None || written.is_empty() {
        return None;
    }
    let keys = written.join(", ");
    let finding = wording!(
        "found.tags.idle",
        "without tags.follow the tag stays as it is, and this has no effect: {keys}",
        keys
    );
    let remedy = wording!(
        "help.tags",
        "tags.follow = \"minor\" (or \"patch\", \"major\") in [services.\"{service}\"] of \
         config.toml looks for newer tags",
        service
    );
    Some(Check::advice(
        Subject::of(service, Topic::Configuration),
        finding,
        Remedy::by_hand(remedy),
    ))
}

/// Labels of Watchtower, WUD and diun that are not obeyed.
pub(super) fn labels(service: &ServiceId, labels: &BTreeMap<String, String>) -> Vec<Check> {
    let remarks = LabelWishes::of(labels).remarks.into_iter();
    let checks = remarks.map(|remark| {
        let remedy = wording!(
            "help.labels",
            "what is wanted can be said in [services.\"{service}\"] of config.toml, which goes before \
             labels; or correct the label in the compose file",
            service
        );
        let (label, why) = (&remark.label, remark.trouble.to_string());
        let finding =
            wording!("found.labels.ignored", "{label} is not obeyed: {why}", label, why);
        Check::advice(Subject::of(service, Topic::Labels), finding, Remedy::by_hand(remedy))
    });
    checks.collect()
}

/// What the last check found, and what becomes of it.
pub(super) fn of_service(
    service: &ServiceId,
    updates: UpdateMode,
    known: Option<&Watched>,
    now: Timestamp,
) -> Check {
    let subject = Subject::of(service, Topic::Updates);
    let Some(check) = known.and_then(|known| known.last_check.as_ref()) else {
        let remedy = wording!("help.check", "'phoenixctl check {service}' asks now", service);
        let finding = wording!("found.updates.unknown", "no check has given an answer yet");
        return Check::advice(subject, finding, Remedy::by_hand(remedy));
    };
    let name = check.finding.name().unwrap_or_default();
    let hours = u64::try_from(now.duration_since(check.at).as_hours()).unwrap_or_default();
    match &check.finding {
        Finding::UpdateAvailable { .. }
        | Finding::NewerTag { .. }
        | Finding::PulledNotRunning { .. } => {
            let (finding, remedy) = waits(service, updates, known, &name);
            Check::advice(subject, finding, Remedy::by_hand(remedy))
        }
        Finding::KnownBad { reason, .. } => known_bad(service, &name, reason, subject),
        Finding::LocalBuild => {
            let finding =
                wording!("found.updates.local_build", "a local build: there is no registry to ask");
            Check::good(subject, finding)
        }
        Finding::Pinned { newer } => pinned(service, newer.as_ref(), subject),
        Finding::UpToDate => Check::good(subject, up_to_date(hours)),
        Finding::CheckFailed { reason, .. } => {
            let remedy = Remedy::by_hand(wording!("help.again", "it is tried again by itself"));
            let finding =
                wording!("found.updates.failed", "could not be checked: {reason}", reason);
            Check::advice(subject, finding, remedy)
        }
    }
}

fn known_bad(service: &ServiceId, name: &str, reason: &str, subject: Subject) -> Check {
    let finding = wording!(
        "found.updates.known_bad",
        "{name} is offered, but failed here before: {reason}",
        name,
        reason
    );
    let remedy = wording!(
        "help.known_bad",
        "nothing: it is installed once its maker publishes another one; 'phoenixctl update \
         {service} --to TAG' tries it all the same",
        service
    );
    Check::advice(subject, finding, Remedy::by_hand(remedy))
}

fn pinned(service: &ServiceId, newer: Option<&Newer>, subject: Subject) -> Check {
    let Some(Newer { tag, .. }) = newer else {
        let finding = wording!("found.updates.pinned", "pinned by digest: nothing newer is meant");
        return Check::good(subject, finding);
    };
    let remedy = wording!(
        "help.newer_tag",
        "'phoenixctl update {service} --to {tag}' moves to it",
        service,
        tag
    );
    let finding =
        wording!("found.updates.pinned_newer", "pinned by digest; the tag {tag} is newer", tag);
    Check::advice(subject, finding, Remedy::by_hand(remedy))
}

fn up_to_date(hours: u64) -> Wording {
    if hours == 0 {
        return wording!("found.updates.up_to_date_now", "up to date less than an hour ago");
    }
    wording!("found.updates.up_to_date", "up to date {hours} h ago", hours)
}

/// Why something that is there was not installed, and what would install it.
fn waits(
    service: &ServiceId,
    updates: UpdateMode,
    known: Option<&Watched>,
    name: &str,
) -> (Wording, Wording) {
    let skipped = known.and_then(|known| known.skipped.as_deref());
    let found = known.and_then(|known| known.last_check.as_ref()?.finding.key());
    if skipped.is_some() && skipped == found {
        return (
            wording!("found.updates.skipped", "{name} is available, and skipped", name),
            wording!("help.update", "'phoenixctl update {service}' installs it", service),
        );
    }
    match updates {
        UpdateMode::Manual | UpdateMode::Notify => (
            wording!(
                "found.updates.by_hand",
                "{name} is available, and not installed by itself",
                name
            ),
            wording!(
                "help.auto",
                "'phoenixctl update {service}' installs it; updates = \"auto\" in config.toml lets \
                 it happen by itself",
                service
            ),
        ),
        UpdateMode::Auto => (
            wording!(
                "found.updates.waiting",
                "{name} is available, and was not installed by itself yet",
                name
            ),
            wording!(
                "help.interrupt",
                "'phoenixctl update {service}' installs it; if clients would notice, somebody has \
                 to agree first, or may_interrupt = true in config.toml does",
                service
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use phoenix_plan::tags::Pattern;

    use super::*;

    #[test]
    fn rules_for_newer_tags_without_follow_are_named() {
        let web = ServiceId::Container("web".to_owned());
        let rules = TagRules { include: Pattern::parse("^1").ok(), ..TagRules::default() };
        let check = idle_tag_rules(&web, &rules).unwrap();
        assert!(check.finding.text.ends_with("no effect: tags.include"), "{}", check.finding);
        let followed = TagRules { follow: Follow::Minor, ..rules };
        assert_eq!(idle_tag_rules(&web, &followed), None);
        assert_eq!(idle_tag_rules(&web, &TagRules::default()), None);
    }

    #[test]
    fn a_label_that_is_not_obeyed_is_told_with_the_way_out() {
        let web = ServiceId::Container("web".to_owned());
        let label = |value: &str| {
            let key = "com.centurylinklabs.watchtower.enable".to_owned();
            labels(&web, &BTreeMap::from([(key, value.to_owned())]))
        };
        let said = label("yes please").remove(0).finding.text;
        assert!(said.contains("watchtower.enable is not obeyed: \"yes please\""), "{said}");
        assert_eq!(label("true"), []);
    }
}
