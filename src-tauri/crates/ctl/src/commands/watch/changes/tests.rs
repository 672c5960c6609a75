use phoenix_plan::{image::Release, policy::install::WhyWait, service::ServiceId};

use super::*;

fn service(finding: Option<Finding>) -> ServiceState {
    ServiceState {
        id: ServiceId::Container("web".to_owned()),
        running: Some(Release { version: Some("1.0".to_owned()), ..Release::default() }),
        health: Health::Healthy,
        health_detail: None,
        containers: Vec::new(),
        ports: Vec::new(),
        behind_switch: false,
        switch_answers: false,
        holding: false,
        checking: false,
        checked_at: None,
        finding,
        skipped: false,
        snoozed_until: None,
        pinned: false,
        held: None,
        roll_back_to: None,
        activity: None,
        unseen: None,
        trouble: None,
    }
}

fn connected(services: Vec<ServiceState>) -> Snapshot {
    let engine =
        EngineState::Connected { endpoint: "unix:///x".to_owned(), version: "28.5".to_owned() };
    Snapshot { engine, services, ..Snapshot::empty() }
}

fn texts(before: &Snapshot, now: &Snapshot) -> Vec<String> {
    between(before, now).iter().map(Line::text).collect()
}

#[test]
fn the_begin_tells_the_engine_and_what_is_watched() {
    let told = texts(&Snapshot::empty(), &connected(vec![service(None)]));
    assert_eq!(told, ["Docker Engine 28.5 answers at unix:///x", "web: 1.0 runs, healthy"]);
}

#[test]
fn what_stays_as_it_was_is_not_told_again() {
    let now = connected(vec![service(Some(Finding::UpToDate))]);
    assert_eq!(texts(&now, &now), Vec::<String>::new());
}

#[test]
fn a_round_of_checks_ends_with_one_line() {
    let checking = ServiceState { checking: true, ..service(None) };
    let told =
        texts(&connected(vec![checking]), &connected(vec![service(Some(Finding::UpToDate))]));
    assert_eq!(told, ["checked 1 service: nothing newer"]);
}

#[test]
fn a_service_that_falls_ill_is_a_warning() {
    let ill = ServiceState { health: Health::Unhealthy, ..service(None) };
    let lines = between(&connected(vec![service(None)]), &connected(vec![ill]));
    assert_eq!(lines.iter().map(|line| line.level).collect::<Vec<_>>(), [Level::Warning]);
}

#[test]
fn bad_settings_are_told_once_and_their_end_too() {
    let bad =
        Snapshot { config_error: Some("config.toml:1: no".to_owned().into()), ..connected(vec![]) };
    let told = texts(&connected(vec![]), &bad);
    assert_eq!(told, ["config.toml:1: no. The settings before stay in force"]);
    assert_eq!(texts(&bad, &connected(vec![])), ["config.toml can be used again"]);
    assert!(texts(&bad, &bad).is_empty());
}

#[test]
fn what_keeps_a_release_from_being_installed_is_told_once_for_each_reason() {
    let held = |why, hour: i64| {
        let until = Some(jiff::Timestamp::from_second(hour * 3_600).unwrap());
        ServiceState { held: Some(Held { why, until }), ..service(None) }
    };
    let free = connected(vec![service(None)]);
    let waits = connected(vec![held(WhyWait::OutsideWindows, 4)]);
    let later = connected(vec![held(WhyWait::OutsideWindows, 28)]);
    let said = "web: not installed by itself until 1970-01-01 04:00:00Z: no maintenance window is \
                open";
    assert_eq!(texts(&free, &waits), [said]);
    assert_eq!(texts(&waits, &later), Vec::<String>::new());
    assert_eq!(texts(&later, &free), Vec::<String>::new());
}
