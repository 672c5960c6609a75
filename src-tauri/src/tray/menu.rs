//! The menu, as a value.

use phoenix_engine::controller::{
    Activity, Attention, EngineState, Health, Phase, ServiceState, Snapshot, Standing,
};
use phoenix_plan::{
    image::Release,
    receipt::Ending,
    service::ServiceId,
    step::{Plan, Purpose},
};

use crate::words::Words;

/// What an entry of the menu does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Opens the window at a service.
    Show(ServiceId),
    /// Updates a service.
    Update(ServiceId),
    /// Takes a service back.
    RollBack(ServiceId),
    /// Turns what is being done around.
    Cancel(ServiceId),
    /// Asks the registries.
    CheckNow,
    /// Pauses or resumes what happens by itself.
    Pause(bool),
    /// Opens the window.
    Open,
    /// Ends the program.
    Quit,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Something to choose.
    Choice {
        /// What it says.
        text: String,
        /// What it does.
        act: Act,
    },
    /// Something that is only said.
    Text(String),
    /// A line between sections.
    Line,
}

/// Characters of a reason that a menu has room for.
const REASON_LIMIT: usize = 80;

/// The menu: what needs attention first, one section per service.
pub fn menu(snapshot: &Snapshot, words: Words) -> Vec<Item> {
    let mut items = Vec::new();
    match &snapshot.engine {
        EngineState::Connecting => items.push(Item::Text(words.say("tray.engine_connecting"))),
        EngineState::Away { .. } => items.push(Item::Text(words.say("tray.engine_away"))),
        EngineState::Connected { .. } if snapshot.services.is_empty() => {
            items.push(Item::Text(words.say("tray.no_services")));
        }
        EngineState::Connected { .. } => {}
    }
    if snapshot.config_error.is_some() {
        items.push(choice(words.say("tray.config_error"), Act::Open));
    }
    let away = matches!(snapshot.engine, EngineState::Away { .. });
    for (index, service) in snapshot.services.iter().enumerate() {
        if index > 0 || !items.is_empty() {
            items.push(Item::Line);
        }
        section(service, !away, words, &mut items);
    }
    if !items.is_empty() {
        items.push(Item::Line);
    }
    if matches!(snapshot.engine, EngineState::Connected { .. }) {
        items.push(choice(words.say("tray.check_now"), Act::CheckNow));
    }
    let pause = if snapshot.paused { "tray.resume" } else { "tray.pause" };
    items.push(choice(words.say(pause), Act::Pause(!snapshot.paused)));
    items.push(Item::Line);
    items.push(choice(words.say("tray.open"), Act::Open));
    items.push(if snapshot.quitting {
        choice(words.say("tray.quitting"), Act::Quit)
    } else {
        choice(words.say("tray.quit"), Act::Quit)
    });
    items
}

/// One service in a line: name, version, health or what is being done.
pub(super) fn line(service: &ServiceState, words: Words) -> String {
    let name = service.id.to_string();
    let version = service.running.as_ref().map(Release::name);
    let health = match &service.activity {
        Some(activity) => doing(activity, words),
        None => words.say(health(service)),
    };
    match version {
        Some(version) => words
            .fill("tray.service", &[("name", &name), ("version", &version), ("health", &health)]),
        None => words.fill("tray.service_without_version", &[("name", &name), ("health", &health)]),
    }
}

/// Why somebody should look at a service, where its line does not say it already.
pub(super) fn reason(service: &ServiceState, words: Words) -> Option<String> {
    match service.attention()? {
        Attention::NotBegun(reason) => {
            Some(words.fill("tray.not_begun", &[("reason", &brief(reason))]))
        }
        Attention::WentWrong(receipt) => {
            let (from, version) = (receipt.from.name(), receipt.to.name());
            let key = went_wrong(receipt.ending(), receipt.purpose)?;
            Some(words.fill(key, &[("from", &from), ("version", &version)]))
        }
        Attention::SwitchSilent => Some(words.say("tray.switch_silent")),
        Attention::Health(_) => None,
    }
}

const fn went_wrong(ending: Ending, purpose: Purpose) -> Option<&'static str> {
    match (ending, purpose) {
        (Ending::RolledBack, _) => Some("tray.rolled_back"),
        (Ending::Failed, Purpose::Update) => Some("tray.not_updated"),
        (Ending::Failed, Purpose::Rollback) => Some("tray.not_rolled_back"),
        (Ending::Failed, Purpose::Adopt) => Some("tray.not_adopted"),
        (Ending::Failed, Purpose::Release) => Some("tray.not_released"),
        (Ending::Stuck, _) => Some("tray.stuck"),
        (
            Ending::Updated
            | Ending::Unchanged
            | Ending::Held
            | Ending::Cancelled
            | Ending::TakenBack,
            _,
        ) => None,
    }
}

/// The begin of a long reason: the page behind the entry says all of it.
fn brief(reason: &str) -> String {
    if reason.chars().count() <= REASON_LIMIT {
        return reason.to_owned();
    }
    let begin: String = reason.chars().take(REASON_LIMIT).collect();
    format!("{}…", begin.trim_end())
}

/// What is being done, in a few words.
fn doing(activity: &Activity, words: Words) -> String {
    let percent = activity.percent().to_string();
    let plan = activity.plan.as_ref();
    let name = |release: fn(&Plan) -> &Release| plan.map(|plan| release(plan).name());
    let (from, to) = (name(|plan| &plan.from), name(|plan| &plan.to));
    let said = |key: &str, version: Option<String>| {
        let version = version.unwrap_or_default();
        words.fill(key, &[("version", &version), ("percent", &percent)])
    };
    match (activity.phase(), activity.purpose) {
        (Phase::Preparing, _) => words.say("tray.preparing"),
        (Phase::GoingBack, _) => said("tray.going_back", from),
        (Phase::Watching, _) => said("tray.watching", to),
        (Phase::Working, Purpose::Update) => said("tray.updating", to),
        (Phase::Working, Purpose::Rollback) => said("tray.rolling_back", to),
        (Phase::Working, Purpose::Adopt) => said("tray.adopting", to),
        (Phase::Working, Purpose::Release) => said("tray.releasing", to),
    }
}

fn section(service: &ServiceState, reachable: bool, words: Words, items: &mut Vec<Item>) {
    items.push(choice(line(service, words), Act::Show(service.id.clone())));
    if let Some(reason) = reason(service, words) {
        items.push(choice(reason, Act::Show(service.id.clone())));
    }
    if !reachable {
        return;
    }
    if let Some(activity) = &service.activity {
        if activity.can_cancel() {
            let back = match activity.phase() {
                Phase::Watching => "tray.roll_back_now",
                Phase::Preparing | Phase::Working | Phase::GoingBack => "tray.cancel",
            };
            items.push(choice(words.say(back), Act::Cancel(service.id.clone())));
        }
        return;
    }
    if service.standing() == Standing::Absent {
        return;
    }
    if let Some(version) = service.offered() {
        let text = words.fill("tray.update", &[("version", &version)]);
        items.push(choice(text, Act::Update(service.id.clone())));
    }
    if let Some(release) = &service.roll_back_to {
        let text = words.fill("tray.roll_back", &[("version", &release.name())]);
        items.push(choice(text, Act::RollBack(service.id.clone())));
    }
}

fn health(service: &ServiceState) -> &'static str {
    match service.health {
        Health::Healthy => "tray.health.healthy",
        Health::Unhealthy => "tray.health.unhealthy",
        Health::Starting => "tray.health.starting",
        Health::Running => "tray.health.running",
        Health::Stopped => "tray.health.stopped",
        Health::Paused => "tray.health.paused",
        Health::Restarting => "tray.health.restarting",
        Health::Missing => "tray.health.missing",
    }
}

const fn choice(text: String, act: Act) -> Item {
    Item::Choice { text, act }
}
