//! Watchtower's wishes as changes of `config.toml`: only what is not in force already.

use phoenix_adapters::config::{
    Settings,
    edit::{Change, Scope, ServiceChange},
};
use phoenix_plan::{
    labels::LabelWishes,
    policy::UpdateMode,
    schedule::Schedule,
    service::ServiceId,
    watchtower::{Remark, Wishes},
};

use super::source::Chosen;

/// The changes, in the order of the file. What has to be said of them is added to the remarks.
pub(super) fn of(
    settings: &Settings,
    wishes: &Wishes,
    services: &[Chosen],
    remarks: &mut Vec<Remark>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    match &wishes.schedule {
        Some(wanted) if *wanted == settings.schedule() => {}
        Some(Schedule::Cron(cron)) => changes.push(Change::CheckAt(cron.clone())),
        Some(Schedule::Every(time)) => changes.push(Change::CheckEvery(Some(*time))),
        Some(Schedule::Never) | None => {}
    }
    if let Some(zone) = wishes.time_zone.as_ref().filter(|zone| !zone.is_empty()) {
        changes.push(Change::TimeZone(Some(zone.clone())));
    }
    for chosen in services {
        of_service(settings, wishes, chosen, &mut changes, remarks);
    }
    if !wishes.monitor_only && !services.is_empty() {
        remarks.push(Remark {
            about: "may_interrupt".to_owned(),
            text: "Watchtower stops a container at every update; here the first update moves the \
                   port to a switch (about a second, once), and this agrees to it beforehand"
                .to_owned(),
        });
    }
    changes
}

fn of_service(
    settings: &Settings,
    wishes: &Wishes,
    chosen: &Chosen,
    changes: &mut Vec<Change>,
    remarks: &mut Vec<Remark>,
) {
    let service = &chosen.service;
    let policy = settings.policy_with(service, &chosen.labels);
    let its = LabelWishes::of(&chosen.labels);
    let only_told = wishes.monitor_only || its.updates.is_some_and(|it| it != UpdateMode::Auto);
    let updates = if only_told { UpdateMode::Notify } else { UpdateMode::Auto };
    changes.push(Change::Watch(service.clone()));
    let mut key = |is_in_force: bool, key: ServiceChange| {
        if !is_in_force {
            changes.push(Change::Service { scope: Scope::Service(service.clone()), key });
        }
    };
    key(policy.updates == updates, ServiceChange::Updates(Some(updates)));
    if !only_told {
        key(policy.may_interrupt, ServiceChange::MayInterrupt(Some(true)));
    }
    let clean_up = wishes.clean_up;
    key(policy.clean_up == clean_up, ServiceChange::CleanUp(Some(clean_up)));
    if wishes.include_stopped {
        key(policy.include_stopped, ServiceChange::IncludeStopped(Some(true)));
    }
    if wishes.include_restarting {
        key(policy.accept_unhealthy, ServiceChange::AcceptUnhealthy(Some(true)));
    }
    remarks.extend(its.remarks.iter().map(|remark| labelled(service, &remark.to_string())));
}

fn labelled(service: &ServiceId, text: &str) -> Remark {
    Remark { about: format!("a label of {service}"), text: text.to_owned() }
}
