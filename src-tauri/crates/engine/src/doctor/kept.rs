//! Whether going back would work: images, backups, and whether it was ever tried.

use phoenix_plan::{
    policy::Policy,
    receipt::{Outcome, Receipt},
    service::ServiceId,
    step::Purpose,
};

use super::{Check, Machine, Remedy, Subject, Topic};
use crate::{
    World,
    ports::{EngineError, KeptRelease, ServiceRecord},
    wording::{Wording, wording},
};

/// What is kept, and what of it is gone.
pub(super) async fn checks(
    world: &World,
    machine: &dyn Machine,
    service: &ServiceId,
    record: &ServiceRecord,
    policy: &Policy,
) -> Result<Vec<Check>, EngineError> {
    let mut checks = Vec::new();
    for kept in &record.kept {
        let id = kept.release.image_id.as_deref().unwrap_or(&kept.pin);
        if world.engine.inspect_image(id).await?.is_none() {
            checks.push(image_gone(service, kept));
        }
        if let Some(backup) = kept.backup.as_deref().filter(|backup| !machine.has_backup(backup)) {
            checks.push(backup_gone(service, kept, backup));
        }
    }
    checks.extend(backups(service, record, policy, &checks));
    Ok(checks)
}

fn image_gone(service: &ServiceId, kept: &KeptRelease) -> Check {
    let name = kept.release.name();
    let finding = wording!(
        "found.rollback.image_gone",
        "the image of {name} is gone, so nobody can go back to it",
        name
    );
    let (image, pin) = (&kept.release.image, &kept.pin);
    let remedy = wording!(
        "help.image_gone",
        "'docker pull {image}' may bring it back; 'docker image prune' spares kept images, because \
         they have a tag of ours ({pin})",
        image,
        pin
    );
    Check::bad(Subject::of(service, Topic::Rollback), finding, Remedy::by_hand(remedy))
}

fn backup_gone(service: &ServiceId, kept: &KeptRelease, backup: &str) -> Check {
    let name = kept.release.name();
    let finding = wording!(
        "found.backup.gone",
        "the config backup of {name} is gone ({backup})",
        name,
        backup
    );
    let remedy = wording!(
        "help.backup_gone",
        "going back leaves the config files as they are now; the next update makes a new backup"
    );
    Check::bad(Subject::of(service, Topic::Backup), finding, Remedy::by_hand(remedy))
}

/// Only what is to be backed up is spoken of.
fn backups(
    service: &ServiceId,
    record: &ServiceRecord,
    policy: &Policy,
    bad: &[Check],
) -> Option<Check> {
    let subject = Subject::of(service, Topic::Backup);
    let is_bad = bad.iter().any(|check| check.subject.topic == Topic::Backup);
    if policy.config_files.is_empty() || is_bad {
        return None;
    }
    let backed = record.kept.iter().filter(|kept| kept.backup.is_some()).count();
    Some(match (record.kept.len(), backed) {
        (0, _) => {
            let files = policy.config_files.join(", ");
            let finding =
                wording!("found.backup.each", "{files}: backed up before each update", files);
            Check::good(subject, finding)
        }
        (kept, backed) if kept == backed => {
            let finding =
                wording!("found.backup.all", "every kept release has a backup of its config files");
            Check::good(subject, finding)
        }
        (kept, backed) => {
            let finding = wording!(
                "found.backup.some",
                "{backed} of {kept} kept releases have a backup",
                backed,
                kept
            );
            let remedy = Remedy::by_hand(wording!(
                "help.backup",
                "files that did not exist are not backed up: see config_files in config.toml"
            ));
            Check::advice(subject, finding, remedy)
        }
    })
}

/// Whether there is something to go back to, and whether that was ever done.
pub(super) fn rollback(service: &ServiceId, record: &ServiceRecord, receipts: &[Receipt]) -> Check {
    let subject = Subject::of(service, Topic::Rollback);
    let went_back = |it: &&Receipt| {
        it.purpose == Purpose::Rollback && it.outcome == Outcome::Updated
            || it.outcome == Outcome::RolledBack
    };
    let count = record.kept.len();
    if count == 0 {
        let remedy = Remedy::by_hand(wording!("help.next_keeps", "the next update keeps one"));
        let finding = wording!("found.rollback.none", "no earlier release is kept yet");
        return Check::advice(subject, finding, remedy);
    }
    let tried = receipts.iter().find(went_back);
    let day = tried.map(|receipt| receipt.finished_at.strftime("%Y-%m-%d").to_string());
    Check::good(subject, kept_releases(count, day))
}

/// `day` is when it was gone back last.
fn kept_releases(count: usize, day: Option<String>) -> Wording {
    match (count, day) {
        (1, Some(day)) => wording!(
            "found.rollback.one_tried",
            "1 release is kept; it was gone back last on {day}",
            day
        ),
        (1, None) => wording!(
            "found.rollback.one",
            "1 release is kept; 'phoenixctl rollback' was never tried here"
        ),
        (count, Some(day)) => wording!(
            "found.rollback.several_tried",
            "{count} releases are kept; it was gone back last on {day}",
            count,
            day
        ),
        (count, None) => wording!(
            "found.rollback.several",
            "{count} releases are kept; 'phoenixctl rollback' was never tried here",
            count
        ),
    }
}
