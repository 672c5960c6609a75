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
    let finding = format!("the image of {name} is gone, so nobody can go back to it");
    let remedy = format!(
        "'docker pull {}' may bring it back; 'docker image prune' spares kept images, because they \
         have a tag of ours ({})",
        kept.release.image, kept.pin
    );
    Check::bad(Subject::of(service, Topic::Rollback), finding, Remedy::by_hand(remedy))
}

fn backup_gone(service: &ServiceId, kept: &KeptRelease, backup: &str) -> Check {
    let name = kept.release.name();
    let finding = format!("the config backup of {name} is gone ({backup})");
    let remedy = "going back leaves the config files as they are now; the next update makes a new \
                  backup";
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
            Check::good(subject, format!("{files}: backed up before each update"))
        }
        (kept, backed) if kept == backed => {
            Check::good(subject, "every kept release has a backup of its config files")
        }
        (kept, backed) => {
            let finding = format!("{backed} of {kept} kept releases have a backup");
            let remedy = Remedy::by_hand(
                "files that did not exist are not backed up: see config_files in config.toml",
            );
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
    let tried = match receipts.iter().find(went_back) {
        Some(receipt) => {
            format!("; it was gone back last on {}", receipt.finished_at.strftime("%Y-%m-%d"))
        }
        None => "; 'phoenixctl rollback' was never tried here".to_owned(),
    };
    match record.kept.len() {
        0 => {
            let remedy = Remedy::by_hand("the next update keeps one");
            Check::advice(subject, "no earlier release is kept yet", remedy)
        }
        1 => Check::good(subject, format!("1 release is kept{tried}")),
        count => Check::good(subject, format!("{count} releases are kept{tried}")),
    }
}
